"""Requests that carry a message: one body to one address, with the same fence as mail before the instant that cannot be undone.

In: an address, bytes, headers; out: a `Receipt`. Whatever a server or a network does is a state of the receipt, not an error:

    sent        2xx
    deferred    it surely has not taken it, and may later: 408, 425, 429, 5xx, no connection, no trust
    failed      it surely has not, and will not: any other answer. A redirect is one: nobody is followed with a signed body
    uncertain   the last byte went out and no answer came back

A service that says more in its answer than its status judges it by a function of its own.

All but the last byte of the body goes out first, then `before_end()` marks that durably, then the last byte follows: before the
mark no server can have the whole body. Knows no queue, no retry and no clock.
Standards: RFC 9110, RFC 2104 (HMAC), Standard Webhooks (the headers webhook-id, -timestamp and -signature).
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import http.client
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError, LocationParseError
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from monitor import __version__
from monitor.deliver.connections import GRACE_S, Deadline, connected
from monitor.errors import DeliveryError
from monitor.model import Receipt

PORTS = {"http": 80, "https": 443}
_LATER = frozenset({408, 425, 429})  # RFC 9110 15.5.9, RFC 8470 5.2, RFC 6585 4
_SAID_MAX = 200  # characters of an answer that are kept
_READ_MAX = 4096  # bytes of an answer that are read: services tell in JSON how long they want to wait
_KEY = "whsec_"  # Standard Webhooks: what follows is the key in base64
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server said."""

    status: int
    body: bytes = b""  # the beginning of its body
    retry_s: float = 0.0  # Retry-After; 0: it did not say
    is_whole: bool = True  # it had the whole message when it said so

    @property
    def detail(self) -> str:
        """Status and the beginning of the body in one printable line."""
        text = " ".join(self.body[:_SAID_MAX].decode("utf-8", errors="replace").split())
        printable = "".join(char if char.isprintable() else "?" for char in text)
        return f"{self.status} {printable}".strip()


Verdict = tuple[str, str, str, float]  # state, detail, cause, seconds to wait: as in a Receipt


def judged(answer: Answer) -> Verdict:
    """What an answer means by its status alone (RFC 9110)."""
    if 200 <= answer.status < 300 and answer.is_whole:
        return "sent", answer.detail, "", 0.0
    if answer.status >= 500 or answer.status < 300 or answer.status in _LATER:
        return "deferred", answer.detail, "", answer.retry_s
    return "failed", answer.detail, "recipient", 0.0


def post(
    url: str,
    body: bytes,
    *,
    headers: Mapping[str, str] | None = None,
    timeout_s: float = 30.0,
    before_end: Callable[[], None] = lambda: None,
    method: str = "POST",
    judge: Callable[[Answer], Verdict] = judged,
) -> Receipt:
    """Send `body` to `url` and say what came of it, by what `judge` makes of the answer.

    `timeout_s` is for all before the last byte, and as much again for the answer, however slowly it comes. The receipt names the host alone: the rest of such an address is often a secret. No redirect is followed, no proxy asked.
    `before_end` runs when all but the last byte is sent; when it raises, the connection is dropped and the server keeps nothing.

    Raises:
        DeliveryError: `url` is no http(s) address with a host.
    """
    where = _parts(url)
    sending = _Body(body, before_end, timeout_s)
    state, detail, cause, retry_s = _outcome(where, sending, headers or {}, method, judge)
    return Receipt(recipient=where.host or "", state=state, detail=detail, cause=cause, retry_s=retry_s)


def signature(body: bytes, *, timestamp: str, secret: str) -> str:
    """`sha256=...`, the hexadecimal HMAC-SHA256 of timestamp, a full stop and body: what proves who sent it, and when."""
    signed = timestamp.encode("ascii") + b"." + body
    return f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def standard_signature(body: bytes, *, identity: str, timestamp: str, secret: str) -> str:
    """`v1,...`, the base64 HMAC-SHA256 of identity, timestamp and body with full stops between: the header webhook-signature.

    A secret that begins with `whsec_` is the key in base64; any other, or one that is no base64, is the key itself.
    """
    key = secret.encode()
    if secret.startswith(_KEY):
        with contextlib.suppress(ValueError):
            key = base64.b64decode(secret.removeprefix(_KEY), validate=True)
    signed = f"{identity}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode('ascii')}"


def signed_headers(body: bytes, *, identity: str, timestamp: str, secret: str) -> dict[str, str]:
    """The headers that say which message it is and when it was sent, by Standard Webhooks and by ours; signed where there is a `secret`."""
    headers = {
        "webhook-id": identity,
        "webhook-timestamp": timestamp,
        "X-Monitor-Delivery": identity,
        "X-Monitor-Timestamp": timestamp,
    }
    if secret:
        headers["webhook-signature"] = standard_signature(
            body, identity=identity, timestamp=timestamp, secret=secret
        )
        headers["X-Monitor-Signature"] = signature(body, timestamp=timestamp, secret=secret)
    return headers


def _parts(url: str) -> Url:
    try:
        found = parse_url(url)
    except LocationParseError:
        found = Url()
    if found.scheme not in PORTS or not found.host:
        raise DeliveryError(
            "a webhook's address does not begin with http:// or https:// and a host",
            advice="correct `url` in monitor.toml; it is not shown, for it may hold a secret.",
            is_permanent=True,
        )
    return found


def _outcome(
    where: Url, body: _Body, headers: Mapping[str, str], method: str, judge: Callable[[Answer], Verdict]
) -> Verdict:
    try:
        port = where.port or PORTS[where.scheme or ""]
        sock, body.deadline = connected(_bare(where), port, timeout_s=body.timeout_s)
        with contextlib.closing(sock), body.deadline:
            answer = _exchange(where, sock, body, headers, method)
    except _TROUBLE as error:
        is_late = body.deadline is not None and (body.deadline.is_over or isinstance(error, TimeoutError))
        detail = str(body.deadline) if is_late else _describe(error)
        if body.is_ended:
            return "uncertain", f"no answer to the whole message: {detail}", "server", 0.0
        return "deferred", f"{where.host}: {detail}", "server", 0.0
    return judge(answer)


def _exchange(
    where: Url, sock: socket.socket, body: _Body, headers: Mapping[str, str], method: str
) -> Answer:
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
    with contextlib.closing(connection):
        try:
            connection.request(
                method,
                where.request_uri,
                body=body if body.content else None,
                headers=own | dict(headers),
                preload_content=False,
            )
        except (BrokenPipeError, ConnectionResetError):
            if body.is_ended:
                raise
            # It hung up before it had everything, perhaps with a word why: that word is worth reading.
        return _read(connection.getresponse(), is_whole=body.is_ended)


def _read(response: BaseHTTPResponse, *, is_whole: bool) -> Answer:
    """The answer's status and the beginning of what it says; a body that breaks off changes nothing."""
    try:
        said = response.read(_READ_MAX, decode_content=False)
    except _TROUBLE:
        said = b""
    return Answer(status=response.status, body=said, retry_s=_retry_s(response.headers), is_whole=is_whole)


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
