"""The delivery ledger: one row per issue and recipient, claimed by compare-and-set before anything is sent.

The number of attempts is what is compared: a process that lost its row to another one, however late it wakes up, can neither mark
it nor write down what came of it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, not_, or_, select, update

from monitor.errors import StoreError
from monitor.store.database import pairs, upsert
from monitor.store.issues import IS_ISSUE
from monitor.store.schema import bodies, deliveries, issues
from monitor.store.shared import difference, whole

OTHER_CLOCK = timedelta(days=1)  # no wait is so long: it was reckoned by a clock that was wrong
COLUMNS = tuple(column for column in deliveries.c if column.name not in ("message", "body_id"))
OLDEST = datetime(1970, 1, 2, tzinfo=UTC)  # of what was entered before that was noted
OPEN = ("pending", "sending", "uncertain")  # states that are not final


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message to one recipient, frozen."""

    issue_id: int
    recipient: str  # a mail address, or the name of a webhook or channel
    state: str  # pending | sending | sent | failed | uncertain
    dot: bool
    attempts: int
    message_id: str
    message: bytes = (
        b""  # whole; only as given to `add` and as returned by `claim`, for thousands would fill the memory
    )
    detail: str = ""
    next_attempt_at: datetime | None = None
    sent_at: datetime | None = None
    channel: str = "mail"  # mail | webhook | file | slack ...: the kind of a channel
    entered_at: datetime | None = None  # trying begins here; None: before this was noted
    reason: str = (
        ""  # of failed: refused | bounced | rejected | given_up | suppressed; of pending: ours | pace
    )
    shares_body: bool = (
        False  # only as given to `add`: its bytes are mostly those of the issue's other messages
    )


def add(connection: Connection, rows: Iterable[Delivery]) -> None:
    """Enter deliveries; one that is there already stays as it is. What messages of an issue share is kept once."""
    shared: dict[int, tuple[int, bytes]] = {}
    for row in rows:
        body_id, message = None, row.message
        if row.shares_body and row.message:
            body_id, content = shared.get(row.issue_id) or _shared(connection, row)
            shared[row.issue_id] = body_id, content
            message = difference(content, row.message)
        statement = upsert(connection, deliveries).values(
            issue_id=row.issue_id,
            recipient=row.recipient,
            state=row.state,
            reason=row.reason,
            detail=row.detail,
            message_id=row.message_id,
            message=message,
            body_id=body_id,
            next_attempt_at=row.next_attempt_at,
            channel=row.channel,
            entered_at=row.entered_at,
        )
        connection.execute(statement.on_conflict_do_nothing())


def _shared(connection: Connection, row: Delivery) -> tuple[int, bytes]:
    """The id and bytes of what the issue's messages are compared with: its first one."""
    query = select(bodies).where(bodies.c.issue_id == row.issue_id).order_by(bodies.c.id).limit(1)
    found = connection.execute(query).first()
    if found is not None:
        return found.id, _content(found)
    values = {"issue_id": row.issue_id, "sha256": sha256(row.message).hexdigest()}
    statement = insert(bodies).values(values | {"content": zlib.compress(row.message)})
    return connection.execute(statement.returning(bodies.c.id)).scalar_one(), row.message


def _content(row: Row[Any]) -> bytes:
    try:
        content = zlib.decompress(row.content)
    except zlib.error:
        content = b""
    if sha256(content).hexdigest() != row.sha256:
        raise StoreError(
            f"the messages of issue row {row.issue_id} are not what was frozen (their sha256 differs)",
            advice="The database is damaged: restore a backup. Nothing of it was sent.",
        )
    return content


def message_of(connection: Connection, row: Delivery | Row[Any]) -> bytes:
    """Return the frozen bytes of a delivery. Raises StoreError when they are damaged."""
    query = select(deliveries.c.message, bodies).outerjoin(bodies, bodies.c.id == deliveries.c.body_id)
    found = connection.execute(query.where(_is(row))).one()
    if found.id is None:
        return bytes(found.message)
    try:
        return whole(_content(found), found.message)
    except ValueError as error:
        raise StoreError(
            f"the message to {row.recipient} cannot be read: {error}", advice="Restore a backup."
        ) from None


def waiting(connection: Connection, topic: str) -> tuple[int, datetime | None]:
    """Return how many messages of a topic are still to be sent, and since when the oldest is."""
    query = (
        select(func.count(), func.min(deliveries.c.entered_at))
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(issues.c.topic == topic, deliveries.c.state.in_(OPEN))
    )
    count, since = connection.execute(query).one()
    return count, since


def recipients(connection: Connection, issue_id: int) -> frozenset[str]:
    """Return whom an issue was entered for."""
    return frozenset(
        connection.execute(select(deliveries.c.recipient).where(deliveries.c.issue_id == issue_id)).scalars()
    )


def unwritten(connection: Connection, issue_id: int) -> frozenset[str]:
    """Return those of an issue whose message could not be made: there is nothing to send again."""
    query = select(deliveries.c.recipient).where(
        deliveries.c.issue_id == issue_id, func.length(deliveries.c.message) == 0
    )
    return frozenset(connection.execute(query).scalars())


def due(
    connection: Connection, *, topic: str, now: datetime, states: Collection[str] = OPEN
) -> tuple[Delivery, ...]:
    """Return what waits to be sent: never tried, put off until now, or left behind by a process that died."""
    query = (
        _of_topic(topic)
        .where(
            deliveries.c.state.in_(states),
            or_(
                deliveries.c.next_attempt_at.is_(None),
                deliveries.c.next_attempt_at <= now,
                deliveries.c.next_attempt_at > now + OTHER_CLOCK,
            ),
        )
        .order_by(deliveries.c.issue_id, deliveries.c.recipient)
    )
    return _rows(connection, query)


def recover(
    connection: Connection, topic: str, *, again: Callable[[Delivery], datetime | None]
) -> tuple[Delivery, ...]:
    """Take over what dead processes left half sent, and return it as it is now; `again` says when each goes out again.

    Only for who holds the lock for sending. Without the mark a message surely has not arrived; with it, perhaps.
    """
    left = _rows(connection, _of_topic(topic).where(deliveries.c.state == "sending"))
    taken = tuple(replace(row, next_attempt_at=again(row), **_AFTER_DEATH[row.dot]) for row in left)
    for row in taken:
        values = {"state": row.state, "detail": row.detail, "next_attempt_at": row.next_attempt_at}
        connection.execute(_held(row).values(values))
    return taken


_AFTER_DEATH: dict[bool, dict[str, Any]] = {
    False: {"state": "pending", "detail": "the process ended before the message was whole"},
    True: {
        "state": "uncertain",
        "detail": "the process ended before the server's answer to the whole message",
    },
}


def addressed(connection: Connection, token: str) -> tuple[str, str] | None:
    """Return topic and recipient of a message sent while the id of a message was the token to leave by; None for any other.

    Such a message holds the token in its own link; the ids of later ones are no secret, and open nothing. `token` is hexadecimal.
    Strangers ask for it, so the ledger is not read whole: SQLite's LIKE would, and its GLOB finds beginnings by the index.
    """
    column, start = deliveries.c.message_id, f"<{token}@"
    is_file = connection.dialect.name == "sqlite"
    query = (
        select(issues.c.topic, deliveries)
        .join(issues, issues.c.id == deliveries.c.issue_id)
        .where(column.op("GLOB")(f"{start}*") if is_file else column.startswith(start, autoescape=True))
    )
    link = re.compile(rb"/unsubscribe/[a-z0-9-]+/" + token.encode("ascii") + rb">")
    for found in connection.execute(query).all():
        if link.search(message_of(connection, found)):
            return found.topic, found.recipient
    return None


def claim(connection: Connection, row: Delivery, *, now: datetime) -> Delivery | None:
    """Take a delivery for this process and return it with its message; None when another one was faster."""
    entered_at = min(row.entered_at or now, now)  # later than now: the clock was wrong
    taken = replace(row, state="sending", dot=False, attempts=row.attempts + 1, entered_at=entered_at)
    result = connection.execute(
        _held(row)
        .where(deliveries.c.state == row.state)
        .values(state=taken.state, dot=taken.dot, attempts=taken.attempts, entered_at=taken.entered_at)
    )
    return replace(taken, message=message_of(connection, taken)) if result.rowcount == 1 else None


def mark_dot(connection: Connection, row: Delivery) -> bool:
    """Remember that the final dot is about to go out: from here on a crash means "perhaps sent".

    Return False when the delivery is not this process's any more: then the dot must not go out.
    """
    return bool(
        connection.execute(_held(row).where(deliveries.c.state == "sending").values(dot=True)).rowcount
    )


def settle(
    connection: Connection,
    row: Delivery,
    *,
    state: str,
    detail: str,
    reason: str = "",
    sent_at: datetime | None = None,
    next_attempt_at: datetime | None = None,
) -> bool:
    """Write down what came of an attempt; False when the delivery was another process's by then."""
    statement = _held(row).values(
        state=state,
        detail=detail,
        reason=reason,
        sent_at=sent_at,
        next_attempt_at=next_attempt_at,
        dot=state == "uncertain",
    )
    return bool(connection.execute(statement).rowcount)


def fail(connection: Connection, row: Delivery, *, reason: str, detail: str) -> None:
    """Write down that a message did not arrive after all, whatever its state was."""
    connection.execute(
        _where(row).values(state="failed", reason=reason, detail=detail, next_attempt_at=None, dot=False)
    )


def note(connection: Connection, row: Delivery, detail: str) -> None:
    """Write down what was heard of a message; its state stays."""
    connection.execute(_where(row).values(detail=detail))


def release(connection: Connection, row: Delivery, *, now: datetime) -> bool:
    """Let a held or failed message go out again, with five days ahead of it; False when it is neither any more."""
    statement = (
        _held(row)
        .where(deliveries.c.state.in_(("uncertain", "failed")))
        .values(state="pending", reason="", dot=False, next_attempt_at=None, entered_at=now)
    )
    return bool(connection.execute(statement).rowcount)


def refused_for_us(connection: Connection, topic: str) -> tuple[Delivery, ...]:
    """Return what waits because the mail server refuses us, of any issue of a topic."""
    return _rows(
        connection,
        _of_topic(topic).where(deliveries.c.state.in_(OPEN), deliveries.c.reason == "ours"),
    )


def of_issue(connection: Connection, issue_id: int) -> tuple[Delivery, ...]:
    """Return the ledger of one issue."""
    query = select(*COLUMNS).where(deliveries.c.issue_id == issue_id).order_by(deliveries.c.recipient)
    return _rows(connection, query)


def by_message_id(connection: Connection, message_id: str) -> Delivery | None:
    """Return the delivery of a message; None for one that is not ours."""
    found = _rows(connection, select(*COLUMNS).where(deliveries.c.message_id == message_id))
    return found[0] if found else None


def topic_of(connection: Connection, row: Delivery) -> str:
    """Return the topic a delivery belongs to."""
    query = select(issues.c.topic).where(issues.c.id == row.issue_id)
    return str(connection.execute(query).scalar_one())


def newest_to(
    connection: Connection, recipient: str, *, limit: int, channels: Collection[str]
) -> tuple[Delivery, ...]:
    """Return the newest messages to a recipient by one of `channels`, whatever the case of its letters, newest first."""
    query = (
        select(*COLUMNS)
        .where(func.lower(deliveries.c.recipient) == recipient.lower(), deliveries.c.channel.in_(channels))
        .order_by(deliveries.c.issue_id.desc())
        .limit(limit)
    )
    return _rows(connection, query)


def before(connection: Connection, topic: str, row: Delivery) -> Delivery | None:
    """Return the delivery of the issue before to the same recipient; None for the first one.

    Before what an alert told stands what was entered a day earlier at least, alert or issue: two messages of one hour are one sign.
    """
    is_issue = select(IS_ISSUE).where(issues.c.id == row.issue_id).scalar_subquery()
    a_day_before = (row.entered_at or OLDEST) - OTHER_CLOCK
    query = (
        _of_topic(topic)
        .where(
            deliveries.c.recipient == row.recipient,
            deliveries.c.issue_id < row.issue_id,
            or_(
                and_(is_issue, IS_ISSUE),
                and_(not_(is_issue), deliveries.c.entered_at <= a_day_before),
            ),
        )
        .order_by(deliveries.c.issue_id.desc())
        .limit(1)
    )
    found = _rows(connection, query)
    return found[0] if found else None


def counts(connection: Connection) -> dict[str, int]:
    """Return how many deliveries are in each state."""
    rows = connection.execute(select(deliveries.c.state, func.count()).group_by(deliveries.c.state))
    return dict(pairs(rows))


def _of_topic(topic: str) -> Select[Any]:
    return select(*COLUMNS).join(issues, issues.c.id == deliveries.c.issue_id).where(issues.c.topic == topic)


def _rows(connection: Connection, query: Select[Any]) -> tuple[Delivery, ...]:
    return tuple(Delivery(**row) for row in connection.execute(query).mappings())


def _where(row: Delivery) -> Any:
    return update(deliveries).where(_is(row))


def _is(row: Delivery | Row[Any]) -> Any:
    return and_(deliveries.c.issue_id == row.issue_id, deliveries.c.recipient == row.recipient)


def _held(row: Delivery) -> Any:
    """The row, as long as nobody has tried since."""
    return _where(row).where(deliveries.c.attempts == row.attempts)
