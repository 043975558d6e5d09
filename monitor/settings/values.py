"""Checks of single values: a value in, the same value out, or ValueError with a sentence a user understands.

No file, no environment; the time zone check looks into the zone database that `zoneinfo` (or tzdata) brings.
The `_id` alphabet is chosen so that an id can stand in a file name, a URL and a Message-ID without escaping.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from typing import Annotated, Protocol, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator

from monitor.settings.mailbox import mailbox

_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_ID = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_BASE_URL = (
    re.compile(  # what digests.links takes, of plain ASCII, without dots or nothing between two slashes
        r"https?://(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\])(?::[0-9]+)?"
        r"(?:/(?!(?:\.|%2[Ee]){1,2}(?:/|$))(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*/?"
    )
)
_BASE_URL_MAX = 500  # characters: an address in a mail's header is one line of at most 998
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DATABASES = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")

# Cities people write that are no IANA names.
_CITIES = {
    "beijing": "Asia/Shanghai",
    "peking": "Asia/Shanghai",
    "shenzhen": "Asia/Shanghai",
    "washington": "America/New_York",
    "boston": "America/New_York",
    "san_francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "geneva": "Europe/Zurich",
    "frankfurt": "Europe/Berlin",
    "mumbai": "Asia/Kolkata",
    "delhi": "Asia/Kolkata",
}


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str:
        """Its name."""
        ...


N = TypeVar("N", bound=Named)


def did_you_mean(word: str, known: tuple[str, ...]) -> str:
    """`; did you mean 'x'?` for the nearest known word (case ignored), `""` when none is near."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[near[0]]!r}?" if near else ""


def check_line(value: str) -> str:
    """One line of text: not blank, no control characters (they would end up in mail headers)."""
    if not value.strip():
        raise ValueError("may not be empty")
    if _CONTROL.search(value):
        raise ValueError("must be one line of text without control characters")
    return value


def one_line(value: str) -> str:
    """`value` with runs of spaces, line ends and control characters as one space; `""` when nothing is left."""
    return " ".join(_CONTROL.sub(" ", value).split())


def check_id(value: str) -> str:
    """An id: 1 to 64 of a-z, 0-9, `-` and `_`, beginning and ending with a letter or digit."""
    if not _ID.fullmatch(value):
        raise ValueError(
            f"{value!r} must be 1 to 64 lower-case letters, digits, '-' or '_', such as 'us-china-trade'"
        )
    return value


def check_clock(value: str) -> str:
    """A wall-clock time `HH:MM`, 00:00 to 23:59."""
    if not _CLOCK.fullmatch(value):
        raise ValueError(f"{value!r} is not a time of day; write HH:MM from 00:00 to 23:59, such as '07:00'")
    return value


def check_clock_or_none(value: str) -> str:
    """A wall-clock time, or nothing."""
    return check_clock(value) if value else value


def check_hours(value: str) -> str:
    """A span of the day `HH:MM-HH:MM`, which may be over midnight; or nothing."""
    start, _, end = value.partition("-")
    if value and not (_CLOCK.fullmatch(start) and _CLOCK.fullmatch(end) and start != end):
        raise ValueError(f"{value!r} is no span of the day; write HH:MM-HH:MM, such as '22:00-07:00'")
    return value


def check_time_zone(value: str) -> str:
    """An IANA time zone name."""
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # not in the database | an odd path | a folder such as "America"
        hint = did_you_mean_zone(value) or "; write an IANA name such as 'Asia/Shanghai'"
        raise ValueError(f"unknown time zone {value!r}{hint}") from None
    return value


def check_time_zone_or_none(value: str) -> str:
    """An IANA time zone name, or nothing."""
    return check_time_zone(value) if value else value


ZoneOrNone = Annotated[str, AfterValidator(check_time_zone_or_none)]


def did_you_mean_zone(value: str) -> str:
    """`; did you mean 'Area/City'?` by whole name, then by city, `""` when none is near."""
    zones = tuple(sorted(available_timezones()))
    city = value.rpartition("/")[2].strip().replace(" ", "_").lower()
    if city in _CITIES:
        return f"; did you mean {_CITIES[city]!r}?"
    by_city = {zone.rpartition("/")[2].lower(): zone for zone in zones if "/" in zone}
    near = get_close_matches(city, by_city, n=1, cutoff=0.8)
    return f"; did you mean {by_city[near[0]]!r}?" if near else did_you_mean(value, zones)


def check_network(value: str) -> str:
    """An IP network in CIDR notation, IPv4 or IPv6, without host bits."""
    try:
        ip_network(value)
    except ValueError:
        raise ValueError(f"{value!r} is no IP network{_network_hint(value)}") from None
    return value


def _network_hint(value: str) -> str:
    try:
        return f"; did you mean '{ip_network(value, strict=False)}'?"
    except ValueError:
        return "; write CIDR notation such as '10.0.0.0/8' or 'fd00::/8'"


def check_address(value: str) -> str:
    """A bare mail address `local@domain`, as delivery takes it."""
    why = "it is more than the address" if re.search(r"[\s<>]", value) else _why_not(value)
    if why:
        raise ValueError(f"{value!r} is no mail address: {why}; write it bare, such as 'reader@example.org'")
    return value


def check_host(value: str) -> str:
    """A host's name or address; an IPv6 address loses the brackets it has in addresses of pages.

    >>> check_host("[::1]")
    '::1'
    """
    bare = value[1:-1] if value.startswith("[") and value.endswith("]") else value
    try:
        ip_address(bare)
    except ValueError:
        if bare != value or re.search(r"[:/@\s\[\]]", value):
            raise ValueError(
                f"{value!r} is no host; write a name or an address alone, such as 'mail.example.org' or '::1'"
            ) from None
    return bare


def check_fingerprint(value: str) -> str:
    """`""` or the SHA-256 of a certificate, as openssl or a browser shows it; returned as 64 lower-case hexadecimal digits.

    >>> check_fingerprint("sha256 Fingerprint=" + ":".join(["AB"] * 32)) == "ab" * 32
    True
    """
    digits = re.sub(r"[:\s]", "", re.sub(r"(?i)^\s*sha-?256(?:\s*fingerprint)?\s*[=:]", "", value)).lower()
    if value and not re.fullmatch("[0-9a-f]{64}", digits):
        is_sha1 = re.fullmatch("[0-9a-f]{40}|sha-?1.*", digits)
        why = "is a SHA-1, which can be forged" if is_sha1 else "is no fingerprint"
        raise ValueError(
            f"{value[:80]!r} {why}; write the 64 hexadecimal digits of the certificate's SHA-256:"
            " `openssl x509 -noout -fingerprint -sha256` shows them"
        )
    return digits


def check_sender(value: str) -> str:
    """`""`, a bare mail address, or `Name <address>`, as delivery takes it."""
    if value:
        check_line(value)
        why = _why_not(value)
        if why:
            raise ValueError(
                f"{value!r} is no mail address: {why}; write 'digest@example.org' or 'Name <digest@example.org>'"
            )
    return value


def _why_not(value: str) -> str:
    """What is wrong with a mail address; "" when nothing is."""
    try:
        mailbox(value)
    except ValueError as error:
        return str(error)
    return ""


def check_base_url(value: str) -> str:
    """`""` or a web address that others can be built on: http(s), visible ASCII, at most 500 characters, no user, query or fragment."""
    if not value or (_BASE_URL.fullmatch(value) and _is_web_url(value) and len(value) <= _BASE_URL_MAX):
        return value
    has_scheme = value.startswith(("http://", "https://"))
    rest = value.partition("://")[2] if "://" in value else value.lstrip("/")
    if "@" in rest.partition("/")[0]:
        raise ValueError(
            "names a user, whom every reader would see; leave out all up to the @ (it is not shown: it may hold a password)"
        )
    if not has_scheme:
        raise ValueError(
            f"{value[:80]!r} does not begin with https:// or http://; write {f'https://{rest}'[:80]!r}"
        )
    if "?" in value or "#" in value:
        bare = re.split(r"[?#]", value)[0]
        raise ValueError(
            f"{value[:80]!r} has a ? or #, behind which nothing can be added; write {bare[:80]!r}"
        )
    raise ValueError(
        f"{value[:80]!r} is no web address that others can be built on; write up to {_BASE_URL_MAX} plain characters"
        " such as 'https://digest.example.org' or 'https://example.org/news', a host outside ASCII as xn--..."
    )


def check_web_url(value: str) -> str:
    """`""` or an absolute http(s) URL with a host, without user name, password, spaces or control characters."""
    if value and not _is_web_url(value):
        raise ValueError(
            f"{value!r} is no web address; write it in full, such as 'https://example.org/feed.xml'"
        )
    return value


def check_hidden_url(value: str) -> str:
    """The same for an address that is a secret: the error does not show it."""
    if value and not _is_web_url(value):
        raise ValueError(
            "is no web address; write it in full, beginning with https:// (it is not shown: it may be a secret)"
        )
    return value


def check_posting_url(value: str) -> str:
    """The same for an address something is posted to: the library that posts must take it, too."""
    if not value:
        return value
    from urllib3.exceptions import LocationParseError  # noqa: PLC0415 - for those who have one
    from urllib3.util import parse_url  # noqa: PLC0415 - the same

    check_hidden_url(value)
    try:
        is_taken = bool(parse_url(value).host)
    except LocationParseError:
        is_taken = False
    if not is_taken:
        raise ValueError("has a host nobody can be reached at (it is not shown: it may be a secret)")
    return value


def _is_web_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port out of range, half an IPv6 address
        return False
    return is_web and parts.username is None and not re.search(r"\s", value) and not _CONTROL.search(value)


def check_database_url(value: str) -> str:
    """`""` or an SQLAlchemy URL of SQLite or PostgreSQL. The value may hold a password, so no error repeats it."""
    scheme, colon, _ = value.partition("://")
    if value and (not colon or scheme not in _DATABASES):
        raise ValueError(
            "the database URL must begin with 'postgresql://' or 'sqlite:///' (its value is not shown: it may hold a password)"
        )
    return value


def check_country(value: str) -> str:
    """`""` or two capital letters (ISO 3166-1 alpha-2; EU is allowed)."""
    if not re.fullmatch("(?:[A-Z]{2})?", value):
        raise ValueError(
            f"{value!r} is no country code; write two capital letters such as 'US', or leave it empty"
        )
    return value


def check_unique(values: tuple[str, ...]) -> tuple[str, ...]:
    """No value twice, case ignored: nobody gets the same mail twice."""
    again = _first_twice(tuple(value.casefold() for value in values))
    if again is not None:
        raise ValueError(f"{again!r} is listed twice; remove one")
    return values


def check_unique_names(values: tuple[N, ...]) -> tuple[N, ...]:
    """No name twice, case ignored."""
    check_unique(tuple(value.name for value in values))
    return values


def _first_twice(values: tuple[str, ...]) -> str | None:
    seen = set[str]()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
