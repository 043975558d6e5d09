"""How fast mail goes out: at most so many messages a minute, and none while the mail server has asked for a pause.

What it goes by stands in the ledger, so a restart or another command keeps the same pace: when the newest messages were sent, and which wait
because the server said "slow down". A pause is for the server, not for one message: the others wait behind it, untried and in order.
Whoever cannot wait, as the daemon between two looks, leaves the rest to its next run.
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from monitor.deliver.channels.registry import personal
from monitor.model import Receipt
from monitor.pipeline.delivering.retries import PACE
from monitor.pipeline.ports import Context
from monitor.store import pauses
from monitor.store.deliveries import Delivery

log = structlog.get_logger()
MINUTE_S = 60.0
HEAD_TRIES = 3  # pauses one message may cause while it is the first: after that the fault may be its own, and others go before it


class Pace:
    """The pace of one run."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._begun = context.wall()
        self._per_minute = context.settings.smtp.per_minute
        with context.store.look() as connection:
            rest = pauses.rest(connection, now=context.now, channels=personal())
            since = context.now - timedelta(seconds=MINUTE_S)
            sent = pauses.sent_since(
                connection, since, until=context.now, limit=self._per_minute, channels=personal()
            )
        self._sent = deque(sent, maxlen=max(self._per_minute, 1))
        self._is_stopped = False
        self.rest = ""  # the server's words when it asked for a pause
        if rest is not None:
            self._stop(f"a pause until {rest.until:%H:%M} UTC was asked for: {rest.detail}")

    def context(self) -> Context:
        """Return the run's context at this moment: a paced run lasts minutes, and the ledger notes when each message went out."""
        return replace(self._context, now=self._now()) if self._per_minute else self._context

    def may_go(self) -> bool:
        """Return whether another mail may go out, after waiting for its turn where somebody waits."""
        if self._is_stopped:
            return False
        wait_s = self._wait_s()
        if wait_s > 0 and not self._context.pause(wait_s):
            self._is_stopped = True
            log.info("delivery.paced", per_minute=self._per_minute, wait_s=round(wait_s))
        return not self._is_stopped

    def took(self, receipt: Receipt) -> None:
        """Note what came of one mail."""
        self._sent.append(self._now())
        if receipt.cause == PACE:
            self._stop(f"a pause was asked for: {receipt.detail}")

    def _stop(self, rest: str) -> None:
        self._is_stopped, self.rest = True, rest
        log.warning("delivery.rests", detail=rest)

    def _wait_s(self) -> float:
        if not self._per_minute or len(self._sent) < self._per_minute:
            return 0.0
        return MINUTE_S - (self._now() - self._sent[0]).total_seconds()

    def _now(self) -> datetime:
        return self._context.now + max(self._context.wall() - self._begun, timedelta())


def goes_last(row: Delivery) -> bool:
    """Sort key of what is due, in the ledger's order before: what has caused pauses again and again goes last."""
    return row.reason == PACE and row.attempts > HEAD_TRIES
