"""Mail: each reader's own message over our mail server. The message is made in deliver.message, the talk is deliver.smtp's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from monitor.deliver.address import address
from monitor.deliver.channels.protocol import Channel, Letter, Means, Parcel
from monitor.deliver.message import build, message_id
from monitor.errors import DeliveryError
from monitor.model import Bulletin, Receipt
from monitor.settings import Settings, SmtpSettings, TopicSettings


@dataclass(frozen=True, slots=True)
class Mail:
    """The channel; a place is the mail server, the same for all readers."""

    kind: str = "mail"
    settings: None = None
    is_personal: bool = True

    def places(self, settings: Settings, topic: TopicSettings) -> Mapping[str, SmtpSettings]:
        """Return the topic's readers."""
        return dict.fromkeys(topic.recipients, settings.smtp)

    def alarms(self, settings: Settings) -> Mapping[str, Any]:  # noqa: ARG002 - the protocol's
        """Return nobody: an alarm often says that mail does not go out."""
        return {}

    def identity(self, letter: Letter, recipient: str, place: SmtpSettings) -> str:
        """Return the Message-ID. Raises DeliveryError for a sender no server would take."""
        return message_id(letter.key, recipient, address(place.sender).domain)

    def envelope(self, letter: Letter, recipient: str, place: SmtpSettings) -> Parcel:
        """Return a reader's message, not signed yet.

        Raises DeliveryError: `is_permanent` for an address no server would take, else for a sender none would.
        """
        identity = self.identity(letter, recipient, place)
        message = build(
            letter.rendered,
            digest=letter.digest,
            sender=place.sender,
            recipient=recipient,
            message_id=identity,
            date=letter.date,
            leave_url=letter.leave_url,
            reply_to=place.reply_to,
            leave_words=letter.leave_words,
        )
        return Parcel(recipient=recipient, identity=identity, message=message)

    def notice(self, bulletin: Bulletin, recipient: str, identity: str) -> Parcel:  # noqa: ARG002 - the protocol's
        """Mail tells no alarm."""
        raise DeliveryError("alarms are not told by mail", is_permanent=True)

    def send(self, parcel: Parcel, place: SmtpSettings, means: Means) -> Receipt:  # noqa: ARG002 - the mailer knows it
        """Hand it to the mail server."""
        assert means.mailer is not None
        return means.mailer(parcel.message, recipient=parcel.recipient, before_dot=means.before_end)

    def check(self, place: SmtpSettings, means: Means) -> str:  # noqa: ARG002 - who greets knows it
        """Return what the mail server has against us."""
        return means.greet()


CHANNEL: Final[Channel] = Mail()
