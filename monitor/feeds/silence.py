"""Feeds that are not what they were: quieter than usual, or dead.

In: the feed, what is remembered of it, `now`. Out: a `FeedHealth` to show to people, or None. Pure. A feed that answers can still
have stopped: what is usual for it is learned from its own entries (polling.py), never from a fixed number of days.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.model import Feed, FeedHealth, FeedState

# Times the longest silence among the newest entries. For entries that come at random the longest of 20 gaps is 3.6 mean ones, and
# 5.4 mean ones without any happen once in 220 times.
QUIET_FACTOR = 1.5
QUIET_LEAST = timedelta(days=2)  # a quiet day is no news about a feed
DEAD_AFTER = timedelta(days=7)  # without a usable answer
FAILURES_TO_BURY = 5  # in a row, of a feed that has never answered: over half a day of doubling waits

_DAY_S = 86_400


def quiet(feed: Feed, state: FeedState, now: datetime) -> FeedHealth | None:
    """Return since when a feed that answers has had nothing new, if that is longer than is usual for it. None: all well or not known."""
    if state.failures or state.disabled or state.new_at is None or state.gap_s is None:
        return None
    silence = now - state.new_at
    if silence <= max(QUIET_LEAST, timedelta(seconds=QUIET_FACTOR * state.gap_s)):
        return None
    usual = max(1, round(state.gap_s / _DAY_S))
    detail = f"nothing new for {silence.days} days; {usual} are usual at most"
    return FeedHealth(name=feed.name, status="quiet", since=state.new_at, detail=detail)


def dead(feed: Feed, state: FeedState, now: datetime) -> FeedHealth | None:
    """Return what became of a feed that is gone, or has given no usable answer for a week. None: it lives."""
    if state.disabled:
        return FeedHealth(name=feed.name, status="gone", since=state.ok_at, detail=state.detail)
    if not state.failures or (state.ok_at is not None and now - state.ok_at <= DEAD_AFTER):
        return None
    if state.ok_at is None and state.failures < FAILURES_TO_BURY:
        return None
    return FeedHealth(name=feed.name, status=state.status, since=state.ok_at, detail=state.detail)
