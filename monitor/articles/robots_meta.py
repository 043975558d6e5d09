"""What publishers say about keeping and machine-reading a page: meta elements, X-Robots-Tag, TDM-Reservation.

In: the values as written. Out: known words joined by ", ", "" for none. They are recorded with the article and bind no step: a digest
quotes a sentence or two and links to the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MARKS = ("noarchive", "noai", "noimageai", "nosnippet", "noindex", "none", "tdm-reservation")
_META_NAMES = ("robots", "googlebot", "googlebot-news", "bingbot", "gptbot", "ccbot")


def marks_of_metas(metas: Mapping[str, str]) -> str:
    """Return the marks in a page's meta elements (by lower-case name)."""
    return _marks(", ".join(metas.get(name, "") for name in _META_NAMES), metas.get("tdm-reservation", ""))


def marks_of_headers(headers: Mapping[str, str]) -> str:
    """Return the marks in a page's response headers (by lower-case name)."""
    return _marks(headers.get("x-robots-tag", ""), headers.get("tdm-reservation", ""))


def joined(*marks: str) -> str:
    """Return all marks, each once, in the order of `MARKS`."""
    said = {mark for line in marks for mark in line.split(", ")}
    return ", ".join(mark for mark in MARKS if mark in said)


def _marks(said: str, reservation: str) -> str:
    words = re.findall(r"[a-z]+", said.lower())
    reserved = "tdm-reservation" if reservation.strip() == "1" else ""
    return joined(*words, reserved)
