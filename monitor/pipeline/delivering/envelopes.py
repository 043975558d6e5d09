"""Frozen issue -> the messages it goes out as, one for each receiver, each by its channel.

Each is the same bytes whenever it is built again. Sends nothing, and enters nothing into the ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from monitor.deliver.channels.protocol import Channel, Letter
from monitor.digests import personal
from monitor.digests.bulletin import bulletin
from monitor.digests.frozen import from_json, to_json
from monitor.digests.words import phrases
from monitor.errors import DeliveryError
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store.deliveries import Delivery
from monitor.store.issues import Issue


def letter_of(context: Context, topic: TopicSettings, issue: Issue) -> Letter:
    """Return an issue as whoever has no mailbox gets it."""
    # All that composes, a third of a second: not for who only looks.
    from monitor.pipeline.issuing.digest import Outcome, for_nobody  # noqa: PLC0415

    digest = from_json(issue.digest)
    frozen = Outcome(kind="issue", digest=digest, rendered=issue.rendered)
    shared = personal.for_nobody(digest)
    return Letter(
        topic=topic.id,
        number=issue.number,
        date=issue.composed_at,
        digest=digest,
        rendered=issue.rendered,
        shared=lambda: for_nobody(context, frozen).rendered,
        json=to_json(shared),
        bulletin=bulletin(shared),
        leave_words=phrases(digest.language)["leave_link"],
    )


def deliveries(
    context: Context,
    topic: TopicSettings,
    issue: Issue,
    channel: Channel,
    *,
    letter: Letter,
    readers: Collection[str],
) -> Iterator[Delivery]:
    """Yield what each place of a channel gets, one at a time: thousands would fill the memory. Of people's mailboxes only `readers` count.

    An address no server would take gives one that has failed already. Raises DeliveryError for a bad sender.
    """
    for recipient, place in channel.places(context.settings, topic).items():
        if channel.is_personal and recipient not in readers:
            continue
        own = _own(context, topic, letter, recipient) if channel.is_personal else letter
        identity = channel.identity(own, recipient, place)
        try:
            message = channel.envelope(own, recipient, place).message
        except DeliveryError as error:
            if not error.is_permanent:
                raise
            yield _fresh(
                context,
                issue,
                channel,
                recipient,
                identity=identity,
                message=b"",
                state="failed",
                reason="rejected",
                detail=error.message,
            )
            continue
        signed = context.sign(message) if channel.is_personal else message
        yield _fresh(context, issue, channel, recipient, identity=identity, message=signed)


def _own(context: Context, topic: TopicSettings, letter: Letter, reader: str) -> Letter:
    """One reader's copy: their own links to answer and to leave by."""
    secret, base_url = context.link_key, context.settings.digest.base_url
    if not secret:
        return letter
    return replace(
        letter,
        rendered=personal.for_reader(letter.rendered, letter.digest, reader, secret=secret),
        leave_url=personal.leaving(topic.id, reader, secret=secret, base_url=base_url),
    )


def _fresh(
    context: Context,
    issue: Issue,
    channel: Channel,
    recipient: str,
    *,
    identity: str,
    message: bytes,
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
        channel=channel.kind,
        shares_body=channel.is_personal,
        entered_at=context.now,
    )
