"""What of the ledger has not arrived: to be shown, and counted in the next issue."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, not_, or_, select

from monitor.model import Shortfall
from monitor.store.alert_slots import FROZEN
from monitor.store.alert_tables import alert_slots
from monitor.store.deliveries import COLUMNS, OPEN, Delivery
from monitor.store.issues import IS_ISSUE
from monitor.store.schema import deliveries, issues


def unsent(connection: Connection, topic: str) -> tuple[tuple[int, Delivery], ...]:
    """Return what has not arrived, each with its issue's number: of the newest issue that was for somebody, and of alerts since then, all.

    Of others it is what is open.
    """
    newest = _newest(topic)
    query = (
        select(issues.c.number, *COLUMNS)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(
            issues.c.topic == topic,
            deliveries.c.state != "sent",
            or_(
                deliveries.c.issue_id == newest,
                and_(not_(IS_ISSUE), deliveries.c.issue_id > func.coalesce(newest, 0)),
                deliveries.c.state.in_(OPEN),
            ),
        )
        .order_by(deliveries.c.issue_id, deliveries.c.recipient)
    )
    return tuple(
        (row["number"], Delivery(**{column.name: row[column.name] for column in COLUMNS}))
        for row in connection.execute(query).mappings()
    )


def of_alerts(connection: Connection) -> dict[tuple[str, str], tuple[int, datetime]]:
    """Return by topic and name of an alert how many messages of it are still to be sent, and since when the oldest is.

    What is frozen and not entered yet counts as one.
    """
    entered = (
        select(issues.c.topic, issues.c.alert, issues.c.composed_at)
        .join(deliveries, deliveries.c.issue_id == issues.c.id)
        .where(not_(IS_ISSUE), deliveries.c.state.in_(OPEN))
    )
    frozen = (
        select(issues.c.topic, issues.c.alert, issues.c.composed_at)
        .join(alert_slots, alert_slots.c.issue_id == issues.c.id)
        .where(alert_slots.c.state == FROZEN)
    )
    found: dict[tuple[str, str], tuple[int, datetime]] = {}
    for topic, name, at in [*connection.execute(entered), *connection.execute(frozen)]:
        count, oldest = found.get((topic, name), (0, at))
        found[topic, name] = count + 1, min(oldest, at)
    return found


def shortfall(connection: Connection, topic: str, *, before_issue: int) -> Shortfall | None:
    """Return how far the newest issue before a number reached; None when it reached all, or was for nobody."""
    query = (
        select(issues.c.number, deliveries.c.state, func.count())
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(
            deliveries.c.issue_id == _newest(topic, before_issue=before_issue),
            deliveries.c.reason != "suppressed",
        )
        .group_by(issues.c.number, deliveries.c.state)
    )
    rows = connection.execute(query).all()
    missed = sum(count for _, state, count in rows if state != "sent")
    return Shortfall(issue=rows[0][0], missed=missed, readers=sum(r[2] for r in rows)) if missed else None


def _newest(topic: str, *, before_issue: int | None = None) -> Any:
    """The row id of the newest issue anything was entered for."""
    query = (
        select(func.max(deliveries.c.issue_id))
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(issues.c.topic == topic, IS_ISSUE)
    )
    return (query if before_issue is None else query.where(issues.c.number < before_issue)).scalar_subquery()
