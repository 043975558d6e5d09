"""Who gets no more mail of a topic: who said so themselves, and who cannot be reached. The topic file may still name them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from monitor.store.database import pairs, upsert
from monitor.store.schema import suppressed


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppressed:
    """One of them; `recipient` in small letters."""

    topic: str
    recipient: str
    at: datetime
    reason: str


def add(connection: Connection, topic: str, recipient: str, *, at: datetime, reason: str) -> None:
    """Remember that a recipient gets nothing more of a topic; repeating it changes nothing."""
    row = {"topic": topic, "recipient": recipient.casefold(), "at": at, "reason": reason}
    connection.execute(upsert(connection, suppressed).values(row).on_conflict_do_nothing())


def of(connection: Connection, topic: str) -> dict[str, str]:
    """Return the suppressed recipients of a topic, in small letters, each with the reason."""
    query = select(suppressed.c.recipient, suppressed.c.reason).where(suppressed.c.topic == topic)
    return dict(pairs(connection.execute(query)))


def everybody(connection: Connection) -> tuple[Suppressed, ...]:
    """Return all there are, by topic and recipient."""
    query = select(suppressed).order_by(suppressed.c.topic, suppressed.c.recipient)
    return tuple(Suppressed(**row) for row in connection.execute(query).mappings())


def forget(connection: Connection, recipient: str, *, topic: str | None = None) -> tuple[Suppressed, ...]:
    """Let a recipient get mail again, of one topic or of all, and return what was forgotten."""
    gone = tuple(
        each
        for each in everybody(connection)
        if each.recipient == recipient.casefold() and topic in (None, each.topic)
    )
    for each in gone:
        connection.execute(
            delete(suppressed).where(
                suppressed.c.topic == each.topic, suppressed.c.recipient == each.recipient
            )
        )
    return gone
