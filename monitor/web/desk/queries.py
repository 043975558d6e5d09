"""What a query asks for: a search with its filters, numbers within bounds. A visit in, values of `monitor.model.desk` out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

from monitor.errors import InputError
from monitor.model.desk import SearchResults, Sought
from monitor.web.desk.visit import Visit

HITS, HITS_MOST = 25, 200  # of a search, at first and at most
WEEKS, WEEKS_MOST = 8, 260  # of stories
_DATE_CHARS = len("2026-03-09")


def sought_of(visit: Visit) -> Sought:
    """The search a query describes. Raises InputError for a date that is none."""
    asked = visit.query
    return Sought(
        words=asked.get("q", ""),
        topic=asked.get("topic", ""),
        outlet=asked.get("outlet", "").strip(),
        language=asked.get("language", "").strip(),
        since=_date(asked.get("since", "")),
        until=_date(asked.get("until", ""), is_end=True),
        is_relevant=bool(asked.get("relevant")),
        is_sent=bool(asked.get("sent")),
        limit=number(asked.get("n", ""), HITS, most=HITS_MOST),
    )


def more_of(visit: Visit, found: SearchResults | None) -> str:
    """The address of the same search with more hits; "" where there are no more, or no more are shown."""
    shown = number(visit.query.get("n", ""), HITS, most=HITS_MOST)
    if found is None or not found.has_more or shown >= HITS_MOST:
        return ""
    return "/search?" + urlencode({**visit.query, "n": min(HITS_MOST, 2 * shown)})


def _date(said: str, *, is_end: bool = False) -> datetime | None:
    """The beginning of a day in UTC, for an end of the next one; None for nothing."""
    if not said.strip():
        return None
    try:
        found = date.fromisoformat(said.strip()[:_DATE_CHARS])
        begin = datetime(found.year, found.month, found.day, tzinfo=UTC)
        return begin + timedelta(days=1) if is_end else begin
    except (ValueError, OverflowError):
        raise InputError("that is no date", advice="Write it like 2026-03-09.") from None


def number(said: str, otherwise: int, *, most: int) -> int:
    """A number from 1 to `most` that somebody wrote, or another one."""
    return (
        min(most, max(1, int(said))) if said.isascii() and said.isdecimal() and len(said) < 9 else otherwise
    )
