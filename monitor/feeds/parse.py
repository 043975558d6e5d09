"""Feed documents: RSS 0.9 to 2.0, RDF, Atom, JSON Feed, news sitemaps, the Federal Register's JSON.

In: the bytes a server sent, their address and Content-Type. Out: `FeedDocument`, or `Rejected` with the reason `empty`,
`html`, `not-a-feed` or `broken`. Never raises, never opens a file or a connection, never invents a date. Made to run in a
killable worker: plain values in, plain values out. Feed formats are read by feedparser with its own sanitiser and link
resolver off (three times faster; text/normalise.py takes the tags out more safely): see docs/notes/parsing.md.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from html import unescape
from typing import Any

from monitor.feeds import fast
from monitor.feeds.entries import TITLE_CHARS, entry, guid, language, link
from monitor.feeds.json_feed import json_feed
from monitor.feeds.repair import Prepared, prepared
from monitor.feeds.sitemap import is_sitemap, news_sitemap
from monitor.model import Entry, FeedDocument, Rejected
from monitor.text.normalise import clean, plain

MAX_ENTRIES = 1000

# feedparser's word for the format, by how it starts; everything else it knows is some RSS.
_FORMATS = (("atom", "atom"), ("rss10", "rdf"), ("rss090", "rdf"))
_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_SKIP = re.compile(r"<skip(Hours|Days)\s*>(.{0,2000}?)</skip\1\s*>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour\s*>\s*(\d{1,2})\s*</hour", re.IGNORECASE)
_DAY = re.compile(r"<day\s*>\s*(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s*</day", re.IGNORECASE)
# feedparser's exceptions that say nothing about the entries
_HARMLESS = frozenset({"CharacterEncodingOverride", "NonXMLContentType"})


def parse(
    body: bytes, *, url: str, content_type: str = "", max_entries: int = MAX_ENTRIES
) -> FeedDocument | Rejected:
    """Return the document in `body`, or why there is none.

    Links are absolute: resolved against xml:base, else the feed's own link, else `url`. At most `max_entries` entries are
    kept, the newest end of the document; `dropped` counts the rest. A document that is broken but has entries is kept with
    a warning.
    """
    try:
        ready = prepared(body, content_type=content_type, max_entries=max_entries)
        if isinstance(ready, Rejected):
            return ready
        if ready.kind == "json":
            return json_feed(ready.text, url=url, max_entries=max_entries)
        if is_sitemap(ready.text):
            return news_sitemap(ready.text, url=url, max_entries=max_entries)
        return _xml_feed(ready, url=url, max_entries=max_entries)
    except Exception as error:  # noqa: BLE001  # outside bytes in a foreign parser: whatever it trips over is one bad document
        return Rejected("broken", clean(f"{type(error).__name__}: {error}", limit=200))


def _xml_feed(ready: Prepared, *, url: str, max_entries: int) -> FeedDocument | Rejected:
    plain_form = fast.document(ready.text)
    if plain_form is not None:
        with suppress(fast.DoubtError):
            return _document(plain_form, ready, url=url, trouble="", max_entries=max_entries, read=fast.entry)
    return _any_form(ready, url=url, max_entries=max_entries)


def _any_form(ready: Prepared, *, url: str, max_entries: int) -> FeedDocument | Rejected:
    """Whatever feedparser can make of it."""
    import feedparser  # noqa: PLC0415 -- slow to import, and most feeds do not need it: fast.py

    parsed = feedparser.parse(
        io.BytesIO(
            ready.text.encode("utf-8")
        ),  # never the bytes themselves: feedparser takes those for a path or an address
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    trouble = _trouble(parsed)
    if not parsed.entries and not parsed.version:
        return Rejected("not-a-feed", trouble or "no feed format was recognised")
    if not parsed.entries and trouble:
        return Rejected("broken", trouble)
    if trouble:
        _resolve_ids(parsed.entries)
    return _document(parsed, ready, url=url, trouble=trouble, max_entries=max_entries, read=entry)


def _resolve_ids(items: list[Any]) -> None:
    """Resolve the entities in ids, and in links made of them, which feedparser's lossy mode leaves there.

    An entry that has another id while its feed is damaged elsewhere would be a new article.
    """
    for item in items:
        said = _string(item.get("id"))
        for name in ("id", "link"):
            if said and item.get(name) == said:
                item[name] = unescape(said)


def _document(
    parsed: Any,
    ready: Prepared,
    *,
    url: str,
    trouble: str,
    max_entries: int,
    read: Callable[[Any, str], Entry],
) -> FeedDocument:
    kind = next((word for start, word in _FORMATS if parsed.version.startswith(start)), "rss")
    home = link(_string(parsed.feed.get("link")), url)
    # Atom resolves against the document (RFC 4287 2); RSS says nothing, and a feed often lies on another host than its site.
    base = home if home and kind != "atom" else url
    own_language = language(parsed.feed.get("language"))
    found = [read(item, base) for item in parsed.entries[:max_entries]]
    entries = tuple(
        replace(e, language=own_language) if own_language and not e.language else e for e in _distinct(found)
    )
    return FeedDocument(
        format=kind,
        title=clean(plain(_string(parsed.feed.get("title"))), limit=TITLE_CHARS),
        url=home,
        language=own_language,
        ttl_s=_ttl_s(parsed.feed),
        skip_hours=_skip_hours(ready.text),
        skip_days=_skip_days(ready.text),
        entries=entries,
        warnings=ready.warnings + ((trouble,) if trouble else ()),
        dropped=ready.dropped + max(0, len(parsed.entries) - max_entries),
    )


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _trouble(parsed: Any) -> str:
    """What was wrong with the XML, "" for nothing that matters."""
    error = parsed.get("bozo_exception") if parsed.bozo else None
    if error is None or type(error).__name__ in _HARMLESS:
        return ""
    return clean(f"{type(error).__name__}: {error}".replace("<unknown>:", "line "), limit=200)


def _distinct(entries: list[Entry]) -> list[Entry]:
    """The entries, each once.

    The same id and address twice is one entry said twice: the first stays. The same id under several addresses is a broken
    id (a constant, the feed's own address): then the address identifies, or every article but one would be lost. Where nothing
    but the address identifies, each headline is an entry: a page of notices lists all of them under its own address.
    """
    addresses: dict[str, set[str]] = {}
    for e in entries:
        addresses.setdefault(e.guid, set()).add(e.url or e.title)
    kept: dict[tuple[str, str], Entry] = {}
    for e in entries:
        own = e if len(addresses[e.guid]) == 1 else replace(e, guid=guid("", e.url, e.title, e.summary))
        kept.setdefault((own.guid, own.title if own.guid == own.url else ""), own)
    return list(kept.values())


def _ttl_s(feed: Any) -> int | None:
    """The longer of RSS <ttl> (minutes) and the syndication module's update period."""
    ttl = _number(feed.get("ttl"))
    period = _PERIODS_S.get(_string(feed.get("sy_updateperiod")).strip().lower())
    times = _number(feed.get("sy_updatefrequency")) or 1
    asked = [ttl * 60] if ttl else []
    asked += [period // times] if period else []
    return max(asked, default=None)


def _number(value: Any) -> int:
    digits = _string(value).strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= 9 else 0


def _skips(text: str, what: str) -> str:
    return "".join(block for name, block in _SKIP.findall(text[:65_536]) if name.lower() == what)


def _skip_hours(text: str) -> tuple[int, ...]:
    hours = {int(hour) % 24 for hour in _HOUR.findall(_skips(text, "hours")) if int(hour) <= 24}
    return tuple(sorted(hours))


def _skip_days(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{day.title()}day" for day in _DAY.findall(_skips(text, "days"))))
