"""Logging in at a mail server: user name and password, or a token, by a mechanism the server offers.

In: a conversation after EHLO; out: nothing, or an error that says what to set. Names and passwords go in UTF-8, as RFC 4616
has it; smtplib's own log-in takes ASCII alone. PLAIN comes first: encryption protects it, and whoever offers it can do it.
A mechanism that is offered and then unknown is followed by the next one, but a refused password is not tried again: that
is how accounts are locked.
Standards: RFC 4954, RFC 4616 (PLAIN), RFC 2195 (CRAM-MD5); LOGIN has none. XOAUTH2 is Google's and Microsoft's.
"""

from __future__ import annotations

import base64
import hmac
import smtplib

from monitor.deliver import remedies
from monitor.deliver.dialogue import Dialogue
from monitor.deliver.remedies import MisfitError
from monitor.settings import SmtpSettings

_TOKEN = "XOAUTH2"  # noqa: S105 - a mechanism's name
_OURS = ("PLAIN", "LOGIN", "CRAM-MD5")
_UNKNOWN = frozenset({500, 502, 504})  # RFC 5321 4.2.4, RFC 4954 4: the mechanism is none of the server's
_GOES_ON, _DONE, _ALREADY = 334, 235, 503


def log_in(server: Dialogue, *, settings: SmtpSettings, password: str, token: str = "") -> None:
    """Log in as `settings.username`, with the access token when there is one.

    Raises:
        MisfitError: the server offers no log-in of ours.
        smtplib.SMTPAuthenticationError: it refused.
    """
    user = settings.username
    server.hide((password, f"\0{user}\0{password}") if password else ())
    server.hide((token, _bearer(user, token)) if token else ())
    offered = frozenset(server.esmtp_features.get("auth", "").upper().split())
    known = (_TOKEN,) if token else _OURS
    ways = [each for each in known if each in offered]
    if not ways:
        what = f"offers {', '.join(sorted(offered))} to log in, and none of {', '.join(known)}"
        raise MisfitError(
            f"the server {what if offered else 'offers no log-in'}",
            advice=remedies.of_mechanisms(offered, settings=settings),
        )
    code, answer = -1, b""
    for way in ways:
        code, answer = _WAYS[way](server, user, token or password)
        if code in (_DONE, _ALREADY):
            return
        if code not in _UNKNOWN:
            break
    raise smtplib.SMTPAuthenticationError(code, answer)


def _plain(server: Dialogue, user: str, password: str) -> tuple[int, bytes]:
    response = _coded(f"\0{user}\0{password}")
    code, answer = server.docmd("AUTH", f"PLAIN {response}")
    return server.docmd(response) if code == _GOES_ON else (code, answer)  # it wanted to ask first


def _login(server: Dialogue, user: str, password: str) -> tuple[int, bytes]:
    code, answer = server.docmd("AUTH", "LOGIN")
    for each in (user, password):  # it asks "Username:", then "Password:", in words of its own
        if code != _GOES_ON:
            break
        code, answer = server.docmd(_coded(each))
    return code, answer


def _cram_md5(server: Dialogue, user: str, password: str) -> tuple[int, bytes]:
    code, answer = server.docmd("AUTH", "CRAM-MD5")
    if code != _GOES_ON:
        return code, answer
    proof = hmac.new(password.encode(), base64.b64decode(answer), "md5").hexdigest()
    return server.docmd(_coded(f"{user} {proof}"))


def _xoauth2(server: Dialogue, user: str, token: str) -> tuple[int, bytes]:
    code, answer = server.docmd("AUTH", f"XOAUTH2 {_coded(_bearer(user, token))}")
    return (
        server.docmd("") if code == _GOES_ON else (code, answer)
    )  # it says why in JSON, and refuses after an empty line


def _bearer(user: str, token: str) -> str:
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


_WAYS = {"PLAIN": _plain, "LOGIN": _login, "CRAM-MD5": _cram_md5, _TOKEN: _xoauth2}


def _coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
