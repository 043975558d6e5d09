"""Delivery reports that come back by mail: bytes in, what they say of whose message out.

Standards: RFC 3464 (message/delivery-status), RFC 3463 (status codes), RFC 3462 (multipart/report); and what servers make of them:
status blocks under another content type, fields without a type, no status but an SMTP answer, Exim's X-Failed-Recipients, the returned
message whole, as headers or pasted into the text. Whatever comes in, nothing is raised. Believes nothing: who the message belongs to,
and whether it is ours, is the ledger's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.message import Message

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_SMTP_CODE = re.compile(r"\b([245])\d\d\b")
_ADDRESS = re.compile(r"[^\s<>@;,\"]{1,64}@[^\s<>@;,\"]{1,255}")
_MESSAGE_ID = re.compile(
    rb"^[> \t]*message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s]{3,250}>)", re.IGNORECASE | re.MULTILINE
)
_FIELDS = re.compile(r"^(?:final|original)-recipient\s*:|^action\s*:", re.IGNORECASE | re.MULTILINE)
_TEXT_MAX = 200_000  # characters of one part that are looked at
_DETAIL_MAX = 300
_IDS_MAX = 20
_BLOCKS_MAX = 200
_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})  # RFC 3464 2.3.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one report says of one recipient."""

    message_ids: tuple[str, ...]  # of the returned message, the likeliest first; empty: it was not returned
    recipients: tuple[str, ...]  # the one it was for, under the names it had on its way; small letters
    action: str  # failed | delayed | delivered | relayed | expanded
    status: str  # "5.1.1"
    detail: str  # the server's words

    @property
    def is_final(self) -> bool:
        """Whether the message will not arrive any more."""
        return self.action == "failed"


def reports(content: bytes) -> tuple[tuple[Report, ...], ...]:
    """What each message of `content` reports; an empty tuple for one that is no delivery report. One message, or an mbox."""
    return tuple(reports_of(each) for each in messages(content))


def messages(content: bytes) -> list[bytes]:
    """The messages of an mbox (RFC 4155); anything else is one message."""
    if not content.startswith(b"From "):
        return [content] if content.strip() else []
    parts = re.split(rb"(?m)(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]*\n", content)
    return [part for part in parts if part.strip()]


def reports_of(raw: bytes) -> tuple[Report, ...]:
    """What one message reports; () when it is no delivery report."""
    try:
        message = message_from_bytes(raw)
        ids = _message_ids(message, raw)
        found = [report for block in _blocks(message) for report in _of_block(block, ids)]
        return tuple(dict.fromkeys(found or _of_exim(message, raw, ids)))
    # The parser promises to raise nothing and yet does on some of what spammers send; such a message reports nothing.
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return ()


def _blocks(message: Message) -> Iterator[Message]:
    """The groups of fields of all status parts: the first is about the message, the others about one recipient each."""
    count = 0
    for part in message.walk():
        for block in _groups(part):
            count += 1
            if count > _BLOCKS_MAX:
                return
            yield block


def _groups(part: Message) -> Iterable[Message]:
    if part.get_content_type() == "message/delivery-status":
        payload = part.get_payload()
        return [each for each in payload if isinstance(each, Message)] if isinstance(payload, list) else ()
    if part.is_multipart() or part.get_content_maintype() not in ("text", "application"):
        return ()
    text = _text(part)
    if not _FIELDS.search(text):
        return ()
    return [message_from_string(block) for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block]


def _of_block(block: Message, ids: tuple[str, ...]) -> Iterator[Report]:
    names = [_field(block, name) for name in ("Original-Recipient", "Final-Recipient")]
    recipients = tuple(dict.fromkeys(found[0].lower() for name in names if (found := _ADDRESS.findall(name))))
    diagnostic = _field(block, "Diagnostic-Code")
    status = _status(_field(block, "Status"), diagnostic)
    action = _action(_field(block, "Action"), status)
    if recipients and status and action:
        detail = _line(diagnostic.partition(";")[2] or diagnostic) or status
        yield Report(message_ids=ids, recipients=recipients, action=action, status=status, detail=detail)


def _of_exim(message: Message, raw: bytes, ids: tuple[str, ...]) -> Iterator[Report]:
    """Exim before 4.84, and those who copy it: no status part, but a header with the addresses."""
    text = raw[:_TEXT_MAX].decode("latin-1")
    for recipient in _ADDRESS.findall(_field(message, "X-Failed-Recipients")):
        status = _status(*(found[0] for found in [_STATUS.search(text)] if found), text) or "5.0.0"
        said = next((line for line in text.splitlines() if _STATUS.search(line)), status)
        yield Report(
            message_ids=ids,
            recipients=(recipient.lower(),),
            action="failed",
            status=status,
            detail=_line(said),
        )


def _message_ids(message: Message, raw: bytes) -> tuple[str, ...]:
    """The ids of the message that came back, never that of the report itself."""
    own = _field(message, "Message-ID").strip()
    found = [found.decode("latin-1") for found in _MESSAGE_ID.findall(raw)]
    found += re.findall(
        r"<[^<>\s]{3,250}>", f"{_field(message, 'In-Reply-To')} {_field(message, 'References')}"
    )
    return tuple(dict.fromkeys(each for each in found if each != own))[:_IDS_MAX]


def _status(*texts: str) -> str:
    """The first status code in `texts`, else what an SMTP answer in them comes to; "" when there is neither."""
    for text in texts:
        found = _STATUS.search(text)
        if found:
            return found[0]
    for text in texts:
        code = _SMTP_CODE.search(text)
        if code:
            return f"{code[1]}.0.0"
    return ""


def _action(said: str, status: str) -> str:
    word = said.strip().partition(" ")[0].strip(";,.").lower()
    if word in _ACTIONS:
        return word
    return {"5": "failed", "4": "delayed"}.get(status[:1], "")


def _field(message: Message, name: str) -> str:
    """A header as text, on one line; "" when it is not there."""
    return " ".join(str(message.get(name, "")).split())


def _text(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload[:_TEXT_MAX].decode("utf-8", errors="replace") if isinstance(payload, bytes) else ""


def _line(text: str) -> str:
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:_DETAIL_MAX]
