"""Access tokens for logging in with XOAUTH2: bought with a refresh token where the provider says, and kept until they expire.

In: the address of a token server, a client's id and secret, a refresh token; out: an access token, or an error that says what to do. It lives in
memory alone. A provider may hand out a new refresh token with it and let the old one die, at once or in months: that one is kept in a file
of the data folder, for its owner alone, as long as the configured one stays the same. Standards: RFC 6749 section 6 and 5, RFC 6750.
"""

from __future__ import annotations

import json
import os
import re
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from hashlib import sha256
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import urlencode

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from monitor import __version__
from monitor.deliver.connections import GRACE_S, connected
from monitor.deliver.remedies import MisfitError, of_token_error
from monitor.errors import DeliveryError
from monitor.settings import Secret, SmtpSettings

_EARLY_S = 60.0  # before its end a token counts as expired: a message takes time, and clocks differ
_UNSAID_S = 300.0  # RFC 6749 5.1 lets a server leave the time out; providers give an hour
_ANSWER_MAX = 65_536  # bytes of an answer that are read
_SAID_MAX = 200  # characters of its words that are shown
_TOKEN = re.compile(
    r"[\x21-\x7e]+"
)  # what can stand in a log-in: RFC 6750 2.1 is stricter, some providers are not
_PORTS = {"http": 80, "https": 443}


class TokenError(MisfitError):
    """No access token was to be had. `is_grant`: because of the refresh token."""

    def __init__(self, message: str, *, advice: str, cause: str, is_grant: bool = False) -> None:
        super().__init__(f"no token to log in with: {message}", advice=advice, cause=cause)
        self.is_grant = is_grant


class Tokens:
    """Gives the access token of the moment. The secrets are asked for anew each time one is bought: their files may change."""

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        refresh_token: Callable[[], str],
        client_secret: Callable[[], str],
        kept: Path,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """`kept` is the file for a newer refresh token; `clock` gives seconds that only grow."""
        self._settings = settings
        self._refresh_token = refresh_token
        self._client_secret = client_secret
        self._kept = kept
        self._clock = clock
        self._access = Secret("")
        self._until = 0.0

    def access(self) -> Secret:
        """Return a token that has not expired.

        Raises:
            TokenError: the token server gives none, or cannot be reached.
            DeliveryError: there is no refresh token.
        """
        if self._access and self._clock() < self._until:
            return self._access
        given = self._refresh_token()
        if not given:
            raise DeliveryError(
                f"no refresh token for {self._settings.username!r}",
                advice="set MONITOR_SMTP_REFRESH_TOKEN or MONITOR_SMTP_REFRESH_TOKEN_FILE, or remove `oauth_token_url` under [smtp].",
            )
        newer = self._newer(given)
        try:
            self._buy(newer or given, given)
        except TokenError as error:
            if not newer or not error.is_grant:
                raise
            self._buy(given, given)  # what was kept is good no more; a restored folder may hold an old one
        return self._access

    def forget(self) -> None:
        """Buy another one next time: the mail server did not take this one."""
        self._access = Secret("")

    def _buy(self, refresh_token: str, given: str) -> None:
        asked = self._clock()
        client_secret = self._client_secret()
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": self._settings.oauth_client_id,
        } | ({"client_secret": client_secret} if client_secret else {})
        host, status, answer = self._post(urlencode(form).encode("ascii"))
        if status != 200:
            error, said = str(answer.get("error", "")), str(answer.get("error_description", ""))
            words = _plain(f"{status} {error} {said}", hidden=(refresh_token, given, client_secret))
            raise TokenError(
                f"{host} answered {words}",
                advice=of_token_error(error, status),
                cause="server" if status in (408, 429) or status >= 500 else "sender",
                is_grant=error == "invalid_grant",
            )
        access = answer.get("access_token")
        if not isinstance(access, str) or not _TOKEN.fullmatch(access):
            raise TokenError(
                f"{host} answered with something else", advice=of_token_error("", 404), cause="sender"
            )
        self._access = Secret(access)
        self._until = asked + _lifetime_s(answer.get("expires_in")) - _EARLY_S
        fresh = answer.get("refresh_token")
        if isinstance(fresh, str) and fresh and fresh != refresh_token:
            self._keep(fresh, given)

    def _post(self, form: bytes) -> tuple[str, int, dict[str, Any]]:
        """The host asked, its status, and what its JSON says, {} when it is none."""
        where = parse_url(self._settings.oauth_token_url)
        host, scheme = (where.host or "").strip("[]"), where.scheme or ""
        timeout_s = self._settings.timeout_s
        headers = {
            "User-Agent": f"monitor-digest/{__version__}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
            "Connection": "close",
        }
        try:
            sock, deadline = connected(host, where.port or _PORTS[scheme], timeout_s=timeout_s)
            connection = HTTPConnection(host, where.port, timeout=timeout_s + GRACE_S)
            with closing(sock), deadline, closing(connection):
                is_open = scheme == "http"  # to this machine alone: the settings refuse it anywhere else
                connection.sock = (
                    sock if is_open else ssl.create_default_context().wrap_socket(sock, server_hostname=host)
                )
                connection.request(
                    "POST", where.request_uri, body=form, headers=headers, preload_content=False
                )
                response = connection.getresponse()
                body = response.read(_ANSWER_MAX, decode_content=False)
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            # "from None": whatever hangs on the error may hold the form.
            raise TokenError(
                f"{host} cannot be asked: {_plain(str(error) or type(error).__name__)}",
                advice=of_token_error("", 0),
                cause="server",
            ) from None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = {}
        return host, response.status, answer if isinstance(answer, dict) else {}

    def _newer(self, given: str) -> str:
        """The refresh token that was handed out for the given one; "" when there is none."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            found = json.loads(self._kept.read_bytes())
            if found["for"] == _digest(given):
                return str(found["refresh_token"])
        return ""

    def _keep(self, fresh: str, given: str) -> None:
        content = json.dumps({"for": _digest(given), "refresh_token": fresh}).encode()
        part = self._kept.with_name(f"{self._kept.name}.{os.getpid()}.part")
        try:
            part.unlink(missing_ok=True)
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self._kept)
        except OSError as error:
            raise DeliveryError(
                f"cannot keep the new refresh token in {self._kept}: {error.strerror}",
                advice="make room in the data folder, and let the user who runs monitor write there: the old token may be void.",
            ) from None


def _lifetime_s(value: object) -> float:
    """Seconds a token lives, as servers write it: a number, or the same as text."""
    try:
        return max(0.0, float(str(value)))
    except ValueError:
        return _UNSAID_S


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _plain(text: str, hidden: tuple[str, ...] = ()) -> str:
    """One printable line, shortened, without what is hidden."""
    for each in sorted(filter(None, hidden), key=len, reverse=True):
        text = text.replace(each, "***")
    words = " ".join(text.split())
    return "".join(character if character.isprintable() else "?" for character in words)[:_SAID_MAX]
