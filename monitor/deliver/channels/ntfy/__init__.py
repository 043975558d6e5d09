"""ntfy: a message is published to a topic of a server. The secret is an access token; a server without log-in needs none.

Standard: ntfy's reference of publishing as JSON (message 4,096 bytes; a longer one would become a file).
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from monitor.deliver.channels.chat import JSON, Call, Chat, as_json, cut, remark
from monitor.deliver.channels.protocol import Channel, Parcel
from monitor.model import Bulletin, BulletinItem
from monitor.settings import ChannelSettings, HiddenUrl

MESSAGE_MAX = 4096  # bytes


def _token(value: str) -> str:
    if not re.fullmatch(r"[!-~]*", value):
        raise ValueError("is no token: it holds a space or a letter outside ASCII (it is not shown)")
    return value


def _topic(value: str) -> str:
    if not re.fullmatch(r"[-_A-Za-z0-9]{1,64}", value):
        raise ValueError("is no topic: write 1 to 64 letters, digits, '-' or '_' (it is not shown)")
    return value


class NtfySettings(ChannelSettings):
    """kind = "ntfy". On a server without log-in whoever knows the topic reads along, so it is shown nowhere."""

    kind: Literal["ntfy"] = "ntfy"
    secret: Annotated[str, AfterValidator(_token)] = Field(default="", repr=False)
    topic: Annotated[str, AfterValidator(_topic)] = Field(repr=False)
    server: HiddenUrl = "https://ntfy.sh"


def shown(bulletin: Bulletin) -> bytes:
    """Return a bulletin as plain text that leads to the page, without the topic: where it goes is added when it is sent."""
    said = {"title": bulletin.title, "message": cut(bulletin, _built, _fits)}
    return as_json(said | ({"click": bulletin.url} if bulletin.url else {}))


def _built(bulletin: Bulletin, left_out: str) -> str:
    end = f"{bulletin.link}: {bulletin.url}" if bulletin.url else ""
    parts = ["\n".join(bulletin.intro), *map(_told, bulletin.items), left_out, end]
    return "\n\n".join(filter(None, parts)) or bulletin.title


def _told(item: BulletinItem) -> str:
    section = f"{item.section}\n\n" if item.section else ""
    return section + "\n".join(filter(None, (item.headline, item.detail, remark(item), item.url)))


def _fits(text: str) -> bool:
    return len(text.encode()) <= MESSAGE_MAX


def call(place: NtfySettings, parcel: Parcel) -> Call:
    """Return the request, with the topic in its body and the token in its headers."""
    body = {"topic": place.topic, **json.loads(parcel.message or b"{}")}
    return Call(url=f"{place.server.rstrip('/')}/", body=as_json(body), headers=JSON | _opened(place))


def question(place: NtfySettings) -> Call:
    """Return the request for whether the token may use the topic."""
    return Call(
        url=f"{place.server.rstrip('/')}/{place.topic}/auth", method="GET", headers=JSON | _opened(place)
    )


def _opened(place: NtfySettings) -> dict[str, Any]:
    return {"Authorization": f"Bearer {place.secret}"} if place.secret else {}


CHANNEL: Final[Channel] = Chat(kind="ntfy", settings=NtfySettings, shown=shown, call=call, question=question)
