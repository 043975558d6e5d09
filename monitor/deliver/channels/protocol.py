"""What a channel is: how its places are configured, what they get, how it is handed over, and how `monitor doctor` looks at it.

A channel is one folder beside this file with a value CHANNEL; `registry` finds it there. It decides what its service's answers mean and
knows no queue, no ledger and no clock but what it is given: when something is sent, and what becomes of it after a failure, is decided
for all channels alike by whoever calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from monitor.model import Bulletin, Digest, Receipt, RenderedDigest
from monitor.settings import ChannelSettings, Settings, TopicSettings

KIND_MAX = 12  # letters of a kind: the ledger's column


class Mailing(Protocol):
    """Hands one message to the mail server; see pipeline.ports."""

    def __call__(self, message: bytes, *, recipient: str, before_dot: Callable[[], None]) -> Receipt:
        """Return what came of it; never raises for what the server does."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An issue in every form a channel may want. Of a personal channel the renderings and the links are one reader's own."""

    topic: str
    number: int
    date: datetime  # aware; when it was composed
    digest: Digest
    rendered: RenderedDigest
    shared: Callable[
        [], RenderedDigest
    ]  # the renderings without anything that answers, made when they are asked for
    json: str  # the same as data
    bulletin: Bulletin
    leave_url: str = ""  # where this reader leaves with one click; "": nowhere
    leave_words: str = ""

    @property
    def key(self) -> str:
        """Which issue it is."""
        return f"{self.topic}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One message on its way: its bytes are frozen, and stay the same however often it is sent."""

    recipient: str  # as in the ledger: a mail address, or a place's name
    identity: str  # the same for the same issue and recipient: who has seen it may ignore a repeat
    message: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What of the world a channel may use."""

    wall: Callable[[], datetime]
    mailer: Mailing | None = None
    greet: Callable[[], str] = str  # what the mail server has against us; "": nothing
    secret: str = ""  # what webhooks are signed with; "": they are not
    timeout_s: float = 30.0
    before_end: Callable[[], None] = lambda: None  # called when all but the last byte is sent


class Channel(Protocol):
    """One kind of place. What a place is, is the channel's own to say: only its own functions are given it."""

    @property
    def kind(self) -> str:
        """Its name in channels.toml and in the ledger: at most 12 letters, never another one for rows that are there."""
        ...

    @property
    def settings(self) -> type[ChannelSettings] | None:
        """A block of this kind in channels.toml; None: its places are configured elsewhere alone."""
        ...

    @property
    def is_personal(self) -> bool:
        """Whether its places are people's mailboxes: they may leave or bounce, and our own mail server has a pace."""
        ...

    def places(self, settings: Settings, topic: TopicSettings) -> Mapping[str, Any]:
        """Return a topic's places by the recipient's name in the ledger."""
        ...

    def alarms(self, settings: Settings) -> Mapping[str, Any]:
        """Return the places that hear alarms, by name; empty where the channel tells none."""
        ...

    def identity(self, letter: Letter, recipient: str, place: Any) -> str:
        """Return the id of what the place gets: the same for the same issue and recipient, another for any other pair."""
        ...

    def envelope(self, letter: Letter, recipient: str, place: Any) -> Parcel:
        """Return an issue as the place gets it: the same bytes whenever it is built again, and no secret in them.

        Raises DeliveryError: `is_permanent` when it is this one recipient's fault.
        """
        ...

    def notice(self, bulletin: Bulletin, recipient: str, identity: str) -> Parcel:
        """Return an alarm as a place gets it."""
        ...

    def send(self, parcel: Parcel, place: Any, means: Means) -> Receipt:
        """Hand a message over, and say what came of it.

        What a server or a network does is a state of the receipt. It calls `means.before_end` before the instant that cannot be undone.
        Raises DeliveryError when our own settings are to blame.
        """
        ...

    def check(self, place: Any, means: Means) -> str:
        """Return what is wrong with a place as far as can be seen without telling it anything; "" when nothing is."""
        ...
