"""Articles, where they were seen, and what their publishers changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, func, insert, or_, select, update

from monitor.model import Article, Stage
from monitor.store.database import pairs, upsert
from monitor.store.schema import articles, revisions, sightings

T = TypeVar("T")
_FIELDS = tuple(f.name for f in fields(Article))
_COLUMNS = tuple(articles.c[name] for name in _FIELDS)


def seen_as(connection: Connection, *, feed_id: str, guids: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return the article behind each guid a feed showed before: id and stored title."""
    found: dict[str, tuple[int, str]] = {}
    for part in _chunks(guids):
        rows = connection.execute(
            select(sightings.c.guid, articles.c.id, articles.c.title)
            .join(articles, articles.c.id == sightings.c.article_id)
            .where(sightings.c.feed_id == feed_id, sightings.c.guid.in_(part))
        )
        found.update({guid: (article_id, title) for guid, article_id, title in rows})
    return found


def ids_of(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return the article ids behind URL keys."""
    found: dict[str, int] = {}
    for part in _chunks(keys):
        rows = connection.execute(select(articles.c.key, articles.c.id).where(articles.c.key.in_(part)))
        found.update(pairs(rows))
    return found


def add(connection: Connection, article: Article, *, key: str) -> int:
    """Add an article (its `id` is ignored) and return the id it was given."""
    values = _values(article) | {"key": key}
    return int(connection.execute(insert(articles).values(values).returning(articles.c.id)).scalar_one())


def add_sighting(connection: Connection, *, feed_id: str, guid: str, article_id: int, at: datetime) -> None:
    """Remember that a feed showed an article under a guid; repeating it changes nothing."""
    statement = upsert(connection, sightings).values(
        feed_id=feed_id, guid=guid, article_id=article_id, seen_at=at
    )
    connection.execute(statement.on_conflict_do_nothing())


def revise(connection: Connection, article_id: int, *, at: datetime, field: str, old: str, new: str) -> None:
    """Record what a publisher changed and take the new value over."""
    connection.execute(insert(revisions).values(article_id=article_id, at=at, field=field, old=old, new=new))
    connection.execute(update(articles).where(articles.c.id == article_id).values({field: new}))


def put(connection: Connection, article: Article) -> None:
    """Write an article's fields over the stored ones."""
    connection.execute(update(articles).where(articles.c.id == article.id).values(_values(article)))


def get(connection: Connection, ids: Iterable[int]) -> dict[int, Article]:
    """Return the articles with these ids, by id."""
    found: dict[int, Article] = {}
    for part in _chunks(sorted(set(ids))):
        rows = connection.execute(select(*_COLUMNS).where(articles.c.id.in_(part))).mappings()
        found.update({row["id"]: _article(row) for row in rows})
    return found


def at_stage(connection: Connection, stage: Stage, *, limit: int | None = None) -> tuple[Article, ...]:
    """Return the articles at a stage, in the order of their dates."""
    query = select(*_COLUMNS).where(articles.c.stage == stage).order_by(articles.c.published, articles.c.id)
    return tuple(_article(row) for row in connection.execute(query.limit(limit)).mappings())


def stages(connection: Connection) -> dict[str, int]:
    """Return how many articles stand at each stage."""
    rows = connection.execute(select(articles.c.stage, func.count()).group_by(articles.c.stage))
    return dict(pairs(rows))


def recent_texts(connection: Connection, *, until: datetime, limit: int) -> tuple[tuple[str, str], ...]:
    """Return title and summary of the newest entries seen up to `until`, oldest first: what the feeds carry."""
    query = (
        select(articles.c.title, articles.c.summary)
        .where(articles.c.seen_at <= until)
        .order_by(articles.c.published.desc(), articles.c.id.desc())
        .limit(limit)
    )
    return tuple(reversed(connection.execute(query).all()))


def find(connection: Connection, *, key: str = "", article_id: int = 0) -> Article | None:
    """Return one article by URL key or id."""
    condition = articles.c.key == key if key else articles.c.id == article_id
    row = connection.execute(select(*_COLUMNS).where(condition)).mappings().first()
    return None if row is None else _article(row)


def search(connection: Connection, words: Sequence[str], *, limit: int) -> tuple[Article, ...]:
    """Return the newest articles that hold every word in title, summary or text, whatever the case."""
    fields_ = (articles.c.title, articles.c.summary, articles.c.text)
    conditions = [or_(*(field.icontains(word, autoescape=True) for field in fields_)) for word in words]
    query = (
        select(*_COLUMNS)
        .where(*conditions)
        .order_by(articles.c.published.desc(), articles.c.id.desc())
        .limit(limit)
    )
    return tuple(_article(row) for row in connection.execute(query).mappings())


def seen_between(connection: Connection, *, since: datetime, until: datetime) -> dict[str, int]:
    """Return the accounts of what came in during a period: entries, articles, pages, feed_only."""
    inside = (articles.c.seen_at > since, articles.c.seen_at <= until)
    rows = connection.execute(
        select(articles.c.origin, func.count()).where(*inside).group_by(articles.c.origin)
    )
    origins: dict[str, int] = dict(pairs(rows))
    seen = (sightings.c.seen_at > since, sightings.c.seen_at <= until)
    entries = connection.execute(select(func.count()).select_from(sightings).where(*seen)).scalar_one()
    return {
        "entries": entries,
        "articles": sum(origins.values()),
        "pages": origins.get("page", 0),
        "feed_only": origins.get("feed", 0),
    }


def _article(row: RowMapping) -> Article:
    values: dict[str, Any] = dict(row)
    return Article(**values | {"authors": tuple(values["authors"]), "stage": Stage(values["stage"])})


def _values(article: Article) -> dict[str, Any]:
    values = {name: getattr(article, name) for name in _FIELDS if name != "id"}
    return values | {"authors": list(article.authors), "stage": str(article.stage)}


def _chunks(items: Sequence[T], size: int = 500) -> Iterable[Sequence[T]]:
    # SQLite allows 32,766 variables in one statement; PostgreSQL plans short lists better.
    return (items[start : start + size] for start in range(0, len(items), size))
