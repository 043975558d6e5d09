"""Slack: an incoming webhook gets blocks. The secret is the webhook's whole address.

Standard: Slack's reference of Block Kit (header 150 characters, section 3,000, 50 blocks) and of incoming webhooks (answer `ok`).
"""

from __future__ import annotations

from typing import Any, Final, Literal

from pydantic import Field

from monitor.deliver.channels.chat import Call, Chat, as_json, cut, remark
from monitor.deliver.channels.protocol import Channel, Parcel
from monitor.model import Bulletin, BulletinItem
from monitor.settings import ChannelSettings, HiddenUrl

HEADER_MAX = 150  # characters of a header's text
SECTION_MAX = 3000  # characters of a section's or context's text
BLOCKS_MAX = 50
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


class SlackSettings(ChannelSettings):
    """kind = "slack"."""

    kind: Literal["slack"] = "slack"
    secret: HiddenUrl = Field(default="", min_length=1, repr=False, validate_default=True)


def shown(bulletin: Bulletin) -> bytes:
    """Return a bulletin as blocks, with the title as the text of notifications."""
    return as_json(cut(bulletin, _built, _fits))


def _built(bulletin: Bulletin, left_out: str) -> dict[str, Any]:
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": bulletin.title[:HEADER_MAX]}}
    ]
    if bulletin.intro:
        blocks.append(_section("\n".join(map(_escaped, bulletin.intro))))
    for item in bulletin.items:
        if item.section:
            blocks += [{"type": "divider"}, _section(f"*{_escaped(item.section)}*")]
        blocks.append(_section(_told(item)))
    link = _link(bulletin.url, bulletin.link) if bulletin.url else ""
    end = " ".join(filter(None, (_escaped(left_out), link)))
    if end:
        blocks.append({"type": "context", "elements": [_text(end)]})
    return {"text": _escaped(bulletin.title), "blocks": blocks}


def _told(item: BulletinItem) -> str:
    headline = f"*{_link(item.url, item.headline)}*"
    rows = (headline, _escaped(item.detail), f"_{_escaped(remark(item))}_" if remark(item) else "")
    return "\n".join(filter(None, rows))


def _link(url: str, words: str) -> str:
    """`words` leading to `url`; alone without one. A | stands between the two, and in neither."""
    address, shown = _escaped(url).replace("|", "%7C"), _escaped(words)
    return f"<{address}|{shown.replace('|', '¦')}>" if url else shown


def _escaped(text: str) -> str:
    return text.translate(_ESCAPED)


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _text(text)}


def _text(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}  # verbatim: no name of a channel becomes a link


def _fits(message: dict[str, Any]) -> bool:
    texts = [each["text"]["text"] for each in message["blocks"] if "text" in each]
    ends = [each["elements"][0]["text"] for each in message["blocks"] if "elements" in each]
    return len(message["blocks"]) <= BLOCKS_MAX and all(len(text) <= SECTION_MAX for text in (*texts, *ends))


def call(place: SlackSettings, parcel: Parcel) -> Call:
    """Return the request that posts a message."""
    return Call(url=place.secret, body=parcel.message)


CHANNEL: Final[Channel] = Chat(kind="slack", settings=SlackSettings, shown=shown, call=call)
