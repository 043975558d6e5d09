"""Microsoft Teams: a workflow that "posts to a channel when a webhook request is received" gets an adaptive card.

The secret is the workflow's whole address. Standard: Adaptive Cards 1.4 in the envelope of an incoming webhook; 28 KB in all, 202 when
it is taken.
"""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from pydantic import Field

from monitor.deliver.channels.chat import Call, Chat, as_json, cut, remark
from monitor.deliver.channels.protocol import Channel, Parcel
from monitor.model import Bulletin, BulletinItem
from monitor.settings import ChannelSettings, HiddenUrl

MESSAGE_MAX = 28_000  # bytes
_CARD = "application/vnd.microsoft.card.adaptive"
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"
_MARKUP = re.compile(r"([\\`*_~\[\]()<>#+-])")  # of a card's Markdown


class TeamsSettings(ChannelSettings):
    """kind = "teams"."""

    kind: Literal["teams"] = "teams"
    secret: HiddenUrl = Field(default="", min_length=1, repr=False, validate_default=True)


def shown(bulletin: Bulletin) -> bytes:
    """Return a bulletin as a card."""
    return as_json(cut(bulletin, _built, _fits))


def _built(bulletin: Bulletin, left_out: str) -> dict[str, Any]:
    body = [_block(_escaped(bulletin.title), size="Large", weight="Bolder")]
    body += [_block(_escaped(line), isSubtle=True) for line in bulletin.intro]
    for item in bulletin.items:
        body += _told(item)
    if left_out:
        body.append(_block(_escaped(left_out), isSubtle=True, separator=True))
    card: dict[str, Any] = {"$schema": _SCHEMA, "type": "AdaptiveCard", "version": "1.4", "body": body}
    if bulletin.url:
        card["actions"] = [{"type": "Action.OpenUrl", "title": bulletin.link, "url": bulletin.url}]
    return {
        "type": "message",
        "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}],
    }


def _told(item: BulletinItem) -> list[dict[str, Any]]:
    headline = f"[{_escaped(item.headline)}]({item.url})" if item.url else _escaped(item.headline)
    rows = [_block(_escaped(item.section), weight="Bolder", separator=True)] if item.section else []
    rows.append(_block(f"**{headline}**"))
    rows += [_block(_escaped(item.detail), spacing="None")] if item.detail else []
    rows += [_block(_escaped(remark(item)), spacing="None", isSubtle=True)] if remark(item) else []
    return rows


def _block(text: str, **look: object) -> dict[str, Any]:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def _escaped(text: str) -> str:
    return _MARKUP.sub(r"\\\1", text)


def _fits(message: dict[str, Any]) -> bool:
    return len(as_json(message)) <= MESSAGE_MAX


def call(place: TeamsSettings, parcel: Parcel) -> Call:
    """Return the request that starts the workflow."""
    return Call(url=place.secret, body=parcel.message)


CHANNEL: Final[Channel] = Chat(kind="teams", settings=TeamsSettings, shown=shown, call=call)
