"""SMTP: one message to one recipient in one transaction, with a fence before the one instant that cannot be undone.

In: finished message bytes; out: a `Receipt`. Whatever a server or a network does is a state of the receipt, not an error:

    sent        the server took the message
    deferred    it surely did not, and may later: 4xx, no connection, no trust, a refused log-in, a full mailbox, and what a 5xx
                says of us before it has seen the message (no relaying, log in first): somebody can mend that
    failed      it surely did not, and will not: 5xx about this recipient or message
    uncertain   the final dot went out and no answer came back (RFC 1047); sending again keeps the Message-ID

Everything up to the last byte of the body goes out first, then `before_dot()` marks that durably, then the lone dot
follows: a crash before the mark means surely not accepted. Knows no queue and no retry. Standard: RFC 5321.
"""

from __future__ import annotations

import base64
import re
import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from monitor.deliver.address import Address, address
from monitor.deliver.hints import wait_s
from monitor.deliver.refusals import is_of_content, whose
from monitor.deliver.wire import GRACE_S, Deadline, connected, is_gone
from monitor.errors import DeliveryError
from monitor.model import Receipt
from monitor.settings import SmtpSettings

_DETAIL_MAX = 300  # characters of a server's answer that are kept
_TROUBLE = (
    OSError,
    smtplib.SMTPException,
    ValueError,
)  # ValueError: smtplib on an answer that is not a number


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the server's word, or its silence, makes of the delivery; see `Receipt`."""

    state: str
    detail: str
    cause: str = ""
    retry_s: float = 0.0


class _RefusalError(Exception):
    """The server said no at one step."""

    def __init__(self, outcome: _Outcome) -> None:
        super().__init__(outcome.detail)
        self.outcome = outcome


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
    and the server keeps nothing. Takes at most `settings.timeout_s` up to there, connecting included, and then
    `settings.answer_timeout_s` for the server's answer, however slowly its bytes come.

    Raises:
        DeliveryError: our own settings cannot work: no host, a log-in without encryption or password, a bad address.
    """
    author, reader = address(sender), address(recipient)
    _check(settings, password)
    try:
        with _session(settings, author) as (server, deadline):
            with _in_time(deadline):
                _open(server, settings, password)
                _announce(server, author, reader)
                _write_body(server, message)
            deadline.stop()  # what we do ourselves now is no fault of the server
            if before_dot is not None:
                before_dot()
            deadline.start(settings.answer_timeout_s)
            outcome = _finish(server, deadline, settings.answer_timeout_s)
    except _RefusalError as refused:
        outcome = refused.outcome
    return Receipt(
        recipient=recipient,
        state=outcome.state,
        detail=_without(outcome.detail, settings, password),
        cause=outcome.cause,
        retry_s=outcome.retry_s,
    )


def greet(*, sender: str, settings: SmtpSettings, password: str) -> str:
    """Connect, encrypt, log in, and leave without a message; return what went wrong, "" when nothing did.

    Raises:
        DeliveryError: as `send`.
    """
    author = address(sender)
    _check(settings, password)
    try:
        with _session(settings, author) as (server, deadline), _in_time(deadline):
            _open(server, settings, password)
            with suppress(*_TROUBLE):
                server.quit()
    except _RefusalError as refused:
        return _without(refused.outcome.detail, settings, password)
    return ""


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
def _session(settings: SmtpSettings, author: Address) -> Iterator[tuple[smtplib.SMTP, Deadline]]:
    """A connection that nothing was said on yet; closed without a word when something goes wrong inside."""
    with _deferring(_name(settings), "server"):
        sock, deadline = connected(settings.host, settings.port, timeout_s=settings.timeout_s)
    # Our name is given because smtplib would otherwise ask DNS for this machine's own, which can take long.
    server = smtplib.SMTP(local_hostname=author.domain, timeout=settings.timeout_s)
    try:
        with deadline:
            server.sock = sock
            yield server, deadline
    finally:
        server.close()


@contextmanager
def _in_time(deadline: Deadline) -> Iterator[None]:
    """Trouble that comes of our own patience being over is told as that."""
    try:
        yield
    except _RefusalError as refused:
        if not deadline.is_over:
            raise
        raise _RefusalError(_Outcome("deferred", f"{refused.outcome.detail}: {deadline}", "server")) from None


def _open(server: smtplib.SMTP, settings: SmtpSettings, password: str) -> None:
    """Greet, encrypt, log in."""
    with _deferring(_name(settings), "server"):
        if settings.security == "tls":
            _encrypt(server, settings)
        _expect_greeting(*server.getreply())
        server.ehlo_or_helo_if_needed()
        if settings.security == "starttls":
            _start_tls(server, settings)
        if settings.username:
            server.login(settings.username, password)


def _expect_greeting(code: int, answer: bytes) -> None:
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)


def _start_tls(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    if not server.has_extn("starttls"):
        raise smtplib.SMTPNotSupportedError("the server does not offer STARTTLS")
    code, answer = server.docmd("STARTTLS")
    if code != 220:
        raise smtplib.SMTPResponseException(code, answer)
    _encrypt(server, settings)
    # RFC 3207 4.2: what was said before is forgotten, and with it whatever an attacker put into the buffer.
    server.file, server.helo_resp, server.ehlo_resp, server.esmtp_features = None, None, None, {}
    server.ehlo_or_helo_if_needed()


def _encrypt(server: smtplib.SMTP, settings: SmtpSettings) -> None:
    assert server.sock is not None
    server.sock = ssl.create_default_context().wrap_socket(server.sock, server_hostname=settings.host)


def _name(settings: SmtpSettings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"{host}:{settings.port}"


def _announce(server: smtplib.SMTP, author: Address, reader: Address) -> None:
    with _deferring("before the message", "server"):
        _expect(server.mail(author.spec), 250, judge=_of_us)
        _expect(server.rcpt(reader.spec), 250, 251, judge=_of_reader)  # 251: will forward
        _expect(server.docmd("DATA"), 354)


def _write_body(server: smtplib.SMTP, message: bytes) -> None:
    with _deferring("while sending the message", ""):
        server.send(on_wire(message))


def _finish(server: smtplib.SMTP, deadline: Deadline, timeout_s: float) -> _Outcome:
    """The lone dot and what the server says to it."""
    assert server.sock is not None
    if is_gone(server.sock):
        return _Outcome("deferred", "the server hung up before the final dot", "server")
    try:
        server.sock.settimeout(timeout_s + GRACE_S)
        server.send(b".\r\n")
        code, answer = server.getreply()
        if deadline.is_over:
            raise TimeoutError  # what was read so far is half an answer
    except _TROUBLE as error:
        why = str(deadline) if deadline.is_over or isinstance(error, TimeoutError) else _describe(error)
        return _Outcome("uncertain", f"no answer after the final dot: {why}", "server")
    with suppress(*_TROUBLE):
        server.quit()
    state = _FINAL.get(code // 100, "uncertain")
    return _Outcome(state, _said(code, answer), retry_s=_retry_s(code, answer))


_FINAL = {2: "sent", 4: "deferred", 5: "failed"}


def on_wire(message: bytes) -> bytes:
    """`message` with CRLF line ends throughout and leading dots doubled (RFC 5321 4.5.2), without the final dot."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if not lines.endswith(b"\r\n"):
        lines += b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", lines)


def _expect(
    reply: tuple[int, bytes], *codes: int, judge: Callable[[str], tuple[str, str]] = lambda _: ("failed", "")
) -> None:
    """Raise unless the code is one of `codes`; `judge` says what a 5xx makes of the delivery: state and cause."""
    code, answer = reply
    if code in codes:
        return
    if code // 100 == 5:
        state, cause = judge(_said(code, answer))
        raise _RefusalError(_Outcome(state, _said(code, answer), cause))
    whose_ = "server" if code == _CLOSING else ""
    raise _RefusalError(_Outcome("deferred", _said(code, answer), whose_, _retry_s(code, answer)))


def _of_us(said: str) -> tuple[str, str]:
    """A refusal of the sender is ours, whatever it names; what is wrong with the message itself will not pass."""
    return ("failed", "") if is_of_content(said) else ("deferred", "sender")


def _of_reader(said: str) -> tuple[str, str]:
    return _AT_RECIPIENT.get(whose(said)) or _of_us(said)


_AT_RECIPIENT = {"reader": ("failed", "recipient"), "later": ("deferred", "")}
_CLOSING = 421  # RFC 5321 3.8: the answer of a server that is shutting down, at any step


@contextmanager
def _deferring(where: str, cause: str) -> Iterator[None]:
    """Trouble with the connection, before the dot: surely not accepted."""
    try:
        yield
    except _TROUBLE as error:
        hint_s = (
            _retry_s(error.smtp_code, _bytes(error))
            if isinstance(error, smtplib.SMTPResponseException)
            else 0.0
        )
        raise _RefusalError(_Outcome("deferred", f"{where}: {_describe(error)}", cause, hint_s)) from None


def _retry_s(code: int, answer: bytes) -> float:
    return wait_s(answer.decode("utf-8", errors="replace")) if code // 100 == 4 else 0.0


def _bytes(error: smtplib.SMTPResponseException) -> bytes:
    return error.smtp_error if isinstance(error.smtp_error, bytes) else error.smtp_error.encode()


def _describe(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _said(error.smtp_code, _bytes(error))
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
