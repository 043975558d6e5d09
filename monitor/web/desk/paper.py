"""Values into HTML: the desk's templates with everything escaped, and the headers every answer of the desk goes out with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import jinja2

from monitor.model import WebPage
from monitor.settings import shipped
from monitor.text.normalise import clean

HTML = "text/html; charset=utf-8"
_URL_MAX = 2000  # characters; longer ones break, and no article needs one
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # With "no-referrer" browsers would send forms with the Origin "null", which is nobody's.
    "Referrer-Policy": "same-origin",
}
# An issue as it was mailed has its styles in its elements; it can do nothing but look, and open what it links to beside itself.
SENT_HEADERS = HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def sheet(name: str, *, status: int = 200, **values: Any) -> WebPage:
    """The page of a template under templates/desk/; a value it uses and is not given is an error."""
    html = _environment().get_template(f"desk/{name}").render(**values)
    return WebPage(status=status, body=html.encode("utf-8", "replace"), content_type=HTML, headers=HEADERS)


def moved(to: str, **headers: str) -> WebPage:
    """Sends a browser on by GET to a path of the desk."""
    return WebPage(status=303, body=b"", headers=HEADERS | {"Location": to} | headers)


def file(name: str, content_type: str) -> WebPage:
    """A file beside the templates, which a browser may keep: its address changes with it."""
    headers = HEADERS | {"Cache-Control": "private, max-age=86400"}
    return WebPage(status=200, body=_file(name), content_type=content_type, headers=headers)


@cache
def _file(name: str) -> bytes:
    return (shipped("templates") / "desk" / name).read_bytes()


@cache
def _environment() -> jinja2.Environment:
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(shipped("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "line": clean,
        "paragraphs": paragraphs,
        "pieces": pieces,
        "web": web_address,
        "moment": moment,
        "day": day,
        "span": span,
        "query": urlencode,
        "percent": lambda share: f"{share:.0%}",
    }
    made.globals |= {"style": sha256(_file("desk.css")).hexdigest()[:12]}
    return made


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, each one line."""
    return [said for said in map(clean, text.split("\n")) if said]


def pieces(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is one of the marks; a template puts <mark> around those."""
    found, at = [], 0
    for start, end in marks:
        found += [(clean_piece(text[at:start]), False), (clean_piece(text[start:end]), True)]
        at = end
    return [*found, (clean_piece(text[at:]), False)]


def clean_piece(text: str) -> str:
    """A piece of a line without what is not seen; spaces at its ends stay."""
    said = clean(text)
    return (" " if text[:1].isspace() else "") + said + (" " if said and text[-1:].isspace() else "")


def web_address(url: str) -> str:
    """An address a link may lead to: http(s) with a host, no user, no blank; "" for all others."""
    if len(url) > _URL_MAX or not url.isprintable() or re.search(r"[\s\\]", url):
        return ""
    try:
        parts = urlsplit(url)
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if is_web else ""


def moment(when: datetime | None, time_zone: str) -> str:
    """Mon 9 Mar 2026, 08:00; "never" for none."""
    if when is None:
        return "never"
    local = when.astimezone(ZoneInfo(time_zone))
    return f"{day(when, time_zone)}, {local:%H:%M}"


def day(when: datetime, time_zone: str) -> str:
    """Mon 9 Mar 2026."""
    local = when.astimezone(ZoneInfo(time_zone))
    return f"{_DAYS[local.weekday()]} {local.day} {_MONTHS[local.month - 1]} {local.year}"


def span(seconds: float) -> str:
    """A length of time in its largest unit: 3 days, 5 h, 12 min."""
    whole = timedelta(seconds=seconds)
    if whole.days >= 2:
        return f"{whole.days} days"
    minutes = whole // timedelta(minutes=1)
    return f"{minutes // 60} h" if minutes >= 120 else f"{minutes} min"
