"""Dates as feeds and pages write them, to aware UTC.

In: one date string. Out: a moment, or None: never a guess. Understood are ISO 8601 and W3CDTF, RFC 822 and 2822 with their
common mistakes, the C library's form, English month names in either order, Chinese, Japanese and Korean dates, and Unix
seconds. A date without a zone counts as UTC, a date without a time as midnight. `13/04/2025` is read only when one of the
numbers cannot be a month.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

EARLIEST_YEAR = 1990  # no feed is older than the web; 1970 and 0001 are what empty database fields become
LATEST_YEAR = 2100

_TIME = (
    r"(?:(?:T|,?\s+(?:at\s+)?|,\s*|\s*-\s+)(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\b\.?)?\s*(?P<zone>Z\b|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2}|[A-Z]{1,5}\b)?)?"
)
_MONTH = r"(?P<name>[A-Za-z]{3,9})\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}}){_TIME}",
        (
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
            r"(?:T?(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
        ),
        rf"(?:[a-z]{{2,9}}\.?,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}}|\d{{2}}\b){_TIME}",
        rf"(?:[a-z]{{2,9}}\.?,?\s+)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
        (
            rf"[a-z]{{3}}\s+{_MONTH}\s+(?P<day>\d{{1,2}})\s+(?P<hour>\d{{2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}})"
            r"(?:\s+(?P<zone>[A-Z]{1,5}))?\s+(?P<year>\d{4})"
        ),
        (
            r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号일]?"
            r"(?:\s*(?P<hour>\d{1,2})\s*[::时時시]\s*(?P<minute>\d{1,2}))?"
        ),
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){_TIME}",
        # With slashes the order is American or not: only a number over 12 tells.
        rf"(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{{1,2}})/(?P<year>\d{{4}}){_TIME}",
        rf"(?P<month>\d{{1,2}})/(?P<day>1[3-9]|2\d|3[01])/(?P<year>\d{{4}}){_TIME}",
    )
)
_STAMP = re.compile(r"\d{9,10}(?:\d{3})?")
_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_FULL_MONTHS = (
    "january february march april may june july august september october november december sept".split()
)
# RFC 822 names, then those news sites write. CST is American here: RFC 822 says so.
_ZONE_HOURS = {
    "": 0, "Z": 0, "GMT": 0, "UTC": 0, "UT": 0, "WET": 0, "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "HST": -10, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3,
    "SAST": 2, "MSK": 3, "GST": 4, "PKT": 5, "IST": 5.5, "NPT": 5.75, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "MYT": 8,
    "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_TIME_SAID = re.compile(r"\d{1,2}[:.時时시]\s?\d")
_ZONE_SAID = re.compile(r"(?:Z|[+-]\d{1,2}:?\d{2}|\b(?!(?:AM|PM|CST)\b)[A-Z]{2,5})\s*$")
_LOCAL_HOURS = {  # of countries with one zone and no summer time, ISO 3166; tz database 2025b
    "CN": 8, "HK": 8, "MO": 8, "TW": 8, "SG": 8, "MY": 8, "PH": 8, "JP": 9, "KR": 9, "IN": 5.5, "PK": 5, "VN": 7, "TH": 7,
    "AE": 4, "SA": 3, "TR": 3, "ZA": 2,
}  # fmt: skip
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)


def moment(text: str) -> datetime | None:
    """Return the moment a date string names, as aware UTC, or None when it names none for certain.

    Only years 1990..2100 count. Seconds of 60 are read as 59, 24:00 as the next midnight.
    """
    text = text.strip()[:80]
    if _STAMP.fullmatch(text):
        return _checked(datetime.fromtimestamp(int(text[:10]), tz=UTC))
    for form in _FORMS:
        found = form.match(text)
        if found:
            return _built(found.groupdict())
    return None


def is_zoneless(text: str) -> bool:
    """Whether a date string names a time and leaves its zone open: none at all, or CST, which is China's and Chicago's."""
    text = text.strip()[:80]
    return _TIME_SAID.search(text) is not None and _ZONE_SAID.search(text) is None


def in_country(read: datetime, text: str, country: str) -> datetime:
    """Return `read`, the moment of `text`, as meant in a country; as it is where the zone is stated or the country has several.

    >>> in_country(datetime(2025, 5, 7, 15, 20, tzinfo=UTC), "2025-05-07 15:20", "CN").hour
    7
    """
    hours = _LOCAL_HOURS.get(country.upper())
    if hours is None or not is_zoneless(text):
        return read
    taken_as = _ZONE_HOURS["CST"] if text.strip().upper().endswith("CST") else 0
    return read + timedelta(hours=taken_as - hours)


def _built(part: dict[str, str | None]) -> datetime | None:
    month = _month(part)
    day, year = int(part["day"] or 0), _year(part["year"] or "")
    hour, minute, second = _clock(part)
    offset = _offset(part.get("zone") or "")
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
        return _checked(midnight + timedelta(hours=hour, minutes=minute, seconds=second) - offset)
    except (ValueError, OverflowError):
        return None


def _month(part: dict[str, str | None]) -> int:
    """1..12, or 0 when the name is no month's."""
    name = (part.get("name") or "").lower()
    if not name:
        return int(part["month"] or 0)
    return _MONTHS[name[:3]] if name in _MONTHS or name in _FULL_MONTHS else 0


def _year(digits: str) -> int:
    year = int(digits or 0)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _clock(part: dict[str, str | None]) -> tuple[int, int, int]:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (part.get("half") or "").lower()[:1]
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 24 or minute > 59 or second > 61 or (hour == 24 and minute + second):
        return 10**9, 0, 0  # beyond every calendar: makes the date impossible
    return hour, minute, min(second, 59)


def _offset(zone: str) -> timedelta:
    found = _OFFSET.fullmatch(zone)
    if not found:
        return timedelta(hours=_ZONE_HOURS.get(zone.upper(), 0))
    sign, hours, minutes = found.groups()
    size = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return size if sign == "+" else -size


def _checked(value: datetime) -> datetime | None:
    return value if EARLIEST_YEAR <= value.year <= LATEST_YEAR else None
