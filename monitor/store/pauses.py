"""What the delivery ledger remembers of a mail server's pace: pauses it asked for, and when the newest mails were sent.

For all topics together, for it is one server; `channels` are the kinds that go through it. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from monitor.store.deliveries import OTHER_CLOCK
from monitor.store.schema import deliveries


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """A pause the mail server asked for."""

    until: datetime
    detail: str  # its words


def rest(connection: Connection, *, now: datetime, channels: Collection[str]) -> Rest | None:
    """Return the pause the mail server is left alone for, whatever the topic; None when there is none now."""
    query = (
        select(deliveries.c.next_attempt_at, deliveries.c.detail)
        .where(
            *_paused(channels),
            deliveries.c.next_attempt_at > now,
            deliveries.c.next_attempt_at <= now + OTHER_CLOCK,
        )
        .order_by(deliveries.c.next_attempt_at.desc())
        .limit(1)
    )
    found = connection.execute(query).first()
    return Rest(until=found.next_attempt_at, detail=found.detail) if found else None


def asked(connection: Connection, *, channels: Collection[str]) -> int:
    """Return how often the mail server has asked for a pause since it last took what waits for that; 0 when nothing does."""
    return connection.execute(select(func.max(deliveries.c.attempts)).where(*_paused(channels))).scalar() or 0


def _paused(channels: Collection[str]) -> tuple[Any, ...]:
    return deliveries.c.channel.in_(channels), deliveries.c.state == "pending", deliveries.c.reason == "pace"


def sent_since(
    connection: Connection, since: datetime, *, until: datetime, limit: int, channels: Collection[str]
) -> tuple[datetime, ...]:
    """Return when the newest mails after `since` were sent, at most `limit`, oldest first."""
    query = (
        select(deliveries.c.sent_at)
        .where(
            deliveries.c.channel.in_(channels), deliveries.c.sent_at > since, deliveries.c.sent_at <= until
        )
        .order_by(deliveries.c.sent_at.desc())
        .limit(limit)
    )
    return tuple(reversed(connection.execute(query).scalars().all())) if limit else ()
