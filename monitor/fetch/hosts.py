"""Manners towards one host: how many requests at once, and how long between two. Lives in the event loop.

The gap runs from the end of one request to the start of the next, so that the server never sees less, whatever the
network adds. It knows neither URLs nor answers.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic


class Host:
    """One host's turnstile. `gap_s` may grow later (Crawl-delay)."""

    def __init__(self, *, at_once: int, gap_s: float) -> None:
        self.gap_s = gap_s
        self._turns = asyncio.Semaphore(at_once)
        self._free_at = 0.0  # monotonic seconds

    @asynccontextmanager
    async def turn(self, refuse: Callable[[], None]) -> AsyncIterator[None]:
        """Wait for our turn. `refuse` raises when the request is no longer wanted: asked before the wait and after."""
        async with self._turns:
            refuse()
            await self._wait_for_gap()
            refuse()
            try:
                yield
            finally:
                self._free_at = max(self._free_at, monotonic() + self.gap_s)

    async def _wait_for_gap(self) -> None:
        while (wait_s := self._free_at - monotonic()) > 0:  # noqa: ASYNC110 -- time is what we wait for
            await asyncio.sleep(wait_s)
        self._free_at = monotonic() + self.gap_s

    @property
    def is_idle(self) -> bool:
        """True when forgetting this host would change nothing."""
        return not self._turns.locked() and self._free_at <= monotonic()


class Hosts:
    """The turnstiles of all hosts, made when first needed."""

    def __init__(self, *, at_once: int, gap_s: float) -> None:
        self._at_once = at_once
        self._gap_s = gap_s
        self._hosts: dict[str, Host] = {}

    def __getitem__(self, key: str) -> Host:
        host = self._hosts.get(key)
        if host is None:
            host = self._hosts[key] = Host(at_once=self._at_once, gap_s=self._gap_s)
        return host

    def forget_idle(self) -> None:
        """Drop what carries no memory, so that a daemon does not collect hosts for ever."""
        self._hosts = {key: host for key, host in self._hosts.items() if not host.is_idle}
