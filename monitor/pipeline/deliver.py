"""Frozen issue x recipient -> receipt. Freeze, claim, send to the last body byte, mark, final dot, mark sent.

A crash before the mark means "surely not sent", so sending again is safe; after it, the same bytes with the same
Message-ID go out again, so that a mail server or reader can see the repeat for what it is (RFC 1047).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from monitor.deliver.address import address
from monitor.deliver.message import build, message_id
from monitor.digests.frozen import from_json
from monitor.digests.keys import key_for
from monitor.errors import DeliveryError
from monitor.model import Receipt
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import deliveries as ledger
from monitor.store import suppressed as suppressed_store
from monitor.store.deliveries import Delivery
from monitor.store.issues import Issue

log = structlog.get_logger()
FIRST_RETRY_S = 60  # doubled each time; Postfix waits between 300 and 4,000 s
LAST_RETRY_S = 4000
GIVE_UP_AFTER = 100  # attempts: about five days at LAST_RETRY_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """What came of handing over a topic's issues."""

    receipts: tuple[Receipt, ...] = ()

    @property
    def failed(self) -> tuple[Receipt, ...]:
        """Everything that did not arrive now."""
        return tuple(r for r in self.receipts if r.state != "sent")


def enter(context: Context, topic: TopicSettings, issue: Issue) -> None:
    """Enter an issue's recipients into the ledger, each with its frozen message; repeating it changes nothing."""
    sender = context.settings.smtp.sender
    if not sender or not context.settings.smtp.host:
        raise DeliveryError(
            "no mail server is configured",
            advice="Set host and sender under [smtp] in monitor.toml, or leave out --send.",
        )
    with context.store.begin() as connection:
        left = suppressed_store.of(connection, topic.id)
        readers = [r for r in topic.recipients if r.casefold() not in left]
        ledger.add(connection, [_row(context, topic, issue, recipient) for recipient in readers])


def run(context: Context, topic: TopicSettings) -> Delivered:
    """Send what is due for a topic; one recipient's trouble never touches another's."""
    with context.store.begin() as connection:
        due = ledger.due(connection, topic=topic.id, now=context.now)
    return Delivered(receipts=tuple(receipt for receipt in _sent(context, due)))


def _row(context: Context, topic: TopicSettings, issue: Issue, recipient: str) -> Delivery:
    settings = context.settings
    # With links of ours the id is what unsubscribing goes by: then nobody else may be able to guess it.
    one_click = settings.digest.base_url if context.link_key else ""
    secret = f"/{key_for(context.link_key, 'mail')}" if one_click else ""
    identity = message_id(
        f"{topic.id}/{issue.number}{secret}", recipient, address(settings.smtp.sender).domain
    )
    message = build(
        issue.rendered,
        digest=from_json(issue.digest),
        sender=settings.smtp.sender,
        recipient=recipient,
        message_id=identity,
        date=issue.composed_at,
        base_url=one_click,
    )
    return Delivery(
        issue_id=issue.id,
        recipient=recipient,
        state="pending",
        dot=False,
        attempts=0,
        message_id=identity,
        message=context.sign(message),
    )


def _sent(context: Context, due: Iterable[Delivery]) -> Iterable[Receipt]:
    for row in due:
        with context.store.begin() as connection:
            claimed = ledger.claim(connection, row)
        if claimed:
            yield _send(context, row)


def _send(context: Context, row: Delivery) -> Receipt:
    def before_dot() -> None:
        with context.store.begin() as connection:
            ledger.mark_dot(connection, row)

    receipt = context.mailer(row.message, recipient=row.recipient, before_dot=before_dot)
    state, again = _outcome(receipt, row, context.now, context.jitter())
    with context.store.begin() as connection:
        ledger.settle(
            connection,
            row,
            state=state,
            detail=receipt.detail,
            sent_at=context.now if state == "sent" else None,
            next_attempt_at=again,
        )
    log.info(
        "delivery", issue=row.issue_id, recipient=row.recipient, state=receipt.state, detail=receipt.detail
    )
    return receipt


def _outcome(receipt: Receipt, row: Delivery, now: datetime, jitter: float) -> tuple[str, datetime | None]:
    """Return the ledger's state and when to try again."""
    if receipt.state in ("sent", "failed"):
        return receipt.state, None
    if row.attempts + 1 >= GIVE_UP_AFTER:
        return "failed", None
    wait_s = min(FIRST_RETRY_S * 2 ** min(row.attempts, 10), LAST_RETRY_S) * (0.9 + 0.2 * jitter)
    return ("uncertain" if receipt.state == "uncertain" else "pending"), now + timedelta(seconds=wait_s)
