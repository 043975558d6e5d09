"""What readers answer to a digest: bytes of one mail in; who wrote it, about which message and article, and what they want, out.

Only a person's own words count: what they quote holds our sentence about the word unsubscribe, and an out-of-office reply is nobody's
wish. Whatever comes in, nothing is raised. Believes nothing: whether the writer is a reader is the ledger's word.
Standards: RFC 3834 (Auto-Submitted), RFC 5322 3.6.4 (In-Reply-To), RFC 2369 (the subject of our List-Unsubscribe).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses
from html import unescape

_TEXT_MAX = 100_000  # characters that are looked at
_WORDS_MAX = (
    8  # of a line that says it: "please unsubscribe me from this list"; a longer one talks about something
)
_WISH = re.compile(r"\bunsubscribe\b|退订|取消订阅", re.IGNORECASE)
_ANSWERS_MOST = 20  # of one mail
_ANSWER = re.compile(
    r"^\W*(?P<said>yes|no|knew|是|否|已知)\W{0,3}(?P<article>[1-9]\d{0,8})\W*$", re.IGNORECASE
)
_VERDICTS = {
    "yes": "relevant", "no": "irrelevant", "knew": "knew_it", "是": "relevant", "否": "irrelevant", "已知": "knew_it",
}  # fmt: skip
_NOT = re.compile(
    r"\b(?:not|n't|n’t|never|didn|don|how|why|accident\w*|mistake\w*|button|link)\b|不|别|勿|按钮|链接",
    re.IGNORECASE,
)
_AUTOMATIC = (
    "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress", "X-Autoreply-From", "X-Mail-Autoreply",
    "X-Vacation", "X-Failed-Recipients", "X-Loop",
)  # fmt: skip
_ABSENT = re.compile(
    r"^\s*(?:re:\s*)?(?:out of (?:the )?office|automatic reply|auto(?:matic)?[- ]?(?:reply|response|:)|vacation|on leave|abwesen"
    r"|automatische antwort|r[ée]ponse automatique|respuesta autom|自动回复|自動回覆)",
    re.IGNORECASE,
)
# What is quoted line by line, and after what everything is, in the languages and programs seen most.
_QUOTED = re.compile(
    r"^\s*(?:>|\|)|^.{0,200}\b(?:wrote|schrieb|a écrit|escribió)\b.{0,80}:\s*$|写道[:：]\s*$", re.IGNORECASE
)
_REST = re.compile(
    r"^\s*-{2,}\s*(?:original|forwarded|weitergeleitete|ursprüngliche|原始邮件)|^\s*_{10,}\s*$|^-- ?$"
    r"|^\s*\*?(?:from|von|de|发件人)\*?\s*[:：].*",
    re.IGNORECASE,
)
_QUOTED_HTML = re.compile(
    r"<blockquote.*|<div[^<>]{0,200}(?:gmail_quote|yahoo_quoted|divRplyFwdMsg|appendonsend|OutlookMessageHeader).*|<hr.*",
    re.IGNORECASE | re.DOTALL,
)
# None looks for its end beyond the next beginning: of marks that never close, each would look through all the rest.
_HIDDEN = re.compile(
    "|".join(rf"<{name}\b(?:(?!<{name}\b).)*?</{name}>" for name in ("style", "script", "title")),
    re.DOTALL | re.IGNORECASE,
)
_LINE_END = re.compile(r"<(?:br|/p|/div)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One mail from a person."""

    sender: str  # bare, small letters
    message_ids: tuple[str, ...]  # of what it answers, the nearest first; empty: it is no answer
    subject: str
    wants_to_leave: bool
    answers: tuple[tuple[int, str], ...] = ()  # article id, verdict: lines such as "yes 79"


def reply(raw: bytes) -> Reply | None:
    """Who wrote what; None for what no person wrote, or nobody alone."""
    try:
        message = message_from_bytes(raw)
        subject = str(make_header(decode_header(str(message.get("Subject", "")))))
        senders = {spec.casefold() for _, spec in getaddresses([str(message.get("From", ""))]) if "@" in spec}
        if len(senders) != 1 or _is_automatic(message, subject):
            return None
        lines = [*_own(_text(message)), subject if not re.match(r"\s*\w{1,4}\s*[:：]", subject) else ""]
        fields = f"{message.get('In-Reply-To', '')} {message.get('References', '')}"
        return Reply(
            sender=senders.pop(),
            message_ids=tuple(dict.fromkeys(re.findall(r"<[^<>\s]{3,250}>", fields)))[:20],
            subject=" ".join(subject.split()),
            wants_to_leave=any(map(_says_it, lines)),
            answers=tuple(
                (int(found["article"]), _VERDICTS[found["said"].lower()])
                for found in map(_ANSWER.match, lines)
                if found
            )[:_ANSWERS_MOST],
        )
    # The parser promises to raise nothing and yet does on some of what spammers send; such a mail is nobody's wish.
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def _is_automatic(message: Message, subject: str) -> bool:
    stated = str(message.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    is_returned = "Return-Path" in message and str(message["Return-Path"]).strip() in ("", "<>")
    return (
        stated != "no"
        or precedence in ("bulk", "junk", "list", "auto_reply")
        or any(name in message for name in _AUTOMATIC)
        or is_returned
        or message.get_content_type() == "multipart/report"
        or bool(_ABSENT.search(subject))
    )


def _text(message: Message) -> str:
    """The text of the first part that has some; HTML without what it quotes."""
    found = ""
    for part in message.walk():
        if part.get_content_maintype() != "text" or part.get_filename():
            continue
        payload = part.get_payload(decode=True)
        text = payload[:_TEXT_MAX] if isinstance(payload, bytes) else b""
        try:
            said = text.decode(part.get_content_charset() or "utf-8", errors="replace")
        except LookupError:
            said = text.decode("utf-8", errors="replace")
        if part.get_content_subtype() == "plain" and said.strip():
            return said
        if part.get_content_subtype() == "html" and not found:
            bare = _HIDDEN.sub(" ", _QUOTED_HTML.sub("", said))
            found = unescape(_TAG.sub("", _LINE_END.sub("\n", bare)))
    return found


def _own(text: str) -> list[str]:
    """The lines above the first quoted ones, or below them when nothing stands above."""
    lines: list[str] = []
    for line in text.splitlines():
        is_said = any(each.strip() for each in lines)
        if _REST.search(line) or (is_said and _QUOTED.search(line)):
            break
        if not _QUOTED.search(line):
            lines.append(line)
    return lines


def _says_it(line: str) -> bool:
    return bool(_WISH.search(line)) and len(line.split()) <= _WORDS_MAX and not _NOT.search(line)
