"""What is remembered of feeds: their polling state, and the log of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import Connection, case, func, insert, select

from monitor.model import FeedState
from monitor.store.database import upsert
from monitor.store.schema import feeds, polls

_FIELDS = tuple(f.name for f in fields(FeedState))


def states(connection: Connection) -> dict[str, FeedState]:
    """Return the state of every feed ever polled, by feed id."""
    rows = connection.execute(select(*(feeds.c[name] for name in _FIELDS))).mappings()
    return {row["feed_id"]: FeedState(**row) for row in rows}


def put_state(connection: Connection, state: FeedState) -> None:
    """Remember a feed's state, replacing the earlier one."""
    values = asdict(state)
    statement = upsert(connection, feeds).values(values)
    connection.execute(statement.on_conflict_do_update(index_elements=["feed_id"], set_=values))


def add_poll(
    connection: Connection,
    feed_id: str,
    *,
    at: datetime,
    ok: bool,
    http_status: int,
    status: str,
    entries: int,
    new: int,
) -> None:
    """Log one answer, or the lack of one."""
    values = {"feed_id": feed_id, "at": at, "ok": ok, "http_status": http_status}
    connection.execute(insert(polls).values(**values, status=status, entries=entries, new=new))


def answered(connection: Connection, *, since: datetime, until: datetime) -> Mapping[str, bool]:
    """Return, for each feed asked in the period, whether it answered at least once."""
    best = func.max(case((polls.c.ok, 1), else_=0))
    rows = connection.execute(
        select(polls.c.feed_id, best).where(polls.c.at > since, polls.c.at <= until).group_by(polls.c.feed_id)
    )
    return {feed_id: bool(ok) for feed_id, ok in rows}
