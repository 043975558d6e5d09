"""What to set when a mail server and our settings do not fit: the facts of a failure in, one sentence of advice out.

Each sentence names the key under [smtp] or the secret to change; "" is no advice. The daemon's ledger and `monitor doctor` show the same one.
Looks nothing up and changes nothing. Standards: RFC 3463, RFC 4954 6, RFC 8314; X509_V_ERR numbers are OpenSSL's.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl

from monitor.settings import MailServer, SmtpSettings

AGAIN = "nothing to set: it is tried again by itself"
_PLACE = "check `host` and `port` under [smtp]"
_OWN = "name its certificate, or that of its authority, in `ca_file` under [smtp], or the certificate's SHA-256 in `fingerprint`"
_NAMED = (
    "set `host` under [smtp] to a name that the certificate is for, or pin the certificate with `fingerprint`"
)
_CERTIFICATES = {
    9: "set this machine's clock, or have the server's certificate made anew: it is not valid yet",
    10: "have the certificate renewed on the mail server; if it is valid, this machine's clock is wrong",
    18: f"the server signed its certificate itself: {_OWN}",
    19: f"the server's authority is one of its own: {_OWN}",
    20: f"this machine does not know the server's authority: {_OWN}",
    21: f"this machine does not know the server's authority: {_OWN}",
    62: _NAMED,
    64: _NAMED,
}
_NOT_TLS = frozenset(
    {
        "WRONG_VERSION_NUMBER",
        "RECORD_LAYER_FAILURE",
        "HTTP_REQUEST",
        "PACKET_LENGTH_TOO_LONG",
        "BAD_RECORD_TYPE",
    }
)
_OLD_TLS = frozenset(
    {
        "UNSUPPORTED_PROTOCOL",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "SSLV3_ALERT_HANDSHAKE_FAILURE",
        "NO_SHARED_CIPHER",
    }
)
_WANTS_TLS = re.compile(r"starttls|\btls\b|\bssl\b|encrypt", re.IGNORECASE)
_WANTS_LOGIN = re.compile(r"auth|log ?in|relay|credential", re.IGNORECASE)
_WANTS_APP = re.compile(r"app(?:lication)?[- ]?(?:specific )?password|5\.7\.9\b", re.IGNORECASE)
_NO_BASIC = re.compile(r"basic auth|5\.7\.139\b|5\.7\.3\b.*disabled|smtpclientauth", re.IGNORECASE)
_OTHERS_NAME = re.compile(
    r"relay|not owned|sender|send ?as|from address|not (?:permitted|allowed)", re.IGNORECASE
)
PASSWORD = "MONITOR_SMTP_PASSWORD"  # noqa: S105 - the variable's name
REFRESH_TOKEN = "MONITOR_SMTP_REFRESH_TOKEN"  # noqa: S105 - the same
_CLIENT = "check `oauth_client_id` under [smtp] and MONITOR_SMTP_CLIENT_SECRET"
_TOKENS = {
    "invalid_grant": f"the refresh token is void (withdrawn, expired, or of another client): make a new one at the provider, and put it into {REFRESH_TOKEN}",
    "invalid_client": _CLIENT,
    "unauthorized_client": _CLIENT,
}


class MisfitError(Exception):
    """What the server offers, or shows, does not fit our settings; `advice` says what to set, `cause` whose it is as in `Receipt`."""

    def __init__(self, message: str, *, advice: str, cause: str = "sender") -> None:
        super().__init__(message)
        self.advice = advice
        self.cause = cause


def of_connecting(error: Exception) -> str:
    """Return what to do when no connection came about."""
    if isinstance(error, socket.gaierror):
        return "no machine has this name, or the name server is away: check `host` under [smtp]"
    if isinstance(error, ConnectionRefusedError):
        return f"nobody listens there: {_PLACE}"
    if isinstance(error, TimeoutError):
        return f"{_PLACE}; many networks block port 25: use 587 or 465"
    return _PLACE


def of_encrypting(error: Exception, server: MailServer) -> str:
    """Return what to do when the server and we could not agree on encryption."""
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code // 100 == 4:
        return AGAIN
    if isinstance(error, ssl.SSLCertVerificationError):
        return _CERTIFICATES.get(
            error.verify_code, f"have the certificate mended on the mail server, or {_OWN}"
        )
    reason = getattr(error, "reason", None)
    if reason in _OLD_TLS:
        return "have TLS 1.2 or newer switched on at the mail server"
    is_refused = reason in _NOT_TLS or isinstance(
        error, ConnectionError | ssl.SSLEOFError | ssl.SSLZeroReturnError
    )
    if server.security == "tls" and is_refused:
        return 'it does not speak TLS from the start there: set `security` under [smtp] to "starttls", or `port` to 465'
    return "have its encryption looked at by whoever runs the mail server"


def of_greeting(error: Exception, server: MailServer) -> str:
    """Return what to do when the server did not greet as a mail server does."""
    if isinstance(error, smtplib.SMTPResponseException):
        return AGAIN if error.smtp_code // 100 == 4 else _PLACE
    return _PLACE if server.security == "tls" else _from_the_start(server)


def _from_the_start(server: MailServer) -> str:
    if server.port == 465:
        return 'port 465 wants TLS from the start: set `security` under [smtp] to "tls", or leave it out'
    return (
        'if it waits for TLS from the start, as servers on port 465 do, set `security` under [smtp] to "tls"'
    )


def of_starttls(server: MailServer) -> str:
    """Return what to do when the server does not offer STARTTLS."""
    if server.is_here:
        return 'set `security` under [smtp] to "none": the server is on this machine'
    return 'use its port with encryption: `port` 587, or 465 with `security` "tls"'


def of_token_error(error: str, status: int) -> str:
    """Return what to do when no token was to be had; `error` is RFC 6749 5.2's word, `status` HTTP's, 0 for no answer."""
    if status in (408, 429) or status >= 500:
        return AGAIN
    return _TOKENS.get(error, "check `oauth_token_url` under [smtp]: the provider's documents name it")


def of_log_in(said: str, *, settings: SmtpSettings, password: str) -> str:
    """Return what to do when the server said `said` ("535 5.7.8 ...") to a log-in."""
    if said.startswith("4"):
        return AGAIN
    found = of_refusal(said, settings=settings)
    if found:
        return found
    if settings.oauth_token_url:
        return (
            "let `username` under [smtp] be the mailbox the refresh token was made for, with the right to send mail by SMTP"
            f" (Google: https://mail.google.com/, Microsoft: SMTP.Send); if it is, make a new one for {REFRESH_TOKEN}"
        )
    check = f"check `username` under [smtp] and {PASSWORD}"
    if any(character.isspace() for character in password):
        check += ", which holds a blank"
    return f"{check}; many providers want a password made for one program (an app password), or a token (`oauth_token_url`)"


def of_refusal(said: str, *, settings: SmtpSettings) -> str:
    """Return what to do when the server refuses us with `said`; "" when it does not say."""
    if settings.server.security == "none" and _WANTS_TLS.search(said):
        return 'set `security` under [smtp] to "starttls"'
    if not settings.username:
        wants = _WANTS_LOGIN.search(said)
        return f"the server wants a log-in: set `username` under [smtp], and {PASSWORD}" if wants else ""
    if _WANTS_APP.search(said):
        return (
            f"make a password for this program (an app password) at the provider, and put it into {PASSWORD}"
        )
    if _NO_BASIC.search(said):
        return "the provider takes no passwords: set `oauth_token_url` and `oauth_client_id` under [smtp]"
    if not said.startswith("535") and _OTHERS_NAME.search(said):
        return f"let `sender` under [smtp] be an address that {settings.username} may send from"
    return ""


def of_mechanisms(offered: frozenset[str], *, settings: SmtpSettings) -> str:
    """Return what to do when the server offers no log-in of ours."""
    if offered and settings.oauth_token_url:
        return f"the server takes no tokens: remove `oauth_token_url` under [smtp], and set {PASSWORD}"
    if not offered and settings.server.security == "none":
        return 'servers often offer it only when encrypted: set `security` under [smtp] to "starttls", or remove `username`'
    if not offered:
        return "log-ins are for port 587 or 465: check `port` under [smtp]; or remove `username`, if the server needs none"
    if "XOAUTH2" in offered:
        return "set `oauth_token_url` and `oauth_client_id` under [smtp]: the server takes tokens alone"
    return "have PLAIN or LOGIN switched on at the mail server"
