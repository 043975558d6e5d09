"""Frozen issue x recipient -> receipt. Freeze, claim, send to the last body byte, mark, final dot, mark sent.

A crash before the mark means "surely not sent", so sending again is safe; after it, the same bytes with the same
Message-ID go out again, so that a mail server or reader can see the repeat for what it is (RFC 1047), or wait for the operator when
`on_uncertain` says so. One process sends at a time, daemon or command; another one leaves the rows to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from monitor.deliver.address import address
from monitor.digests import keys
from monitor.errors import DeliveryError, StoreError
from monitor.model import Receipt
from monitor.pipeline.delivering import envelopes, retries
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import deliveries as ledger
from monitor.store import readers as readers_store
from monitor.store import suppressed as suppressed_store
from monitor.store.deliveries import Delivery
from monitor.store.issues import Issue
from monitor.store.lock import sending_lock

log = structlog.get_logger()
BUSY = "another process is sending at this moment; what waits is in the ledger, and that one or the next run sends it"
NO_ANSWER_MAX = (
    3  # in a row: then the mail server is left alone until the next run, so that a run ends in time
)
UNREACHED = frozenset({"refused", "bounced"})  # reasons that are the recipient's


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of handing over a topic's issues."""

    receipts: tuple[Receipt, ...] = ()
    is_busy: bool = False  # another process sends: nothing was done

    @property
    def failed(self) -> tuple[Receipt, ...]:
        """Everything that did not arrive now."""
        return tuple(r for r in self.receipts if r.state != "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that has not arrived, and why."""

    topic: str
    issue: int  # number
    recipient: str
    channel: str  # mail | webhook
    state: str  # pending | sending | uncertain | failed
    reason: str  # of failed: refused | bounced | rejected | given_up | suppressed
    detail: str  # the server's words
    attempts: int
    since: datetime | None  # it waits from then on
    next_attempt_at: datetime | None
    is_held: bool  # nothing happens until the operator says so


def has_receivers(topic: TopicSettings) -> bool:
    """Return whether an issue of the topic is for anybody."""
    return bool(topic.recipients or topic.webhooks)


def enter(context: Context, topic: TopicSettings, issue: Issue) -> None:
    """Enter an issue's recipients into the ledger, each with its frozen message; repeating it changes nothing.

    An address no server would take is entered as failed, and stops nobody else's mail. Raises DeliveryError without a mail server.
    """
    sender = context.settings.smtp.sender
    if not (sender and context.settings.smtp.host) and (topic.recipients or not topic.webhooks):
        raise DeliveryError(
            "no mail server is configured",
            advice="Set host and sender under [smtp] in monitor.toml, or leave out --send.",
        )
    if topic.recipients:
        address(sender)  # a wrong one is nobody's fault but ours
    with context.store.begin() as connection:
        left = suppressed_store.of(connection, topic.id)
        readers = [r for r in topic.recipients if r.casefold() not in left]
        rows = [envelopes.mail(context, topic, issue, recipient) for recipient in readers]
        if context.link_key:
            readers_store.note(
                connection, {keys.mark_of(keys.token_for(context.link_key, r)): r for r in readers}
            )
        ledger.add(
            connection, [*rows, *(envelopes.posting(context, topic, issue, hook) for hook in topic.webhooks)]
        )


def run(context: Context, topic: TopicSettings) -> Delivered:
    """Send what is due for a topic; one recipient's trouble never touches another's."""
    states = _states(context)
    with context.store.begin() as connection:
        waits = ledger.due(connection, topic=topic.id, now=context.now, states=(*states, "sending"))
    if not waits:
        return Delivered()
    with sending_lock(context.settings.store, context.settings.data) as lock:
        if not lock.take():
            log.info("delivery.busy", topic=topic.id, detail=BUSY)
            return Delivered(is_busy=True)
        _recover(context, topic)
        return Delivered(receipts=tuple(_all(context, topic, states)))


def undelivered(context: Context) -> tuple[Undelivered, ...]:
    """Return what has not arrived: everything of each topic's newest issue, and of older ones what is still tried or held."""
    with context.store.begin() as connection:
        found = [(t.id, *each) for t in context.settings.topics for each in ledger.unsent(connection, t.id)]
    is_holding = context.settings.delivery.on_uncertain == "hold"
    return tuple(
        Undelivered(
            topic=topic,
            issue=number,
            recipient=row.recipient,
            channel=row.channel,
            state=row.state,
            reason=row.reason,
            detail=row.detail,
            attempts=row.attempts,
            since=row.entered_at,
            next_attempt_at=row.next_attempt_at,
            is_held=is_holding and row.state == "uncertain",
        )
        for topic, number, row in found
    )


def release(
    context: Context, topic: TopicSettings, issue: Issue, recipient: str | None = None
) -> tuple[str, ...]:
    """Let held and failed messages of an issue go out again, one recipient's or all, and return whose they are.

    Who left the list or was taken off it stays off. What was sent is never sent again.
    """
    with context.store.begin() as connection:
        rows = [
            row
            for row in ledger.of_issue(connection, issue.id)
            if recipient is None or row.recipient.casefold() == recipient.casefold()
        ]
        left = suppressed_store.of(connection, topic.id)
        free = [row for row in rows if row.message and row.recipient.casefold() not in left]
        return tuple(row.recipient for row in free if ledger.release(connection, row, now=context.now))


def _states(context: Context) -> tuple[str, ...]:
    """What may go out by itself."""
    return ("pending",) if context.settings.delivery.on_uncertain == "hold" else ("pending", "uncertain")


def _recover(context: Context, topic: TopicSettings) -> None:
    """With the lock held, whatever is being sent belongs to a process that has ended."""

    def again(row: Delivery) -> datetime | None:
        return retries.after_crash(row, now=context.now, jitter=context.jitter())

    with context.store.begin() as connection:
        found = ledger.recover(connection, topic.id, again=again)
    for row in found:
        log.warning("delivery.recovered", issue=row.issue_id, recipient=row.recipient, state=row.state)


def _all(context: Context, topic: TopicSettings, states: tuple[str, ...]) -> Iterator[Receipt]:
    """Send what is due, and what comes to be due meanwhile: a process that found us busy left it to us."""
    silences, tried = 0, set[tuple[int, str]]()
    while True:
        with context.store.begin() as connection:
            due = ledger.due(connection, topic=topic.id, now=context.now, states=states)
        due = tuple(row for row in due if (row.issue_id, row.recipient) not in tried)
        if not due:
            return
        for row in due:
            tried.add((row.issue_id, row.recipient))
            if row.channel == "mail" and silences >= NO_ANSWER_MAX:
                continue
            receipt = _one(context, topic, row)
            if receipt is not None:
                yield receipt
                if row.channel == "mail":
                    silences = silences + 1 if receipt.cause == "server" else 0


def _one(context: Context, topic: TopicSettings, row: Delivery) -> Receipt | None:
    """Claim and send; None when there was nothing to send."""
    with context.store.begin() as connection:
        why = _unwanted(connection, topic, row)
        if why:
            ledger.fail(connection, row, reason="suppressed", detail=why)
            return None
        claimed = ledger.claim(connection, row, now=context.now)
    return None if claimed is None else _send(context, topic, claimed)


def _unwanted(connection: Connection, topic: TopicSettings, row: Delivery) -> str:
    """Why a message that waited is not for anybody any more; "" while it is."""
    if row.channel == "webhook":
        is_there = any(hook.name == row.recipient for hook in topic.webhooks)
        return "" if is_there else "not sent: the topic file has no such webhook any more"
    why = suppressed_store.of(connection, topic.id).get(row.recipient.casefold())
    return f"not sent: {why}" if why else ""


def _send(context: Context, topic: TopicSettings, row: Delivery) -> Receipt:
    def before_dot() -> None:
        with context.store.begin() as connection:
            is_ours = ledger.mark_dot(connection, row)
        if not is_ours:
            raise StoreError(
                "another process took over what this one was sending", advice="It goes on there."
            )

    try:
        receipt = _SENDERS[row.channel](context, topic, row, before_dot)
    except (
        DeliveryError
    ) as error:  # our own settings: nothing went out, and everybody else's mail would meet the same
        _write_down(
            context, topic, row, Receipt(recipient=row.recipient, state="deferred", detail=error.message)
        )
        raise
    _write_down(context, topic, row, receipt)
    return receipt


def _mail(context: Context, _: TopicSettings, row: Delivery, before_dot: Callable[[], None]) -> Receipt:
    return context.mailer(row.message, recipient=row.recipient, before_dot=before_dot)


def _post(context: Context, topic: TopicSettings, row: Delivery, before_dot: Callable[[], None]) -> Receipt:
    from monitor.deliver.webhook import post, signature  # noqa: PLC0415 - for those who have one

    url = next(hook.url for hook in topic.webhooks if hook.name == row.recipient)
    timestamp = str(int(context.wall().timestamp()))  # receivers refuse what is old
    headers = {
        "Content-Type": "application/json",
        "X-Monitor-Delivery": row.message_id,
        "X-Monitor-Timestamp": timestamp,
    }
    if context.webhook_secret:
        headers["X-Monitor-Signature"] = signature(
            row.message, timestamp=timestamp, secret=context.webhook_secret
        )
    receipt = post(url, row.message, headers=headers, before_end=before_dot)
    return replace(receipt, recipient=row.recipient)


_SENDERS: Mapping[str, Callable[[Context, TopicSettings, Delivery, Callable[[], None]], Receipt]] = {
    "mail": _mail,
    "webhook": _post,
}


def _write_down(context: Context, topic: TopicSettings, row: Delivery, receipt: Receipt) -> None:
    found = retries.after(receipt, row, context.settings.delivery, now=context.now, jitter=context.jitter())
    with context.store.begin() as connection:
        is_ours = ledger.settle(
            connection,
            row,
            state=found.state,
            reason=found.reason,
            detail=found.detail,
            sent_at=context.now if found.state == "sent" else None,
            next_attempt_at=found.next_attempt_at,
        )
        if is_ours and found.reason in UNREACHED and row.channel == "mail":
            _suppress(connection, context, topic, row, found.detail)
    write = log.info if found.state == "sent" else log.warning
    write(
        "delivery",
        issue=row.issue_id,
        recipient=row.recipient,
        state=found.state,
        reason=found.reason,
        detail=found.detail,
    )


def _suppress(
    connection: Connection, context: Context, topic: TopicSettings, row: Delivery, detail: str
) -> None:
    """Two issues in a row that an address refused are enough: going on would make the sender look like one who buys lists."""
    earlier = ledger.before(connection, topic.id, row)
    if earlier is not None and earlier.reason in UNREACHED:
        why = f"refused in 2 issues in a row: {detail}"
        suppressed_store.add(connection, topic.id, row.recipient, at=context.now, reason=why)
        log.warning("reader.suppressed", topic=topic.id, recipient=row.recipient, detail=why)
