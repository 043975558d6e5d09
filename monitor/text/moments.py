"""Dates as feeds and pages write them, to aware UTC.

In: one date string. Out: a moment, or None: never a guess, and nothing completed that is not written: a month or a quarter is no
day. Understood are ISO 8601 (calendar, week and ordinal dates, with or without separators) and W3CDTF, RFC 822 and 2822 with their
common mistakes, the C library's form, month names of the languages in months.py in any order, Chinese, Japanese and Korean dates with
their halves of the day, and Unix seconds. A date without a zone counts as UTC, a date without a time as midnight; a Korean half of the
day is Korean time. `05/06/2025` is read only when one of the numbers cannot be a month, the weekday beside it says which is, or it
stands in the form of American servers: `5/6/2025 8:30:00 AM`. AM and PM alone do not tell: India and the Arab countries write them behind the day.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.text.months import month_number

EARLIEST_YEAR = 1990  # no feed is older than the web; 1970 and 0001 are what empty database fields become
LATEST_YEAR = 2100

_HALF = (
    r"[ap]\.?m\b\.?|م\b|ص\b|上午|下午|凌晨|清晨|早上|早晨|傍晚|晚上|夜晚|夜间|夜間|中午|午前|午後|오전|오후"
)
_TIME = (
    r"(?:(?:T|,?\s+(?:at\s+|um\s+|à\s+)?|,\s*|\s*-\s+)"
    r"(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\b\.?|م\b|ص\b)?\s*(?P<zone>Z\b|(?:GMT|UTC)?[+-]\d{1,2}:?\d{0,2}|[A-Z]{1,5}\b)?)?"
)
_MONTH = r"(?P<name>[^\W\d_]{3,12})\.?"
_WEEKDAY = r"(?:(?P<weekday>[^\W\d_]{1,14}(?:-feira)?)\.?(?:[,،]\s*|\s+))?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        (
            rf"(?P<year>\d{{4}})[-/.](?P<month>\d{{1,2}})[-/.](?P<day>\d{{1,2}})(?!\d)(?:\s*\([^()]{{1,12}}\)(?=\s))?{_TIME}"
        ),
        (
            r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})"
            r"(?:[T ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2}))?\s?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?(?!\d)"
        ),
        (
            rf"{_WEEKDAY}(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?(?:[\s-]+de|[\s-]+of)?[\s-]+{_MONTH},?"
            rf"(?:[\s-]+del?)?[\s-]+(?P<year>\d{{4}}|\d{{2}}\b){_TIME}"
        ),
        rf"{_WEEKDAY}{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}}){_TIME}",
        (
            rf"[a-z]{{3}}\s+{_MONTH}\s+(?P<day>\d{{1,2}})\s+(?P<hour>\d{{2}}):(?P<minute>\d{{2}}):(?P<second>\d{{2}})"
            r"(?:\s+(?P<zone>[A-Z]{1,5}))?\s+(?P<year>\d{4})"
        ),
        (
            r"(?P<year>\d{4})\s*[年년]\s*(?P<month>\d{1,2})\s*[月월]\s*(?P<day>\d{1,2})\s*[日号號일]?(?:\s*[(（][^()（）]{1,6}[)）])?"
            rf"(?:\s*(?P<half>{_HALF})?\s*(?P<hour>\d{{1,2}})\s*[::时時시点點]\s*(?P<minute>\d{{1,2}})?)?"
        ),
        (
            rf"(?P<year>\d{{4}})\.\s(?P<month>\d{{1,2}})\.\s?(?P<day>\d{{1,2}})(?!\d)\.?"
            rf"(?:\s*(?P<half>{_HALF})?\s*(?P<hour>\d{{1,2}}):(?P<minute>\d{{2}})(?::(?P<second>\d{{2}}))?)?"
        ),
        rf"(?P<year>\d{{4}})[.,]?[\s-]+{_MONTH}[\s-]+(?P<day>\d{{1,2}})(?!\d)[.,]?{_TIME}",
        rf"(?P<day>\d{{1,2}})\.\s?(?P<month>\d{{1,2}})\.\s?(?P<year>\d{{4}}){_TIME}",
        # With slashes and dashes the order is American or not: a number over 12, the weekday, AM or PM tell.
        rf"{_WEEKDAY}(?P<first>\d{{1,2}})(?P<mark>[/-])(?P<second_number>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}){_TIME}",
        (  # the time first
            r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?\s*(?P<half>[ap]\.?m\b\.?)?\s*(?P<zone>[A-Z]{2,5}\b)?,?"
            rf"\s+(?:on\s+)?(?:(?P<weekday>[a-z]{{3,9}}),\s+)?{_MONTH}\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}})"
        ),
        rf"(?P<year>\d{{4}})-?W(?P<week>\d{{2}})-?(?P<day_of_week>[1-7])(?!\d){_TIME}",
        rf"(?P<year>\d{{4}})-(?P<day_of_year>\d{{3}})(?!\d){_TIME}",
    )
)
_STAMP = re.compile(r"\d{9,10}|\d{13}")
_WEEKDAYS = "mon tue wed thu fri sat sun".split()
_AFTERNOON = frozenset({"p", "م", "下午", "傍晚", "午後", "오후"})
_EVENING = frozenset({"晚上", "夜晚", "夜间", "夜間"})  # its twelve is midnight
_NOON, _BEFORE_NOON = "中午", 11  # from half past eleven on, as date libraries write it
_KOREAN = re.compile("오[전후]")
_KOREA = timedelta(hours=9)
# RFC 822 names, then those news sites write. CST is American here: RFC 822 says so.
_ZONE_HOURS = {
    "": 0, "Z": 0, "GMT": 0, "UTC": 0, "UT": 0, "WET": 0, "EST": -5, "EDT": -4, "ET": -5, "CST": -6, "CDT": -5, "MST": -7,
    "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "HST": -10, "BST": 1, "WEST": 1, "CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "EET": 2, "EEST": 3,
    "SAST": 2, "MSK": 3, "GST": 4, "PKT": 5, "IST": 5.5, "NPT": 5.75, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "MYT": 8,
    "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
}  # fmt: skip
_TIME_SAID = re.compile(r"\d{1,2}[:：]\s?\d|\d\s?[時时시点點]|(?<![\d.])\d{1,2}\.\d{2}(?:\.\d{2})?(?![\d.])")
# Behind it may stand its name again, as a comment of RFC 5322: "+0100 (CET)".
_ZONE_SAID = re.compile(
    r"(?:Z|[+-]\d{1,2}:?\d{2}|\b(?!(?:AM|PM|CST)\b)[A-Z]{2,5})\s*(?:\([^()]{1,40}\)\s*)?$"
)
_LOCAL_HOURS = {  # of countries with one zone and no summer time, ISO 3166; tz database 2025b
    "CN": 8, "HK": 8, "MO": 8, "TW": 8, "SG": 8, "MY": 8, "PH": 8, "JP": 9, "KR": 9, "IN": 5.5, "PK": 5, "VN": 7, "TH": 7,
    "AE": 4, "SA": 3, "TR": 3, "ZA": 2,
}  # fmt: skip
_DIGIT = re.compile(r"\d")
_OFFSET = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)


def moment(text: str) -> datetime | None:
    """Return the moment a date string names, as aware UTC, or None when it names none for certain.

    Only years 1990..2100 count. Seconds of 60 are read as 59, 24:00 as the next midnight.
    """
    text = text.strip()[:80]
    if not _DIGIT.search(text):
        return None
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
    return not (_TIME_SAID.search(text) is None or _ZONE_SAID.search(text) or _KOREAN.search(text))


def has_own_time(country: str) -> bool:
    """Whether a country (ISO 3166 alpha-2) has one zone all year, so that its local times are read by it."""
    return country.upper() in _LOCAL_HOURS


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


def in_zone(read: datetime, text: str, zone: str) -> datetime:
    """Return `read`, the moment of `text`, as meant in an IANA time zone; as it is where the text states its zone.

    >>> in_zone(datetime(2025, 7, 7, 15, 20, tzinfo=UTC), "2025-07-07 15:20", "Europe/Berlin").hour
    13
    """
    if not is_zoneless(text):
        return read
    taken_as = _ZONE_HOURS["CST"] if text.strip().upper().endswith("CST") else 0
    local = (read + timedelta(hours=taken_as)).replace(tzinfo=ZoneInfo(zone))
    return local.astimezone(UTC)


def _built(part: dict[str, str | None]) -> datetime | None:
    year = _year(part["year"] or "")
    hour, minute, second = _clock(part)
    offset = _KOREA if _KOREAN.match(part.get("half") or "") else _offset(part.get("zone") or "")
    try:
        midnight = _day(part, year)
        return midnight and _checked(
            midnight + timedelta(hours=hour, minutes=minute, seconds=second) - offset
        )
    except (ValueError, OverflowError):
        return None


def _day(part: dict[str, str | None], year: int) -> datetime | None:
    """The day's first moment; None when the order of its numbers is open. Raises ValueError for a day no calendar has."""
    if part.get("week"):
        day = datetime.fromisocalendar(year, int(part["week"] or 0), int(part["day_of_week"] or 0))
        return day.replace(tzinfo=UTC)
    if part.get("day_of_year"):
        day = datetime(year, 1, 1, tzinfo=UTC) + timedelta(days=int(part["day_of_year"] or 0) - 1)
        return day if day.year == year else None
    if part.get("first"):
        return _by_order(part, year)
    name = part.get("name") or ""
    month = month_number(name) if name else int(part["month"] or 0)
    return datetime(year, month, int(part["day"] or 0), tzinfo=UTC)


def _by_order(part: dict[str, str | None], year: int) -> datetime | None:
    """Of `05/06/2025` the one day that it can be: by a number over 12, the weekday, or the form of American servers."""
    one, two = int(part["first"] or 0), int(part["second_number"] or 0)
    american, other = _possible(year, one, two), _possible(year, two, one)
    weekday = (part.get("weekday") or "")[:3].lower()
    if american and other and american != other and weekday in _WEEKDAYS:
        american, other = (
            day if day.weekday() == _WEEKDAYS.index(weekday) else None for day in (american, other)
        )
    if american and other and american != other:
        return american if _is_of_a_server(part) else None
    return american or other


def _is_of_a_server(part: dict[str, str | None]) -> bool:
    """Whether a date stands as ASP.NET writes it by default: seconds, AM or PM, and no number but those of minutes filled with a zero."""
    numbers = (part["first"], part["second_number"], part["hour"])
    return (
        part["mark"] == "/"
        and bool(part["second"])
        and part["half"] in {"AM", "PM"}
        and not any((number or "0").startswith("0") for number in numbers)
    )


def _possible(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None


def _year(digits: str) -> int:
    year = int(digits or 0)
    return year if len(digits) == 4 else year + (2000 if year < 70 else 1900)


def _clock(part: dict[str, str | None]) -> tuple[int, int, int]:
    hour, minute, second = (int(part.get(name) or 0) for name in ("hour", "minute", "second"))
    half = (part.get("half") or "").lower()
    half = half[:1] if half.isascii() else half
    if half == _NOON:
        hour += 12 if hour < _BEFORE_NOON else 0
    elif half in _EVENING:
        hour += 12 if hour <= 12 else 0
    elif half and hour <= 12:
        hour = hour % 12 + (12 if half in _AFTERNOON else 0)
    if half in _EVENING and hour == 24:
        return hour, minute, min(second, 59)
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
