"""The HTTP client set up for our manners: what is sent and accepted on the wire. aiohttp's pieces in, a session out.

No cookies, no proxies from the environment, TLS verified, every connection through the address guard. Header values
are kept as latin-1 text, one character per byte, so that a validator goes back byte for byte whatever it was.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from threading import Thread
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_reqrep import ClientRequest, ClientResponse
from aiohttp.connector import Connection
from yarl import URL

import monitor
from monitor.fetch.lenient import Mended, Mender
from monitor.fetch.robots import PRODUCT
from monitor.fetch.ssrf import AddressGuard
from monitor.settings import FetchSettings

Lookup = Callable[[str, int], Sequence[str]]  # host name, port -> addresses; may block; raises OSError

_ACCEPT = {
    "feed": (
        "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
        "application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"
    ),
    "page": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
    "robots": "text/plain, */*;q=0.1",
}
_MAX_HEADERS = 256
_MAX_FIELD_BYTES = 32 * 1024  # some news sites send content security policies of 10 KiB and more
_KEEPALIVE_S = 30.0
_ONE_VALUE = frozenset(
    {"etag", "last-modified", "location", "retry-after", "date", "expires", "content-type"}
)


def user_agent(contact: str) -> str:
    """The one User-Agent, the same for every request."""
    name = f"{PRODUCT}/{monitor.__version__}"
    plain = "".join(char for char in contact if char.isascii() and char.isprintable() and char not in "()\\")
    return f"{name} (+{plain})" if plain else name


def accept(kind: str) -> str:
    """The Accept header for a kind of request: feed, page or robots."""
    return _ACCEPT[kind]


def open_session(
    settings: FetchSettings, guard: AddressGuard, lookup: Lookup | None
) -> aiohttp.ClientSession:
    """A session for the running event loop; the caller closes it."""
    connector = aiohttp.TCPConnector(
        limit=0,  # hosts.py and the slots of client.py count
        resolver=_ThreadResolver(lookup or _system_lookup),
        socket_factory=guard.open_socket,
        keepalive_timeout=_KEEPALIVE_S,
    )
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent(settings.contact), "Accept-Encoding": "gzip, deflate, br, zstd"},
        timeout=aiohttp.ClientTimeout(total=None, connect=settings.connect_timeout_s),
        auto_decompress=False,  # bodies.py
        trust_env=False,
        request_class=_Request,
        response_class=Response,
        max_line_size=_MAX_FIELD_BYTES,
        max_field_size=_MAX_FIELD_BYTES,
        max_headers=_MAX_HEADERS,
    )


def trusted(url: URL) -> ssl.SSLContext | bool:
    """What a connection to this address has to be vouched for by; loaded with the first one that needs it."""
    return _trusted() if url.scheme == "https" else True


@cache
def _trusted() -> ssl.SSLContext:
    """The system's certificate authorities, read once: that takes longer than a small round."""
    return ssl.create_default_context()


def headers_of(response: ClientResponse) -> dict[str, str]:
    """Lower-case names, values as latin-1 text. Repeated fields are joined (RFC 9110 5.2), singletons keep the first."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.raw_headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name not in _ONE_VALUE:
            headers[name] += ", " + value
    return headers


class Response(ClientResponse):
    """A response that remembers which address answered, and what had to be mended in it."""

    peer = ""
    mended = Mended()

    async def start(self, connection: Connection) -> ClientResponse:
        """Read the header. The connection may be gone afterwards, so its address is noted before."""
        transport = connection.transport
        name = transport.get_extra_info("peername") if transport is not None else None
        self.peer = str(name[0]) if name else ""
        mender = transport.get_protocol() if transport is not None else None
        if isinstance(mender, Mender):
            self.mended = mender.answer
        return await super().start(connection)


class _Request(ClientRequest):
    """A request whose header values go out as latin-1 (aiohttp would write UTF-8), and whose answer comes in through a `Mender`."""

    async def send(self, conn: Connection) -> ClientResponse:
        protocol = conn.protocol
        _expect_answer(conn)
        if protocol is None or all(value.isascii() for value in self.headers.values()):
            return await super().send(conn)
        transport = protocol.transport
        # A GET without a body is written within this call, so nobody else meets the stand-in.
        protocol.transport = _Latin1Transport(transport)  # type: ignore[assignment]  # quacks like one while writing
        try:
            return await super().send(conn)
        finally:
            protocol.transport = transport


def _expect_answer(connection: Connection) -> None:
    transport, protocol = connection.transport, connection.protocol
    if transport is None or protocol is None:
        return
    mender = transport.get_protocol()
    if not isinstance(mender, Mender):
        mender = Mender(protocol)
        transport.set_protocol(mender)
    mender.begin()


class _Latin1Transport:
    """Stands in for a transport while a header block is written: UTF-8 in, latin-1 out."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Pass on the same characters, one byte each."""
        self._transport.write(bytes(data).decode("utf-8").encode("latin-1", "replace"))


class _ThreadResolver(AbstractResolver):
    """Looks names up in a daemon thread each: a dead name server holds neither other names nor our end."""

    def __init__(self, lookup: Lookup) -> None:
        self._lookup = lookup

    async def resolve(
        self,
        host: str,
        port: int = 0,
        family: socket.AddressFamily = socket.AF_UNSPEC,  # noqa: ARG002 -- both
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Sequence[str]] = loop.create_future()
        Thread(target=self._ask, args=(host, port, loop, answer), name=f"dns {host}", daemon=True).start()
        return [_resolved(host, port, address) for address in await answer]

    def _ask(
        self, host: str, port: int, loop: asyncio.AbstractEventLoop, answer: asyncio.Future[Sequence[str]]
    ) -> None:
        try:
            addresses, error = self._lookup(host, port), None
        except (OSError, ValueError) as caught:  # ValueError: a label the IDNA codec refuses
            addresses, error = (), caught if isinstance(caught, OSError) else OSError(str(caught))
        with suppress(RuntimeError):  # the loop is closed, nobody waits any more
            loop.call_soon_threadsafe(_settle, answer, addresses, error)

    async def close(self) -> None:
        """Nothing is kept."""


def _settle(answer: asyncio.Future[Sequence[str]], addresses: Sequence[str], error: OSError | None) -> None:
    if answer.done():
        return
    if error is None:
        answer.set_result(addresses)
    else:
        answer.set_exception(error)


def _system_lookup(host: str, port: int) -> Sequence[str]:
    infos = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return [str(info[4][0]) for info in infos]


def _resolved(host: str, port: int, address: str) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=0)
