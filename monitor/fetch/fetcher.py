"""The synchronous face of fetching: requests in, results out as they complete, in the caller's thread.

The event loop lives in a thread of its own, so transfers go on while the caller writes to its database. The requests
are drawn in the caller's thread too, so they may come straight from a database cursor.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from queue import Empty, SimpleQueue
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Self

from monitor.model import FetchRequest, FetchResult

if TYPE_CHECKING:  # aiohttp is a third of the start of a command that asks nobody anything
    from monitor.fetch.client import Client
    from monitor.fetch.wire import Lookup
    from monitor.settings import FetchSettings

_LOOK_AHEAD = 2000  # requests drawn but not yet answered: enough hosts to be busy while one makes us wait
_MAX_WAITING = 64  # finished results the caller has not taken; beyond that no new transfer starts

Pair = tuple[FetchRequest, FetchResult]


class Fetcher:
    """Fetches many requests at once, politely. A context manager; starts its thread when first used.

    One Fetcher serves one `fetch_all` at a time; robots.txt rules and connections are kept between them.
    """

    def __init__(self, settings: FetchSettings, *, resolver: Lookup | None = None) -> None:
        """`resolver(host, port)` gives the addresses of a name; None: the system's."""
        self._settings = settings
        self._resolver = resolver
        self._loop: _Loop | None = None
        self._crowd: _Crowd | None = None

    def fetch_all(
        self, requests: Iterable[FetchRequest], *, deadline_s: float | None = None
    ) -> Iterator[Pair]:
        """Each request with its result, in order of completion. Never raises for what a server does.

        After `deadline_s` seconds (None: the setting's) all that is left comes with error "deadline". Leaving the
        iterator early ends the transfers.
        """
        source = iter(requests)
        first = next(source, None)
        if first is None:
            return
        source = chain((first,), source)
        loop = self._started()
        crowd = self._crowd = _Crowd(loop)
        ends_at = monotonic() + (self._settings.deadline_s if deadline_s is None else deadline_s)
        try:
            yield from crowd.results(source, ends_at)
        finally:
            loop.call(crowd.disperse)
            loop.call(loop.client.forget_idle)
        yield from crowd.leftovers()
        for request in source:
            yield request, _overdue(request)

    def has_more(self, patience_s: float) -> bool:
        """Return whether another result of the round at hand is there, or comes within `patience_s`. Called between results."""
        return self._crowd is not None and self._crowd.has_more(patience_s)

    def close(self) -> None:
        """End all transfers and the thread. The Fetcher may be used again afterwards."""
        if self._loop is not None:
            self._loop.stop()
            self._loop = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _started(self) -> _Loop:
        if self._loop is None:
            self._loop = _Loop(self._settings, self._resolver)
        return self._loop


def _overdue(request: FetchRequest) -> FetchResult:
    return FetchResult(url=request.url, error="deadline", detail="the round was over")


class _Crowd:
    """The requests of one round that are under way. Its public methods run in the caller's thread, the others in the loop."""

    def __init__(self, loop: _Loop) -> None:
        from monitor.fetch.client import Round  # noqa: PLC0415 - see above

        self._loop = loop
        self._outstanding: dict[int, FetchRequest] = {}
        self._finished: SimpleQueue[tuple[int, FetchResult]] = SimpleQueue()
        self._come = Event()
        self._round = Round(has_room=asyncio.Event())
        self._round.has_room.set()
        self._untaken = 0
        self._tasks: set[asyncio.Task[None]] = set()

    def has_more(self, patience_s: float) -> bool:
        """Wait for a result without taking it."""
        self._come.clear()
        if self._finished.qsize():
            return True
        return bool(self._outstanding) and self._come.wait(patience_s)

    def results(self, source: Iterator[FetchRequest], ends_at: float) -> Iterator[Pair]:
        """Draw requests and give results until all are answered or the time is over."""
        drawn, is_exhausted = 0, False
        while self._outstanding or not is_exhausted:
            left_s = ends_at - monotonic()
            if left_s <= 0:
                return
            may_draw = not is_exhausted and len(self._outstanding) < _LOOK_AHEAD
            if may_draw:
                request = next(source, None)
                is_exhausted = request is None
                if request is not None:
                    drawn += 1
                    self._outstanding[drawn] = request
                    self._loop.call(self._begin, drawn, request)
            pair = self._take(0.0 if may_draw else left_s)
            if pair is not None:
                yield pair

    def leftovers(self) -> Iterator[Pair]:
        """What finished in time but was not taken, then the rest as overdue."""
        while (pair := self._take(0.0)) is not None:
            yield pair
        for number in tuple(self._outstanding):
            request = self._outstanding.pop(number)
            yield request, _overdue(request)

    def disperse(self) -> None:
        """In the loop: end what is under way."""
        for task in self._tasks:
            task.cancel()

    def _take(self, timeout_s: float) -> Pair | None:
        try:
            number, result = self._finished.get(block=timeout_s > 0, timeout=timeout_s)
        except Empty:
            return None
        self._loop.call(self._taken)
        return self._outstanding.pop(number), result

    def _begin(self, number: int, request: FetchRequest) -> None:
        task = asyncio.get_running_loop().create_task(self._fetch(number, request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fetch(self, number: int, request: FetchRequest) -> None:
        result = await self._loop.client.fetch(request, self._round)
        self._untaken += 1
        if self._untaken >= _MAX_WAITING:
            self._round.has_room.clear()
        self._finished.put((number, result))
        self._come.set()

    def _taken(self) -> None:
        self._untaken -= 1
        if self._untaken < _MAX_WAITING:
            self._round.has_room.set()


@dataclass(frozen=True, slots=True)
class _Running:
    loop: asyncio.AbstractEventLoop
    client: Client
    stop: asyncio.Event


class _Loop:
    """The event loop in its thread, with the client that lives in it."""

    def __init__(self, settings: FetchSettings, resolver: Lookup | None) -> None:
        import monitor.fetch.authorities  # noqa: F401, PLC0415 - first, see there
        from monitor.fetch.client import Client  # noqa: PLC0415
        from monitor.fetch.ssrf import AddressGuard  # noqa: PLC0415

        guard = AddressGuard.of(settings.ports, settings.allow_networks)
        started: Future[_Running] = Future()
        serving = partial(_serve, started, lambda: Client(settings, guard, resolver))
        self._thread = Thread(target=lambda: asyncio.run(serving()), name="fetch", daemon=True)
        self._thread.start()
        self._running = started.result()

    @property
    def client(self) -> Client:
        return self._running.client

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Run this in the loop, soon. Nothing happens when the loop has ended."""
        with suppress(RuntimeError):
            self._running.loop.call_soon_threadsafe(function, *args)

    def stop(self) -> None:
        """End everything and wait for the thread."""
        self.call(self._running.stop.set)
        self._thread.join()


async def _serve(started: Future[_Running], client: Callable[[], Client]) -> None:
    try:
        running = _Running(asyncio.get_running_loop(), client(), asyncio.Event())
    except BaseException as error:  # noqa: BLE001 -- raised again in the thread that waits for us
        started.set_exception(error)
        return
    started.set_result(running)
    try:
        await running.stop.wait()
    finally:
        await running.client.close()
