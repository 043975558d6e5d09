"""The Federal Register's JSON (https://www.federalregister.gov/developers/documentation/api/v1) as a feed.

In: the object its documents.json gives. Out: `FeedDocument`. It says more than its RSS: the day a rule takes effect and the day comments close,
which become sentences of the entry's text, where the dates ahead of an issue are read. Ask for the fields title, type, abstract, action, dates,
document_number, html_url, publication_date, agencies, effective_on and comments_close_on: the last two are given only to who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from monitor.feeds.entries import NAME_CHARS, TITLE_CHARS, link, names, string, texts
from monitor.model import Entry, FeedDocument
from monitor.text.moments import moment
from monitor.text.normalise import clean, plain
from monitor.text.normalise import title as one_line

HOME = "https://www.federalregister.gov/"


def is_register(data: Any) -> bool:
    """Return whether a JSON value is an answer of the Federal Register."""
    results = data.get("results") if isinstance(data, dict) else None
    return isinstance(results, list) and any(
        isinstance(each, dict) and "document_number" in each for each in results
    )


def register_feed(data: dict[str, Any], *, max_entries: int) -> FeedDocument:
    """Return the documents of an answer as a feed, at most `max_entries`."""
    known = [each for each in data["results"] if isinstance(each, dict) and each.get("document_number")]
    dropped = max(0, len(known) - max_entries)
    return FeedDocument(
        format="register",
        title=clean(plain(string(data, "description")), limit=TITLE_CHARS) or "Federal Register",
        url=HOME,
        language="en",
        entries=tuple(map(_entry, known[:max_entries])),
        warnings=(f"{dropped} entries over the limit of {max_entries} were left out",) if dropped else (),
        dropped=dropped,
    )


def _entry(item: dict[str, Any]) -> Entry:
    summary = plain(string(item, "abstract") or string(item, "excerpts"))
    said = [summary, plain(string(item, "dates")), *_days(item)]
    short, content = texts(summary, "\n".join(filter(None, said)))
    number = clean(str(item["document_number"]))
    address = link(string(item, "html_url"), HOME) or link(f"/d/{number}", HOME)
    return Entry(
        guid=f"federal-register:{number}",
        url=address,
        title=one_line(string(item, "title"), limit=TITLE_CHARS) or number,
        summary=short,
        content=content,
        published=moment(string(item, "publication_date")),
        authors=names(_agencies(item)),
        language="en",
        tags=names(iter([string(item, "type")])),
    )


def _days(item: dict[str, Any]) -> Iterator[str]:
    """The days a document states as sentences."""
    kind = string(item, "type").lower() or "document"
    effective, closing = moment(string(item, "effective_on")), moment(string(item, "comments_close_on"))
    if effective:
        yield f"The {kind} takes effect on {_written(effective)}."
    if closing:
        yield f"Comments on the {kind} close on {_written(closing)}."


def _written(day: datetime) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def _agencies(item: dict[str, Any]) -> Iterator[str]:
    for agency in item.get("agencies") or ():
        if isinstance(agency, dict):
            yield clean(string(agency, "name") or string(agency, "raw_name"), limit=NAME_CHARS)
