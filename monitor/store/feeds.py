"""What is remembered of feeds: their polling state, and the log of answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, case, delete, func, insert, select

from monitor.model import FeedState
from monitor.store.database import pairs, upsert
from monitor.store.schema import feeds, polls, resting_hosts

IDS = 500  # in one statement
_FIELDS = tuple(f.name for f in fields(FeedState))


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One answer, or the lack of one."""

    feed_id: str
    at: datetime
    ok: bool
    http_status: int
    status: str  # the verdict's word
    entries: int
    new: int
    skew_s: float | None = None  # the server's clock minus ours; None: it did not say


_POLL_FIELDS = tuple(f.name for f in fields(Poll))


def states(connection: Connection, ids: Collection[str] | None = None) -> dict[str, FeedState]:
    """Return the state of every feed ever polled, or of those of `ids`, by feed id."""
    query = select(*(feeds.c[name] for name in _FIELDS))
    wanted = [None] if ids is None else [sorted(ids)[at : at + IDS] for at in range(0, len(ids), IDS)]
    found: dict[str, FeedState] = {}
    for part in wanted:
        some = query if part is None else query.where(feeds.c.feed_id.in_(part))
        found |= {row["feed_id"]: FeedState(**row) for row in connection.execute(some).mappings()}
    return found


def rests(connection: Connection, *, now: datetime) -> dict[str, datetime]:
    """Return the hosts that are to be left alone, and until when; a row of a clock that was ahead of ours says nothing."""
    query = select(resting_hosts.c.host, resting_hosts.c.until)
    rows = connection.execute(query.where(resting_hosts.c.at <= now, resting_hosts.c.until > now))
    return dict(pairs(rows))


def put_rests(connection: Connection, until: Mapping[str, datetime], *, at: datetime) -> None:
    """Leave hosts alone that asked for it; a longer wish of before stays, unless a clock that was ahead wrote it."""
    if not until:
        return
    statement = upsert(connection, resting_hosts)
    new, old = statement.excluded, resting_hosts.c
    is_longer = (old.at <= new.at) & (old.until > new.until)
    longest = case((is_longer, old.until), else_=new.until)
    statement = statement.on_conflict_do_update(
        index_elements=["host"], set_={"at": new.at, "until": longest}
    )
    rows = [{"host": host, "at": at, "until": until[host]} for host in sorted(until)]
    connection.execute(statement, rows)
    connection.execute(delete(resting_hosts).where(resting_hosts.c.until <= at))


def put_states(connection: Connection, states: Sequence[FeedState]) -> None:
    """Remember the states of feeds, replacing the earlier ones."""
    if not states:
        return
    statement = upsert(connection, feeds)
    new = {name: statement.excluded[name] for name in _FIELDS}
    connection.execute(
        statement.on_conflict_do_update(index_elements=["feed_id"], set_=new),
        [{name: getattr(state, name) for name in _FIELDS} for state in states],
    )


def add_polls(connection: Connection, rows: Sequence[Poll]) -> None:
    """Log answers."""
    if rows:
        connection.execute(
            insert(polls), [{name: getattr(row, name) for name in _POLL_FIELDS} for row in rows]
        )


def answered(connection: Connection, *, since: datetime, until: datetime) -> Mapping[str, bool]:
    """Return, for each feed asked in the period, whether it answered at least once."""
    best = func.max(case((polls.c.ok, 1), else_=0))
    rows = connection.execute(
        select(polls.c.feed_id, best).where(polls.c.at > since, polls.c.at <= until).group_by(polls.c.feed_id)
    )
    return {feed_id: bool(ok) for feed_id, ok in rows}


def polls_around(connection: Connection, moment: datetime) -> tuple[datetime | None, datetime | None]:
    """Return when a feed was last asked up to a moment, and first after it; None for never."""
    before = connection.execute(select(func.max(polls.c.at)).where(polls.c.at <= moment)).scalar_one_or_none()
    after = connection.execute(select(func.min(polls.c.at)).where(polls.c.at > moment)).scalar_one_or_none()
    return before, after


def skews(connection: Connection, *, since: datetime, until: datetime) -> dict[str, float]:
    """Return by how many seconds each feed's server was ahead of our clock at its last answer in that time that said so."""
    last = (
        select(func.max(polls.c.id))
        .where(polls.c.at >= since, polls.c.at <= until, polls.c.skew_s.is_not(None))
        .group_by(polls.c.feed_id)
    )
    return dict(
        pairs(connection.execute(select(polls.c.feed_id, polls.c.skew_s).where(polls.c.id.in_(last))))
    )
