"""The tables. What a column means is said once, here; the migrations add up to exactly this."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
)

from monitor.store import alert_tables, draft_tables  # noqa: F401 - further tables
from monitor.store.columns import Utc, Words
from monitor.store.naming import metadata as metadata  # noqa: PLC0414 - everybody takes it from here

feeds = Table(
    "feeds",
    metadata,
    Column("feed_id", String(200), primary_key=True),
    Column("url", Words, nullable=False, default=""),
    Column("configured_url", Words, nullable=False, default=""),
    Column("gone_url", Words, nullable=False, default=""),
    Column("etag", Words, nullable=False, default=""),
    Column("last_modified", Words, nullable=False, default=""),
    Column("body_sha256", String(64), nullable=False, default=""),
    Column("shown", LargeBinary, nullable=False, default=b""),
    Column("next_poll_at", Utc),
    Column("polled_at", Utc),
    Column("ok_at", Utc),
    Column("new_at", Utc),
    Column("failures", Integer, nullable=False, default=0),
    Column("status", String(40), nullable=False, default=""),
    Column("detail", Words, nullable=False, default=""),
    Column("moved_to", Words, nullable=False, default=""),
    Column("moved_seen", Integer, nullable=False, default=0),
    Column("disabled", Boolean, nullable=False, default=False),
    Column("cadence_s", Float),
    Column("gap_s", Float),
    Column("asked_s", Float, nullable=False, default=0.0),
    Column("skips", Words, nullable=False, default=""),
    Column("trouble", String(40), nullable=False, server_default=""),  # the word of fetch.failures; "": none
    Column("offset_s", Float, nullable=False, server_default="0"),  # learnt: its local time minus UTC
    Column("ahead", Words, nullable=False, server_default=""),  # the evidence, see feeds.zones
)

# Which servers asked to be left alone: none of their feeds is asked before.
resting_hosts = Table(
    "resting_hosts",
    metadata,
    Column("host", String(300), primary_key=True),  # name and port, see feeds.polling.host_of
    Column("at", Utc, nullable=False),  # when it asked
    Column("until", Utc, nullable=False),
)

# One row per answer or failure: what the coverage accounts are made of.
polls = Table(
    "polls",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("feed_id", String(200), nullable=False),
    Column("at", Utc, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("http_status", Integer, nullable=False),
    Column("status", String(40), nullable=False),
    Column("entries", Integer, nullable=False, default=0),
    Column("new", Integer, nullable=False, default=0),
    Column("skew_s", Float),  # the server's clock minus ours; NULL: it did not say
    Index("ix_polls_at", "at"),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(2000), nullable=False, unique=True),  # identity of the URL, see articles.urls
    Column("url", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("text", Words, nullable=False, default=""),
    Column("summary", Words, nullable=False, default=""),
    Column("published", Utc, nullable=False),
    Column("published_is_approximate", Boolean, nullable=False, default=False),
    Column("seen_at", Utc, nullable=False),
    Column("feed_date", Utc),  # as stated, whichever counts: `published` is what counts
    Column("page_date", Utc),
    Column("authors", JSON, nullable=False, default=list),
    Column("language", String(40), nullable=False, default=""),
    Column("outlet", Words, nullable=False, default=""),
    Column("feed_id", String(200), nullable=False, default=""),
    Column("country", String(8), nullable=False, default=""),
    Column("trust", Float, nullable=False, default=1.0),
    Column("origin", String(8), nullable=False, default="feed"),
    Column("note", Words, nullable=False, default=""),
    Column("paywall", Boolean, nullable=False, default=False),
    Column("state_media", Boolean, nullable=False, default=False),
    Column("robots", String(200), nullable=False, default=""),
    Column("is_secondhand", Boolean, nullable=False, server_default=false()),
    Column("is_backlog", Boolean, nullable=False, server_default=false()),
    Column("stage", String(8), nullable=False),
    Index("ix_articles_stage", "stage"),
    Index("ix_articles_published", "published"),
    Index("ix_articles_seen_at", "seen_at", "id"),  # in this order old ones are forgotten, step by step
)

# Where and under which id a feed showed an article: identity over time.
sightings = Table(
    "sightings",
    metadata,
    Column("feed_id", String(200), primary_key=True),
    Column("guid", String(2000), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("seen_at", Utc, nullable=False),
    Index("ix_sightings_seen_at", "seen_at", "article_id"),
)

# What a publisher changed after we first saw it.
revisions = Table(
    "revisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", Utc, nullable=False),
    Column("field", String(40), nullable=False),
    Column("old", Words, nullable=False),
    Column("new", Words, nullable=False),
)

# When a page that was read was asked last, and what tells whether it changed since. Without a row it was asked when it was first seen.
visits = Table(
    "visits",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("asked_at", Utc, nullable=False),
    Column("title", Words, nullable=False),  # as the page had it, which may not be what the feed calls it
    Column("etag", Words, nullable=False),
    Column("last_modified", Words, nullable=False),
    Column("validators_url", Words, nullable=False),  # where the page lay that they are of
    Column("failures", Integer, nullable=False),  # in a row
    Column("is_over", Boolean, nullable=False),  # it is asked no more
    Column(
        "version_of", Integer
    ),  # the told article whose page changed into this; no foreign key, as in told_facts
    Column("told_as", Words, nullable=False),  # the headline an issue had of that one
)

# Lines of a page that are no part of its article's text: offers, notes, captions. No row: there were none, or an earlier version read it.
left_out = Table(
    "left_out",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("lines", JSON, nullable=False),
    Column("more", Integer, nullable=False),  # further ones, which are not kept
)

profiles = Table(
    "profiles",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("made_at", Utc, nullable=False),
    Column("body", Words, nullable=False),  # JSON
)

# The background a batch of scores was standardised on: with it, a stored score can be recomputed.
backgrounds = Table(
    "backgrounds",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(100), nullable=False),
    Column("profile_version", Integer, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("made_at", Utc, nullable=False),
    Column("body", LargeBinary, nullable=False),  # zlib JSON
)

stories = Table(
    "stories",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column(
        "id", Integer, primary_key=True, autoincrement=False
    ),  # numbered within the topic, never given twice
    Column("first_at", Utc, nullable=False),
    Column("last_at", Utc, nullable=False),
)

issues = Table(
    "issues",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(100), nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, ... of issues; -1, -2, ... of what alerts told
    Column("since", Utc, nullable=False),
    Column("until", Utc, nullable=False),
    Column("composed_at", Utc, nullable=False),
    Column("digest", Words, nullable=False),  # JSON, the frozen content
    Column("subject", Words, nullable=False),
    Column("html", Words, nullable=False),
    Column("text", Words, nullable=False),
    Column("markdown", Words, nullable=False),
    Column("json", Words, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("alert", String(40), nullable=False, server_default=""),  # the name of the alert; "": an issue
    UniqueConstraint("topic", "number"),
)

scores = Table(
    "scores",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("scored_at", Utc, nullable=False),
    Column("relevance", Float, nullable=False),
    Column("is_relevant", Boolean, nullable=False),
    Column("novelty", Float),
    Column("duplicate_of", Integer),
    Column("story_id", Integer),
    Column("profile_version", Integer, nullable=False),
    Column("background_id", ForeignKey("backgrounds.id"), nullable=False),
    Column("tuning_version", Integer, nullable=False, default=0),  # 0: as shipped, no row in tunings
    Column("body", Words, nullable=False),  # JSON: the parts of the score and their why
    Column("issue_id", ForeignKey("issues.id")),  # the issue that took it; NULL: still to come
    Column(
        "fate", String(8), nullable=False, server_default=""
    ),  # what that issue did with it: see store/scores.py
    Column("because", Words, nullable=False, server_default=""),  # why it is not told, in words
    ForeignKeyConstraint(["topic", "story_id"], ["stories.topic", "stories.id"], name="fk_scores_story"),
    Index("ix_scores_article_id", "article_id", "is_relevant"),
    Index("ix_scores_story", "topic", "story_id"),
    Index("ix_scores_waiting", "topic", "is_relevant", "issue_id"),
)

# Whose links are whose: the mark in a link -> who got it. Marks are made of addresses and a secret, see digests.keys.
readers = Table(
    "readers",
    metadata,
    Column("mark", String(22), primary_key=True),
    Column("recipient", String(320), nullable=False),  # in small letters
    Column("answers_after", Utc),  # links of issues composed up to then answer no more; NULL: all do
)

# What each reader said of an article under a topic; a reader's newest answer stands.
feedback = Table(
    "feedback",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column(
        "reader", String(22), primary_key=True, server_default=""
    ),  # a mark; "": whoever runs this, by command
    Column("verdict", String(12), nullable=False),  # relevant | irrelevant | knew_it
    Column("at", Utc, nullable=False),
)

# The changes of weight learnt from feedback, by version: with them, a stored score can be recomputed.
tunings = Table(
    "tunings",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("made_at", Utc, nullable=False),
    Column("body", Words, nullable=False),  # JSON
)

# The profile and the feeds with which a topic has looked back over what was stored; no row: it has not, or missed something since.
looked_back = Table(
    "looked_back",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("mark", String(80), nullable=False),
)

# What the window needs of a relevant article, so that a restart need not read texts again.
features = Table(
    "features",
    metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("body", LargeBinary, nullable=False),  # zlib JSON
)

# Each story an issue showed, and each sentence it told: "already sent".
reported = Table(
    "reported",
    metadata,
    Column("issue_id", ForeignKey("issues.id", ondelete="CASCADE"), primary_key=True),
    Column("story_id", Integer, primary_key=True),  # of the issue's topic
    Column("headline", Words, nullable=False),
    Column("sentences", JSON, nullable=False),
)

# The facts relevant articles told, each under a number, with the article that told it first: no news later, however late.
told_facts = Table(
    "told_facts",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("key", Integer, primary_key=True, autoincrement=False),  # see stories.told
    Column("article_id", Integer, nullable=False),  # no foreign key: it would double what a row costs
)

# What the messages of an issue have in common, once: see store.shared.
bodies = Table(
    "bodies",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("issue_id", ForeignKey("issues.id"), nullable=False, index=True),
    Column("sha256", String(64), nullable=False),  # of the content as it was
    Column("content", LargeBinary, nullable=False),  # zlib
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("issue_id", ForeignKey("issues.id"), primary_key=True),
    Column("recipient", String(320), primary_key=True),
    Column("state", String(12), nullable=False),  # pending | sending | sent | failed | uncertain
    Column("dot", Boolean, nullable=False, default=False),  # the final dot may have reached the server
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_attempt_at", Utc),
    Column("message_id", Words, nullable=False),
    Column("message", LargeBinary, nullable=False),  # the frozen bytes; with a body what differs from it
    Column("sent_at", Utc),
    Column("detail", Words, nullable=False, default=""),
    Column("channel", String(12), nullable=False, server_default="mail"),  # mail | webhook
    Column("entered_at", Utc),  # trying begins here, and ends five days later
    # Why it failed: refused (who it is for), bounced, rejected (anything else), given_up, suppressed. While it waits "",
    # ours when the server refused what we are, or pace when it asked for fewer or later.
    Column("reason", String(12), nullable=False, server_default=""),
    Column("body_id", Integer),  # of bodies; no foreign key: SQLite would copy the whole table to add one
    # On PostgreSQL with the operators by which an index finds beginnings: see migration 0009. To name them here
    # would import that dialect, 40 ms of every start.
    Index("ix_deliveries_message_id", "message_id"),
)

# Who wants no more mail of a topic, or cannot be reached.
suppressed = Table(
    "suppressed",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("recipient", String(320), primary_key=True),  # in small letters
    Column("at", Utc, nullable=False),
    Column("reason", Words, nullable=False),
)

# What the daemon did with each due moment of a topic's schedule.
slots = Table(
    "slots",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("slot", Utc, primary_key=True),
    Column("state", String(12), nullable=False),  # done | skipped | ... see store/slots.py
    Column("issue_id", ForeignKey("issues.id")),
    Column("at", Utc, nullable=False),
)

# Since when a topic has the schedule it has: no slot before that is due.
schedules = Table(
    "schedules",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("schedule", Words, nullable=False),  # as the topic file has it, in one line
    Column("since", Utc, nullable=False),
)

# What was done once to all that was stored, and by which rules; no row: it is still to do.
marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("mark", String(80), nullable=False),
)

# What is wrong at present, so that a restart tells nobody a second time.
alarms = Table(
    "alarms",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("since", Utc, nullable=False),
    Column("told_at", Utc),  # NULL: nobody could be told yet
    Column("detail", Words, nullable=False),
)
