"""Articles, where they were seen, and what their publishers changed afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import sha256
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, RowMapping, bindparam, case, func, insert, select, update

from monitor.model import Article, Stage
from monitor.store import wordindex
from monitor.store.database import pairs, upsert
from monitor.store.schema import articles, revisions, sightings

T = TypeVar("T")
MAX_NAME_BYTES = 2000  # of a key or guid in UTF-8
_FIELDS = tuple(f.name for f in fields(Article))
_WRITTEN = tuple(name for name in _FIELDS if name != "id")
_written = attrgetter(*_WRITTEN)
_COLUMNS = tuple(articles.c[name] for name in _FIELDS)


@dataclass(frozen=True, slots=True)
class Known:
    """A stored article, as far as taking in entries asks for it."""

    id: int
    key: str
    title: str
    feed_id: str
    is_secondhand: bool


_KNOWN = (articles.c.id, articles.c.key, articles.c.title, articles.c.feed_id, articles.c.is_secondhand)


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressed:
    """Under which key and address an article is stored."""

    id: int
    key: str
    url: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retitled:
    """A title that was changed, and when that was seen."""

    article_id: int
    at: datetime
    old: str
    new: str


def seen_as(connection: Connection, shown: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """Return the article behind each (feed, guid) that was shown before."""
    found: dict[tuple[str, str], Known] = {}
    asked = {(feed_id, fitting(guid)): guid for feed_id, guid in shown}
    for part in _chunks(tuple(asked)):
        rows = connection.execute(
            select(sightings.c.feed_id, sightings.c.guid, *_KNOWN)
            .join(articles, articles.c.id == sightings.c.article_id)
            # Both lists, and not pairs: SQLite would read the whole table for pairs. What is found besides does no harm.
            .where(
                sightings.c.feed_id.in_({feed_id for feed_id, _ in part}),
                sightings.c.guid.in_([guid for _, guid in part]),
            )
        )
        for feed_id, guid, *known in rows:
            found[feed_id, asked.get((feed_id, guid), guid)] = Known(*known)
    return found


def known_by_key(connection: Connection, keys: Iterable[str]) -> dict[str, Known]:
    """Return the stored articles behind URL keys."""
    found: dict[str, Known] = {}
    asked = {fitting(key): key for key in keys}
    for part in _chunks(tuple(asked)):
        rows = connection.execute(select(*_KNOWN).where(articles.c.key.in_(part)))
        found.update((asked[row.key], Known(*row)) for row in rows)
    return found


def ids_of(connection: Connection, keys: Sequence[str]) -> dict[str, int]:
    """Return the article ids behind URL keys."""
    return {key: known.id for key, known in known_by_key(connection, keys).items()}


def add(connection: Connection, article: Article, *, key: str) -> int:
    """Add an article (its `id` is ignored) and return the id it was given."""
    values = _values(article) | {"key": fitting(key)}
    made = int(connection.execute(insert(articles).values(values).returning(articles.c.id)).scalar_one())
    wordindex.enter(connection, {made: _texts(article)})
    return made


def add_many(connection: Connection, new: Mapping[str, Article]) -> dict[str, int]:
    """Add articles by URL key (their `id` is ignored) and return the ids behind the keys; one already there stays as it is."""
    if not new:
        return {}
    first: dict[str, Article] = {}  # keys that the column holds alike are one
    for key, article in new.items():
        first.setdefault(fitting(key), article)
    rows = [_values(article) | {"key": key} for key, article in first.items()]
    connection.execute(upsert(connection, articles).on_conflict_do_nothing(), rows)
    ids = ids_of(connection, tuple(new))
    wordindex.enter(connection, {number: _texts(first[fitting(key)]) for key, number in ids.items()})
    return ids


def add_sightings(connection: Connection, rows: Sequence[tuple[str, str, int]], *, at: datetime) -> None:
    """Remember that feeds showed articles under guids: (feed, guid, article). Repeating it changes nothing."""
    if not rows:
        return
    statement = upsert(connection, sightings)
    # A feed that gives an old id to another article shows that one under it from now on.
    again = {"article_id": statement.excluded.article_id, "seen_at": statement.excluded.seen_at}
    once = {(f, fitting(g)): a for f, g, a in rows}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["feed_id", "guid"], set_=again),
        [{"feed_id": f, "guid": g, "article_id": a, "seen_at": at} for (f, g), a in once.items()],
    )


def take_over(
    connection: Connection, article_id: int, values: Mapping[str, Any], *, text: str, stated: datetime | None
) -> None:
    """Give an article what its own publisher's feed says of it, in place of what another feed said: no change of the publisher's.

    `text` is the feed's own; what was read on the publisher's page stays. `stated` is its date: it counts, up to when the page was seen.
    """
    mine = update(articles).where(articles.c.id == article_id)
    with wordindex.kept(connection, [article_id]):
        connection.execute(mine.values(dict(values) | {"is_secondhand": False}))
        connection.execute(mine.where(articles.c.origin == "feed").values(text=text))
    if stated is not None:
        was_seen = articles.c.seen_at < stated
        counts = case((was_seen, articles.c.seen_at), else_=stated)
        connection.execute(mine.values(feed_date=stated, published=counts, published_is_approximate=was_seen))


def revise(connection: Connection, article_id: int, *, at: datetime, field: str, old: str, new: str) -> None:
    """Record what a publisher changed and take the new value over."""
    connection.execute(insert(revisions).values(article_id=article_id, at=at, field=field, old=old, new=new))
    with wordindex.kept(connection, [article_id]):
        connection.execute(update(articles).where(articles.c.id == article_id).values({field: new}))


def retext(connection: Connection, article: Article, *, at: datetime, old: str, new: str) -> None:
    """Take over the text of a page that changed; `old` and `new` are the sentences that differ, which are recorded."""
    connection.execute(insert(revisions).values(article_id=article.id, at=at, field="text", old=old, new=new))
    with wordindex.kept(connection, [article.id]):
        connection.execute(update(articles).where(articles.c.id == article.id).values(text=article.text))


def retitled(
    connection: Connection, ids: Iterable[int], *, since: datetime, until: datetime
) -> tuple[Retitled, ...]:
    """Return the changes of these articles' titles seen after `since` and up to `until`, oldest first."""
    found: list[Retitled] = []
    for part in _chunks(sorted(set(ids))):
        query = select(revisions.c.article_id, revisions.c.at, revisions.c.old, revisions.c.new).where(
            revisions.c.article_id.in_(part),
            revisions.c.field == "title",
            revisions.c.at > since,
            revisions.c.at <= until,
        )
        rows = connection.execute(query.order_by(revisions.c.id))
        found += [Retitled(article_id=i, at=at, old=old, new=new) for i, at, old, new in rows]
    return tuple(sorted(found, key=lambda each: each.at))


def addressed(connection: Connection, *, after: int, limit: int) -> list[Addressed]:
    """Return keys and addresses of the articles with the next greater ids."""
    columns = (articles.c.id, articles.c.key, articles.c.url, articles.c.stage)
    query = select(*columns).where(articles.c.id > after).order_by(articles.c.id).limit(limit)
    return [Addressed(**row) for row in connection.execute(query).mappings()]


def readdress(connection: Connection, changes: Sequence[Addressed]) -> int:
    """Write other keys and addresses; a key that another article has stays that one's. Return how many articles changed."""
    taken = {key: known.id for key, known in known_by_key(connection, (each.key for each in changes)).items()}
    count = 0
    for each in changes:
        is_free = taken.setdefault(each.key, each.id) == each.id
        values = {"url": each.url} | ({"key": fitting(each.key)} if is_free else {})
        mine = articles.c.id == each.id
        count += connection.execute(update(articles).where(mine).values(values)).rowcount
    return count


def hold(connection: Connection, ids: Iterable[int]) -> None:
    """Keep others from changing these articles until the transaction ends: who changes several takes them in the order of their ids.

    Otherwise two could wait for each other. SQLite has one writer anyway.
    """
    if connection.dialect.name == "sqlite":
        return
    for part in _chunks(sorted(set(ids))):
        query = select(articles.c.id).where(articles.c.id.in_(part)).order_by(articles.c.id)
        connection.execute(query.with_for_update(key_share=True)).all()


def put(connection: Connection, changed: Sequence[Article]) -> None:
    """Write the fields of articles, one of each id, over the stored ones, in the order of their ids: see `hold`."""
    if not changed:
        return
    ordered = sorted(changed, key=lambda each: each.id)
    hold(connection, [each.id for each in ordered])
    wordindex.follow(connection, {each.id: _texts(each) for each in ordered})
    statement = update(articles).where(articles.c.id == bindparam("own_id"))
    connection.execute(statement, [_values(each) | {"own_id": each.id} for each in ordered])


def advance(connection: Connection, ids: Iterable[int], stage: Stage) -> None:
    """Let articles come to a stage; everything else of them stays as it is stored."""
    wanted = sorted(set(ids))
    hold(connection, wanted)
    for part in _chunks(wanted):
        connection.execute(update(articles).where(articles.c.id.in_(part)).values(stage=str(stage)))


def get(connection: Connection, ids: Iterable[int]) -> dict[int, Article]:
    """Return the articles with these ids, by id."""
    found: dict[int, Article] = {}
    for part in _chunks(sorted(set(ids))):
        rows = connection.execute(select(*_COLUMNS).where(articles.c.id.in_(part))).mappings()
        found.update({row["id"]: _article(row) for row in rows})
    return found


def ids_at_stage(connection: Connection, stage: Stage) -> tuple[int, ...]:
    """Return the ids of the articles at a stage, in the order of their dates: who takes many reads their texts in lots."""
    query = select(articles.c.id).where(articles.c.stage == stage)
    return tuple(connection.execute(query.order_by(articles.c.published, articles.c.id)).scalars())


def get_in_order(connection: Connection, ids: Sequence[int]) -> list[Article]:
    """Return the articles with these ids in their order; those that are gone are left out."""
    found = get(connection, ids)
    return [found[each] for each in ids if each in found]


def at_stage(connection: Connection, stage: Stage) -> tuple[Article, ...]:
    """Return the articles at a stage, all of them at once, in the order of their dates."""
    return tuple(get_in_order(connection, ids_at_stage(connection, stage)))


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


def newest(connection: Connection, *, since: datetime, until: datetime, limit: int) -> tuple[Article, ...]:
    """Return the newest articles seen after `since` and up to `until`, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(articles.c.seen_at > since, articles.c.seen_at <= until)
        .order_by(articles.c.published.desc(), articles.c.id.desc())
        .limit(limit)
    )
    return tuple(reversed([_article(row) for row in connection.execute(query).mappings()]))


def find(connection: Connection, *, key: str = "", article_id: int = 0) -> Article | None:
    """Return one article by URL key or id."""
    condition = articles.c.key == fitting(key) if key else articles.c.id == article_id
    row = connection.execute(select(*_COLUMNS).where(condition)).mappings().first()
    return None if row is None else _article(row)


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


def fitting(name: str) -> str:
    """Return a key or guid as an index can hold it: as it is, or its beginning and its SHA-256.

    PostgreSQL's indexes take 2,704 bytes, a feed's id among them, and no NUL.
    """
    if len(name) * 4 <= MAX_NAME_BYTES or (name.isascii() and len(name) <= MAX_NAME_BYTES):
        return name.replace("\0", "")
    raw = name.replace("\0", "").encode()
    if len(raw) <= MAX_NAME_BYTES:
        return raw.decode()
    return f"{raw[:1000].decode('utf-8', 'ignore')}#{sha256(raw).hexdigest()}"


def _article(row: RowMapping) -> Article:
    values: dict[str, Any] = dict(row)
    return Article(**values | {"authors": tuple(values["authors"]), "stage": Stage(values["stage"])})


def _texts(article: Article) -> wordindex.Texts:
    return wordindex.Texts(article.title, article.summary, article.text)


def _values(article: Article) -> dict[str, Any]:
    values = dict(zip(_WRITTEN, _written(article), strict=True))
    values["authors"] = list(article.authors)
    values["stage"] = str(article.stage)
    return values


def _chunks(items: Sequence[T], size: int = 500) -> Iterable[Sequence[T]]:
    # SQLite allows 32,766 variables in one statement; PostgreSQL plans short lists better.
    return (items[start : start + size] for start in range(0, len(items), size))
