"""When to ask a feed again, and what to remember of its answer.

In: what was remembered, what the server answered, what the parser made of it, `now`. Out: the next `FeedState`, or a verdict
in words. Pure: the caller fetches, parses and stores. Rules follow RFC 9110, 9111 and what feed publishers ask for: never
more often than `min_interval_s`, validators sent back byte for byte, every wish of the server honoured.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from monitor.feeds.manners import REFUSAL_LIMIT_S, pause_s, rest_s, retry_after_s
from monitor.feeds.verdicts import classified
from monitor.model import FeedDocument, FeedState, FetchResult, Rejected

if TYPE_CHECKING:  # the worker process imports this package, and the settings would cost it 0.2 s
    from monitor.settings import FetchSettings

MOVES_TO_BELIEVE = 3  # polls in a row that must lead to the same new address before it replaces the old one
JITTER_SHARE = 0.2  # an interval is stretched by up to this, so that feeds added together drift apart
TRANSIENT_LIMIT_S = (
    6 * 3600
)  # a server in trouble is asked at least this often: its feed may be short and scroll away
CADENCE_WEIGHT = 0.3  # of the newest gap in the running mean
CADENCE_SAMPLE = 20  # newest entries of a document that tell its pace at first sight
GAP_SHARE = 0.5  # poll twice per expected new entry ...
SILENCE_SHARE = 0.1  # ... and slower the longer it has been silent
_MAX_DOUBLINGS = 16

_NOT_MODIFIED = 304
_GONE = 410
_SLOW_DOWN = frozenset({429, 503})


def is_due(state: FeedState, now: datetime) -> bool:
    """Return whether a feed should be asked now. One that is gone never is; one never asked always is."""
    return not state.disabled and (state.next_poll_at is None or state.next_poll_at <= now)


def next_state(
    state: FeedState,
    result: FetchResult,
    document: FeedDocument | Rejected | None,
    *,
    new_entries: int,
    now: datetime,
    settings: FetchSettings,
    jitter: float,
) -> FeedState:
    """Return what to remember after one poll.

    `document` is what the parser made of a body, None for a 304 or no usable answer; `new_entries` counts entries not known
    before; `jitter` is 0..1. Store it together with the entries: validators must not outlive a lost commit.
    `next_poll_at` is always later than `now`, by at least `min_interval_s`.
    """
    status, detail = classified(state, result, document, now)
    seen = replace(state, polled_at=now, status=status, detail=detail)
    if _is_success(result, document):
        seen = _after_success(seen, result, document, new_entries=new_entries, now=now)
    else:
        seen = replace(seen, failures=state.failures + 1, disabled=state.disabled or result.status == _GONE)
    wait_s = _wait_s(
        state, seen, result, document, now=now, settings=settings, jitter=min(max(jitter, 0.0), 1.0)
    )
    return replace(seen, next_poll_at=_outside_quiet(now + timedelta(seconds=wait_s), document))


def host_pause_s(result: FetchResult, now: datetime, settings: FetchSettings) -> float:
    """Return for how long the whole host, not only this feed, is to be left alone; 0 unless it said 429 or 503.

    A 429 that names no time means `min_interval_s`.
    """
    if result.status not in _SLOW_DOWN:
        return 0.0
    unsaid = settings.min_interval_s if result.status != 503 else 0
    return pause_s(result.headers, now) or float(unsaid)


def _is_success(result: FetchResult, document: FeedDocument | Rejected | None) -> bool:
    if not result.ok:
        return False
    return result.status == _NOT_MODIFIED or isinstance(document, FeedDocument)


# --------------------------------------------------------------------------- what to remember


def _after_success(
    state: FeedState,
    result: FetchResult,
    document: FeedDocument | Rejected | None,
    *,
    new_entries: int,
    now: datetime,
) -> FeedState:
    asked = result.url or state.url
    moved = _moved(replace(state, url=asked), result)
    etag, last_modified = _validators(state, result, moved.url)
    return replace(
        moved,
        etag=etag,
        last_modified=last_modified,
        ok_at=now,
        failures=0,
        new_at=now if new_entries > 0 else state.new_at,
        cadence_s=_cadence_s(state, document, new_entries=new_entries, now=now),
    )


def _moved(state: FeedState, result: FetchResult) -> FeedState:
    """The state with a permanent redirect counted, or believed after three polls in a row."""
    target = result.permanent_url
    if not target or target == state.url:
        return replace(state, moved_to="", moved_seen=0)
    seen = state.moved_seen + 1 if target == state.moved_to else 1
    if seen >= MOVES_TO_BELIEVE:
        return replace(state, url=target, moved_to="", moved_seen=0)
    return replace(state, moved_to=target, moved_seen=seen)


def _validators(state: FeedState, result: FetchResult, url: str) -> tuple[str, str]:
    """(etag, last_modified) to send to `url` next time, byte for byte as they came.

    They belong to the address that issued them: after a detour they are not kept. A 304 confirms those it does not replace.
    """
    if (result.final_url or result.url or url) != url:
        return "", ""
    etag, last_modified = result.headers.get("etag", ""), result.headers.get("last-modified", "")
    if result.status == _NOT_MODIFIED:
        return etag or state.etag, last_modified or state.last_modified
    return etag, last_modified


def _cadence_s(
    state: FeedState, document: FeedDocument | Rejected | None, *, new_entries: int, now: datetime
) -> float | None:
    """Mean seconds between new entries: a running mean, started from the dates in the first document."""
    if new_entries <= 0 or not isinstance(document, FeedDocument):
        return state.cadence_s
    if state.cadence_s is None or state.new_at is None:
        return _pace_s(document, now)
    gap_s = (now - state.new_at).total_seconds() / new_entries
    return max(0.0, (1 - CADENCE_WEIGHT) * state.cadence_s + CADENCE_WEIGHT * gap_s)


def _pace_s(document: FeedDocument, now: datetime) -> float | None:
    dates = sorted(e.published for e in document.entries if e.published and e.published <= now)[
        -CADENCE_SAMPLE:
    ]
    if len(dates) < 2:
        return None
    return (dates[-1] - dates[0]).total_seconds() / (len(dates) - 1)


# --------------------------------------------------------------------------- how long to wait


def _wait_s(
    before: FeedState,
    after: FeedState,
    result: FetchResult,
    document: FeedDocument | Rejected | None,
    *,
    now: datetime,
    settings: FetchSettings,
    jitter: float,
) -> float:
    """Seconds until the next poll: our own pace, stretched by jitter, and never sooner than anyone asked for."""
    if after.failures:
        own, asked = _backoff_s(after.failures, result, settings), 0.0
    else:
        own, asked = _pace_wait_s(after, now, settings), _asked_by_document_s(before, document, settings)
    if result.status in _SLOW_DOWN:
        asked = max(asked, pause_s(result.headers, now))
    elif result.ok:
        asked = max(asked, rest_s(result.headers, now))
    else:
        asked = max(asked, min(retry_after_s(result.headers, now), float(REFUSAL_LIMIT_S)))
    return max(1.0, settings.min_interval_s, max(own, asked) * (1 + JITTER_SHARE * jitter))


def _pace_wait_s(state: FeedState, now: datetime, settings: FetchSettings) -> float:
    """Our own interval for a healthy feed: by how often it has news, between the two limits."""
    silence_s = (now - state.new_at).total_seconds() if state.new_at else 0.0
    wanted = max((state.cadence_s or 0.0) * GAP_SHARE, silence_s * SILENCE_SHARE)
    return max(float(settings.min_interval_s), min(wanted, settings.max_interval_s / (1 + JITTER_SHARE)))


def _backoff_s(failures: int, result: FetchResult, settings: FetchSettings) -> float:
    """Doubling from the least interval: to a day for an answer that will not change by itself, to six hours for trouble."""
    is_transient = bool(result.error) or result.status >= 500
    most_s = settings.max_interval_s / (1 + JITTER_SHARE)
    if is_transient:
        most_s = min(most_s, float(TRANSIENT_LIMIT_S))
    base_s = max(float(settings.min_interval_s), 60.0)
    return min(base_s * 2.0 ** min(failures - 1, _MAX_DOUBLINGS), max(most_s, base_s))


def _asked_by_document_s(
    before: FeedState, document: FeedDocument | Rejected | None, settings: FetchSettings
) -> float:
    """The feed's own ttl, at most the longest interval.

    A 304 brings no document. What the last one asked for still holds, and is in the interval it led to.
    """
    if isinstance(document, FeedDocument):
        asked = float(document.ttl_s or 0)
    elif before.failures == 0 and before.polled_at and before.next_poll_at:
        asked = (before.next_poll_at - before.polled_at).total_seconds() / (1 + JITTER_SHARE)
    else:
        asked = 0.0
    return min(asked, settings.max_interval_s / (1 + JITTER_SHARE))


def _outside_quiet(at: datetime, document: FeedDocument | Rejected | None) -> datetime:
    """The first moment from `at` that is in none of the feed's skipHours and skipDays; `at` if it skips all of them."""
    if not isinstance(document, FeedDocument) or not (document.skip_hours or document.skip_days):
        return at
    for hours in range(24 * 8):
        moved = at.astimezone(UTC) + timedelta(hours=hours)
        start = moved.replace(minute=0, second=0, microsecond=0) if hours else moved
        if start.hour not in document.skip_hours and start.strftime("%A") not in document.skip_days:
            return start
    return at
