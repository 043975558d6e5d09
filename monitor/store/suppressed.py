"""Who wants no more mail of a topic. The topic file may still name them: what they said themselves counts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.database import pairs, upsert
from monitor.store.schema import suppressed


def add(connection: Connection, topic: str, recipient: str, *, at: datetime, reason: str) -> None:
    """Remember that a recipient gets nothing more of a topic; repeating it changes nothing."""
    row = {"topic": topic, "recipient": recipient.casefold(), "at": at, "reason": reason}
    connection.execute(upsert(connection, suppressed).values(row).on_conflict_do_nothing())


def of(connection: Connection, topic: str) -> dict[str, str]:
    """Return the suppressed recipients of a topic, in small letters, each with the reason."""
    query = select(suppressed.c.recipient, suppressed.c.reason).where(suppressed.c.topic == topic)
    return dict(pairs(connection.execute(query)))
