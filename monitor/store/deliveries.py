"""The delivery ledger: one row per issue and recipient, claimed by compare-and-set before anything is sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select, update

from monitor.store.database import pairs, upsert
from monitor.store.schema import deliveries, issues


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient, frozen."""

    issue_id: int
    recipient: str
    state: str  # pending | sending | sent | failed | uncertain
    dot: bool
    attempts: int
    message_id: str
    message: bytes
    detail: str = ""
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None


def add(connection: Connection, rows: Iterable[Delivery]) -> None:
    """Enter deliveries; one that is there already stays as it is."""
    for row in rows:
        statement = upsert(connection, deliveries).values(
            issue_id=row.issue_id,
            recipient=row.recipient,
            state=row.state,
            message_id=row.message_id,
            message=row.message,
            next_attempt_at=row.next_attempt_at,
        )
        connection.execute(statement.on_conflict_do_nothing())


def due(connection: Connection, *, topic: str, now: datetime) -> tuple[Delivery, ...]:
    """Return what waits to be sent: never tried, put off until now, or left behind by a process that died."""
    query = (
        select(deliveries)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(
            issues.c.topic == topic,
            deliveries.c.state.in_(("pending", "sending", "uncertain")),
            or_(deliveries.c.next_attempt_at.is_(None), deliveries.c.next_attempt_at <= now),
        )
        .order_by(deliveries.c.issue_id, deliveries.c.recipient)
    )
    return tuple(Delivery(**row) for row in connection.execute(query).mappings())


def addressed(connection: Connection, topic: str, token: str) -> str | None:
    """Return who got the message of a topic whose id begins with `token`; None when there is none."""
    query = (
        select(deliveries.c.recipient)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(issues.c.topic == topic, deliveries.c.message_id.startswith(f"<{token}@", autoescape=True))
    )
    return connection.execute(query.limit(1)).scalar_one_or_none()


def claim(connection: Connection, row: Delivery) -> bool:
    """Take a delivery for this process; False when another one was faster."""
    result = connection.execute(
        _where(row)
        .where(deliveries.c.state == row.state, deliveries.c.attempts == row.attempts)
        .values(state="sending", dot=False, attempts=row.attempts + 1)
    )
    return bool(result.rowcount == 1)


def mark_dot(connection: Connection, row: Delivery) -> None:
    """Remember that the final dot is about to go out: from here on a crash means "perhaps sent"."""
    connection.execute(_where(row).values(dot=True))


def settle(
    connection: Connection,
    row: Delivery,
    *,
    state: str,
    detail: str,
    sent_at: datetime | None = None,
    next_attempt_at: datetime | None = None,
) -> None:
    """Write down what came of an attempt."""
    connection.execute(
        _where(row).values(
            state=state,
            detail=detail,
            sent_at=sent_at,
            next_attempt_at=next_attempt_at,
            dot=state == "uncertain",
        )
    )


def of_issue(connection: Connection, issue_id: int) -> tuple[Delivery, ...]:
    """Return the ledger of one issue."""
    query = select(deliveries).where(deliveries.c.issue_id == issue_id).order_by(deliveries.c.recipient)
    return tuple(Delivery(**row) for row in connection.execute(query).mappings())


def counts(connection: Connection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    rows = connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return dict(pairs(rows))


def _where(row: Delivery) -> Any:
    return update(deliveries).where(
        deliveries.c.issue_id == row.issue_id, deliveries.c.recipient == row.recipient
    )
