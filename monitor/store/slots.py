"""What became of each due moment of a topic's schedule. One row per topic and slot, never two.

frozen  -> done      its issue is frozen; then its deliveries are entered and its files written
again   -> repeat    the same where nothing was new: the issue before it stands for this slot too
quiet                nothing new, and the topic wants no issue then
missed               passed while nobody looked: the issue of a later slot covers it
skipped              before the first start
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from monitor.store.database import pairs, upsert
from monitor.store.schema import deliveries, schedules, slots

FINAL = {"frozen": "done", "again": "repeat"}  # an unfinished state -> what it ends as


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One due moment and what became of it."""

    topic: str
    slot: datetime
    state: str
    issue_id: int | None
    at: datetime


def newest(connection: Connection, topic: str, *, until: datetime) -> datetime | None:
    """Return the newest slot up to `until` that was dealt with; later ones belong to a clock that was wrong."""
    query = select(func.max(slots.c.slot)).where(slots.c.topic == topic, slots.c.slot <= until)
    return connection.execute(query).scalar_one_or_none()


def of(connection: Connection, topic: str, slot: datetime) -> Slot | None:
    """Return what became of a slot; None when nothing yet."""
    row = (
        connection.execute(select(slots).where(slots.c.topic == topic, slots.c.slot == slot))
        .mappings()
        .first()
    )
    return None if row is None else Slot(**row)


def unfinished(connection: Connection, topic: str) -> tuple[Slot, ...]:
    """Return the slots that have an issue whose files or deliveries are still to be made, oldest first."""
    query = select(slots).where(slots.c.topic == topic, slots.c.state.in_(FINAL)).order_by(slots.c.slot)
    return tuple(Slot(**row) for row in connection.execute(query).mappings())


def put(
    connection: Connection,
    topic: str,
    slot: datetime,
    *,
    state: str,
    at: datetime,
    issue_id: int | None = None,
) -> bool:
    """Write down what became of a slot; False when it was dealt with before."""
    values = {"topic": topic, "slot": slot, "state": state, "at": at, "issue_id": issue_id}
    statement = upsert(connection, slots).values(values).on_conflict_do_nothing().returning(slots.c.topic)
    return connection.execute(statement).first() is not None  # a row count is not told by every driver


def finish(connection: Connection, row: Slot, *, at: datetime) -> None:
    """Its files are written and its deliveries entered."""
    connection.execute(
        update(slots)
        .where(slots.c.topic == row.topic, slots.c.slot == row.slot, slots.c.state == row.state)
        .values(state=FINAL[row.state], at=at)
    )


def counts(connection: Connection) -> dict[str, int]:
    """Return how many slots are in each state."""
    return dict(pairs(connection.execute(select(slots.c.state, func.count()).group_by(slots.c.state))))


def deliveries_of(connection: Connection, issue_id: int) -> dict[str, int]:
    """Return how many deliveries of an issue are in each state; readers who left the list are not counted."""
    query = select(deliveries.c.state, func.count()).where(
        deliveries.c.issue_id == issue_id, deliveries.c.reason != "suppressed"
    )
    return dict(pairs(connection.execute(query.group_by(deliveries.c.state))))


def in_force(connection: Connection, topic: str) -> tuple[str, datetime] | None:
    """Return the schedule a topic was last seen with, in one line, and since when it has it; None for a topic never seen."""
    query = select(schedules.c.schedule, schedules.c.since).where(schedules.c.topic == topic)
    row = connection.execute(query).first()
    return None if row is None else (row.schedule, row.since)


def put_schedule(connection: Connection, topic: str, schedule: str, *, since: datetime) -> None:
    """Remember the schedule a topic has from now on."""
    values = {"schedule": schedule, "since": since}
    statement = upsert(connection, schedules).values({"topic": topic} | values)
    connection.execute(statement.on_conflict_do_update(index_elements=["topic"], set_=values))
