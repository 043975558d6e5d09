"""Short messages to whoever watches: alarms and pings, by POST, with little patience.

In: an address and a body; out: whether it was taken. An address that does not answer costs a few seconds once, then nothing until
it has rested: a watcher that is away must not slow down what it watches. Keeps nothing; who must be told stays in the database.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Thread
from time import monotonic

import structlog

from monitor.deliver.webhook import post, signature
from monitor.errors import MonitorError
from monitor.model import Receipt

log = structlog.get_logger()
REST_S = 60.0
_NAMES_S = 2.0  # for the name lookup, which has no timeout of its own


class Notices:
    """Sends notices, signed where there is a `secret`. `wall` gives the time of the signature."""

    def __init__(
        self, *, timeout_s: float, secret: str, wall: Callable[[], datetime], rest_s: float = REST_S
    ) -> None:
        self._timeout_s = timeout_s
        self._secret = secret
        self._wall = wall
        self._rest_s = rest_s
        self._rests_until: dict[str, float] = {}

    def __call__(self, url: str, body: bytes) -> bool:
        """Return whether it was taken. Never raises for what a server does, never takes much longer than its timeout."""
        if monotonic() < self._rests_until.get(url, 0.0):
            return False
        answers: list[Receipt] = []
        thread = Thread(target=self._post, args=(url, body, answers), name="notice", daemon=True)
        thread.start()
        thread.join(2 * self._timeout_s + _NAMES_S)
        if answers and answers[0].state == "sent":
            return True
        self._rests_until[url] = monotonic() + self._rest_s
        log.warning("notice.failed", detail=answers[0].detail if answers else "no answer in time")
        return False

    def _post(self, url: str, body: bytes, answers: list[Receipt]) -> None:
        try:
            answers.append(post(url, body, headers=self._headers(body), timeout_s=self._timeout_s))
        except MonitorError as error:
            answers.append(Receipt(recipient="", state="failed", detail=error.message))

    def _headers(self, body: bytes) -> dict[str, str]:
        kind = {"Content-Type": "application/json" if body.startswith(b"{") else "text/plain; charset=utf-8"}
        if not self._secret:
            return kind
        timestamp = str(int(self._wall().timestamp()))
        signed = signature(body, timestamp=timestamp, secret=self._secret)
        return kind | {"X-Monitor-Timestamp": timestamp, "X-Monitor-Signature": signed}
