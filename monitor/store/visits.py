"""When pages were asked last, and what tells whether they changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, func, or_, select

from monitor.store.database import upsert
from monitor.store.schema import articles, scores, visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What is remembered of a page between two times it is asked."""

    article_id: int
    asked_at: datetime
    title: str = ""
    etag: str = ""
    last_modified: str = ""
    validators_url: str = ""
    failures: int = 0
    is_over: bool = False
    version_of: int | None = None
    told_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An article that is what the page of a told one changed into: the told one, its story, and its headline in that issue."""

    of: int
    story_id: int | None
    told_as: str


def put(connection: Connection, visit: Visit) -> None:
    """Remember a visit in place of the one before."""
    values = asdict(visit)
    statement = upsert(connection, visits).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=values))


def forget(connection: Connection, *, asked_before: datetime) -> int:
    """Forget visits that are over; not what told articles' pages became, which composing an issue again asks for. Return how many."""
    old = visits.c.asked_at < asked_before, visits.c.version_of.is_(None)
    return connection.execute(delete(visits).where(*old)).rowcount


def of(connection: Connection, article_ids: Collection[int]) -> dict[int, Visit]:
    """Return the visits to the pages of these articles, by article id."""
    names = [field.name for field in fields(Visit)]
    query = select(*(visits.c[name] for name in names)).where(visits.c.article_id.in_(sorted(article_ids)))
    return {row["article_id"]: Visit(**row) for row in connection.execute(query).mappings()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An article whose page was read, its story and its feed, and when the page was asked last."""

    article_id: int
    story_id: int | None
    feed_id: str
    asked_at: datetime


def open_pages(connection: Connection, topics: Collection[str], *, seen_since: datetime) -> list[Asked]:
    """Return the relevant articles no issue has taken yet, without copies of others, first seen after `seen_since`; the longest unasked first."""
    is_own_text = or_(scores.c.duplicate_of.is_(None), visits.c.version_of.is_not(None))
    waits = scores.c.is_relevant, scores.c.issue_id.is_(None), is_own_text
    return _asked(connection, scores.c.topic.in_(sorted(topics)), *waits, articles.c.seen_at > seen_since)


def told_pages(connection: Connection, article_ids: Collection[int]) -> list[Asked]:
    """Return those of these articles whose page is still asked, the longest unasked first."""
    return _asked(connection, scores.c.article_id.in_(sorted(article_ids)))


def _asked(connection: Connection, *conditions: ColumnElement[bool]) -> list[Asked]:
    asked_at = func.coalesce(visits.c.asked_at, articles.c.seen_at)
    query = (
        select(articles.c.id, scores.c.story_id, articles.c.feed_id, asked_at)
        .join(scores, scores.c.article_id == articles.c.id)
        .outerjoin(visits, visits.c.article_id == articles.c.id)
        .where(
            *conditions,
            articles.c.origin == "page",
            ~articles.c.paywall,
            or_(visits.c.is_over.is_(None), ~visits.c.is_over),
        )
        .order_by(asked_at, articles.c.id, scores.c.topic)
    )
    rows = (
        Asked(article_id=i, story_id=s, feed_id=f, asked_at=at) for i, s, f, at in connection.execute(query)
    )
    return list({row.article_id: row for row in rows}.values())


def versions(connection: Connection, topic: str, article_ids: Iterable[int]) -> dict[int, Version]:
    """Return which of the articles are what a told one's page changed into, by article id."""
    wanted = set(article_ids)
    own = and_(scores.c.article_id == visits.c.version_of, scores.c.topic == topic)
    query = (
        select(visits.c.article_id, visits.c.version_of, scores.c.story_id, visits.c.told_as)
        .outerjoin(scores, own)
        .where(visits.c.version_of.is_not(None))
        .order_by(visits.c.article_id)
    )
    return {
        row.article_id: Version(of=row.version_of, story_id=row.story_id, told_as=row.told_as)
        for row in connection.execute(query)
        if row.article_id in wanted
    }
