"""Whose mark is whose: what a reader's links are looked up by, whatever becomes of the secret they were made with; and what a reader got."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, func, insert, select, update

from monitor.store.database import pairs
from monitor.store.schema import deliveries, issues, readers


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who has a mark."""

    mark: str
    recipient: str  # in small letters
    answers_after: datetime | None = None  # answers to issues composed up to then count no more


def note(connection: Connection, marks: Mapping[str, str]) -> None:
    """Remember who has which mark; `marks`: mark -> recipient. What is known stays as it is."""
    known = {mark for (mark,) in connection.execute(select(readers.c.mark))}
    rows = [{"mark": mark, "recipient": who.casefold()} for mark, who in marks.items() if mark not in known]
    if rows:
        connection.execute(insert(readers), rows)


def find(connection: Connection, mark: str) -> Reader | None:
    """Return who has a mark; None for nobody."""
    row = connection.execute(select(readers).where(readers.c.mark == mark)).mappings().first()
    return None if row is None else Reader(**row)


def of(connection: Connection, recipient: str) -> tuple[Reader, ...]:
    """Return what is known of a reader, one for each secret that marks were made with; nothing for who never got a link."""
    query = select(readers).where(readers.c.recipient == recipient.casefold()).order_by(readers.c.mark)
    return tuple(Reader(**row) for row in connection.execute(query).mappings())


def revoke(connection: Connection, *, at: datetime, recipient: str | None = None) -> int:
    """Let no link of an issue composed until `at` answer any more, one reader's or everybody's; return how many readers that is.

    What was taken back until later stays so.
    """
    later = case((readers.c.answers_after > at, readers.c.answers_after), else_=at)
    statement = update(readers).values(answers_after=later)
    if recipient is not None:
        statement = statement.where(readers.c.recipient == recipient.casefold())
    return connection.execute(statement).rowcount


def names(connection: Connection) -> dict[str, str]:
    """Return mark -> recipient, of all readers."""
    return dict(pairs(connection.execute(select(readers.c.mark, readers.c.recipient))))


def digests_to(
    connection: Connection, recipient: str, *, channels: Collection[str]
) -> tuple[tuple[datetime, str], ...]:
    """Return each issue entered for a recipient by one of `channels`, whatever the case of its letters: when it was composed, and its content as JSON."""
    query = (
        select(issues.c.composed_at, issues.c.digest)
        .join(deliveries, deliveries.c.issue_id == issues.c.id)
        .where(func.lower(deliveries.c.recipient) == recipient.lower(), deliveries.c.channel.in_(channels))
        .order_by(issues.c.id)
    )
    return tuple((composed_at, digest) for composed_at, digest in connection.execute(query))
