"""How long a server asks to be left alone: Retry-After, Cache-Control and Expires of one answer.

In: response headers with lower-case names, and `now`. Out: seconds, 0 for no wish. Standards: RFC 9110 10.2.3, RFC 9111 5.2
and 5.3, and the notes of people who run busy feeds (docs/notes/parsing.md). no-cache, no-store, max-age=0 and Expires in
the past are about caches, not about us: they neither speed polling up nor stop conditional requests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from monitor.text.moments import moment

DAY_S = 86_400
REFUSAL_LIMIT_S = 30 * DAY_S  # longer wishes are slips of the pen; capped and said
# A max-age beyond a week on a good answer is a default for static files (a year, mostly), not a wish about a feed.
FRESHNESS_LIMIT_S = 7 * DAY_S

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
_SECONDS = re.compile(r"(\d+)(?:\.\d*)?")
_MOST_DIGITS = 12


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float:
    """Return what Retry-After asks for: seconds or an HTTP date (measured against the server's own Date). 0: nothing usable."""
    said = headers.get("retry-after", "").strip()
    seconds = _SECONDS.fullmatch(said)
    if seconds:
        return _number(seconds[1])
    until = moment(said) if said[:1].isalpha() else None
    return max(0.0, (until - _sent_at(headers, now)).total_seconds()) if until else 0.0


def freshness_s(headers: Mapping[str, str], now: datetime) -> float:
    """Return for how long the answer says it stays fresh: max-age, or Expires minus Date when there is no max-age."""
    max_age = _MAX_AGE.search(headers.get("cache-control", ""))
    if max_age:
        return _number(max_age[1])
    expires = moment(headers.get("expires", ""))
    return max(0.0, (expires - _sent_at(headers, now)).total_seconds()) if expires else 0.0


def pause_s(headers: Mapping[str, str], now: datetime) -> float:
    """Return what a 429 or 503 asks for: the longer of Retry-After and freshness, at most 30 days."""
    return min(max(retry_after_s(headers, now), freshness_s(headers, now)), float(REFUSAL_LIMIT_S))


def rest_s(headers: Mapping[str, str], now: datetime) -> float:
    """Return how long after a good answer not to ask again; 0 when it does not say or says more than a week."""
    asked = freshness_s(headers, now)
    return asked if asked <= FRESHNESS_LIMIT_S else 0.0


def _number(digits: str) -> float:
    return float(digits) if len(digits) <= _MOST_DIGITS else float("9" * _MOST_DIGITS)


def _sent_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """The server's clock if it tells, else ours."""
    return moment(headers.get("date", "")) or now
