"""What readers said of articles, and the tunings learnt from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What counts as said of an article: the word of whoever runs this, else what most readers say, one vote each."""

    verdict: str
    is_by_link: bool  # readers said so, by links


def put(
    connection: Connection, topic: str, article_id: int, *, verdict: str, at: datetime, reader: str = ""
) -> str | None:
    """Write an answer down, in place of an earlier one of the same reader; return that one, None for the first.

    `reader` is a mark; "" stands for whoever runs this.
    """
    keys = {"topic": topic, "article_id": article_id, "reader": reader}
    earlier: str | None = connection.execute(
        select(feedback.c.verdict).filter_by(**keys)
    ).scalar_one_or_none()
    values = {"verdict": verdict, "at": at}
    statement = upsert(connection, feedback).values(keys | values)
    connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=values))
    return earlier


def given(connection: Connection, topic: str, article_id: int, *, reader: str = "") -> str:
    """Return what one reader said of an article, "" for nothing; `reader` as for `put`."""
    query = select(feedback.c.verdict).filter_by(topic=topic, article_id=article_id, reader=reader)
    return connection.execute(query).scalar_one_or_none() or ""


def withdraw(connection: Connection, topic: str, article_id: int, *, reader: str = "") -> str | None:
    """Forget what a reader said of an article, and return it; None when there was nothing."""
    keys = {"topic": topic, "article_id": article_id, "reader": reader}
    gone: str | None = connection.execute(
        delete(feedback).filter_by(**keys).returning(feedback.c.verdict)
    ).scalar_one_or_none()
    return gone


def standing(connection: Connection, topic: str) -> dict[int, Standing]:
    """Return what counts as answered under a topic, by article id, in the order of ids; nothing where readers are divided."""
    query = (
        select(feedback.c.article_id, feedback.c.reader, feedback.c.verdict)
        .where(feedback.c.topic == topic)
        .order_by(feedback.c.article_id)
    )
    said: dict[int, dict[str, str]] = {}
    for article_id, reader, verdict in connection.execute(query):
        said.setdefault(article_id, {})[reader] = verdict
    found = ((article_id, _standing(votes)) for article_id, votes in said.items())
    return {article_id: each for article_id, each in found if each is not None}


def _standing(votes: Mapping[str, str]) -> Standing | None:
    """`votes`: reader -> verdict. A verdict needs more voices than any other."""
    if "" in votes:
        return Standing(verdict=votes[""], is_by_link=False)
    (first, most), *others = Counter(votes.values()).most_common()
    return None if others and others[0][1] == most else Standing(verdict=first, is_by_link=True)


def verdicts(connection: Connection, topic: str) -> dict[int, str]:
    """Return the standing verdicts under a topic: article id -> verdict, in the order of ids."""
    return {article_id: each.verdict for article_id, each in standing(connection, topic).items()}


def answered(connection: Connection, topic: str) -> frozenset[int]:
    """Return the articles anybody answered about, whatever was said."""
    query = select(feedback.c.article_id).where(feedback.c.topic == topic)
    return frozenset(connection.scalars(query))


def counted(connection: Connection, marks: Collection[str]) -> dict[str, int]:
    """Return how many answers readers gave under each topic, in the order of topics; `marks` are those readers'."""
    query = (
        select(feedback.c.topic, func.count())
        .where(feedback.c.reader.in_(marks))
        .group_by(feedback.c.topic)
        .order_by(feedback.c.topic)
    )
    return dict(pairs(connection.execute(query)))


def forget(connection: Connection, marks: Collection[str]) -> None:
    """Forget all answers of readers; "" among `marks` would stand for whoever runs this."""
    connection.execute(delete(feedback).where(feedback.c.reader.in_(marks)))


def known(connection: Connection, topic: str) -> tuple[Known, ...]:
    """Return the articles readers knew already, by their standing verdicts, in the order of ids."""
    ids = [key for key, verdict in verdicts(connection, topic).items() if verdict == "knew_it"]
    if not ids:
        return ()
    query = (
        select(articles.c.title, articles.c.text, articles.c.summary, articles.c.published)
        .where(articles.c.id.in_(ids))
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
