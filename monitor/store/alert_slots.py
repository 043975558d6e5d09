"""What became of each moment of an alert, and since when a topic has it. One row per topic, alert and moment, never two.

frozen -> done       its text is frozen; then its deliveries are entered
quiet                a daily brief with nothing to tell
skipped              a moment that passed before the alert was there, or while nobody looked: its brief is the next one's
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from monitor.store.alert_tables import alert_slots, alerts
from monitor.store.database import upsert

FROZEN, DONE, QUIET, SKIPPED = "frozen", "done", "quiet", "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertSlot:
    """One moment of an alert and what became of it."""

    topic: str
    name: str
    slot: datetime
    state: str
    issue_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertInForce:
    """Since when a topic has an alert as it is."""

    rule: str
    since: datetime
    looked_at: datetime | None  # what was scored by then was looked at


def in_force(connection: Connection, topic: str, name: str) -> AlertInForce | None:
    """Return since when a topic has an alert; None for one never seen."""
    query = select(alerts.c.rule, alerts.c.since, alerts.c.looked_at)
    row = connection.execute(query.where(alerts.c.topic == topic, alerts.c.name == name)).first()
    return None if row is None else AlertInForce(rule=row.rule, since=row.since, looked_at=row.looked_at)


def put_in_force(connection: Connection, topic: str, name: str, rule: str, *, since: datetime) -> None:
    """Remember what an alert is from now on; nothing was looked at by it."""
    values = {"rule": rule, "since": since, "looked_at": None}
    statement = upsert(connection, alerts).values({"topic": topic, "name": name} | values)
    connection.execute(statement.on_conflict_do_update(index_elements=["topic", "name"], set_=values))


def looked(connection: Connection, topic: str, name: str, *, at: datetime) -> None:
    """Remember that everything scored by then was looked at."""
    mine = (alerts.c.topic == topic, alerts.c.name == name)
    connection.execute(update(alerts).where(*mine).values(looked_at=at))


def newest(connection: Connection, topic: str, name: str, *, until: datetime) -> datetime | None:
    """Return the newest moment of an alert up to `until` that was dealt with."""
    query = select(func.max(alert_slots.c.slot)).where(
        alert_slots.c.topic == topic, alert_slots.c.name == name, alert_slots.c.slot <= until
    )
    return connection.execute(query).scalar_one_or_none()


def sent_since(connection: Connection, topic: str, name: str, since: datetime) -> int:
    """Return how many messages an alert made from `since` on; one made by a clock that was ahead counts, too."""
    query = select(func.count()).where(
        alert_slots.c.topic == topic,
        alert_slots.c.name == name,
        alert_slots.c.slot >= since,
        alert_slots.c.issue_id.is_not(None),
    )
    return connection.execute(query).scalar_one()


def put(
    connection: Connection,
    topic: str,
    name: str,
    slot: datetime,
    *,
    state: str,
    at: datetime,
    issue_id: int | None = None,
) -> bool:
    """Write down what became of a moment; False when it was dealt with before."""
    values = {"topic": topic, "name": name, "slot": slot, "state": state, "at": at, "issue_id": issue_id}
    statement = upsert(connection, alert_slots).values(values).on_conflict_do_nothing()
    return connection.execute(statement.returning(alert_slots.c.topic)).first() is not None


def unfinished(connection: Connection, topic: str) -> tuple[AlertSlot, ...]:
    """Return the moments whose text is frozen and not entered into the ledger yet, oldest first."""
    query = select(alert_slots).where(alert_slots.c.topic == topic, alert_slots.c.state == FROZEN)
    rows = connection.execute(query.order_by(alert_slots.c.slot)).mappings()
    return tuple(AlertSlot(**row) for row in rows)


def finish(connection: Connection, row: AlertSlot, *, at: datetime) -> None:
    """Its deliveries are entered."""
    mine = (alert_slots.c.topic == row.topic, alert_slots.c.name == row.name, alert_slots.c.slot == row.slot)
    connection.execute(
        update(alert_slots).where(*mine, alert_slots.c.state == FROZEN).values(state=DONE, at=at)
    )
