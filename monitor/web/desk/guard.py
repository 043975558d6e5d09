"""Who may come in: a password, signed sessions, a limit of tries, hosts and origins, tokens of forms and of programs.

In: requests and the moment. Out: whether they pass. It writes no page and reads no setting. Nothing here is kept on a disk: sessions are
signed with a key by chance, so they end with the process; of the password only its scrypt hash stays in memory.
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b64decode, b64encode
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import scrypt, sha256
from ipaddress import ip_address
from threading import Lock
from urllib.parse import urlsplit

from monitor.errors import SettingsError
from monitor.web.server import Asked

PASSWORD = "MONITOR_WEB_PASSWORD"  # noqa: S105 - the variable's name
TOKENS = "MONITOR_WEB_TOKENS"
PASSWORD_MIN, PASSWORD_MAX = 10, 400  # characters; the limit of tries does the rest, and a form takes 500
TOKEN_MIN = 20  # characters: nobody waits a moment between two tries of a token
COOKIE = "desk"
SESSION_S = 12 * 3600  # a working day
TRIES = 5  # of one address in a row without waiting, then each waits twice as long as the one before
WAIT_S = 60.0  # ... beginning with this
WAIT_MOST_S = 3600.0
TRIES_OF_ALL = 60  # in WAIT_S, from all addresses together: each costs 50 ms of the processor and 16 MB
ADDRESSES_KEPT = 1000
_N, _R, _P = 2**14, 8, 1  # RFC 7914; 16 MB, as OWASP's cheat sheet has it
_MEMORY_BYTES = 64 * 2**20
_HASH = re.compile(r"scrypt:(\d+):(\d+):(\d+):([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Password:
    """The scrypt hash of a password."""

    n: int
    r: int
    p: int
    salt: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    @classmethod
    def read(cls, given: str) -> Password:
        """Return what `given` means: a hash as `str` of one writes it, or the password itself.

        Raises SettingsError for a password that is too short, or a hash that is none.
        """
        if found := _HASH.fullmatch(given):
            n, r, p = (int(number) for number in found.groups()[:3])
            if n & (n - 1) or not 2**10 <= n <= 2**20 or not 1 <= r <= 32 or not 1 <= p <= 16:
                raise SettingsError(
                    f"{PASSWORD} names scrypt with parameters that are not taken",
                    key=PASSWORD,
                    advice="Make it with `monitor web --hash`.",
                )
            return cls(n, r, p, b64decode(found[4]), b64decode(found[5]))
        return cls.of(given)

    @classmethod
    def of(cls, password: str) -> Password:
        """Return the hash of a password, with a salt by chance. Raises SettingsError for one that is too short or too long."""
        if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
            raise SettingsError(
                f"{PASSWORD} is too {'short' if len(password) < PASSWORD_MIN else 'long'}",
                key=PASSWORD,
                advice=f"Give it {PASSWORD_MIN} to {PASSWORD_MAX} characters.",
            )
        salt = secrets.token_bytes(16)
        return cls(_N, _R, _P, salt, _scrypt(password, salt, _N, _R, _P))

    def is_of(self, password: str) -> bool:
        """Whether it is the hash of `password`; takes the same time either way."""
        return hmac.compare_digest(_scrypt(password, self.salt, self.n, self.r, self.p), self.digest)

    def __str__(self) -> str:
        salt, digest = b64encode(self.salt).decode(), b64encode(self.digest).decode()
        return f"scrypt:{self.n}:{self.r}:{self.p}:{salt}:{digest}"


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY_BYTES, dklen=32)


class Sessions:
    """Cookies that only this process can have given: `end.chance.signature`."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._ended: dict[str, float] = {}  # those logged out -> when they end by themselves
        self._lock = Lock()

    def new(self, now: float) -> str:
        """A session of SESSION_S seconds from `now` (s since the epoch)."""
        body = f"{round(now + SESSION_S)}.{secrets.token_urlsafe(16)}"
        return f"{body}.{self._signature('session', body)}"

    def is_good(self, session: str, now: float) -> bool:
        """Whether we gave it, and it has not ended."""
        body, _, signature = session.rpartition(".")
        if not hmac.compare_digest(self._signature("session", body).encode(), signature.encode()):
            return False
        return now < float(body.partition(".")[0]) and session not in self._ended

    def end(self, session: str, now: float) -> None:
        """Take a session back."""
        with self._lock:
            self._ended = {name: until for name, until in self._ended.items() if until > now}
            self._ended[session] = now + SESSION_S

    def form(self, session: str) -> str:
        """What a form carries back, so that nobody else's page can send it; `session` may be "" where there is none."""
        return self._signature("form", session)

    def is_form(self, token: str, session: str) -> bool:
        """Whether a form of this session sent it."""
        return hmac.compare_digest(self.form(session).encode(), token.encode("utf-8", "replace"))

    def _signature(self, what: str, body: str) -> str:
        said = f"{what}\n{body}".encode("utf-8", "replace")
        return hmac.new(self._key, said, sha256).hexdigest()


class Limiter:
    """How often a password may be tried: TRIES of an address at once, then one after a wait that doubles."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, tuple[int, float]] = OrderedDict()  # address -> (tries, the last)
        self._all: list[float] = []
        self._lock = Lock()

    def wait_s(self, address: str, now: float) -> float:
        """Seconds until this address may try; 0.0: now, and then the try is counted."""
        with self._lock:
            self._all = [at for at in self._all if 0 <= now - at < WAIT_S]
            if len(self._all) >= TRIES_OF_ALL:
                return WAIT_S
            tries, last = self._tries.pop(address, (0, now))
            wait = 0.0 if tries < TRIES else min(WAIT_MOST_S, WAIT_S * 2.0 ** min(tries - TRIES, 20))
            left = max(0.0, last + wait - now) if now >= last else wait
            if not left:
                quiet = now - last > 2 * WAIT_MOST_S
                tries, last = 1 if quiet else tries + 1, now
                self._all.append(now)
            self._tries[address] = tries, last
            while len(self._tries) > ADDRESSES_KEPT:
                self._tries.popitem(last=False)
            return left

    def forget(self, address: str) -> None:
        """The password was right."""
        with self._lock:
            self._tries.pop(address, None)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address to listen on."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


class Guard:
    """All of it for one desk."""

    def __init__(
        self,
        *,
        host: str,
        url: str,
        password: str,
        tokens: str,
        key: bytes,
        clock: Callable[[], float],
    ) -> None:
        """`host` is what is listened on, `url` the public address ("" none), `tokens` words apart by spaces, `key` signs addresses that last.

        Raises SettingsError for an address that others reach without a password, and for a secret that can be found by trying.
        """
        if not password and not is_loopback(host):
            raise SettingsError(
                f"{host} can be reached by others, and the desk has no password",
                key=PASSWORD,
                advice=f"Set {PASSWORD} or {PASSWORD}_FILE, or listen on 127.0.0.1.",
            )
        self.password = Password.read(password) if password else None
        self.sessions = Sessions(secrets.token_bytes(32))
        self.limiter = Limiter()
        self.clock = clock
        self.url = url
        self._key = key
        self._tokens = frozenset(_hashed(token) for token in _tokens(tokens))
        own = [] if host in ("0.0.0.0", "::") else [host.strip("[]").lower()]  # noqa: S104 - to know them
        named = [urlsplit(url).hostname or ""] if url else []
        self._hosts = frozenset((*_LOOPBACK, *own, *named))

    @property
    def is_secure(self) -> bool:
        """Whether cookies go over TLS alone."""
        return self.url.startswith("https://")

    def knows_host(self, asked: Asked) -> bool:
        """Whether the request names a host of ours: another one is a page that had its own name lead to this machine."""
        return _hostname(asked.headers.get("host", "")) in self._hosts

    def is_own_page(self, asked: Asked) -> bool:
        """Whether a page of ours sent the request, by its Origin and Sec-Fetch-Site. Browsers send an Origin with every POST."""
        if asked.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return False
        origin = asked.headers.get("origin", "")
        host = asked.headers.get("host", "").lower()
        own = {f"http://{host}", f"https://{host}"} if host else set()
        if self.url:
            parts = urlsplit(self.url)
            own.add(f"{parts.scheme}://{parts.netloc}".lower())
        return origin.lower() in own

    def session(self, asked: Asked) -> str:
        """The good session a request brings, else ""."""
        found = _cookie(asked.headers.get("cookie", ""))
        return found if found and self.sessions.is_good(found, self.clock()) else ""

    def lets_in(self, asked: Asked) -> bool:
        """Whether the request may see pages: with a session, or where there is no password."""
        return self.password is None or bool(self.session(asked))

    def lets_program_in(self, asked: Asked) -> bool:
        """Whether the request may read as a program: with a token in its header, or as a page."""
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token:
            return any(hmac.compare_digest(_hashed(token.strip()), each) for each in self._tokens)
        return self.lets_in(asked)

    def key_of(self, address: str) -> str:
        """The key with which a feed reader may ask for this path and query."""
        return hmac.new(self._key, f"desk feed\n{address}".encode("utf-8", "replace"), sha256).hexdigest()[
            :40
        ]

    def is_key(self, key: str, address: str) -> bool:
        """Whether it is that key."""
        return hmac.compare_digest(self.key_of(address).encode(), key.encode("utf-8", "replace"))

    def cookie(self, session: str) -> str:
        """The header that gives a session to a browser; "" takes it away."""
        secure = "; Secure" if self.is_secure else ""
        age = SESSION_S if session else 0
        return f"{COOKIE}={session}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}"


def _tokens(given: str) -> Iterable[str]:
    tokens = given.split()
    if any(len(token) < TOKEN_MIN for token in tokens):
        raise SettingsError(
            f"{TOKENS} holds a token that is too short",
            key=TOKENS,
            advice=f"Give each at least {TOKEN_MIN} characters, all by chance; a space stands between two.",
        )
    return tokens


def _hashed(token: str) -> bytes:
    return sha256(token.encode("utf-8", "replace")).digest()


def _hostname(host: str) -> str:
    """The name or address of a Host header, without the port; "" for what is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "") if re.fullmatch(r"[\w.\-\[\]:]+", host) else ""
    except ValueError:
        return ""


def _cookie(header: str) -> str:
    """Our cookie; whatever else a browser sends may be as odd as it likes."""
    parts = (part.strip().partition("=") for part in header.split(";"))
    return next((value for name, _, value in parts if name == COOKIE), "")
