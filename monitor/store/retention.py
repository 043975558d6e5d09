"""What is forgotten in time, and what never: counts and deletes by the ages of [retention].

Never forgotten: articles themselves with title and summary, the texts of relevant ones and of those a reader answered, scores,
features, stories, issues, what they told, deliveries. A sighting is only a shortcut: without it an entry is found by its address.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    exists,
    func,
    select,
    tuple_,
    update,
)

from monitor.model import Stage
from monitor.settings import RetentionSettings
from monitor.store import wordindex
from monitor.store.database import Store
from monitor.store.schema import articles, feedback, left_out, polls, scores, sightings
from monitor.store.transactions import WHOLE

ROWS = 2000  # looked at in one transaction: at most some 100 ms, for nobody else writes meanwhile
TEXT_ROWS = (
    200  # the same of texts: each is taken out of the index of words, about a millisecond for 300 of them
)
# SQLite's waiters look again every 100 ms at the latest: in a shorter pause one could miss its turn again and again.
PAUSE_S = 0.11
_Position = tuple[datetime, int]
_START: _Position = (datetime(1900, 1, 1, tzinfo=UTC), 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was or would be forgotten."""

    texts: int = 0
    text_chars: int = 0
    polls: int = 0
    sightings: int = 0

    def __add__(self, other: Pruned) -> Pruned:
        """Both together."""
        return Pruned(
            texts=self.texts + other.texts,
            text_chars=self.text_chars + other.text_chars,
            polls=self.polls + other.polls,
            sightings=self.sightings + other.sightings,
        )


def prune(
    store: Store,
    ages: RetentionSettings,
    *,
    now: datetime,
    dry_run: bool = False,
    pause: Callable[[float], object] = time.sleep,
) -> Pruned:
    """Forget what is older than its age, or only count it; return how much that was. Repeating it changes nothing.

    In many short transactions: killed in the middle, it has forgotten a part, and the next time forgets the rest. `pause` is called
    with seconds between two of them, for whoever else wants to write.
    """
    with store.held():
        return _pruned(store, ages, now=now, dry_run=dry_run, pause=pause)


def _pruned(
    store: Store,
    ages: RetentionSettings,
    *,
    now: datetime,
    dry_run: bool,
    pause: Callable[[float], object],
) -> Pruned:
    found = Pruned()
    for step, days in (
        (_texts, ages.texts_days),
        (_polls, ages.polls_days),
        (_sightings, ages.sightings_days),
    ):
        position: _Position | None = _START if days else None
        while position is not None:
            with store.look() if dry_run else store.begin(WHOLE) as connection:
                part, position = step(
                    connection, position, before=now - timedelta(days=days), dry_run=dry_run
                )
            found += part
            if position is not None:
                pause(PAUSE_S)
    return found


def _texts(
    connection: Connection, position: _Position, *, before: datetime, dry_run: bool
) -> tuple[Pruned, _Position | None]:
    ids, end = _places(
        connection, articles.c.seen_at, articles.c.id, position, before=before, count=TEXT_ROWS
    )
    answered = exists().where(feedback.c.article_id == articles.c.id)
    old = (
        articles.c.id.in_(ids),
        articles.c.stage == Stage.SCORED,
        articles.c.text != "",
        ~_is_relevant(articles.c.id),
        ~answered,
    )
    query = select(func.count(), func.coalesce(func.sum(func.length(articles.c.text)), 0)).where(*old)
    count, chars = connection.execute(query).one()
    if count and not dry_run:
        found = connection.execute(select(articles.c.id).where(*old)).scalars().all()
        connection.execute(delete(left_out).where(left_out.c.article_id.in_(found)))
        with wordindex.kept(connection, found):
            connection.execute(update(articles).where(*old).values(text=""))
    return Pruned(texts=count, text_chars=chars), end


def _polls(
    connection: Connection, position: _Position, *, before: datetime, dry_run: bool
) -> tuple[Pruned, _Position | None]:
    ids, end = _places(connection, polls.c.at, polls.c.id, position, before=before)
    count = _forget(connection, polls, (polls.c.id.in_(ids),), dry_run=dry_run)
    return Pruned(polls=count), end


def _sightings(
    connection: Connection, position: _Position, *, before: datetime, dry_run: bool
) -> tuple[Pruned, _Position | None]:
    # Feeds that showed one article at one moment have one place: all of them go with it, or none.
    at, number = sightings.c.seen_at, sightings.c.article_id
    _, end = _places(connection, at, number, position, before=before)
    # The last step takes the rest: up to `before`, which itself is not old.
    old = (tuple_(at, number) > tuple_(*position), tuple_(at, number) <= tuple_(*(end or (before, 0))))
    count = _forget(connection, sightings, (*old, ~_is_relevant(number)), dry_run=dry_run)
    return Pruned(sightings=count), end


def _places(
    connection: Connection,
    at: ColumnElement[datetime],
    number: ColumnElement[int],
    position: _Position,
    *,
    before: datetime,
    count: int | None = None,
) -> tuple[Select[int], _Position | None]:
    """A query for the numbers of the step after `position`, and where that step ends; None when it is the last."""
    count = count or ROWS
    after = (tuple_(at, number) > tuple_(*position), at >= position[0], at < before)
    row = connection.execute(
        select(at, number).where(*after).order_by(at, number).offset(count - 1).limit(1)
    ).first()
    numbers = select(number).where(*after).order_by(at, number).limit(count)
    return numbers, None if row is None else (row[0], row[1])


def _forget(
    connection: Connection, table: Table, old: Sequence[ColumnElement[bool]], *, dry_run: bool
) -> int:
    if not dry_run:
        return connection.execute(delete(table).where(*old)).rowcount
    return int(connection.execute(select(func.count()).select_from(table).where(*old)).scalar_one())


def _is_relevant(article_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(scores.c.article_id == article_id, scores.c.is_relevant)
