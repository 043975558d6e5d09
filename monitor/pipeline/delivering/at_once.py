"""What an editor sends by hand: the next issue at once, in place of waiting for its slot, or its draft to one address as a proof.

An issue goes the way of its slot: frozen and bound to the moment in one transaction, entered into the ledger, sent under the lock; killed
in between, it is finished by the daemon or by the next press of the button. A proof leaves no trace in the ledger: it is of no issue.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from monitor.deliver.address import address
from monitor.deliver.message import build, message_id
from monitor.digests import personal
from monitor.digests.frozen import from_json
from monitor.digests.view import frame_of
from monitor.errors import DeliveryError, InputError
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver, receivers
from monitor.pipeline.delivering.deliver import Delivered
from monitor.pipeline.delivering.finishing import finish_all
from monitor.pipeline.issuing import digest, drafting, identity
from monitor.pipeline.issuing.digest import Outcome
from monitor.pipeline.ports import Context
from monitor.schedule.slots import Due
from monitor.settings import TopicSettings
from monitor.store import proofs
from monitor.store.lock import sending_lock
from monitor.store.transactions import SENDING

log = structlog.get_logger()
AGAIN = timedelta(minutes=1)  # between two proofs of the same draft to the same address
TEST = "[TEST]"  # how the subject of a proof begins


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNow:
    """What came of sending an issue at once."""

    outcome: Outcome
    delivered: Delivered
    has_receivers: bool

    @property
    def line(self) -> str:
        """One line for people."""
        done, number = self.delivered, self.outcome.digest.issue
        if self.outcome.kind != "issue":
            return self.outcome.headline
        if not self.has_receivers:
            return f"Issue {number} is frozen and its files are written; nobody receives it."
        if done.is_busy:
            return f"Issue {number} is frozen; {deliver.BUSY}."
        sent = len(done.receipts) - len(done.failed)
        waiting = len(done.failed) + done.left
        told = f"Issue {number} is frozen, and went to {sent} of {sent + waiting}."
        return f"{told} What did not arrive stands under Deliveries." if waiting else told


def send_now(context: Context, topic: TopicSettings, *, issue: int) -> SentNow:
    """Freeze the issue of this number and send it, as its slot would; the slot that follows tells what came since, or mails nobody.

    Raises InputError where it is not the next one: somebody was faster, and it is not sent twice. Raises DeliveryError, and freezes
    nothing, where readers are to get it and no mail server is configured.
    """
    if receivers.has_receivers(topic):
        deliver.refuse_unsendable(context, topic)
    outcome = digest.compose_issue(context, topic, kind="issue", due=Due(slot=context.now), only=issue)
    log.info("issue.sent_now", topic=topic.id, issue=outcome.digest.issue, kind=outcome.kind)
    finish_all(context, topic)
    delivered = deliver.send_due(context, topic)
    return SentNow(outcome=outcome, delivered=delivered, has_receivers=receivers.has_receivers(topic))


def send_proof(context: Context, topic: TopicSettings, recipient: str) -> Receipt | None:
    """Mail the topic's draft to one address, as a test; None where the same draft went there less than AGAIN ago.

    Raises InputError for an address that is no reader's of ours and not the sender's, for one that left, without a draft, and while
    another process sends; DeliveryError without a mail server.
    """
    smtp = context.settings.smtp
    if not (smtp.sender and smtp.host):
        raise DeliveryError(
            "no mail server is configured", advice="Set host and sender under [smtp] in monitor.toml."
        )
    known = {reader.casefold(): reader for each in context.settings.topics for reader in each.recipients}
    known |= {address(own).spec.casefold(): address(own).spec for own in (smtp.sender, smtp.reply_to) if own}
    to = known.get(recipient.strip().casefold())
    if to is None:
        raise InputError(
            "a test goes to a reader of ours or to the sender",
            advice="Name an address of `recipients`, or `sender` or `reply_to` under [smtp].",
        )
    with context.store.look() as connection:
        if to.casefold() in identity.off(connection, context, topic):
            raise InputError(
                "that reader gets no mail of this topic any more", advice="`monitor suppressed` says why."
            )
    draft = drafting.current(context, topic)
    if draft is None:
        raise InputError("nothing was learnt of this topic yet", advice="`monitor learn` does that.")
    message = _proof(context, topic, draft.digest, to, key=draft.mark)
    with sending_lock(context.settings.store, context.settings.data) as lock:
        if not lock.take():
            raise InputError("another process is sending at this moment", advice="Try again in a moment.")
        with context.store.begin(SENDING) as connection:
            after = context.now - AGAIN
            if not proofs.claim(connection, topic.id, to, mark=draft.mark, at=context.now, after=after):
                return None
        receipt = context.mailer(message, recipient=to, before_dot=lambda: None)
    log.info("draft.proof", topic=topic.id, issue=draft.number, state=receipt.state, detail=receipt.detail)
    return receipt


def _proof(context: Context, topic: TopicSettings, body: str, to: str, *, key: str) -> bytes:
    """The draft as a message of its own: without links that answer or lead to an issue that is not there yet."""
    found = personal.for_nobody(from_json(body))
    notices = (frame_of(found).say("proof"), *found.notices)
    _, shown = digest.shown(context, replace(found, notices=notices, base_url="", online_url=""))
    sender = context.settings.smtp.sender
    # Another id than the issue's: who has both must not take the issue for a repeat.
    own = message_id(
        f"proof {topic.id}/{found.issue} {key} {context.now.isoformat()}", to, address(sender).domain
    )
    message = build(
        replace(shown, subject=f"{TEST} {shown.subject}"),
        digest=found,
        sender=sender,
        recipient=to,
        message_id=own,
        date=context.now,
        reply_to=context.settings.smtp.reply_to,
    )
    return context.sign(message)
