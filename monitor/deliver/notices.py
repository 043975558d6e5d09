"""Short messages to whoever watches: alarms and pings, with little patience, by POST or by a channel.

In: an address and a body, or a place and a bulletin; out: whether it was taken. An address that does not answer costs a few seconds once, then nothing until
it has rested: a watcher that is away must not slow down what it watches. Keeps nothing; who must be told stays in the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from hashlib import sha256
from threading import Thread
from time import monotonic

import structlog

from monitor.deliver.channels.protocol import Means
from monitor.deliver.channels.registry import channels
from monitor.deliver.webhook import post, signed_headers
from monitor.errors import MonitorError
from monitor.model import Bulletin, Receipt
from monitor.settings import Settings

log = structlog.get_logger()
REST_S = 60.0
_NAMES_S = 2.0  # for the name lookup, which has no timeout of its own


class Notices:
    """Sends notices, signed where there is a `secret`. `wall` gives the time of the signature."""

    def __init__(
        self,
        *,
        timeout_s: float,
        secret: str,
        wall: Callable[[], datetime],
        rest_s: float = REST_S,
        settings: Settings | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._secret = secret
        self._wall = wall
        self._rest_s = rest_s
        self._settings = settings
        self._rests_until: dict[str, float] = {}

    def __call__(self, url: str, body: bytes) -> bool:
        """Return whether it was taken. Never raises for what a server does, never takes much longer than its timeout."""
        return self._handed(
            url, lambda: post(url, body, headers=self._headers(body), timeout_s=self._timeout_s)
        )

    def tell(self, place: str, bulletin: Bulletin, identity: str) -> bool:
        """The same for a place that hears alarms, by its name in channels.toml."""
        means = Means(wall=self._wall, secret=self._secret, timeout_s=self._timeout_s)
        for channel in channels().values():
            found = channel.alarms(self._settings).get(place) if self._settings else None
            if found is not None:
                parcel = channel.notice(bulletin, place, identity)
                return self._handed(place, partial(channel.send, parcel, found, means))
        return False

    def _handed(self, name: str, hand: Callable[[], Receipt]) -> bool:
        if monotonic() < self._rests_until.get(name, 0.0):
            return False
        answers: list[Receipt] = []
        thread = Thread(target=_into, args=(answers, hand), name="notice", daemon=True)
        thread.start()
        thread.join(2 * self._timeout_s + _NAMES_S)
        if answers and answers[0].state == "sent":
            return True
        rest_s = max(self._rest_s, answers[0].retry_s if answers else 0.0)
        self._rests_until[name] = monotonic() + rest_s
        log.warning("notice.failed", detail=answers[0].detail if answers else "no answer in time")
        return False

    def _headers(self, body: bytes) -> dict[str, str]:
        kind = {"Content-Type": "application/json" if body.startswith(b"{") else "text/plain; charset=utf-8"}
        timestamp = str(int(self._wall().timestamp()))
        return kind | signed_headers(body, identity=_identity(body), timestamp=timestamp, secret=self._secret)


def _into(answers: list[Receipt], hand: Callable[[], Receipt]) -> None:
    try:
        answers.append(hand())
    except MonitorError as error:
        answers.append(Receipt(recipient="", state="failed", detail=error.message))


def _identity(body: bytes) -> str:
    """The same for an alarm that is told again: only the moment it is told at differs then."""
    if body.startswith(b"{"):
        said = {key: value for key, value in json.loads(body).items() if key != "at"}
        body = json.dumps(said, sort_keys=True).encode()
    return sha256(body).hexdigest()[:40]
