"""Frozen issue -> the messages it goes out as, one for each receiver: mails, and the JSON of webhooks.

Each is the same bytes whenever it is built again. Sends nothing, and enters nothing into the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import sha256

from monitor.deliver.address import address
from monitor.deliver.message import build, message_id
from monitor.digests import personal
from monitor.digests.frozen import from_json, to_json
from monitor.digests.words import phrases
from monitor.errors import DeliveryError
from monitor.model import Digest
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings, WebhookSettings
from monitor.store.deliveries import Delivery
from monitor.store.issues import Issue


def mails(
    context: Context, topic: TopicSettings, issue: Issue, recipients: Iterable[str]
) -> Iterator[Delivery]:
    """Yield each reader's mail, one at a time: thousands would fill the memory.

    An address no server would take gives one that has failed already. Raises DeliveryError for a bad sender.
    """
    digest = from_json(issue.digest)
    for recipient in recipients:
        yield _mail(context, topic, issue, digest, recipient)


def _mail(context: Context, topic: TopicSettings, issue: Issue, digest: Digest, recipient: str) -> Delivery:
    settings = context.settings
    identity = message_id(f"{topic.id}/{issue.number}", recipient, address(settings.smtp.sender).domain)
    secret = context.link_key
    try:
        message = build(
            personal.for_reader(issue.rendered, digest, recipient, secret=secret)
            if secret
            else issue.rendered,
            digest=digest,
            sender=settings.smtp.sender,
            recipient=recipient,
            message_id=identity,
            date=issue.composed_at,
            leave_url=personal.leaving(topic.id, recipient, secret=secret, base_url=settings.digest.base_url),
            reply_to=settings.smtp.reply_to,
            leave_words=phrases(digest.language)["leave_link"],
        )
    except DeliveryError as error:
        if not error.is_permanent:
            raise
        return _fresh(
            context, issue, recipient, identity, b"", state="failed", reason="rejected", detail=error.message
        )
    return _fresh(context, issue, recipient, identity, context.sign(message))


def posting(context: Context, topic: TopicSettings, issue: Issue, hook: WebhookSettings) -> Delivery:
    """Return what a webhook gets: the frozen JSON with an id of its own: the same for the same issue and webhook, whatever its address is by then."""
    identity = sha256(f"{topic.id}/{issue.number}\0{hook.name}".encode()).hexdigest()[:40]
    content = json.loads(to_json(personal.for_nobody(from_json(issue.digest))))
    body = json.dumps({"id": identity, **content}).encode("ascii")
    return _fresh(context, issue, hook.name, identity, body, channel="webhook")


def _fresh(
    context: Context,
    issue: Issue,
    recipient: str,
    identity: str,
    message: bytes,
    *,
    channel: str = "mail",
    state: str = "pending",
    reason: str = "",
    detail: str = "",
) -> Delivery:
    return Delivery(
        issue_id=issue.id,
        recipient=recipient,
        state=state,
        reason=reason,
        detail=detail,
        dot=False,
        attempts=0,
        message_id=identity,
        message=message,
        channel=channel,
        entered_at=context.now,
    )
