"""Rows for whoever looks: due moments, messages, stories and changes of articles, newest first and never all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from monitor.store import scores as scores_store
from monitor.store.database import pairs
from monitor.store.issues import IS_ISSUE
from monitor.store.schema import articles, deliveries, issues, reported, revisions, scores, slots, stories


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """A due moment."""

    topic: str
    slot: datetime
    state: str
    issue: int | None  # the number of the issue it has
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """A message of the ledger, without its bytes."""

    topic: str
    issue: int
    alert: str  # the name of the alert that told it; "": an issue
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
class StoryRow:
    """A story, and what is in it."""

    id: int
    first_at: datetime
    last_at: datetime
    articles: int
    outlets: int
    headline: str  # of its first article


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a publisher changed."""

    at: datetime
    field: str
    old: str
    new: str


def slots_of(connection: Connection, topics: Collection[str], *, limit: int) -> tuple[SlotRow, ...]:
    """Return the newest due moments of these topics."""
    query = (
        select(slots.c.topic, slots.c.slot, slots.c.state, issues.c.number, slots.c.at)
        .outerjoin(issues, issues.c.id == slots.c.issue_id)
        .where(slots.c.topic.in_(topics))
        .order_by(slots.c.slot.desc(), slots.c.topic)
        .limit(limit)
    )
    return tuple(
        SlotRow(topic=topic, slot=slot, state=state, issue=number, at=at)
        for topic, slot, state, number, at in connection.execute(query)
    )


def messages(connection: Connection, *, limit: int) -> tuple[MessageRow, ...]:
    """Return the messages of the newest issues, newest issue first; of each those that were not sent, then the others, by recipient."""
    names = (
        "recipient channel state attempts reason detail entered_at next_attempt_at sent_at".split()  # of both
    )
    is_sent = case((deliveries.c.state == "sent", 1), else_=0)
    query = (
        select(
            issues.c.topic,
            issues.c.number.label("issue"),
            issues.c.alert,
            *(deliveries.c[name] for name in names),
        )
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .order_by(deliveries.c.issue_id.desc(), is_sent, deliveries.c.recipient)
        .limit(limit)
    )
    return tuple(MessageRow(**row) for row in connection.execute(query).mappings())


def stories_of(
    connection: Connection, topic: str, *, since: datetime, limit: int, only: int | None = None
) -> tuple[StoryRow, ...]:
    """Return a topic's stories that went on after `since`, those that went on last first; `only`: this one alone."""
    mine = [stories.c.topic == topic, stories.c.last_at > since]
    if only is not None:
        mine.append(stories.c.id == only)
    chosen = (
        select(stories).where(*mine).order_by(stories.c.last_at.desc(), stories.c.id.desc()).limit(limit)
    ).subquery()
    of_story = and_(scores.c.topic == chosen.c.topic, scores.c.story_id == chosen.c.id)
    query = (
        select(
            chosen.c.id,
            chosen.c.first_at,
            chosen.c.last_at,
            func.count(),
            func.count(func.distinct(articles.c.outlet)),
            func.min(articles.c.id),
        )
        .join(scores, of_story)
        .join(articles, articles.c.id == scores.c.article_id)
        .group_by(chosen.c.id, chosen.c.first_at, chosen.c.last_at)
        .order_by(chosen.c.last_at.desc(), chosen.c.id.desc())
    )
    rows = connection.execute(query).all()
    heads = select(articles.c.id, articles.c.title).where(articles.c.id.in_([row[5] for row in rows]))
    titles = dict(pairs(connection.execute(heads)))
    return tuple(
        StoryRow(
            id=story, first_at=first, last_at=last, articles=count, outlets=outlets, headline=titles[head]
        )
        for story, first, last, count, outlets, head in rows
    )


def headlines_sent(
    connection: Connection, topic: str, story_ids: Collection[int]
) -> dict[int, list[tuple[int, str, datetime]]]:
    """Return story id -> (number of the issue, headline, the issue's end), oldest first, of those an issue told."""
    query = (
        select(reported.c.story_id, issues.c.number, reported.c.headline, issues.c.until)
        .join(issues, issues.c.id == reported.c.issue_id)
        .where(issues.c.topic == topic, IS_ISSUE, reported.c.story_id.in_(sorted(story_ids)))
        .order_by(issues.c.number)
    )
    found: dict[int, list[tuple[int, str, datetime]]] = {}
    for story, number, headline, until in connection.execute(query):
        found.setdefault(story, []).append((number, headline, until))
    return found


def considered_by(connection: Connection, topic: str, story: int) -> dict[int, tuple[int, bool]]:
    """Return article id -> (number of the issue that considered it, whether that told it), of a story's articles."""
    query = (
        select(scores.c.article_id, issues.c.number, scores.c.fate)
        .join(issues, issues.c.id == scores.c.issue_id)
        .where(scores.c.topic == topic, scores.c.story_id == story)
    )
    return {
        article: (number, fate == scores_store.TOLD) for article, number, fate in connection.execute(query)
    }


def changes_of(connection: Connection, article_id: int, *, limit: int) -> tuple[Changed, ...]:
    """Return what was changed in an article, newest first."""
    query = (
        select(revisions.c.at, revisions.c.field, revisions.c.old, revisions.c.new)
        .where(revisions.c.article_id == article_id)
        .order_by(revisions.c.id.desc())
        .limit(limit)
    )
    return tuple(
        Changed(at=at, field=field, old=old, new=new) for at, field, old, new in connection.execute(query)
    )
