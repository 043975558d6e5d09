"""What became of each due moment of a topic's schedule. One row per topic and slot, never two."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.database import upsert
from monitor.store.schema import slots


def newest(connection: Connection, topic: str) -> datetime | None:
    """Return the newest slot that was dealt with."""
    query = select(slots.c.slot).where(slots.c.topic == topic).order_by(slots.c.slot.desc()).limit(1)
    return connection.execute(query).scalar_one_or_none()


def put(
    connection: Connection,
    topic: str,
    slot: datetime,
    *,
    state: str,
    at: datetime,
    issue_id: int | None = None,
) -> bool:
    """Write down what became of a slot; False when another process was faster."""
    values = {"topic": topic, "slot": slot, "state": state, "at": at, "issue_id": issue_id}
    result = connection.execute(upsert(connection, slots).values(values).on_conflict_do_nothing())
    return bool(result.rowcount == 1)
