"""Which of a feed's addresses to ask: the configured one, where it has moved to, or its fallback.

In: the feed as configured, what is remembered of it. Out: the state to poll with. Pure; the caller stores what comes of the poll.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Feed, FeedState

FAILURES_TO_LEAVE = 5  # in a row, over half a day of doubling waits: an outage of a few hours moves nothing


def current(feed: Feed, state: FeedState | None) -> FeedState:
    """Return what to ask with: what is remembered, or afresh for a feed never asked or edited in feeds.toml.

    A feed that failed five times in a row, or is gone, goes on at its fallback; when that fails as well, back at the configured
    address. An address that said 410 is not returned to.
    """
    if state is None or not state.url or state.configured_url not in {"", feed.url}:
        return FeedState(feed_id=feed.id, url=feed.url, configured_url=feed.url)
    known = replace(state, configured_url=feed.url)
    other = _other_address(feed, state)
    if not other or not (state.disabled or state.failures >= FAILURES_TO_LEAVE):
        return known
    return FeedState(
        feed_id=feed.id,
        url=other,
        configured_url=feed.url,
        gone_url=state.url if state.disabled else state.gone_url,
        next_poll_at=None if state.disabled else state.next_poll_at,
        polled_at=state.polled_at,
        ok_at=state.ok_at,
        new_at=state.new_at,
        cadence_s=state.cadence_s,
        gap_s=state.gap_s,
    )


def _other_address(feed: Feed, state: FeedState) -> str:
    """The address not in use, "" when there is none or it is gone."""
    other = feed.url if state.url == feed.fallback_url else feed.fallback_url
    return "" if other in {state.url, state.gone_url} else other
