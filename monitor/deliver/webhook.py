"""Webhooks: one body to one address by POST, with the same fence as mail before the instant that cannot be undone.

In: an address, bytes, headers; out: a `Receipt`. Whatever a server or a network does is a state of the receipt, not an error:

    sent        2xx
    deferred    it surely has not taken it, and may later: 408, 425, 429, 5xx, no connection, no trust
    failed      it surely has not, and will not: any other answer. A redirect is one: nobody is followed with a signed body
    uncertain   the last byte went out and no answer came back

All but the last byte of the body goes out first, then `before_end()` marks that durably, then the last byte follows: before the
mark no server can have the whole body. Knows no queue, no retry and no clock. Standards: RFC 9110, RFC 2104 (HMAC).
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from monitor import __version__
from monitor.deliver.wire import GRACE_S, Deadline, connected
from monitor.errors import DeliveryError
from monitor.model import Receipt

_PORTS = {"http": 80, "https": 443}
_LATER = frozenset({408, 425, 429})  # RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4
_SAID_MAX = 200  # bytes of an answer that are read and kept
_TROUBLE = (OSError, HTTPError, http.client.HTTPException, ValueError)  # ValueError: a host no codec takes


@dataclass(slots=True)
class _Body:
    """What is sent, and how far it has gone."""

    content: bytes
    before_end: Callable[[], None]
    timeout_s: float
    is_ended: bool = False
    deadline: Deadline | None = None

    def __iter__(self) -> Iterator[bytes]:
        yield self.content[:-1]
        self.end()
        yield self.content[-1:]

    def end(self) -> None:
        """Mark; the time that takes is not the server's."""
        assert self.deadline is not None
        self.deadline.stop()
        self.before_end()
        self.is_ended = True
        self.deadline.start(self.timeout_s)


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 30.0,
    before_end: Callable[[], None] = lambda: None,
) -> Receipt:
    """POST `body` to `url` and say what came of it.

    `timeout_s` is for all before the last byte, and as much again for the answer, however slowly it comes. The receipt names the host alone: the rest of such an address is often a secret. No redirect is followed, no proxy asked.
    `before_end` runs when all but the last byte is sent; when it raises, the connection is dropped and the server keeps nothing.

    Raises:
        DeliveryError: `url` is no http(s) address with a host.
    """
    where = _parts(url)
    sending = _Body(body, before_end, timeout_s)
    state, detail, cause, retry_s = _outcome(where, sending, headers or {})
    return Receipt(recipient=where.host or "", state=state, detail=detail, cause=cause, retry_s=retry_s)


def signature(body: bytes, *, timestamp: str, secret: str) -> str:
    """`sha256=...`, the hexadecimal HMAC-SHA256 of timestamp, a full stop and body: what proves who sent it, and when."""
    signed = timestamp.encode("ascii") + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def _parts(url: str) -> Url:
    try:
        found = parse_url(url)
    except LocationParseError:
        found = Url()
    if found.scheme not in _PORTS or not found.host:
        raise DeliveryError(
            "a webhook's address does not begin with http:// or https:// and a host",
            advice="correct `url` in monitor.toml; it is not shown, for it may hold a secret.",
            is_permanent=True,
        )
    return found


def _outcome(where: Url, body: _Body, headers: Mapping[str, str]) -> tuple[str, str, str, float]:
    """State, detail, cause, seconds to wait."""
    try:
        port = where.port or _PORTS[where.scheme or ""]
        sock, body.deadline = connected(_bare(where), port, timeout_s=body.timeout_s)
        with closing(sock), body.deadline:
            answer = _exchange(where, sock, body, headers)
    except _TROUBLE as error:
        is_late = body.deadline is not None and (body.deadline.is_over or isinstance(error, TimeoutError))
        detail = str(body.deadline) if is_late else _describe(error)
        if body.is_ended:
            return "uncertain", f"no answer to the whole message: {detail}", "server", 0.0
        return "deferred", f"{where.host}: {detail}", "server", 0.0
    return _judged(answer, is_ended=body.is_ended)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server said."""

    status: int
    detail: str
    retry_s: float


def _exchange(where: Url, sock: socket.socket, body: _Body, headers: Mapping[str, str]) -> _Answer:
    connection = HTTPConnection(_bare(where), where.port, timeout=body.timeout_s + GRACE_S)
    if where.scheme == "https":
        sock = ssl.create_default_context().wrap_socket(sock, server_hostname=_bare(where))
    connection.sock = sock
    if not body.content:
        body.end()
    own = {
        "User-Agent": f"monitor-digest/{__version__}",
        "Content-Length": str(len(body.content)),
        "Connection": "close",
    }
    with closing(connection):
        try:
            connection.request(
                "POST",
                where.request_uri,
                body=body if body.content else None,
                headers=own | dict(headers),
                preload_content=False,
            )
        except (BrokenPipeError, ConnectionResetError):
            if body.is_ended:
                raise
            # It hung up before it had everything, perhaps with a word why: that word is worth reading.
        return _read(connection.getresponse())


def _read(response: BaseHTTPResponse) -> _Answer:
    """The answer's status and the beginning of what it says; a body that breaks off changes nothing."""
    try:
        said = response.read(_SAID_MAX, decode_content=False)
    except _TROUBLE:
        said = b""
    text = " ".join(said.decode("utf-8", errors="replace").split())
    printable = "".join(char if char.isprintable() else "?" for char in text)
    return _Answer(response.status, f"{response.status} {printable}".strip(), _retry_s(response.headers))


def _judged(answer: _Answer, *, is_ended: bool) -> tuple[str, str, str, float]:
    if 200 <= answer.status < 300 and is_ended:
        return "sent", answer.detail, "", 0.0
    if answer.status >= 500 or answer.status < 300 or answer.status in _LATER:
        return "deferred", answer.detail, "", answer.retry_s
    return "failed", answer.detail, "recipient", 0.0


def _retry_s(headers: Mapping[str, str]) -> float:
    """Retry-After in seconds (RFC 9110 10.2.3); a date is counted from the server's own Date. 0 when there is none."""
    said = headers.get("Retry-After", "").strip()
    if said.isascii() and said.isdecimal():
        return float(said[:9])
    try:
        wait = parsedate_to_datetime(said) - parsedate_to_datetime(headers.get("Date", ""))
    except (TypeError, ValueError):  # no date | one with a zone and one without
        return 0.0
    return max(0.0, wait.total_seconds())


def _describe(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}"
    return str(error) or type(error).__name__


def _bare(where: Url) -> str:
    """The host without the brackets of an IPv6 address."""
    return (where.host or "").strip("[]")
