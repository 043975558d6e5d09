"""SMTP: one message to one recipient in one transaction, with a fence before the one instant that cannot be undone.

In: finished message bytes; out: a `Receipt`. Whatever a server or a network does is a state of the receipt, not an error:

    sent        the server took the message
    deferred    it surely did not, and may later: 4xx, no connection, no trust, a refused log-in, a full mailbox, and what a 5xx
                says of us before it has seen the message (no relaying, log in first): somebody can mend that, and the detail
                says what to set
    failed      it surely did not, and will not: 5xx about this recipient or message
    uncertain   the final dot went out and no answer came back (RFC 1047); sending again keeps the Message-ID

Everything up to the last byte of the body goes out first, then `before_dot()` marks that durably, then the lone dot
follows: a crash before the mark means surely not accepted. Knows no queue and no retry. Standard: RFC 5321.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace

from monitor.deliver import remedies, trust
from monitor.deliver.address import Address, address
from monitor.deliver.connections import GRACE_S, Deadline, connected, is_gone
from monitor.deliver.dialogue import Dialogue
from monitor.deliver.login import log_in
from monitor.deliver.oauth import Tokens
from monitor.deliver.refusals import is_of_content, is_of_pace, whose
from monitor.deliver.remedies import MisfitError
from monitor.deliver.retry_hints import wait_s
from monitor.errors import DeliveryError
from monitor.model import Receipt
from monitor.settings import SmtpSettings

_DETAIL_MAX = 300  # characters of a server's answer that are kept
_TROUBLE = (
    OSError,
    smtplib.SMTPException,
    MisfitError,
    ValueError,
)  # ValueError: smtplib on an answer that is not a number


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the server's word, or its silence, makes of the delivery; see `Receipt`."""

    state: str
    detail: str
    cause: str = ""
    retry_s: float = 0.0
    advice: str = ""  # what to set

    def __str__(self) -> str:
        return f"{self.detail}; {self.advice}" if self.advice else self.detail


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
    tokens: Tokens | None = None,
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
    encryption = _checked(settings, password, tokens)
    try:
        token = _token(settings, tokens)
        with _session(settings, author) as (server, deadline):
            with _in_time(deadline):
                _open(server, encryption, settings)
                _enter(server, settings, password, token, tokens)
                _announce(server, author, reader, settings)
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
        detail=str(outcome),
        cause=outcome.cause,
        retry_s=outcome.retry_s,
    )


def greet(*, sender: str, settings: SmtpSettings, password: str, tokens: Tokens | None = None) -> str:
    """Connect, encrypt, log in, and leave without a message; return what went wrong and what to set, "" when nothing did.

    Raises:
        DeliveryError: as `send`.
    """
    author = address(sender)
    encryption = _checked(settings, password, tokens)
    try:
        token = _token(settings, tokens)
        with _session(settings, author) as (server, deadline), _in_time(deadline):
            _open(server, encryption, settings)
            _enter(server, settings, password, token, tokens)
            with suppress(*_TROUBLE):
                server.quit()
    except _RefusalError as refused:
        return str(refused.outcome)
    return ""


def _checked(settings: SmtpSettings, password: str, tokens: Tokens | None) -> ssl.SSLContext:
    """What encrypts, of settings that can work."""
    if not settings.host:
        raise DeliveryError("no mail server is configured", advice="set `host` under [smtp].")
    server = settings.server
    if settings.username and server.security == "none" and not server.is_here:
        raise DeliveryError(
            f"a log-in at {server} over an unencrypted connection is refused: others could read the password",
            advice='set `security` under [smtp] to "starttls" or "tls" (with `ca_file` or `fingerprint` for a server with a certificate of'
            " its own), or remove `username` when the server needs no log-in. Only a server on this machine, reached at 127.0.0.1,"
            " ::1 or localhost, needs no encryption.",
        )
    if settings.username and not password and tokens is None:
        raise DeliveryError(
            f"no password for {settings.username!r} on {server.host}",
            advice="set MONITOR_SMTP_PASSWORD or MONITOR_SMTP_PASSWORD_FILE.",
        )
    if "\0" in settings.username + password:
        raise DeliveryError(
            f"user name or password for {server.host} holds a NUL, which no log-in carries",
            advice="correct `username` under [smtp] or MONITOR_SMTP_PASSWORD.",
        )
    return trust.context(settings)


@contextmanager
def _session(settings: SmtpSettings, author: Address) -> Iterator[tuple[Dialogue, Deadline]]:
    """A connection that nothing was said on yet; closed without a word when something goes wrong inside."""
    place = settings.server
    with _deferring(str(place), "server", remedies.of_connecting):
        sock, deadline = connected(place.host, place.port, timeout_s=settings.timeout_s)
    server = Dialogue(our_name=author.domain, timeout_s=settings.timeout_s)
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
        told = replace(
            refused.outcome, state="deferred", detail=f"{refused.outcome.detail}: {deadline}", cause="server"
        )
        raise _RefusalError(told) from None


def _token(settings: SmtpSettings, tokens: Tokens | None) -> str:
    """What to log in with in place of a password; before connecting, for the mail server does not wait for another one."""
    with _deferring(str(settings.server), "server"):
        return tokens.access() if tokens is not None and settings.username else ""


def _open(server: Dialogue, encryption: ssl.SSLContext, settings: SmtpSettings) -> None:
    """Greet, encrypt."""
    place = settings.server
    where = str(place)
    if place.security == "tls":
        with _deferring(where, "server", lambda error: remedies.of_encrypting(error, place)):
            server.sock = trust.encrypted(_socket(server), encryption, settings=settings)
    with _deferring(where, "server", lambda error: remedies.of_greeting(error, place)):
        _expect_greeting(*server.getreply())
        server.ehlo_or_helo_if_needed()
    if place.security == "starttls":
        with _deferring(where, "server", lambda error: remedies.of_encrypting(error, place)):
            _start_tls(server, encryption, settings)


def _enter(
    server: Dialogue, settings: SmtpSettings, password: str, token: str, tokens: Tokens | None
) -> None:
    """Log in, when there is somebody to log in as. A token that is refused is not kept for the next message."""
    if not settings.username:
        return

    try:
        with _deferring(
            str(settings.server),
            "server",
            lambda error: remedies.of_log_in(_describe(error), settings=settings, password=password),
        ):
            log_in(server, settings=settings, password=password, token=token)
    except _RefusalError:
        if tokens is not None:
            tokens.forget()
        raise


def _expect_greeting(code: int, answer: bytes) -> None:
    if code != 220:
        raise smtplib.SMTPConnectError(code, answer)


def _start_tls(server: Dialogue, encryption: ssl.SSLContext, settings: SmtpSettings) -> None:
    if not server.has_extn("starttls"):
        raise MisfitError("the server does not offer STARTTLS", advice=remedies.of_starttls(settings.server))
    code, answer = server.docmd("STARTTLS")
    if code != 220:
        raise smtplib.SMTPResponseException(code, answer)
    server.sock = trust.encrypted(_socket(server), encryption, settings=settings)
    # RFC 3207 4.2: what was said before is forgotten, and with it whatever an attacker put into the buffer.
    server.file, server.helo_resp, server.ehlo_resp, server.esmtp_features = None, None, None, {}
    server.ehlo_or_helo_if_needed()


def _socket(server: Dialogue) -> socket.socket:
    assert server.sock is not None
    return server.sock


def _announce(server: Dialogue, author: Address, reader: Address, settings: SmtpSettings) -> None:
    try:
        with _deferring("before the message", "server"):
            _expect(server.mail(author.spec), 250, judge=_of_us)
            _expect(server.rcpt(reader.spec), 250, 251, judge=_of_reader)  # 251: will forward
            _expect(server.docmd("DATA"), 354)
    except _RefusalError as refused:
        said = refused.outcome
        advice = remedies.of_refusal(said.detail, settings=settings) if said.cause == "sender" else ""
        raise _RefusalError(replace(said, advice=advice)) from None


def _write_body(server: Dialogue, message: bytes) -> None:
    with _deferring("while sending the message", ""):
        server.send(on_wire(message))


def _finish(server: Dialogue, deadline: Deadline, timeout_s: float) -> _Outcome:
    """The lone dot and what the server says to it."""
    sock = _socket(server)
    if is_gone(sock):
        return _Outcome("deferred", "the server hung up before the final dot", "server")
    try:
        sock.settimeout(timeout_s + GRACE_S)
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
    return _Outcome(state, _said(code, answer), _pace(code, answer), retry_s=_retry_s(code, answer))


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
    raise _RefusalError(
        _Outcome("deferred", _said(code, answer), _pace(code, answer), _retry_s(code, answer))
    )


def _of_us(said: str) -> tuple[str, str]:
    """A refusal of the sender is ours, whatever it names; what is wrong with the message itself will not pass."""
    return ("failed", "") if is_of_content(said) else ("deferred", "sender")


def _of_reader(said: str) -> tuple[str, str]:
    return _AT_RECIPIENT.get(whose(said)) or _of_us(said)


_AT_RECIPIENT = {"reader": ("failed", "recipient"), "later": ("deferred", "")}


@contextmanager
def _deferring(where: str, cause: str, remedy: Callable[[Exception], str] = lambda _: "") -> Iterator[None]:
    """Trouble with the connection, before the dot: surely not accepted. `remedy` says what to do about it.

    What no later attempt mends by itself, a 5xx or what does not fit our settings, is a refusal of us.
    """
    try:
        yield
    except MisfitError as misfit:
        raise _RefusalError(
            _Outcome("deferred", f"{where}: {misfit}", misfit.cause, advice=misfit.advice)
        ) from None
    except _TROUBLE as error:
        code, hint_s = 0, 0.0
        if isinstance(error, smtplib.SMTPResponseException):
            code, hint_s = error.smtp_code, _retry_s(error.smtp_code, _bytes(error))
            cause = cause and (_pace(code, _bytes(error)) or cause)
        is_ours = bool(cause) and (code // 100 == 5 or isinstance(error, ssl.SSLCertVerificationError))
        told = _Outcome(
            "deferred", f"{where}: {_describe(error)}", "sender" if is_ours else cause, hint_s, remedy(error)
        )
        raise _RefusalError(told) from None


def _pace(code: int, answer: bytes) -> str:
    """The cause of an answer that asks for fewer messages, or later; "" of any other."""
    return "pace" if is_of_pace(code, _said(code, answer)) else ""


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
