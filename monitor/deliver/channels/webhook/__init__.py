"""The plain webhook: the frozen issue, or an alarm, as JSON with an id, signed by Standard Webhooks. For programs, not for people.

A topic's own [[webhooks]] are its places, and blocks of channels.toml, whose secret is the whole address.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from pydantic import Field

from monitor.deliver.channels.chat import as_json, identity_of, named, unreached
from monitor.deliver.channels.protocol import Channel, Letter, Means, Parcel
from monitor.deliver.webhook import post, signed_headers
from monitor.model import Bulletin, Receipt
from monitor.settings import ChannelSettings, HiddenUrl, Settings, TopicSettings


class WebhookPlace(ChannelSettings):
    """kind = "webhook"."""

    kind: Literal["webhook"] = "webhook"
    secret: HiddenUrl = Field(default="", min_length=1, repr=False, validate_default=True)


@dataclass(frozen=True, slots=True)
class Webhook:
    """The channel; a place is an address."""

    kind: str = "webhook"
    settings: type[ChannelSettings] = WebhookPlace
    is_personal: bool = False

    def places(self, settings: Settings, topic: TopicSettings) -> Mapping[str, str]:
        """Return the topic's own webhooks, and those it names of channels.toml."""
        own = {hook.name: hook.url for hook in topic.webhooks}
        return own | {name: each.secret for name, each in named(self.kind, topic.channels, settings).items()}

    def alarms(self, settings: Settings) -> Mapping[str, str]:
        """Return those that [alarm] names; its own `webhook` has a body of its own."""
        found = named(self.kind, settings.alarm.channels, settings)
        return {name: each.secret for name, each in found.items()}

    def identity(self, letter: Letter, recipient: str, place: str) -> str:  # noqa: ARG002 - the protocol's
        """Return 40 hexadecimal digits."""
        return identity_of(letter, recipient)

    def envelope(self, letter: Letter, recipient: str, place: str) -> Parcel:  # noqa: ARG002 - the protocol's
        """Return the frozen JSON with an id of its own."""
        identity = identity_of(letter, recipient)
        body = json.dumps({"id": identity, **json.loads(letter.json)}).encode("ascii")
        return Parcel(recipient=recipient, identity=identity, message=body)

    def notice(self, bulletin: Bulletin, recipient: str, identity: str) -> Parcel:
        """Return an alarm's words as JSON."""
        said: dict[str, Any] = {"id": identity, "title": bulletin.title, "lines": bulletin.intro}
        return Parcel(recipient=recipient, identity=identity, message=as_json(said))

    def send(self, parcel: Parcel, place: str, means: Means) -> Receipt:
        """Post it, signed where there is a secret."""
        timestamp = str(int(means.wall().timestamp()))  # receivers refuse what is old
        headers = {"Content-Type": "application/json"} | signed_headers(
            parcel.message, identity=parcel.identity, timestamp=timestamp, secret=means.secret
        )
        receipt = post(
            place, parcel.message, headers=headers, timeout_s=means.timeout_s, before_end=means.before_end
        )
        return replace(receipt, recipient=parcel.recipient)

    def check(self, place: str, means: Means) -> str:
        """Return why nobody listens; nothing is posted."""
        return unreached(place, timeout_s=means.timeout_s)


CHANNEL: Final[Channel] = Webhook()
