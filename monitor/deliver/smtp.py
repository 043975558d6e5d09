"""SMTP: one message to one recipient in one transaction, with a fence before the one instant that cannot be undone.

In: finished message bytes; out: a `Receipt`. Whatever a server or a network does is a state of the receipt, not an error:

    sent        the server took the message
    deferred    it surely did not, and may later: 4xx, no connection, no trust, a refused log-in
    failed      it surely did not, and will not: 5xx about this sender, recipient or message
    uncertain   the final dot went out and no answer came back (RFC 1047); sending again keeps the Message-ID

Everything up to the last byte of the body goes out first, then `before_dot()` marks that durably, then the lone dot
follows: a crash before the mark means surely not accepted. Knows no queue, no retry and no clock. Standard: RFC 5321.
"""

from __future__ import annotations

import base64
import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from monitor.deliver.address import Address, address
from monitor.errors import DeliveryError
from monitor.model import Receipt
from monitor.settings import SmtpSettings

_DETAIL_MAX = 300  # characters of a server's answer that are kept
_TROUBLE = (
    OSError,
    smtplib.SMTPException,
    ValueError,
)  # ValueError: smtplib on an answer that is not a number


class _RefusalError(Exception):
    """The server said no at one step; `state` is what that makes of the delivery."""

    def __init__(self, state: str, detail: str) -> None:
        super().__init__(detail)
        self.state = state
        self.detail = detail


def send(
    message: bytes,
    *,
    sender: str,
    recipient: str,
    settings: SmtpSettings,
    password: str,
    before_dot: Callable[[], None] | None = None,
) -> Receipt:
    """Hand `message` over for `recipient` and say what came of it.

    `before_dot` runs when all of the message but its final dot is sent; when it raises, the connection is dropped
    and the server keeps nothing. Takes at most `settings.timeout_s` per answer of the server.

    Raises:
        DeliveryError: our own settings cannot work: no host, a log-in without encryption or password, a bad address.
    """
    author, reader = address(sender), address(recipient)
    _check(settings, password)
    try:
        with _session(settings, author, password) as server:
            _announce(server, author, reader)
            _write_body(server, message)
            if before_dot is not None:
                before_dot()
            state, detail = _finish(server)
    except _RefusalError as refused:
        state, detail = refused.state, refused.detail
    return Receipt(recipient=recipient, state=state, detail=_without(detail, settings, password))


def _check(settings: SmtpSettings, password: str) -> None:
    if not settings.host:
        raise DeliveryError("no mail server is configured", advice="set `host` under [smtp].")
    if settings.username and settings.security == "none":
        raise DeliveryError(
            "a log-in over an unencrypted connection is refused",
            advice='set `security` under [smtp] to "starttls" or "tls", or remove `username`.',
        )
    if settings.username and not password:
        raise DeliveryError(
            f"no password for {settings.username!r} on {settings.host}",
            advice="set MONITOR_SMTP_PASSWORD or MONITOR_SMTP_PASSWORD_FILE.",
        )
    if settings.username and not (settings.username + password).isascii():
        raise DeliveryError(
            f"user name or password for {settings.host} is not ASCII, which SMTP log-ins do not carry"
        )


@contextmanager
def _session(settings: SmtpSettings, author: Address, password: str) -> Iterator[smtplib.SMTP]:
    """A greeted, encrypted and logged-in connection; closed without a word when something goes wrong inside."""
    with _deferring(f"{settings.host}:{settings.port}"):
        server = _connected(settings, author)
    try:
        with _deferring(f"{settings.host}:{settings.port}"):
            _secure(server, settings, password)
        yield server
    finally:
        server.close()


def _connected(settings: SmtpSettings, author: Address) -> smtplib.SMTP:
    # Our name is given because smtplib would otherwise ask DNS for this machine's own, which can take long.
    where, us, timeout_s = (settings.host, settings.port), author.domain, settings.timeout_s
    if settings.security == "tls":
        return smtplib.SMTP_SSL(*where, us, timeout=timeout_s, context=ssl.create_default_context())
    return smtplib.SMTP(*where, us, timeout=timeout_s)


def _secure(server: smtplib.SMTP, settings: SmtpSettings, password: str) -> None:
    server.ehlo_or_helo_if_needed()
    if settings.security == "starttls":
        server.starttls(context=ssl.create_default_context())
        server.ehlo_or_helo_if_needed()
    if settings.username:
        server.login(settings.username, password)
    if server.sock is not None:
        # Without this the lone dot waits for a delayed acknowledgement: 44 ms of uncertainty instead of 0.5 ms.
        server.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def _announce(server: smtplib.SMTP, author: Address, reader: Address) -> None:
    with _deferring("before the message"):
        _expect(server.mail(author.spec), 250)
        _expect(server.rcpt(reader.spec), 250, 251)  # 251: will forward
        _expect(server.docmd("DATA"), 354)


def _write_body(server: smtplib.SMTP, message: bytes) -> None:
    with _deferring("while sending the message"):
        server.send(on_wire(message))


def _finish(server: smtplib.SMTP) -> tuple[str, str]:
    """The lone dot and what the server says to it."""
    try:
        server.send(b".\r\n")
        code, answer = server.getreply()
    except _TROUBLE as error:
        return "uncertain", f"no answer after the final dot: {_describe(error)}"
    with suppress(*_TROUBLE):
        server.quit()
    return _FINAL.get(code // 100, "uncertain"), _said(code, answer)


_FINAL = {2: "sent", 4: "deferred", 5: "failed"}


def on_wire(message: bytes) -> bytes:
    """`message` with CRLF line ends throughout and leading dots doubled (RFC 5321 4.5.2), without the final dot."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _expect(reply: tuple[int, bytes], *codes: int) -> None:
    code, answer = reply
    if code not in codes:
        raise _RefusalError("failed" if code // 100 == 5 else "deferred", _said(code, answer))


@contextmanager
def _deferring(where: str) -> Iterator[None]:
    """Trouble with the connection, before the dot: surely not accepted."""
    try:
        yield
    except _TROUBLE as error:
        raise _RefusalError("deferred", f"{where}: {_describe(error)}") from None


def _describe(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = error.smtp_error
        return _said(error.smtp_code, answer if isinstance(answer, bytes) else answer.encode())
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the server's certificate is not trusted: {error.verify_message}"
    return str(error) or type(error).__name__


def _said(code: int, answer: bytes) -> str:
    text = " ".join(answer.decode("utf-8", errors="replace").split())
    printable = "".join(char if char.isprintable() else "?" for char in text)
    return f"{code} {printable}"[:_DETAIL_MAX]


def _without(detail: str, settings: SmtpSettings, secret: str) -> str:
    """`detail` free of the password, plain or as a log-in exchange would carry it (RFC 4616, LOGIN)."""
    if not secret:
        return detail
    whole = f"\0{settings.username}\0{secret}"
    for form in (secret, *(base64.b64encode(text.encode()).decode() for text in (whole, secret))):
        detail = detail.replace(form, "***")
    return detail
