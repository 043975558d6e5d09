"""Channels that tell a bulletin by one HTTP request: what they have in common, and the cutting of what a service has no room for.

A service's folder says how a bulletin looks, where it is sent, and what the answer means; this is the rest. Bodies hold no secret, for
they are frozen in the ledger: tokens, and where it goes, are added when the request is made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, TypeVar
from urllib.parse import urlsplit

from monitor.deliver.channels.protocol import Letter, Means, Parcel
from monitor.deliver.connections import connect
from monitor.deliver.webhook import PORTS, Answer, Verdict, judged, post
from monitor.errors import DeliveryError
from monitor.model import Bulletin, BulletinItem, Receipt
from monitor.settings import ChannelSettings, Settings, TopicSettings

T = TypeVar("T")
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request."""

    url: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: JSON)
    method: str = "POST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A channel of this sort."""

    kind: str
    settings: type[ChannelSettings]
    shown: Callable[[Bulletin], bytes]  # the body as it is frozen
    call: Callable[[Any, Parcel], Call]  # a place, and what it gets
    # What `doctor` asks, which tells the place nothing; None: the service has no such question, and only its door is tried.
    question: Callable[[Any], Call] | None = None
    judge: Callable[[Answer], Verdict] = judged
    is_personal: bool = False

    def places(self, settings: Settings, topic: TopicSettings) -> Mapping[str, Any]:
        """Return the topic's places of this kind in channels.toml."""
        return named(self.kind, topic.channels, settings)

    def alarms(self, settings: Settings) -> Mapping[str, Any]:
        """Return the places of this kind that hear alarms."""
        return named(self.kind, settings.alarm.channels, settings)

    def identity(self, letter: Letter, recipient: str, place: Any) -> str:  # noqa: ARG002 - the protocol's
        """Return 40 hexadecimal digits."""
        return identity_of(letter, recipient)

    def envelope(self, letter: Letter, recipient: str, place: Any) -> Parcel:  # noqa: ARG002 - the protocol's
        """Return the issue's bulletin as this service wants it."""
        return self.notice(letter.bulletin, recipient, identity_of(letter, recipient))

    def notice(self, bulletin: Bulletin, recipient: str, identity: str) -> Parcel:
        """Return a bulletin as this service wants it."""
        return Parcel(recipient=recipient, identity=identity, message=self.shown(bulletin))

    def send(self, parcel: Parcel, place: Any, means: Means) -> Receipt:
        """Send it; no word of the service's answer shows a secret of ours."""
        return asked(self.call(place, parcel), place, means, judge=self.judge, recipient=parcel.recipient)

    def check(self, place: Any, means: Means) -> str:
        """Return what the service answers to `question` when that is no success."""
        if self.question is None:
            call = self.call(place, Parcel(recipient=place.name, identity="", message=b""))
            return unreached(call.url, timeout_s=means.timeout_s)
        receipt = asked(self.question(place), place, means, judge=self.judge, recipient=place.name)
        return "" if receipt.state == "sent" else receipt.detail


def unreached(url: str, *, timeout_s: float) -> str:
    """Return why nobody can be reached at the host of an address; "" when somebody listens there."""
    where = urlsplit(url)
    try:
        connect(where.hostname or "", where.port or PORTS[where.scheme], timeout_s=timeout_s).close()
    except OSError as error:
        return f"{where.hostname} cannot be reached: {error.strerror or error}"
    return ""


def named(kind: str, names: tuple[str, ...], settings: Settings) -> dict[str, ChannelSettings]:
    """Return the blocks of channels.toml of one kind that are meant by `names`."""
    return {each.name: each for each in settings.channels if each.kind == kind and each.name in names}


def identity_of(letter: Letter, recipient: str) -> str:
    """Return 40 hexadecimal digits: the same for the same issue and place, whatever its address is by then."""
    return sha256(f"{letter.key}\0{recipient}".encode()).hexdigest()[:40]


def asked(
    call: Call, place: ChannelSettings, means: Means, *, judge: Callable[[Answer], Verdict], recipient: str
) -> Receipt:
    """Make one request of a place, and say what came of it with its secret taken out."""
    receipt = post(
        call.url,
        call.body,
        headers=call.headers,
        method=call.method,
        timeout_s=means.timeout_s,
        before_end=means.before_end,
        judge=judge,
    )
    return replace(receipt, recipient=recipient, detail=_hidden(receipt.detail, place))


_SECRET_MIN = 6  # characters; what is shorter is no secret
_PART_MIN = 10  # characters; shorter parts of an address are words such as "services"


def _hidden(said: str, place: ChannelSettings) -> str:
    """A server's words without what its block keeps hidden, in whole or in part: many repeat what they were asked. Hosts are no secret."""
    kept = [getattr(place, name) for name, each in type(place).model_fields.items() if not each.repr]
    paths = [value.partition("://")[2].partition("/")[2] if "://" in value else value for value in kept]
    parts = [part for part in re.split(r"[\n/:?&=]+", "\n".join(paths)) if len(part) >= _PART_MIN]
    for each in sorted({*kept, *paths, *parts}, key=len, reverse=True):  # a longer one may hold a shorter one
        said = said.replace(each, "***") if len(each) >= _SECRET_MIN else said
    return said


def waits(read: Callable[[Any], Any]) -> Callable[[Answer], Verdict]:
    """Judge by the status, and by the seconds to wait that `read` finds in the JSON of the answer, where it finds any."""

    def judge(answer: Answer) -> Verdict:
        try:
            wait_s = float(read(json.loads(answer.body)))
        except (ValueError, TypeError, LookupError, AttributeError):
            return judged(answer)
        return judged(replace(answer, retry_s=max(answer.retry_s, wait_s)))

    return judge


def cut(bulletin: Bulletin, build: Callable[[Bulletin, str], T], fits: Callable[[T], bool]) -> T:
    """Return what `build` makes of as many items as fit, and of the words for how many were left out ("" for none).

    Items are left out whole, from the end. Where not even the first one fits, items go without their sentences; after them the intro
    lines, from the end. Raises DeliveryError when not even the title fits, which no issue's does.
    """
    plain = replace(bulletin, items=tuple(replace(item, detail="") for item in bulletin.items))
    for source in (bulletin, plain):
        for kept in range(len(source.items), 0, -1):
            message = build(*_kept(source, kept))
            if fits(message):
                return message
    for lines in range(len(bulletin.intro), -1, -1):
        bare, words = _kept(bulletin, 0)
        message = build(replace(bare, intro=bulletin.intro[:lines]), words)
        if fits(message):
            return message
    raise DeliveryError(
        f"a title of {len(bulletin.title)} characters fits into no message", is_permanent=True
    )


def _kept(bulletin: Bulletin, kept: int) -> tuple[Bulletin, str]:
    lost = len(bulletin.items) - kept
    words = bulletin.left_out[lost - 1] if 0 < lost <= len(bulletin.left_out) else ""
    return replace(bulletin, items=bulletin.items[:kept]), words


def remark(item: BulletinItem) -> str:
    """Return label and source of an item in one line."""
    return " · ".join(filter(None, (item.label, item.source)))


def as_json(value: object) -> bytes:
    """Return JSON in UTF-8, the same for the same value."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
