"""A small bounded web server on one address, for readers' links and for whoever watches the daemon.

In: a function from method and path, or from a whole request, to a page; out: HTTP. It knows no route, keeps no state and reads no file. aiohttp reads and
writes in one thread of its own, however many visitors there are; pages are made by two more. Whatever visitors do, it holds a
bounded number of connections, threads and bytes, and everybody else is told to come back. Behind it, a reverse proxy does TLS.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from threading import Thread
from typing import Any, Self

import structlog
from aiohttp import web
from aiohttp.http_exceptions import LineTooLong
from aiohttp.web_protocol import RequestHandler

from monitor.errors import MonitorError
from monitor.model import WebPage

log = structlog.get_logger()
Answering = Callable[[str, str], WebPage]  # method, path with its query -> page


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A whole request, as an answer may depend on it."""

    method: str  # GET | POST; a HEAD is a GET
    path: str  # as sent, with its query
    headers: Mapping[str, str] = field(
        default_factory=dict
    )  # names in small letters; of several of one name the first
    body: bytes = b""  # at most as many bytes as the server's limits say
    visitor: str = ""  # the address of who asks, which may be a proxy's


Hearing = Callable[[Asked], WebPage]

_PATH_MAX = 2000  # characters
_END_S = 2.0  # for answers under way when the server is closed
_LAST_WORD_S = 0.5  # for whoever is turned away, to read it
_RETRY_S = 10  # when whoever was turned away may come back
_METHODS = frozenset({"GET", "HEAD", "POST"})
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Server": "monitor",
}
_BUSY = WebPage(
    status=503,
    body=b"too many visitors; please come back in a moment\n",
    headers={"Retry-After": str(_RETRY_S)},
)
_LATE = WebPage(status=408, body=b"Request Timeout\n")
_FAILED = WebPage(status=500, body=b"something went wrong; the log knows what\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one server takes at most."""

    connections: int = 100  # open at a time
    waiting: int = 20  # requests that wait for a page or have one made
    request_s: float = 10.0  # for a whole request to come in, from the first byte of the connection on
    answer_s: float = 20.0  # from then on, until the last byte of the answer is taken
    threads: int = 2  # that make pages: more would only take the processor from polling
    body_bytes: int = (
        4096  # of a request; one-click bodies are under a hundred, and most forms not much longer
    )


class Web:
    """Serves from a thread of its own as long as the block lasts; port 0 takes any free one."""

    def __init__(self, host: str, port: int, answer: Answering, *, limits: Limits | None = None) -> None:
        """Raises MonitorError when the address cannot be had. `host` may be a name, an IPv4 or an IPv6 address."""
        self._open(host, port, lambda asked: answer(asked.method, asked.path), limits or Limits())

    @classmethod
    def hearing(cls, host: str, port: int, answer: Hearing, *, limits: Limits) -> Self:
        """Return one whose pages are made of whole requests: of their headers and bodies, too. Raises as above."""
        made = cls.__new__(cls)
        made._open(host, port, answer, limits)  # noqa: SLF001 - its own kind
        return made

    def _open(self, host: str, port: int, answer: Hearing, limits: Limits) -> None:
        self._sockets = _bound(host, port)
        self._loop = asyncio.new_event_loop()
        self._site = _Site(answer, limits, self._loop)
        self._thread = Thread(target=self._loop.run_forever, name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._sockets[0].getsockname()[1])

    @property
    def visitors(self) -> int:
        """How many connections are open, about."""
        return len(self._site.open)

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._site.listen(self._sockets), self._loop).result()
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._site.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


def _bound(host: str, port: int) -> list[socket.socket]:
    """A listening socket for each address the host has; the same port for all."""
    taken: list[socket.socket] = []
    try:
        for family, kind, proto, _, place in socket.getaddrinfo(
            host.strip("[]"), port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            new = socket.socket(family, kind, proto)
            taken.append(new)
            new.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                new.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, host.strip("[]") != "::")
            new.bind((place[0], taken[0].getsockname()[1] if len(taken) > 1 else port, *place[2:]))
            new.listen(socket.SOMAXCONN)
            new.setblocking(False)
    except OSError as error:
        for each in taken:
            each.close()
        raise MonitorError(
            f"cannot listen on {host}, port {port}: {error.strerror or error}",
            advice="Set another host or port under [web], or port 0 for none.",
        ) from None
    return taken


class _Site(web.Server):
    """Everything that happens in the server's thread."""

    def __init__(self, answer: Hearing, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(self._page, request_factory=self._request, loop=loop)
        self.limits = limits
        self.open: dict[_Connection, None] = {}  # in the order they came
        self._answer = answer
        self._runs = loop
        self._busy = 0
        self._threads = ThreadPoolExecutor(limits.threads, thread_name_prefix="web-page")
        self._listening: list[asyncio.Server] = []

    def __call__(self) -> RequestHandler:
        """A new connection."""
        return _Connection(self, self._runs)

    async def listen(self, sockets: list[socket.socket]) -> None:
        """Take connections from now on."""
        self._listening = [await self._runs.create_server(self, sock=each) for each in sockets]

    async def close(self) -> None:
        """Take no more, and leave whoever is still there."""
        for each in self._listening:
            each.close()
        for unfinished in [each for each in self.open if not each.is_whole]:
            unfinished.force_close()
        self.pre_shutdown()
        await self.shutdown(_END_S)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def entered(self, new: _Connection) -> None:
        """Count a connection in; beyond the limit another one has to go: the oldest whose request has not come in, of whoever holds most."""
        self.open[new] = None
        if len(self.open) <= self.limits.connections:
            return
        held = Counter(each.visitor for each in self.open)
        unfinished = [each for each in self.open if not each.is_whole]  # the new one at least
        max(unfinished, key=lambda each: held[each.visitor]).turn_away()

    def left(self, gone: _Connection) -> None:
        """Count a connection out."""
        self.open.pop(gone, None)

    def _request(self, message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        return web.BaseRequest(
            message, payload, protocol, writer, task, self._runs, client_max_size=self.limits.body_bytes
        )

    async def _page(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; a HEAD is a GET whose body aiohttp keeps back."""
        if request.method not in _METHODS:
            return _said(HTTPStatus.NOT_IMPLEMENTED)
        if len(request.raw_path) > _PATH_MAX:
            return _said(HTTPStatus.REQUEST_URI_TOO_LONG)
        try:
            body = await request.read()  # it has to be read before the answer
        except web.HTTPRequestEntityTooLarge:
            return _said(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        protocol = request.protocol
        assert isinstance(protocol, _Connection)
        protocol.now_whole()
        page = await self._made(
            Asked(
                method="POST" if request.method == "POST" else "GET",
                path=request.raw_path,
                headers={name.lower(): said for name, said in reversed(list(request.headers.items()))},
                body=body,
                visitor=protocol.visitor,
            )
        )
        log.debug(
            "web.request", method=request.method, status=page.status
        )  # never its path: it may hold a key
        return _dressed(page)

    async def _made(self, asked: Asked) -> WebPage:
        """The page, made by one of the threads, if not too many wait for those already."""
        if self._busy >= self.limits.waiting:
            return _BUSY
        self._busy += 1
        making = self._runs.run_in_executor(self._threads, self._answer, asked)
        making.add_done_callback(self._made_one)
        try:
            # A thread cannot be stopped: it goes on, and counts as busy until it is done.
            return await asyncio.wait_for(asyncio.shield(making), self.limits.answer_s / 2)
        except TimeoutError:
            log.warning("web.slow", detail="a page took too long to make; the visitor was told to come back")
            return _BUSY
        except Exception:  # a page that fails must not end the server, and says nothing of why to strangers
            log.exception("web.failed")
            return _FAILED

    def _made_one(self, made: asyncio.Future[WebPage]) -> None:
        self._busy -= 1
        if not made.cancelled():
            made.exception()  # asked for, so that nobody is told a second time


class _Connection(RequestHandler):
    """One visitor for one request, within a time."""

    __slots__ = ("_end", "_gone", "_site", "is_whole", "visitor")

    def __init__(self, site: _Site, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            site,
            loop=loop,
            keepalive_timeout=0,
            tcp_keepalive=False,
            access_log=None,  # type: ignore[arg-type]  # aiohttp takes it for "none", and does not say so
            lingering_time=1.0,
            auto_decompress=False,
        )
        self._site = site
        self._gone = asyncio.Event()
        self._end: asyncio.TimerHandle | None = None
        self.is_whole = False  # whether the whole request has come in
        self.visitor = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.visitor = str((transport.get_extra_info("peername") or ("",))[0])
        self._end = self._loop.call_later(self._site.limits.request_s, self._cut)
        self._site.entered(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._end is not None:
            self._end.cancel()
        self._gone.set()
        self._site.left(self)
        super().connection_lost(exc)

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio asks for a bool; aiohttp always says no
        """A visitor who will say nothing more still gets the answer to what was asked."""
        self._gone.set()
        return self._request_count > 0

    async def finish_response(self, request: web.BaseRequest, *rest: Any) -> tuple[web.StreamResponse, bool]:
        """Send the answer, end our side, and wait a moment for the visitor's: hanging up on what is unread would reset the answer away."""
        sent = await super().finish_response(request, *rest)
        self.close()  # whatever else comes in is not looked at
        if isinstance(self.transport, asyncio.Transport) and self.transport.can_write_eof():
            self.transport.write_eof()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._gone.wait(), _LAST_WORD_S)
        return sent

    def now_whole(self) -> None:
        """The request has come in: from now on the time of the answer runs."""
        self.is_whole = True
        if self._end is not None:
            self._end.cancel()
        self._end = self._loop.call_later(self._site.limits.answer_s, self._cut)

    def turn_away(self) -> None:
        """Say that there is no room, and hang up."""
        self._site.left(self)
        self._hang_up(_BUSY)

    def _cut(self) -> None:
        """The time is over: hang up, whatever is under way."""
        log.debug("web.cut", is_whole=self.is_whole)
        if self.is_whole:
            self._abort()
        else:
            self._site.left(self)
            self._hang_up(_LATE)

    def _hang_up(self, page: WebPage) -> None:
        """Say a last word to whoever has not asked for anything yet, and wait a moment until it is read."""
        if self._end is not None:
            self._end.cancel()
        self.close()
        if isinstance(self.transport, asyncio.Transport) and not self.transport.is_closing():
            self.transport.write(_plain(page))
            if self.transport.can_write_eof():
                self.transport.write_eof()
        self._end = self._loop.call_later(_LAST_WORD_S, self._abort)

    def _abort(self) -> None:
        """Hang up now, and leave nothing behind in the system for whoever does not take it."""
        if isinstance(self.transport, asyncio.Transport):
            wire = self.transport.get_extra_info("socket")
            wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.transport.abort()

    def handle_error(
        self,
        request: web.BaseRequest,  # noqa: ARG002 - as the base class calls it
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - the same: nothing of what was sent is repeated
    ) -> web.StreamResponse:
        """What is refused before a page is asked for, in the same dress as every page."""
        log.debug("web.refused", error=type(exc).__name__)  # its text repeats what was sent
        return _said(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE if isinstance(exc, LineTooLong) else HTTPStatus(status)
        )


def _said(status: HTTPStatus) -> web.Response:
    return _dressed(WebPage(status=status, body=f"{status.phrase}\n".encode()))


def _dressed(page: WebPage) -> web.Response:
    """The page with the headers that keep browsers from mischief; the connection ends with it."""
    response = web.Response(status=page.status, body=page.body, headers=_headers(page))
    response.force_close()
    return response


def _headers(page: WebPage) -> dict[str, str]:
    return {**_HEADERS, **page.headers, "Content-Type": page.content_type}


def _plain(page: WebPage) -> bytes:
    """The same as bytes, for whoever has not asked for anything yet."""
    rows: Mapping[str, str] = {**_headers(page), "Content-Length": str(len(page.body)), "Connection": "close"}
    head = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
    return (
        f"HTTP/1.1 {page.status} {HTTPStatus(page.status).phrase}\r\n{head}\r\n".encode("ascii") + page.body
    )
