"""Whether this machine's clock can be believed: the median of what servers said in their last answers. Changes nothing.

One server with a wrong clock proves nothing, so three feeds must agree on having said something, and the middle one counts.
With `--now` nothing is compared: then the clock is wrong on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from monitor.pipeline.ports import Context
from monitor.store import Connection
from monitor.store import feeds as feeds_store

WARN_S = 600.0  # an answer may come five minutes after the moment a tick began at
HOLD_S = 3600.0  # a digest an hour early or late is none the worse; one of another day is
FEEDS_MIN = 3
RECENT = timedelta(hours=30)  # every feed is asked once a day


@dataclass(frozen=True, slots=True, kw_only=True)
class Skew:
    """By how many seconds the clocks of others are ahead of ours (negative: behind), by the word of how many feeds."""

    seconds: float
    feeds: int

    @property
    def is_off(self) -> bool:
        """True when digests must wait."""
        return abs(self.seconds) > HOLD_S

    @property
    def is_odd(self) -> bool:
        """True when somebody should look at the clock."""
        return abs(self.seconds) > WARN_S

    def __str__(self) -> str:
        # What the servers are ahead, this machine is behind.
        way = "behind" if self.seconds > 0 else "ahead"
        return f"the clock of this machine is {_long(abs(self.seconds))} {way}, by the answers of {self.feeds} feeds"


def skew(connection: Connection, context: Context) -> Skew | None:
    """Return how wrong our clock is; None when too few servers said, or nobody should ask.

    Answers noted under another clock are no evidence for this one: those of the future, and those older than a day.
    """
    if not context.is_live:
        return None
    enabled = {feed.id for feed in context.feeds if feed.enabled}
    said = feeds_store.skews(connection, since=context.now - RECENT, until=context.now)
    values = [seconds for feed, seconds in said.items() if feed in enabled]
    return Skew(seconds=median(values), feeds=len(values)) if len(values) >= FEEDS_MIN else None


def _long(seconds: float) -> str:
    for unit, size in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
