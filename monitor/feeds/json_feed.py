"""JSON Feed, versions 1 and 1.1 (https://www.jsonfeed.org/version/1.1/): feedparser knows only XML.

In: the text of a JSON document. Out: `FeedDocument` or `Rejected("not-a-feed")`. Fields of a wrong type are passed over,
never an error.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from monitor.feeds.entries import (
    NAME_CHARS,
    TITLE_CHARS,
    guid,
    headline,
    language,
    link,
    names,
    string,
    texts,
)
from monitor.feeds.register import is_register, register_feed
from monitor.model import Entry, FeedDocument, Rejected
from monitor.text.moments import is_zoneless, moment
from monitor.text.normalise import clean, plain
from monitor.text.normalise import title as one_line


def json_feed(text: str, *, url: str, max_entries: int) -> FeedDocument | Rejected:
    """Return the document of a JSON Feed, or of the Federal Register's answer (register.py)."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Rejected("not-a-feed", f"broken JSON: {clean(str(error), limit=120)}")
    if is_register(data):
        return register_feed(data, max_entries=max_entries)
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list):
        return Rejected("not-a-feed", "JSON, but not a JSON Feed: it has no list of items")
    known = [item for item in items if isinstance(item, dict)]
    base = link(string(data, "home_page_url"), url) or url
    dropped = max(0, len(known) - max_entries)
    return FeedDocument(
        format="json",
        title=clean(plain(string(data, "title")), limit=TITLE_CHARS),
        url=link(string(data, "home_page_url"), url),
        language=language(data.get("language")),
        entries=tuple(_entry(item, base, data) for item in known[:max_entries]),
        warnings=(f"{dropped} entries over the limit of {max_entries} were left out",) if dropped else (),
        dropped=dropped,
    )


def _entry(item: dict[str, Any], base: str, feed: dict[str, Any]) -> Entry:
    title = one_line(string(item, "title"), limit=TITLE_CHARS)
    body = plain(string(item, "content_html")) or string(item, "content_text")
    summary, content = texts(
        plain(string(item, "summary")), "\n".join(filter(None, map(clean, body.split("\n"))))
    )
    url = link(string(item, "url") or string(item, "external_url"), base)
    updated = moment(string(item, "date_modified"))
    written = string(item, "date_published") or string(item, "date_modified")
    return Entry(
        guid=guid(_id(item), url, title, summary or content),
        url=url,
        title=title or headline(summary or content) or url,
        summary=summary,
        content=content,
        published=moment(string(item, "date_published")) or updated,
        updated=updated,
        authors=names(iter([*_authors(item)] or [*_authors(feed)])),
        language=language(item.get("language") or feed.get("language")),
        tags=names(iter(_list(item, "tags"))),
        zoneless=written if is_zoneless(written) else "",
    )


def _list(data: dict[str, Any], name: str) -> list[Any]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _id(item: dict[str, Any]) -> str:
    """The id; version 1 allowed numbers."""
    value = item.get("id")
    return str(value) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else ""


def _authors(data: dict[str, Any]) -> Iterator[str]:
    """Version 1.1 has a list, version 1 one author."""
    for author in [*_list(data, "authors"), data.get("author")]:
        if isinstance(author, dict) and string(author, "name"):
            yield clean(string(author, "name"), limit=NAME_CHARS)
