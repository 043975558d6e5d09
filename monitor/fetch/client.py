"""One request's life, in the event loop: turns, robots, redirects, conditional headers, body. FetchRequest in, FetchResult out.

Redirects are followed by hand, because every hop is checked anew and only the unbroken run of 301/308 from the start
may move a feed. Time spent waiting for a host's turn does not count against `timeout_s`; time on the wire does,
over all hops. Sources: RFC 9110 (conditional requests, redirects), RFC 9309 (robots.txt).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from time import monotonic

import aiohttp
import structlog
from yarl import URL

from monitor.fetch import robots, wire
from monitor.fetch.allowed_urls import checked, host_key, redirect_target
from monitor.fetch.bodies import Body
from monitor.fetch.failures import Failure, shown, word_of
from monitor.fetch.hosts import Hosts
from monitor.fetch.ssrf import AddressGuard
from monitor.fetch.wholeness import is_whole
from monitor.model import FetchRequest, FetchResult
from monitor.settings import FetchSettings

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_WORTH_ONE_MORE_TRY = frozenset({"dns", "refused", "unreachable"})  # nothing has reached a server
_EXCERPT_BYTES = 64 * 1024  # of the body of an error page
_EXCERPT_S = 2.0
_PASSED_ON = ("retry-after", "cache-control", "date", "expires")  # what a 429 tells about the time to wait

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Round:
    """What the requests of one `fetch_all` share."""

    has_room: asyncio.Event  # cleared while the caller is behind with taking results
    resting: dict[str, dict[str, str]] = field(default_factory=dict)  # host -> what its 429 said

    def rest(self, host: str, headers: Mapping[str, str]) -> None:
        """This host answered 429: leave it alone for the rest of the round."""
        self.resting[host] = {name: headers[name] for name in _PASSED_ON if name in headers}

    def refuse_resting(self, host: str) -> None:
        """Raises Failure("host-backoff") for a host that is left alone."""
        if host in self.resting:
            said = self.resting[host]
            after = said.get("retry-after", "")
            detail = f"{host} answered 429" + (f", Retry-After: {after[:100]}" if after else "")
            raise Failure("host-backoff", detail, said)


@dataclass(frozen=True, slots=True)
class _Answer:
    url: URL
    status: int
    headers: dict[str, str]
    body: bytes
    peer: str
    notes: tuple[str, ...] = ()


class _Budget:
    """Seconds on the wire that one request has left."""

    def __init__(self, timeout_s: float) -> None:
        self.spent_s = 0.0
        self._timeout_s = timeout_s

    @asynccontextmanager
    async def spend(self) -> AsyncIterator[None]:
        started = monotonic()
        try:
            async with asyncio.timeout(max(self._timeout_s - self.spent_s, 0.0)):
                yield
        finally:
            self.spent_s += monotonic() - started


class Client:
    """Fetches one request at a time per call of `fetch`; calls may overlap. Made and closed inside the event loop."""

    def __init__(self, settings: FetchSettings, guard: AddressGuard, lookup: wire.Lookup | None) -> None:
        self._settings = settings
        self._session = wire.open_session(settings, guard, lookup)
        self._hosts = Hosts(at_once=settings.per_host, gap_s=settings.min_gap_s)
        self._slots = asyncio.Semaphore(settings.concurrency)
        # With allowed networks the port is judged together with the address, by the guard.
        self._ports = None if guard.allowed else guard.ports
        self._rules: dict[str, robots.Rules] = {}  # by origin
        self._reading_rules: dict[str, asyncio.Lock] = {}

    async def close(self) -> None:
        """Close all connections."""
        await self._session.close()

    def forget_idle(self) -> None:
        """Between rounds: drop what carries no memory any more."""
        self._hosts.forget_idle()
        self._reading_rules.clear()
        now = monotonic()
        self._rules = {origin: rules for origin, rules in self._rules.items() if rules.expires_at > now}

    async def fetch(self, request: FetchRequest, around: Round) -> FetchResult:
        """The result, whatever the server does. Only cancellation is raised."""
        budget = _Budget(self._settings.timeout_s)
        try:
            result = await self._follow(request, around, budget)
        except Failure as failure:
            return _failed(request, failure, budget)
        except (aiohttp.ClientError, OSError) as error:
            return _failed(request, Failure(word_of(error), shown(error)), budget)
        except Exception as error:  # noqa: BLE001 -- the loop around one request: an oddity must not stop the others
            _log.exception("fetch.internal", url=request.url)
            return _failed(request, Failure("internal", shown(error)), budget)
        return result

    async def _follow(self, request: FetchRequest, around: Round, budget: _Budget) -> FetchResult:
        url = checked(request.url, self._ports)
        asked = {url}
        permanent_url, is_permanent = "", True
        for _ in range(self._settings.max_redirects + 1):
            shown_url = request.url if len(asked) == 1 else str(url)
            headers = _request_headers(request, shown_url)
            answer = await self._hop(url, request, headers, around, budget)
            if answer.status == 304 and not _is_conditional(headers):
                answer = await self._hop(
                    url, request, headers, around, budget
                )  # of a cache that was asked by others
                _refuse_unchanged(answer)
            if answer.status not in _REDIRECTS or not answer.headers.get("location"):
                return _result(request, answer, shown_url, permanent_url, budget)
            target = redirect_target(url, answer.headers["location"], self._ports)
            _refuse_bad_turn(url, target, asked)
            is_permanent = is_permanent and answer.status in _PERMANENT
            permanent_url = str(target) if is_permanent else permanent_url
            asked.add(target)
            url = target
        raise Failure("too-many-redirects", f"more than {self._settings.max_redirects}, last to {url}")

    async def _hop(
        self, url: URL, request: FetchRequest, headers: Mapping[str, str], around: Round, budget: _Budget
    ) -> _Answer:
        if request.kind == "page" and self._settings.robots:
            await self._obey_robots(url, around)
        try:
            return await self._in_turn(url, headers, request.kind, around, budget)
        except OSError as error:
            if word_of(error) not in _WORTH_ONE_MORE_TRY:
                raise
        return await self._in_turn(url, headers, request.kind, around, budget)

    async def _in_turn(
        self, url: URL, headers: Mapping[str, str], kind: str, around: Round, budget: _Budget
    ) -> _Answer:
        key = host_key(url)
        async with self._hosts[key].turn(lambda: around.refuse_resting(key)):
            async with self._slots:
                await around.has_room.wait()
                async with budget.spend():
                    answer = await self._transfer(url, headers, kind)
            if answer.status == 429:
                around.rest(key, answer.headers)
            return answer

    async def _transfer(self, url: URL, headers: Mapping[str, str], kind: str) -> _Answer:
        async with self._session.get(
            url, headers=headers, allow_redirects=False, ssl=wire.trusted(url)
        ) as response:
            assert isinstance(response, wire.Response)
            received = wire.headers_of(response)
            coding = received.get("content-encoding", "")
            if not 200 <= response.status < 300:
                body = await _excerpt(response.content, coding)
            elif kind == "robots":
                body = await _beginning(response.content, coding, limit=robots.MAX_BYTES)
            else:
                body, notes = await _whole(response, coding, limit=self._limit(kind))
                notes = (*response.mended.notes, *notes)
                return _Answer(url, response.status, received, body, response.peer, notes)
            return _Answer(url, response.status, received, body, response.peer, tuple(response.mended.notes))

    def _limit(self, kind: str) -> int:
        return self._settings.page_max_bytes if kind == "page" else self._settings.feed_max_bytes

    async def _obey_robots(self, url: URL, around: Round) -> None:
        """Raises Failure("robots"), or the failure that would meet the page as well."""
        origin = str(url.origin())
        async with self._reading_rules.setdefault(origin, asyncio.Lock()):
            rules = self._rules.get(origin)
            if rules is None or rules.expires_at <= monotonic():
                rules = self._rules[origin] = await self._read_rules(origin, around)
        host = self._hosts[host_key(url)]
        host.gap_s = max(host.gap_s, rules.delay_s)
        if not rules.allow(str(url)):
            raise Failure("robots", rules.detail or "robots.txt forbids it")

    async def _read_rules(self, origin: str, around: Round) -> robots.Rules:
        request = FetchRequest(url=f"{origin}/robots.txt", kind="robots")
        result = await self.fetch(request, around)
        if result.error in _SAME_FOR_THE_PAGE:
            raise Failure(result.error, result.detail, result.headers)
        if result.status == 429:
            around.refuse_resting(host_key(URL(result.final_url)))
        return robots.rules_of(404 if result.error in _NO_ROBOTS else result.status, result.body)


# Redirects to nowhere: RFC 9309 2.3.1.2 lets us count robots.txt as unavailable, like a 404.
_NO_ROBOTS = frozenset({"redirect-loop", "too-many-redirects", "downgrade", "bad-url"})
# Before robots.txt was reached: the page would end the same way, and the cause is the better message.
_SAME_FOR_THE_PAGE = frozenset(
    {"blocked-address", "dns", "refused", "unreachable", "tls", "host-backoff", "internal"}
)


def _request_headers(request: FetchRequest, shown_url: str) -> dict[str, str]:
    headers = {"Accept": wire.accept(request.kind)}
    if shown_url == (request.validators_url or request.url):
        validators = {"If-None-Match": request.etag, "If-Modified-Since": request.last_modified}
        headers |= {name: value for name, value in validators.items() if _is_sendable(value)}
    return headers


def _is_sendable(value: str) -> bool:
    """Not empty, and nothing that could end a header line: a value from a damaged database must not forge headers."""
    return bool(value) and all(char == "\t" or " " <= char <= "ÿ" for char in value) and "\x7f" not in value


def _refuse_bad_turn(url: URL, target: URL, asked: set[URL]) -> None:
    if url.scheme == "https" and target.scheme == "http":
        raise Failure("downgrade", f"{url} redirects to {target}")
    if target in asked:
        raise Failure("redirect-loop", f"{url} redirects to {target}")


async def _whole(response: wire.Response, coding: str, *, limit: int) -> tuple[bytes, tuple[str, ...]]:
    """The body, and what was wrong with it: a length that is not true is forgiven where the document is whole all the same."""
    if (response.content_length or 0) > limit:
        raise Failure("too-large", f"announces {response.content_length} bytes")
    packed = Body(coding, limit=limit)
    notes: tuple[str, ...] = ()
    try:
        async for chunk in response.content.iter_any():
            packed.feed(chunk)
    except aiohttp.ClientPayloadError:
        if not is_whole(bytes(packed.taken)):
            raise
        notes = ("it ends before the length it announces, though the document is whole",)
    body = packed.finish()
    if surplus := response.mended.surplus:
        said = f"it sends {surplus} bytes or more beyond the length it announces"
        if not is_whole(body, but_its_end=True):
            raise Failure("truncated", f"{said}, and the document does not end there")
        notes = (*notes, said)
    return body, (*notes, *packed.notes)


def _is_conditional(headers: Mapping[str, str]) -> bool:
    return "If-None-Match" in headers or "If-Modified-Since" in headers


def _refuse_unchanged(answer: _Answer) -> None:
    if answer.status == 304:
        raise Failure("protocol", "304 Not Modified to a request without conditions, twice")


async def _beginning(content: aiohttp.StreamReader, coding: str, *, limit: int) -> bytes:
    body = Body(coding, limit=limit)
    try:
        async for chunk in content.iter_any():
            body.feed(chunk)
    except Failure as failure:
        if failure.word != "too-large":
            raise
    return bytes(body.taken)


async def _excerpt(content: aiohttp.StreamReader, coding: str) -> bytes:
    """What can be had quickly of an error page. Its status counts, so nothing here may hide it."""
    try:
        async with asyncio.timeout(_EXCERPT_S):
            return await _beginning(content, coding, limit=_EXCERPT_BYTES)
    except (Failure, aiohttp.ClientError, OSError):
        return b""


def _result(
    request: FetchRequest, answer: _Answer, final_url: str, permanent_url: str, budget: _Budget
) -> FetchResult:
    return FetchResult(
        url=request.url,
        final_url=final_url,
        permanent_url=permanent_url,
        status=answer.status,
        headers=answer.headers,
        body=answer.body,
        peer=answer.peer,
        note="; ".join(answer.notes[:3]),
        took_s=budget.spent_s,
    )


def _failed(request: FetchRequest, failure: Failure, budget: _Budget) -> FetchResult:
    return FetchResult(
        url=request.url,
        error=failure.word,
        detail=failure.detail,
        headers=failure.headers,
        took_s=budget.spent_s,
    )
