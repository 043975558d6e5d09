"""The tables of drafts and of what editors decide; schema.py has them with all others."""

from __future__ import annotations

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from monitor.store.columns import Utc, Words
from monitor.store.naming import metadata

# The next issue of a topic as it stood when something last changed: made by what composes the issue, kept so that a look costs nothing.
drafts = Table(
    "drafts",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("number", Integer, nullable=False),  # of the issue it would be
    Column("at", Utc, nullable=False),
    Column("mark", String(64), nullable=False),  # of all it was made of, see pipeline.issuing.drafting
    Column("digest", Words, nullable=False),  # JSON, as an issue's
)

# What an editor decided about an issue to come, each decision a row for good; once that issue is frozen, they are spent.
decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("topic", String(100), nullable=False),
    Column("issue", Integer, nullable=False),  # number
    Column("kind", String(8), nullable=False),  # top | in | out | line, see store/decisions.py
    Column("article_id", Integer, nullable=False),  # leads the story; 0: of the issue as a whole
    Column("article_ids", JSON, nullable=False),  # the leads of all stories that are meant
    Column("words", Words, nullable=False),  # the headline as it was, or the editor's line
    Column("who", Words, nullable=False),
    Column("at", Utc, nullable=False),
    Column("undone_at", Utc),  # NULL: it stands
    Column("undone_by", Words, nullable=False, server_default=""),
    Index("ix_decisions_topic", "topic", "issue"),
)

# To whom a draft went as a proof, last: no second one of the same draft by a second press of the button.
proofs = Table(
    "proofs",
    metadata,
    Column("topic", String(100), primary_key=True),
    Column("recipient", String(320), primary_key=True),  # in small letters
    Column("mark", String(64), nullable=False),  # of the draft
    Column("at", Utc, nullable=False),
)
