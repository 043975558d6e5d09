"""In which zone a feed writes dates that state none, learnt from new entries that come from the future by a constant.

In: what was learnt, the dates of entries that are new at this poll, when the feed was asked before and now. Out: what is known by then.
An entry that was not there at the last poll was published between the two, so its date minus each of the two moments bounds how far the
feed's clock is ahead of UTC. Where all new entries of several polls agree on a multiple of half an hour, and five of them lie ahead of
the clock, that is its zone; posts that were scheduled agree with nobody. West of Greenwich nothing comes from the future, and nothing is learnt.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import ceil

STEP_S = 1800.0  # zones differ by half hours, but for three of a quarter
MOST_S = 14 * 3600.0  # no zone is further ahead (tz database: Pacific/Kiritimati)
LAG_S = 1800.0  # how long a publisher's caches may hold back a new entry
CLOCKS_S = 300.0  # by which a server's clock may differ from ours
# Entries ahead of the clock, and polls with one, that must agree: of 100 invented weeks in UTC with up to a third of the posts scheduled none
# learns a zone (tests/feeds/test_feed_zones.py); with three and two 30 did.
LEAST_ENTRIES, LEAST_POLLS = 5, 3


@dataclass(frozen=True, slots=True)
class Zone:
    """How far a feed's clock is ahead of UTC, and the evidence since: bounds in seconds, of how many entries and polls."""

    offset_s: float = 0.0
    low_s: float = 0.0
    high_s: float = MOST_S
    entries: int = 0  # that count: ahead of the clock, or any where a zone is known
    polls: int = 0  # with such a one

    @property
    def evidence(self) -> str:
        """The evidence as it is stored, "" for none."""
        if self == Zone(self.offset_s):
            return ""
        return f"{self.low_s:.0f} {self.high_s:.0f} {self.entries} {self.polls}"

    def local(self) -> str:
        """What the zone is called: UTC+8, UTC+5:30."""
        hours, minutes = divmod(round(self.offset_s / 60), 60)
        return f"UTC+{hours}" + (f":{minutes:02}" if minutes else "")


UNLEARNT = Zone()


def remembered(offset_s: float, evidence: str) -> Zone:
    """Return what was stored."""
    parts = evidence.split()
    if len(parts) != 4:
        return Zone(offset_s=offset_s)
    low_s, high_s, entries, polls = parts
    return Zone(offset_s, float(low_s), float(high_s), int(entries), int(polls))


def learnt(zone: Zone, dates: Collection[datetime], *, before: datetime, now: datetime) -> Zone:
    """Return what is known after a poll at `now` that showed new entries with these dates; `before`: the last good poll.

    `dates` are as written, taken for UTC.
    """
    bounds = [
        ((date - now).total_seconds() - CLOCKS_S, (date - before).total_seconds() + LAG_S) for date in dates
    ]
    bounds = [(low, high) for low, high in bounds if high >= 0]  # older ones were only listed late
    if not bounds:
        return zone
    low = max(0.0, *(low for low, _ in bounds))
    high = min(MOST_S, *(high for _, high in bounds))
    if low > high:  # they contradict each other: posts that were scheduled, or dates of events
        return Zone(offset_s=zone.offset_s)
    both_low, both_high = max(low, zone.low_s), min(high, zone.high_s)
    # Of a feed taken for UTC only what lies ahead speaks; of one with a zone everything new: it may have been put right.
    counted = len(bounds) if zone.offset_s else sum(low > 0 for low, _ in bounds)
    if both_low > both_high:  # what was true before no longer is
        return Zone(zone.offset_s, low, high, counted, int(counted > 0))
    seen = Zone(zone.offset_s, both_low, both_high, zone.entries + counted, zone.polls + int(counted > 0))
    if both_low <= zone.offset_s <= both_high:
        return seen
    is_proven = seen.entries >= LEAST_ENTRIES and seen.polls >= LEAST_POLLS
    offset_s = STEP_S * ceil(both_low / STEP_S)
    return replace(seen, offset_s=offset_s) if is_proven and offset_s <= both_high else seen


def shifted(date: datetime | None, zone: Zone) -> datetime | None:
    """Return the moment that a date of the feed means, None for none."""
    return None if date is None else date - timedelta(seconds=zone.offset_s)
