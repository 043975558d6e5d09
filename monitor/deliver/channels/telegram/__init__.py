"""Telegram: a bot sends a message to a chat. The secret is the bot's token.

Standard: Telegram's Bot API, sendMessage (HTML, 1 to 4,096 characters after its entities are read; 429 with `parameters.retry_after`).
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from monitor.deliver.channels.chat import Call, Chat, as_json, cut, remark, waits
from monitor.deliver.channels.protocol import Channel, Parcel
from monitor.deliver.webhook import Answer, Verdict
from monitor.model import Bulletin, BulletinItem
from monitor.settings import ChannelSettings, HiddenUrl, Line

TEXT_MAX = 4096  # UTF-16 code units, as entities are counted
_TAG = re.compile(r"<[^>]*>")
_IS_OK = re.compile(rb'\s*\{\s*"ok"\s*:\s*true\b')  # how it begins: it repeats the message, which is long


def _token(value: str) -> str:
    """What @BotFather gives: digits, a colon, letters."""
    if not re.fullmatch(r"[0-9]+:[A-Za-z0-9_-]+", value):
        raise ValueError("is no token of a bot, such as 123456:ABC-DEF (it is not shown)")
    return value


class TelegramSettings(ChannelSettings):
    """kind = "telegram"."""

    kind: Literal["telegram"] = "telegram"
    secret: Annotated[str, AfterValidator(_token)] = Field(default="", repr=False, validate_default=True)
    chat: Line  # "-1001234567890", "@channel"
    server: HiddenUrl = "https://api.telegram.org"


def shown(bulletin: Bulletin) -> bytes:
    """Return a bulletin as a message without the chat: where it goes is added when it is sent."""
    text = cut(bulletin, _built, _fits)
    return as_json({"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}})


def _built(bulletin: Bulletin, left_out: str) -> str:
    link = _link(bulletin.url, bulletin.link) if bulletin.url else ""
    intro = "\n".join(escape(line) for line in bulletin.intro)
    parts = [f"<b>{escape(bulletin.title)}</b>", intro, *map(_told, bulletin.items), escape(left_out), link]
    return "\n\n".join(filter(None, parts))


def _told(item: BulletinItem) -> str:
    section = f"<u>{escape(item.section)}</u>\n" if item.section else ""
    note = f"<i>{escape(remark(item))}</i>" if remark(item) else ""
    rows = (f"<b>{_link(item.url, item.headline)}</b>", escape(item.detail), note)
    return section + "\n".join(filter(None, rows))


def _link(url: str, words: str) -> str:
    return f'<a href="{escape(url)}">{escape(words)}</a>' if url else escape(words)


def _fits(text: str) -> bool:
    read = unescape(_TAG.sub("", text))
    return len(read.encode("utf-16-le")) // 2 <= TEXT_MAX


def call(place: TelegramSettings, parcel: Parcel) -> Call:
    """Return the request, with the chat in its body and the token in its address."""
    body = {"chat_id": place.chat, **json.loads(parcel.message or b"{}")}
    return Call(url=_method(place, "sendMessage"), body=as_json(body))


def question(place: TelegramSettings) -> Call:
    """Return the request for what the bot knows of the chat: it must be in there to post."""
    return Call(url=_method(place, "getChat"), body=as_json({"chat_id": place.chat}))


def _method(place: TelegramSettings, name: str) -> str:
    return f"{place.server.rstrip('/')}/bot{place.secret}/{name}"


_by_status = waits(lambda said: said["parameters"]["retry_after"])


def judge(answer: Answer) -> Verdict:
    """Taken is what the API itself calls `ok`; a page of somebody in between is not."""
    state, detail, cause, wait_s = _by_status(answer)
    if state == "sent" and not _IS_OK.match(answer.body):
        return "uncertain", f"not the answer of the Bot API: {detail}", "server", 0.0
    return state, detail, cause, wait_s


CHANNEL: Final[Channel] = Chat(
    kind="telegram", settings=TelegramSettings, shown=shown, call=call, question=question, judge=judge
)
