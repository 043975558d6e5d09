"""The dates ahead of one issue as a calendar file: an issue in, bytes out, the same for the same issue.

Each date is an all-day event that takes no time. Its UID depends on topic, date and story only, so importing the next issue's
file renews an event instead of doubling it. Standard: RFC 5545.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, timedelta

from monitor.digests.accounts import Event, events
from monitor.digests.tidy import tidy
from monitor.digests.view import frame_of
from monitor.model import Digest

_LINE_MAX = 75  # octets without CRLF: RFC 5545 3.1
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})  # RFC 5545 3.3.11


def calendar(digest: Digest) -> bytes:
    """The dates ahead, the same as the issue shows; b"" when there are none, for a calendar may not be empty."""
    shown = tidy(digest)
    dates = events(shown, frame_of(shown))
    if not dates:
        return b""
    return b"".join(map(_folded, _lines(shown, dates)))


def _lines(digest: Digest, dates: tuple[Event, ...]) -> Iterator[str]:
    yield from (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//monitor-digest//dates ahead//EN",
        "CALSCALE:GREGORIAN",
    )
    yield f"X-WR-CALNAME:{_text(digest.title or digest.topic)}"
    for event in dates:
        yield from _event(digest, event)
    yield "END:VCALENDAR"


def _event(digest: Digest, event: Event) -> Iterator[str]:
    frame = frame_of(digest)
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(digest, event)}"
    yield f"DTSTAMP:{digest.composed_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_text(event.headline or frame.say('untitled'))}"
    number = frame.say("number", number=digest.issue)
    yield f"DESCRIPTION:{_text(frame.say('join').join([digest.title or digest.topic, number]))}"
    if event.url:
        yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _uid(digest: Digest, event: Event) -> str:
    key = "\0".join((digest.topic, event.on.isoformat(), event.url or event.headline))
    return f"{hashlib.sha256(key.encode('utf-8', errors='surrogatepass')).hexdigest()[:32]}@monitor"


def _text(value: str) -> str:
    return value.translate(_ESCAPES)


def _folded(line: str) -> bytes:
    """The line in parts of at most 75 octets, never within a character; each further part begins with a space."""
    parts = [b""]
    for char in line:
        octets = char.encode("utf-8", errors="replace")
        if len(parts[-1]) + len(octets) > _LINE_MAX:
            parts.append(b" ")
        parts[-1] += octets
    return b"\r\n".join(parts) + b"\r\n"
