"""What the desk shows: one value for each of its places, made by operations.desk, turned into pages and JSON by web.desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.model.articles import Article
from monitor.model.digests import Digest
from monitor.model.scores import Facet, Score, Seed

Marks = tuple[tuple[int, int], ...]  # first character, one after the last; in order, apart


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicBrief:
    """A topic in a list."""

    id: str
    title: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionLook:
    """What the editor decided of the next issue, and stands."""

    id: int
    kind: str  # top | in | out | line
    words: str  # the story's headline as it was then, or the line
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLook:
    """The next issue as it would have been if it had been made at `at`, since when nothing moved."""

    topic: TopicBrief
    at: datetime
    next_issue: datetime
    readers: int  # mailboxes, webhooks and channels it goes to
    digest: Digest | None  # None: nothing was learnt of the topic yet
    answers: Mapping[int, str]  # article id -> what was answered: relevant | irrelevant | knew_it
    decisions: tuple[DecisionLook, ...] = ()  # in the order in which they were made


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueBrief:
    """A frozen issue in a list."""

    topic: str
    number: int
    since: datetime
    until: datetime
    subject: str
    stories: int
    sent: int  # recipients who have it


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLook:
    """A frozen issue: what was composed, and its renderings byte for byte."""

    digest: Digest
    subject: str
    html: str
    text: str
    markdown: str
    deliveries: Mapping[str, int]  # state -> messages
    has_next: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueMention:
    """A story as an issue told it."""

    issue: int
    headline: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBrief:
    """A story in a list."""

    topic: str
    id: int
    headline: str  # its last told one, else its first article's
    first_at: datetime
    last_at: datetime
    articles: int
    outlets: int
    issues: tuple[int, ...]  # those that told it


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An article of a story."""

    article: Article
    score: Score
    issue: int | None  # the one that considered it
    was_sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryLook:
    """A story over time."""

    brief: StoryBrief
    members: tuple[Member, ...]  # oldest first
    sent: tuple[IssueMention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An article under one topic: its score, computed again, and what became of it."""

    topic: str
    title: str  # the topic's
    score: Score
    line: float  # relevance from which an article is on topic
    agrees: bool  # the stored relevance is what its stored parts give
    recomputed: float | None  # None: the profile of then is gone
    untuned: float | None  # what it would be without any answers
    answer: str  # relevant | irrelevant | knew_it | ""
    issue: int | None  # the one that considered it
    was_shown: bool
    because: str  # why that issue does not show it, in words; ""
    lines: tuple[str, ...]  # all of it for people, as `monitor explain` prints it


@dataclass(frozen=True, slots=True, kw_only=True)
class TextChange:
    """What a publisher changed in an article after it was first seen."""

    at: datetime
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLook:
    """An article with all that is known of it."""

    article: Article
    left_out: tuple[str, ...]  # lines that reading left out of its text
    left_out_more: int
    revisions: tuple[TextChange, ...]
    whys: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """A search: words, and what must hold beside."""

    words: str
    topic: str = ""  # "": all
    outlet: str = ""  # its name, or the id of its feed
    language: str = ""
    since: datetime | None = None
    until: datetime | None = None  # published before
    is_relevant: bool = False
    is_sent: bool = False
    limit: int = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What became of an article under a topic."""

    topic: str
    relevance: float
    is_relevant: bool
    story: int | None
    issue: int | None  # the one that told it


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An article a search found, and the piece of its text that shows why."""

    article: Article
    title_marks: Marks
    snippet: str
    snippet_marks: Marks
    standings: tuple[Standing, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResults:
    """What a search gave."""

    hits: tuple[Hit, ...]  # newest first
    has_more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLook:
    """A feed and how it does."""

    id: str
    name: str
    url: str
    group: str
    country: str
    is_asked: bool  # enabled, and not gone
    verdict: str  # ok | empty | ... ; "": not asked yet
    detail: str
    reason: str  # why it is disabled
    health: str  # dead | quiet | trouble | well | off | new
    advice: str
    polled_at: datetime | None
    ok_at: datetime | None
    new_at: datetime | None
    next_poll_at: datetime | None
    failures: int  # in a row
    cadence_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotLook:
    """A due moment and what became of it."""

    topic: str
    slot: datetime
    state: str
    issue: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryLook:
    """A message of the ledger."""

    topic: str
    issue: int  # below 0: what an alert told
    alert: str  # the alert's name; "": an issue
    recipient: str
    channel: str
    state: str
    attempts: int
    reason: str
    detail: str
    entered_at: datetime | None
    next_attempt_at: datetime | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaver:
    """Somebody who gets no more mail of a topic."""

    topic: str
    recipient: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLook:
    """Something that is wrong at present."""

    name: str
    detail: str
    since: datetime
    notified_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveriesLook:
    """What goes out and what did not arrive."""

    next_issues: tuple[tuple[TopicBrief, datetime], ...]
    slots: tuple[SlotLook, ...]  # newest first
    ledger: tuple[DeliveryLook, ...]  # newest first
    counts: Mapping[str, int]  # state -> messages
    suppressed: tuple[Leaver, ...]
    alarms: tuple[AlarmLook, ...]
    status: tuple[str, ...]  # as `monitor status` prints it


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLook:
    """A topic as its file describes it, and what was learnt of it."""

    brief: TopicBrief
    sentence: str
    mode: str  # wide | balanced | strict
    line: float
    expected: tuple[str, ...]  # how good the line was measured to be; (): nobody has
    next_issue: datetime
    readers: int
    facets: tuple[Facet, ...]
    facets_learnt: bool
    theme: tuple[str, ...]  # learnt stems, strongest first
    must: tuple[str, ...]
    never: tuple[str, ...]
    muted: tuple[str, ...]
    seeds: tuple[Seed, ...]
    version: int | None  # of the learnt profile; None: nothing learnt yet
    scored: int
    relevant: int
    waiting: int
    issues: int
    answers: Mapping[str, int]  # verdict -> articles
