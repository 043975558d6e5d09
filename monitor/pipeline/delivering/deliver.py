"""Frozen issue x recipient -> receipt. Freeze, claim, send to the last body byte, mark, final dot, mark sent.

A crash before the mark means "surely not sent", so sending again is safe; after it, the same bytes with the same
Message-ID go out again, so that a mail server or reader can see the repeat for what it is (RFC 1047), or wait for the operator when
`on_uncertain` says so. One process sends at a time, daemon or command; another one leaves the rows to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import structlog

from monitor.deliver.address import address
from monitor.deliver.channels import registry
from monitor.deliver.channels.protocol import Parcel
from monitor.deliver.refusals import likeness
from monitor.digests import keys
from monitor.errors import DeliveryError, MonitorError, StoreError
from monitor.model import Receipt
from monitor.pipeline.delivering import envelopes, retries
from monitor.pipeline.delivering.pace import Pace, goes_last
from monitor.pipeline.delivering.receivers import Places, has_receivers, places_by_issue, places_of
from monitor.pipeline.issuing import identity
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection, arrears
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import pauses as pauses_store
from monitor.store import readers as readers_store
from monitor.store import suppressed as suppressed_store
from monitor.store.deliveries import Delivery
from monitor.store.issues import Issue
from monitor.store.lock import sending_lock
from monitor.store.transactions import SENDING

log = structlog.get_logger()
BUSY = "another process is sending at this moment; what waits is in the ledger, and that one or the next run sends it"
LEFT = "{}: {} still to be sent: {}; `monitor send` or the daemon goes on after that"
NO_ANSWER_MAX = (
    3  # in a row: then the mail server is left alone until the next run, so that a run ends in time
)
BATCH = 100  # messages entered in one transaction: they are built outside it, and others may write in between
UNREACHED = frozenset({"refused", "bounced"})  # reasons that are the recipient's


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of handing over a topic's issues."""

    receipts: tuple[Receipt, ...] = ()
    is_busy: bool = False  # another process sends: nothing was done
    left: int = 0  # due, and left to the next run: for the pace, or because the server asked for a pause
    rest: str = ""  # the server's words when it asked for that

    @property
    def failed(self) -> tuple[Receipt, ...]:
        """Everything that did not arrive now."""
        return tuple(r for r in self.receipts if r.state != "sent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """A message that has not arrived, and why."""

    topic: str
    issue: int  # number; below 0: what an alert told
    alert: str  # its name; "": an issue
    recipient: str
    channel: str  # its kind: mail, webhook, slack ...
    state: str  # pending | sending | uncertain | failed
    reason: str  # of failed: refused | bounced | rejected | given_up | suppressed
    detail: str  # the server's words
    attempts: int
    since: datetime | None  # it waits from then on
    next_attempt_at: datetime | None
    is_held: bool  # nothing happens until the operator says so


def enter(context: Context, topic: TopicSettings, issue: Issue) -> None:
    """Enter an issue's recipients into the ledger, each with its frozen message; repeating it changes nothing.

    An address no server would take is entered as failed, and stops nobody else's mail. Raises DeliveryError without a mail server.
    """
    refuse_unsendable(context, topic)
    with context.store.look() as connection:
        left = identity.off(connection, context, topic)
        known = ledger.recipients(connection, issue.id)
    readers = [r for r in topic.recipients if r.casefold() not in left and r not in known]
    if context.link_key:
        with context.store.begin(SENDING) as connection:
            readers_store.note(
                connection, {keys.mark_of(keys.token_for(context.link_key, r)): r for r in readers}
            )
    letter = envelopes.letter_of(context, topic, issue)
    # Mail comes last: what our mail server's settings keep back keeps nobody else back.
    for channel in sorted(registry.channels().values(), key=lambda each: each.is_personal):
        rows = envelopes.deliveries(context, topic, issue, channel, letter=letter, readers=frozenset(readers))
        while batch := list(islice(rows, BATCH)):
            with context.store.begin(SENDING) as connection:
                ledger.add(connection, batch)


def refuse_unsendable(context: Context, topic: TopicSettings) -> None:
    """Raise DeliveryError where readers are to get mail, or nobody anything, and no mail server is configured, or its sender is none."""
    sender = context.settings.smtp.sender
    if not (sender and context.settings.smtp.host) and (topic.recipients or not has_receivers(topic)):
        raise DeliveryError(
            "no mail server is configured",
            advice="Set host and sender under [smtp] in monitor.toml, or leave out --send.",
        )
    if topic.recipients:
        address(sender)  # a wrong one is nobody's fault but ours


def send_due(context: Context, topic: TopicSettings) -> Delivered:
    """Send what is due for a topic; one recipient's trouble never touches another's.

    Raises the first trouble that is no server's word after everything else was tried.
    """
    states = _states(context)
    with context.store.look() as connection:
        waits = ledger.due(connection, topic=topic.id, now=context.now, states=(*states, "sending"))
    if not waits:
        return Delivered()
    with sending_lock(context.settings.store, context.settings.data) as lock:
        if not lock.take():
            log.info("delivery.busy", topic=topic.id, detail=BUSY)
            return Delivered(is_busy=True)
        _recover(context, topic)
        troubles: list[Exception] = []
        pace = Pace(context)
        receipts = tuple(_all(context, topic, states, troubles, pace))
        with context.store.begin(SENDING) as connection:
            for issue_id in sorted({row.issue_id for row in waits}):
                _take_off(connection, context, topic, issue_id)
            left = len(ledger.due(connection, topic=topic.id, now=context.now, states=states))
        if troubles:
            raise troubles[0]
        return Delivered(receipts=receipts, left=left, rest=pace.rest)


def undelivered(context: Context) -> tuple[Undelivered, ...]:
    """Return what has not arrived: everything of each topic's newest issue, and of older ones what is still tried or held."""
    with context.store.look() as connection:
        found = [(t.id, *each) for t in context.settings.topics for each in arrears.unsent(connection, t.id)]
        alerts = issues_store.alerts_of(connection, (row.issue_id for _, _, row in found))
    is_holding = context.settings.delivery.on_uncertain == "hold"
    return tuple(
        Undelivered(
            topic=topic,
            issue=number,
            alert=alerts.get(row.issue_id, ""),
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
    with context.store.begin(SENDING) as connection:
        rows = [
            row
            for row in ledger.of_issue(connection, issue.id)
            if recipient is None or row.recipient.casefold() == recipient.casefold()
        ]
        left = identity.off(connection, context, topic)
        empty = ledger.unwritten(connection, issue.id)
        there = {name for _, name in places_of(connection, context, topic, issue.id)} - left.keys()
        free = [row for row in rows if row.recipient not in empty and row.recipient.casefold() in there]
        return tuple(row.recipient for row in free if ledger.release(connection, row, now=context.now))


def _states(context: Context) -> tuple[str, ...]:
    """What may go out by itself."""
    return ("pending",) if context.settings.delivery.on_uncertain == "hold" else ("pending", "uncertain")


def _recover(context: Context, topic: TopicSettings) -> None:
    """With the lock held, whatever is being sent belongs to a process that has ended."""

    def again(row: Delivery) -> datetime | None:
        return retries.after_crash(row, now=context.now, jitter=context.jitter())

    with context.store.begin(SENDING) as connection:
        found = ledger.recover(connection, topic.id, again=again)
    for row in found:
        log.warning("delivery.recovered", issue=row.issue_id, recipient=row.recipient, state=row.state)


def _all(
    context: Context,
    topic: TopicSettings,
    states: tuple[str, ...],
    troubles: list[Exception],
    pace: Pace,
) -> Iterator[Receipt]:
    """Send what is due, and what comes to be due meanwhile: a process that found us busy left it to us.

    A message nobody foresaw the trouble of is put off, and its error kept in `troubles`: the others go out.
    """
    silences, tried = 0, set[tuple[int, str]]()
    places_of = places_by_issue(context, topic)
    while True:
        with context.store.look() as connection:
            due = ledger.due(connection, topic=topic.id, now=context.now, states=states)
        due = tuple(row for row in due if (row.issue_id, row.recipient) not in tried)
        if not due:
            return
        for row in sorted(due, key=goes_last):
            tried.add((row.issue_id, row.recipient))
            is_mail = row.channel in registry.personal()
            if is_mail and (silences >= NO_ANSWER_MAX or not pace.may_go()):
                continue
            try:
                receipt = _one(pace.context() if is_mail else context, topic, row, places_of(row.issue_id))
            except StoreError:
                raise
            except DeliveryError as error:  # our own settings: every other mail would meet the same
                troubles.append(error)
                silences = NO_ANSWER_MAX if is_mail else silences
                continue
            except Exception as error:
                log.exception("delivery.crashed", issue=row.issue_id, recipient=row.recipient)
                troubles.append(error)
                continue
            if receipt is not None:
                yield replace(receipt, channel=row.channel)
                if is_mail:
                    pace.took(receipt)
                    silences = silences + 1 if receipt.cause in ("server", "sender") else 0


def _one(context: Context, topic: TopicSettings, row: Delivery, places: Places) -> Receipt | None:
    """Claim and send; None when there was nothing to send."""
    place = places.get((row.channel, row.recipient.casefold()))
    with context.store.begin(SENDING) as connection:
        why = _unwanted(connection, context, topic, row, is_there=place is not None)
        if why:
            ledger.fail(connection, row, reason="suppressed", detail=why)
            return None
        claimed = ledger.claim(connection, row, now=context.now)
    return None if claimed is None else _send(context, claimed, place)


def _unwanted(
    connection: Connection, context: Context, topic: TopicSettings, row: Delivery, *, is_there: bool
) -> str:
    """Why a message that waited is not for anybody any more; "" while it is."""
    if row.channel not in registry.personal():
        return "" if is_there else f"not sent: the topic file has no such {row.channel} any more"
    if not is_there:
        return "not sent: the topic file does not name this reader any more"
    why = identity.off(connection, context, topic).get(row.recipient.casefold())
    return f"not sent: {why}" if why else ""


def _send(context: Context, row: Delivery, place: Any) -> Receipt:
    is_marked = False

    def before_dot() -> None:
        nonlocal is_marked
        with context.store.begin(SENDING) as connection:
            is_ours = ledger.mark_dot(connection, row)
        if not is_ours:
            raise StoreError(
                "another process took over what this one was sending", advice="It goes on there."
            )
        is_marked = True

    try:
        parcel = Parcel(recipient=row.recipient, identity=row.message_id, message=row.message)
        receipt = registry.channels()[row.channel].send(parcel, place, context.means(before_dot))
    except StoreError:
        raise
    except Exception as error:
        detail = error.message if isinstance(error, MonitorError) else f"{type(error).__name__}: {error}"
        is_final = isinstance(error, DeliveryError) and error.is_permanent  # this address, and no other
        state = "uncertain" if is_marked else "failed" if is_final else "deferred"
        receipt = Receipt(recipient=row.recipient, state=state, detail=detail)
        _write_down(context, row, receipt)
        if not is_final:
            raise
        return receipt
    _write_down(context, row, receipt)
    return receipt


def _write_down(context: Context, row: Delivery, receipt: Receipt) -> None:
    with context.store.begin(SENDING) as connection:
        pauses = (
            pauses_store.asked(connection, channels=registry.personal())
            if receipt.cause == retries.PACE
            else 0
        )
        found = retries.after(
            receipt,
            row,
            context.settings.delivery,
            now=context.now,
            jitter=context.jitter(),
            pauses=pauses,
        )
        ledger.settle(
            connection,
            row,
            state=found.state,
            reason=found.reason,
            detail=found.detail,
            sent_at=context.now if found.state == "sent" else None,
            next_attempt_at=found.next_attempt_at,
        )
    write = log.info if found.state == "sent" else log.warning
    write(
        "delivery",
        issue=row.issue_id,
        recipient=row.recipient,
        state=found.state,
        reason=found.reason,
        detail=found.detail,
    )


def _take_off(connection: Connection, context: Context, topic: TopicSettings, issue_id: int) -> None:
    """Two issues in a row that an address refused are enough: going on would make the sender look like one who buys lists.

    Looked at when the whole issue is settled, for what is refused to most readers is no reader's fault.
    """
    rows = [row for row in ledger.of_issue(connection, issue_id) if row.channel in registry.personal()]
    if any(row.state in ledger.OPEN for row in rows) or is_common(rows):
        return
    for row in rows:
        earlier = ledger.before(connection, topic.id, row) if row.reason in UNREACHED else None
        if earlier is None or earlier.reason not in UNREACHED:
            continue
        if is_common(ledger.of_issue(connection, earlier.issue_id)):
            continue
        why = f"refused in 2 issues in a row: {row.detail}"
        suppressed_store.add(connection, topic.id, row.recipient, at=context.now, reason=why)
        log.warning("reader.suppressed", topic=topic.id, recipient=row.recipient, detail=why)


def is_common(rows: Iterable[Delivery]) -> bool:
    """Return whether most readers of an issue, and two at least, were refused with the like words: then the fault is ours."""
    mails = [row for row in rows if row.channel in registry.personal() and row.reason != "suppressed"]
    alike = Counter(likeness(row.detail) for row in mails if row.reason in UNREACHED)
    most = max(alike.values(), default=0)
    return most > 1 and most * 2 > len(mails)
