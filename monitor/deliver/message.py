"""One message: a rendered issue and a recipient in, RFC 5322 bytes out, the same bytes for the same input.

Written by hand instead of with `email.message`: Python's SMTP policy folds long List-Unsubscribe and Message-ID lines
into encoded words (=?utf-8?q?...), which a Python round trip forgives and every mail program reads as no header at all;
and its boundary is random, so a rebuilt issue would differ from the frozen one. Sends nothing and reads no clock.
Standards: RFC 5322, 2045-2047 (MIME), 2369 (List-*), 2919 (List-Id), 8058 (one-click), 3834 (Auto-Submitted).
"""

from __future__ import annotations

import hashlib
import quopri
import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from email.header import Header
from email.utils import format_datetime
from html import escape
from urllib.parse import quote

from monitor.deliver.address import Address, address, ascii_domain
from monitor.errors import DeliveryError
from monitor.model import Digest, RenderedDigest

_LINE_MAX = 998  # octets without CRLF: RFC 5322 2.1.1
_WEB_URL = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+")  # visible ASCII without quotes, <, >, \ and spaces
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._=+-]+@[A-Za-z0-9.-]+>")
_SLUG_MAX = 40
_PLAIN_MAX = 200  # a longer header value is folded as encoded words
_BIDI_CONTROLS = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})  # UAX 9


def build(
    rendered: RenderedDigest,
    *,
    digest: Digest,
    sender: str,
    recipient: str,
    message_id: str,
    date: datetime,
    leave_url: str = "",
    reply_to: str = "",
    leave_words: str = "",
) -> bytes:
    """The message for one recipient: multipart/alternative, text then HTML, ASCII throughout, CRLF line ends.

    `date` is aware; `message_id` as made by `message_id()`. With a `leave_url`, where this reader leaves with one click, List-Unsubscribe
    carries it beside a mail address (RFC 8058), without one only the mail address; it ends both bodies when there are `leave_words` to
    show for it. Answers go to `reply_to`, to the sender when it is empty.

    Raises:
        DeliveryError: a sender, recipient, message id or address that cannot stand in a header.
    """
    author, reader = address(sender), address(recipient)
    answers = address(reply_to) if reply_to else author
    if not _MESSAGE_ID.fullmatch(message_id):
        raise DeliveryError(f"not a message id: {message_id[:80]!r}", is_permanent=True)
    boundary = f"=_{_digest_of(message_id)}"  # "=_" never occurs in quoted-printable: RFC 2045 6.7
    head = _headers(
        rendered,
        digest,
        author=author,
        reader=reader,
        answers=answers,
        message_id=message_id,
        date=date,
        leave_url=leave_url,
    )
    text, html = rendered.text, rendered.html
    if leave_url and leave_words:
        text, html = _with_link(text, html, leave_words, leave_url)
    lines = [f"{name}: {value}" for name, value in head]
    lines += [f'Content-Type: multipart/alternative; boundary="{boundary}"', "", ""]
    body = b"".join(
        [
            _part(boundary, "plain", text),
            _part(boundary, "html", html),
            f"--{boundary}--\r\n".encode("ascii"),
        ]
    )
    return _checked("\r\n".join(lines).encode("ascii") + body)


def message_id(issue_key: str, recipient: str, domain: str) -> str:
    """`<hash@domain>`: the same for the same issue and recipient, another for any other pair.

    A receiver that already has this message knows it by this id, so sending again is harmless.

    Raises:
        DeliveryError: `domain` is not a host name.
    """
    return f"<{_digest_of(issue_key, recipient.strip())}@{ascii_domain(domain)}>"


def _headers(
    rendered: RenderedDigest,
    digest: Digest,
    *,
    author: Address,
    reader: Address,
    answers: Address,
    message_id: str,
    date: datetime,
    leave_url: str,
) -> Iterator[tuple[str, str]]:
    topic = slug(digest.topic)
    yield "From", _mailbox(author)
    if answers.spec != author.spec:
        yield "Reply-To", _mailbox(answers)
    yield "To", _mailbox(reader)
    yield "Subject", _phrase(_one_line(rendered.subject))
    yield "Date", format_datetime(date.astimezone(UTC))
    yield "Message-ID", message_id
    yield "List-Id", f"<{topic}.{author.domain}>"
    yield from _unsubscribe(topic, answers, leave_url)
    yield "Auto-Submitted", "auto-generated"
    yield "Precedence", "bulk"
    yield "Feedback-ID", f"{digest.issue}:{topic}:digest:monitor"
    yield "Content-Language", digest.language
    yield "MIME-Version", "1.0"


def _unsubscribe(topic: str, answers: Address, leave_url: str) -> Iterator[tuple[str, str]]:
    mail = f"<mailto:{quote(answers.spec, safe='@')}?subject=unsubscribe%20{topic}>"  # RFC 6068: % and & have a meaning there
    if not leave_url:
        yield "List-Unsubscribe", mail
        return
    if not _WEB_URL.fullmatch(leave_url):
        raise DeliveryError(
            f"not a usable address: {leave_url[:80]!r}", advice="correct `base_url` under [digest]."
        )
    yield "List-Unsubscribe", f"<{leave_url}>,\r\n {mail}"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"  # RFC 8058 3.1, exactly this


def _with_link(text: str, html: str, words: str, url: str) -> tuple[str, str]:
    """Both bodies with the reader's own link at the end. Here and not in the frozen issue: its pages and files are everybody's."""
    link = (
        '<p align="center" style="margin:0;padding:8px 16px 24px;font-family:Arial,sans-serif;font-size:12px;line-height:18px">'
        f'<a href="{escape(url)}" style="color:#555555">{escape(words)}</a></p>'
    )
    body, end, rest = html.rpartition("</body>")
    return f"{text.rstrip()}\n\n{words}:\n{url}\n", f"{body}{link}\n{end}{rest}" if end else f"{html}{link}\n"


def _part(boundary: str, subtype: str, text: str) -> bytes:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    # A lone surrogate has no bytes; "?" is what every decoder would show in its place.
    encoded = quopri.encodestring(lines.encode("utf-8", errors="replace")).replace(b"\n", b"\r\n")
    head = f"--{boundary}\r\nContent-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    # The line end before a boundary belongs to the boundary (RFC 2046 5.1.1), so the text brings its own.
    return f"{head}\r\n".encode("ascii") + encoded + b"\r\n"


def _mailbox(who: Address) -> str:
    """The address itself always stays bare ASCII; only the display name may be an encoded word."""
    name = _one_line(who.name)
    if not name:
        return who.spec
    escaped = re.sub(r'(["\\])', r"\\\1", name)  # RFC 5322 3.2.4
    shown = f'"{escaped}"' if _is_plain(name) else _phrase(name)
    fold = "\r\n " if len(shown) + len(who.spec) > 60 else " "
    return f"{shown}{fold}<{who.spec}>"


def _phrase(text: str) -> str:
    """Text for an unstructured header: as it is when plain, else encoded words of at most 75 characters."""
    if _is_plain(text):
        return text
    return Header(text, "utf-8", maxlinelen=74, header_name="Subject").encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """ASCII, one short line, and nothing that reads like an encoded word."""
    return text.isascii() and "=?" not in text and len(text) <= _PLAIN_MAX


def _one_line(text: str) -> str:
    """Without control characters, bidi overrides and line ends: nothing that could start another header."""
    return " ".join("".join(map(_visible, text)).split())


def _visible(char: str) -> str:
    if unicodedata.category(char) in {"Cc", "Zl", "Zp"}:
        return " "
    hidden = unicodedata.category(char) == "Cs" or unicodedata.bidirectional(char) in _BIDI_CONTROLS
    return "" if hidden else char


def slug(topic: str) -> str:
    """A topic id as a host label: lower case letters, digits and hyphens, never empty."""
    plain = re.sub(r"[^a-z0-9]+", "-", topic.lower()).strip("-")
    return plain[:_SLUG_MAX].rstrip("-") or _digest_of(topic)[:12]


def _digest_of(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", errors="surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:40]


def _checked(message: bytes) -> bytes:
    longest = max(map(len, message.split(b"\r\n")))
    if longest > _LINE_MAX:
        raise DeliveryError(
            f"a header line of {longest} bytes, more than a mail may carry ({_LINE_MAX})",
            advice="shorten `base_url` under [digest].",
            is_permanent=True,
        )
    return message
