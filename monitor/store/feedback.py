"""What readers said of articles, and the tunings learnt from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from monitor.store.database import pairs, upsert
from monitor.store.schema import articles, feedback, tunings


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article whose news a reader knew already."""

    title: str
    text: str
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTuning:
    """A tuning as stored; `body` is its JSON."""

    version: int
    body: str


def put(connection: Connection, topic: str, article_id: int, *, verdict: str, at: datetime) -> str | None:
    """Write an answer down, in place of an earlier one; return that one, None for the first."""
    keys = {"topic": topic, "article_id": article_id}
    earlier: str | None = connection.execute(
        select(feedback.c.verdict).filter_by(**keys)
    ).scalar_one_or_none()
    values = {"verdict": verdict, "at": at}
    statement = upsert(connection, feedback).values(keys | values)
    connection.execute(statement.on_conflict_do_update(index_elements=["topic", "article_id"], set_=values))
    return earlier


def verdicts(connection: Connection, topic: str) -> dict[int, str]:
    """Return what was answered under a topic: article id -> verdict, in the order of ids."""
    query = select(feedback.c.article_id, feedback.c.verdict).where(feedback.c.topic == topic)
    return dict(pairs(connection.execute(query.order_by(feedback.c.article_id))))


def known(connection: Connection, topic: str) -> tuple[Known, ...]:
    """Return the articles a reader knew already, in the order of ids."""
    query = (
        select(articles.c.title, articles.c.text, articles.c.summary, articles.c.published)
        .join(feedback, feedback.c.article_id == articles.c.id)
        .where(feedback.c.topic == topic, feedback.c.verdict == "knew_it")
        .order_by(articles.c.id)
    )
    return tuple(
        Known(title=title, text=text or summary, published=published)
        for title, text, summary, published in connection.execute(query)
    )


def add_tuning(connection: Connection, topic: str, body: str, *, at: datetime) -> int:
    """Store a tuning's JSON as the topic's next version, unless it equals the newest; return the version."""
    newest = tuning(connection, topic)
    if newest is not None and newest.body == body:
        return newest.version
    version = 1 if newest is None else newest.version + 1
    connection.execute(insert(tunings).values(topic=topic, version=version, made_at=at, body=body))
    return version


def tuning(connection: Connection, topic: str, *, version: int | None = None) -> StoredTuning | None:
    """Return a topic's tuning: the newest, or the version asked for; None when there is none."""
    newest = select(func.max(tunings.c.version)).where(tunings.c.topic == topic).scalar_subquery()
    wanted = newest if version is None else version
    row = connection.execute(
        select(tunings.c.version, tunings.c.body).where(tunings.c.topic == topic, tunings.c.version == wanted)
    ).first()
    return None if row is None else StoredTuning(version=row.version, body=row.body)
