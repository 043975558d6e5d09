"""Matrix: an event is sent into a room. The secret is an access token.

The transaction's id is the message's own, so that a server that has it already gives the same event again: nothing comes twice there.
Standard: Matrix client-server API v1.11, PUT rooms/send (m.text with formatted_body; an event is at most 65,536 bytes; 429 with
`retry_after_ms`).
"""

from __future__ import annotations

import re
from html import escape
from typing import Annotated, Any, Final, Literal
from urllib.parse import quote

from pydantic import AfterValidator, Field

from monitor.deliver.channels.chat import JSON, Call, Chat, as_json, cut, remark, waits
from monitor.deliver.channels.protocol import Channel, Parcel
from monitor.model import Bulletin, BulletinItem
from monitor.settings import ChannelSettings, HiddenUrl

CONTENT_MAX = (
    48 * 1024
)  # bytes; the rest of an event's 65,536 are the servers' own: names, hashes, signatures


def _token(value: str) -> str:
    if not re.fullmatch(r"[!-~]+", value):
        raise ValueError("is no access token: it holds a space or a letter outside ASCII (it is not shown)")
    return value


def _room(value: str) -> str:
    if not re.fullmatch(r"![!-~]{1,254}", value):
        raise ValueError(
            f"{value[:80]!r} is no room's id; write what its settings show, such as '!abc:example.org'"
        )
    return value


class MatrixSettings(ChannelSettings):
    """kind = "matrix"."""

    kind: Literal["matrix"] = "matrix"
    secret: Annotated[str, AfterValidator(_token)] = Field(default="", repr=False, validate_default=True)
    server: HiddenUrl = Field(min_length=1)
    room: Annotated[str, AfterValidator(_room)]


def shown(bulletin: Bulletin) -> bytes:
    """Return a bulletin as the content of an event, plain and as HTML."""
    return as_json(cut(bulletin, _built, _fits))


def _built(bulletin: Bulletin, left_out: str) -> dict[str, Any]:
    link = f'<p><a href="{escape(bulletin.url)}">{escape(bulletin.link)}</a></p>' if bulletin.url else ""
    html = [f"<p><strong>{escape(bulletin.title)}</strong></p>", *map(_paragraph, bulletin.intro)]
    html += [*map(_told, bulletin.items), _paragraph(left_out) if left_out else "", link]
    end = f"{bulletin.link}: {bulletin.url}" if bulletin.url else ""
    plain = [bulletin.title, *bulletin.intro, *map(_plain, bulletin.items), left_out, end]
    return {
        "msgtype": "m.text",
        "body": "\n".join(filter(None, plain)),
        "format": "org.matrix.custom.html",
        "formatted_body": "".join(html),
    }


def _told(item: BulletinItem) -> str:
    section = f"<p><strong>{escape(item.section)}</strong></p>" if item.section else ""
    headline = (
        f'<a href="{escape(item.url)}">{escape(item.headline)}</a>' if item.url else escape(item.headline)
    )
    note = f"<em>{escape(remark(item))}</em>" if remark(item) else ""
    return f"{section}<p>{'<br>'.join(filter(None, (headline, escape(item.detail), note)))}</p>"


def _plain(item: BulletinItem) -> str:
    section = f"\n{item.section}\n" if item.section else ""
    return f"{section}- " + "\n  ".join(filter(None, (item.headline, item.detail, remark(item), item.url)))


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _fits(content: dict[str, Any]) -> bool:
    return len(as_json(content)) <= CONTENT_MAX


def call(place: MatrixSettings, parcel: Parcel) -> Call:
    """Return the request: the same transaction for the same message."""
    url = f"{_api(place)}/rooms/{quote(place.room, safe='')}/send/m.room.message/{parcel.identity}"
    return Call(url=url, body=parcel.message, headers=_opened(place), method="PUT")


def question(place: MatrixSettings) -> Call:
    """Return the request for whose token it is."""
    return Call(url=f"{_api(place)}/account/whoami", headers=_opened(place), method="GET")


def _api(place: MatrixSettings) -> str:
    return f"{place.server.rstrip('/')}/_matrix/client/v3"


def _opened(place: MatrixSettings) -> dict[str, str]:
    return {**JSON, "Authorization": f"Bearer {place.secret}"}


CHANNEL: Final[Channel] = Chat(
    kind="matrix",
    settings=MatrixSettings,
    shown=shown,
    call=call,
    question=question,
    judge=waits(lambda said: said["retry_after_ms"] / 1000),
)
