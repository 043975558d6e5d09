"""When to ask a feed again, and what to remember of its answer.

In: what was remembered, what the server answered, what the parser made of it, `now`. Out: the next `FeedState`, or a verdict
in words. Pure: the caller fetches, parses and stores. Rules follow RFC 9110, 9111 and what feed publishers ask for: never
more often than `min_interval_s`, validators sent back byte for byte, every wish of the server honoured.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from monitor.feeds.causes import trouble_of
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
GAP_FADES = 0.9  # of the longest silence, with every new entry: what was usual a year ago no longer is
GAP_SHARE = 0.5  # poll twice per expected new entry ...
SILENCE_SHARE = 0.1  # ... and slower the longer it has been silent
HOST_CHARS = 300  # of a name and port
_MAX_DOUBLINGS = 16

_NOT_MODIFIED = 304
_GONE = 410
_TOO_MANY = 429
_NOT_ASKED = "host-backoff"  # the host had refused another feed in the same round
_SLOW_DOWN = frozenset({429, 503})


def is_due(state: FeedState, now: datetime) -> bool:
    """Return whether a feed should be asked now. One that is gone never is; one never asked, or asked in the future, always is."""
    is_of_another_clock = state.polled_at is not None and state.polled_at > now
    return not state.disabled and (
        state.next_poll_at is None or state.next_poll_at <= now or is_of_another_clock
    )


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
    seen = replace(state, polled_at=now, status=status, detail=detail, trouble=trouble_of(result))
    if result.error == _NOT_ASKED:  # says something about its host, nothing about the feed
        wait_s = max(float(settings.min_interval_s), pause_s(result.headers, now), 1.0)
        return replace(state, next_poll_at=now + timedelta(seconds=wait_s), status=status, detail=detail)
    if _is_success(result, document):
        seen = _after_success(seen, result, document, new_entries=new_entries, now=now)
        seen = _with_wishes(seen, result, document, now=now, settings=settings)
    else:
        seen = replace(seen, failures=state.failures + 1, disabled=state.disabled or result.status == _GONE)
    wait_s = _wait_s(seen, result, now=now, settings=settings, jitter=min(max(jitter, 0.0), 1.0))
    return replace(seen, next_poll_at=_outside_skips(now + timedelta(seconds=wait_s), seen.skips))


def host_rests_until(result: FetchResult, following: FeedState, now: datetime) -> datetime | None:
    """Return until when the whole host, not only this feed, is to be left alone; None when it is not.

    `following` is the feed's state after this answer. A 429 that names no time means as long as the feed itself waits, so the
    host's pause doubles with every refusal; a 503 means the whole host only when it names a time.
    """
    if result.status == _TOO_MANY:
        return following.next_poll_at
    asked_s = pause_s(result.headers, now) if result.status in _SLOW_DOWN else 0.0
    return now + timedelta(seconds=asked_s) if asked_s else None


def rests(state: FeedState, hosts: Mapping[str, datetime]) -> bool:
    """Whether the feed's host is among those that are left alone at present, by `host_of`."""
    return bool(hosts) and host_of(state.url) in hosts


def host_of(url: str) -> str:
    """Return what an address shares with the other feeds of its host: name and port, in lower case; "" for no address."""
    try:
        return urlsplit(url).netloc.lower()[:HOST_CHARS]
    except ValueError:
        return ""


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
        disabled=False,
        new_at=now if new_entries > 0 else state.new_at,
        cadence_s=_cadence_s(state, document, new_entries=new_entries, now=now),
        gap_s=_gap_s(state, document, new_entries=new_entries, now=now),
    )


def _with_wishes(
    state: FeedState,
    result: FetchResult,
    document: FeedDocument | Rejected | None,
    *,
    now: datetime,
    settings: FetchSettings,
) -> FeedState:
    """The state with what a new document asks for; an unchanged one asks for what it asked before."""
    if not isinstance(document, FeedDocument):
        return state
    skips = " ".join([*map(str, document.skip_hours), *document.skip_days])
    ttl_s = min(float(document.ttl_s or 0), float(settings.max_interval_s))
    asked_s = max(ttl_s, rest_s(result.headers, now), 0.0)
    return replace(state, skips=skips, asked_s=asked_s)


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
    dates = _newest_dates(document, now)
    return (dates[-1] - dates[0]).total_seconds() / (len(dates) - 1) if len(dates) > 1 else None


def _gap_s(
    state: FeedState, document: FeedDocument | Rejected | None, *, new_entries: int, now: datetime
) -> float | None:
    """The longest silence that is usual: of the first document's newest entries, then of each gap, older ones fading."""
    if new_entries <= 0 or not isinstance(document, FeedDocument):
        return state.gap_s
    if state.gap_s is None or state.new_at is None:
        dates = _newest_dates(document, now)
        return max(((b - a).total_seconds() for a, b in pairwise(dates)), default=state.gap_s)
    return max((now - state.new_at).total_seconds(), state.gap_s * GAP_FADES)


def _newest_dates(document: FeedDocument, now: datetime) -> list[datetime]:
    return sorted(e.published for e in document.entries if e.published and e.published <= now)[
        -CADENCE_SAMPLE:
    ]


# --------------------------------------------------------------------------- how long to wait


def _wait_s(
    after: FeedState,
    result: FetchResult,
    *,
    now: datetime,
    settings: FetchSettings,
    jitter: float,
) -> float:
    """Seconds until the next poll: our own pace, stretched by jitter, and never sooner than anyone asked for."""
    stretch = 1 + JITTER_SHARE * jitter
    if after.failures:
        own, wished_s = _backoff_s(after.failures, result, settings), 0.0
    else:
        own, wished_s = _pace_wait_s(after, now, settings), after.asked_s
    if result.status in _SLOW_DOWN:
        asked = pause_s(result.headers, now)
    elif result.ok:
        asked = rest_s(result.headers, now)
    else:
        asked = min(retry_after_s(result.headers, now), float(REFUSAL_LIMIT_S))
    wished_s = max(wished_s, min(wished_s * stretch, settings.max_interval_s))
    return max(1.0, settings.min_interval_s, max(own, asked) * stretch, wished_s)


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


def _outside_skips(at: datetime, skips: str) -> datetime:
    """The first moment from `at` that is in none of the feed's skipHours and skipDays; `at` if it skips all of them."""
    skipped = frozenset(skips.split())
    for hours in range(24 * 8 if skipped else 0):
        moved = at.astimezone(UTC) + timedelta(hours=hours)
        start = moved.replace(minute=0, second=0, microsecond=0) if hours else moved
        if str(start.hour) not in skipped and start.strftime("%A") not in skipped:
            return start
    return at
