"""Discord: a channel's webhook gets one embed. The secret is the webhook's whole address.

Standard: Discord's reference of webhooks and embeds (title 256 characters, description 4,096, in all 6,000; 429 with `retry_after`).
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from pydantic import Field

from monitor.deliver.channels.chat import Call, Chat, as_json, cut, remark, waits
from monitor.deliver.channels.protocol import Channel, Parcel
from monitor.model import Bulletin, BulletinItem
from monitor.settings import ChannelSettings, HiddenUrl

TITLE_MAX = 256  # UTF-16 code units, as Discord's own programs count
DESCRIPTION_MAX = 4096
_MARKUP = re.compile(r"([\\`*_~|\[\]()<>#+-])")  # of Discord's Markdown


class DiscordSettings(ChannelSettings):
    """kind = "discord"."""

    kind: Literal["discord"] = "discord"
    secret: HiddenUrl = Field(default="", min_length=1, repr=False, validate_default=True)


def shown(bulletin: Bulletin) -> bytes:
    """Return a bulletin as an embed that calls nobody by name."""
    return as_json(cut(bulletin, _built, _fits))


def _built(bulletin: Bulletin, left_out: str) -> dict[str, Any]:
    link = _link(bulletin.url, bulletin.link) if bulletin.url else ""
    parts = ["\n".join(map(_escaped, bulletin.intro)), *map(_told, bulletin.items), _escaped(left_out), link]
    embed = {"title": bulletin.title[:TITLE_MAX], "description": "\n\n".join(filter(None, parts))}
    if bulletin.url:
        embed["url"] = bulletin.url
    return {"embeds": [embed], "allowed_mentions": {"parse": []}}


def _told(item: BulletinItem) -> str:
    section = f"__{_escaped(item.section)}__\n" if item.section else ""
    rows = (f"**{_link(item.url, item.headline)}**", _escaped(item.detail), _escaped(remark(item)))
    return section + "\n".join(filter(None, rows))


def _link(url: str, words: str) -> str:
    return f"[{_escaped(words)}](<{url}>)" if url else _escaped(words)


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _fits(message: dict[str, Any]) -> bool:
    description = message["embeds"][0]["description"]
    return len(description.encode("utf-16-le")) // 2 <= DESCRIPTION_MAX


def call(place: DiscordSettings, parcel: Parcel) -> Call:
    """Return the request; `wait` asks for an answer that says the message is kept."""
    joint = "&" if "?" in place.secret else "?"
    return Call(url=f"{place.secret}{joint}wait=true", body=parcel.message)


def question(place: DiscordSettings) -> Call:
    """Return the request for what the webhook is."""
    return Call(url=place.secret, method="GET")


CHANNEL: Final[Channel] = Chat(
    kind="discord",
    settings=DiscordSettings,
    shown=shown,
    call=call,
    question=question,
    judge=waits(lambda said: said["retry_after"]),
)
