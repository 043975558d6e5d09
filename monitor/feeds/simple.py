"""Entries without anything special in them, made in one go.

In: what fast.py found of an item, as entries.py takes it. Out: the `Entry` that entries.entry would make, or None when a text
holds markup, rare characters, a phrase of a feed plug-in, an address to resolve: then entries.entry has to look. Most items of
most feeds are simple, and nine tenths of the time to read a feed would go into finding that out rule by rule
(docs/notes/poll-speed.md). tests/feeds/test_feed_fast.py compares the two.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from monitor.feeds.entries import MAX_AUTHORS, NAME_CHARS, SUMMARY_CHARS, TITLE_CHARS, URL_CHARS, language
from monitor.model import Entry
from monitor.text.moments import EARLIEST_YEAR, LATEST_YEAR, is_zoneless, moment

# One line of letters, figures and punctuation that no rule of text/normalise.py changes: no markup, entities or controls.
_LINE = re.compile("[ !-%'-;=-~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2030-\u205e\u20a0-\u20bf]*")
# An absolute address that resolving leaves as it is.
_ADDRESS = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/[A-Za-z0-9/._~%=&+,:@-]*(?:\?[A-Za-z0-9/._~%=&+,:@-]+)?"
)
_TAIL_CHARS = 600
_KEYS = frozenset(
    "id link title summary published updated author authors title_detail feedburner_origlink enclosures".split()
)

_MONTHS = {
    name: number
    for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
_RFC_822 = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|\+0000)"
)
_ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")


def entry(item: dict[str, Any], base: str) -> Entry | None:
    """Return a simple item's `Entry`, None for one that is not simple. `base` is not needed: the addresses are absolute."""
    del base
    url = item.get("feedburner_origlink") or item.get("link", "")
    title, summary, said = _line(item.get("title", "")), _line(item.get("summary", "")), item.get("id", "")
    if (
        not (title and _ADDRESS.fullmatch(url) and _line(said) == said and _KEYS.issuperset(item))
        or summary is None
        or len(title) > TITLE_CHARS
        or len(summary) > SUMMARY_CHARS
        or max(len(said), len(url)) > URL_CHARS
        or summary.startswith(title)
        or _may_have_tail(summary)
    ):
        return None
    authors = _authors(item)
    if authors is None:
        return None
    updated = when(item.get("updated", ""))
    written = item.get("published", "") or item.get("updated", "")
    detail = item.get("title_detail")
    return Entry(
        guid=said or url,
        url=url,
        title=title,
        summary=summary,
        published=when(item.get("published", "")) or updated,
        updated=updated,
        authors=authors,
        language=language(detail["language"]) if detail else "",
        zoneless=written if is_zoneless(written) else "",
    )


def when(text: str) -> datetime | None:
    """Return `moment(text)`; the two commonest forms are read without trying all the others."""
    found = _RFC_822.fullmatch(text)
    try:
        if found:
            day, month, year, hour, minute, second = found.groups()
            read = datetime(
                int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC
            )
        elif _ISO.fullmatch(text):
            read = datetime.fromisoformat(text).astimezone(UTC)
        else:
            return moment(text) if text else None
    except (ValueError, KeyError, OverflowError):
        return moment(text)
    return read if EARLIEST_YEAR <= read.year <= LATEST_YEAR else None


def _may_have_tail(summary: str) -> bool:
    """True when a summary might end in one of the phrases that entries.py takes off: each holds one of these."""
    end = summary[-_TAIL_CHARS:].lower()
    return "read" in end or "post" in end or "]" in end


def _line(text: str) -> str | None:
    """The text with single spaces, None for one that is not a simple line."""
    is_simple = text.isascii() and text.isprintable() and "<" not in text and "&" not in text
    if not is_simple and not _LINE.fullmatch(text):
        return None
    return " ".join(text.split()) if "  " in text or text[:1] == " " or text[-1:] == " " else text


def _authors(item: dict[str, Any]) -> tuple[str, ...] | None:
    found = [author.get("name") for author in item.get("authors", ())]
    said = found if any(found) else [item.get("author")]
    lines = [_line(name) for name in said if name]
    if any(line is None or len(line) > NAME_CHARS for line in lines):
        return None
    return tuple(dict.fromkeys(line for line in lines if line))[:MAX_AUTHORS]
