"""Feed documents in the dialects the demo needs: items in, bytes and a content type out.

Written by hand, not by a library, because some of them have to be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import format_datetime
from html import escape

from monitor.demo.week import Item, Source

Document = tuple[int, str, str]  # HTTP status, content type, text
_RSS = "application/rss+xml; charset=utf-8"


def document(source: Source, items: Sequence[Item], *, base_url: str) -> Document:
    """Return what the source's feed answers with these items, newest first."""
    return ANSWERS[source.answer](source, items, base_url)


def _rss(source: Source, items: Sequence[Item], base_url: str) -> Document:
    return 200, _RSS, _rss_text(source, [_rss_item(item, base_url) for item in items], base_url)


def _rss_full(source: Source, items: Sequence[Item], base_url: str) -> Document:
    return (
        200,
        _RSS,
        _rss_text(source, [_rss_item(item, base_url, more=_encoded(item)) for item in items], base_url),
    )


def _rss_tracked(source: Source, items: Sequence[Item], base_url: str) -> Document:
    tracked = [_rss_item(item, base_url, query="?utm_source=rss&utm_medium=feed") for item in items]
    return 200, _RSS, _rss_text(source, tracked, base_url)


def _broken(source: Source, items: Sequence[Item], base_url: str) -> Document:
    """RSS with naked ampersands, and without the end tag of its first item and of its root."""
    rows = [_rss_item(item, base_url).replace("&amp;", "&") for item in items]
    rows[:1] = [row.replace("</item>", "") for row in rows[:1]]
    return 200, _RSS, _rss_text(source, rows, base_url).replace("</rss>", "")


def _rss_text(source: Source, rows: Sequence[str], base_url: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(source.name)}</title><link>{base_url}/{source.id}/</link><language>en</language>
<description>All articles of {escape(source.name)}</description>
{"".join(rows)}</channel>
</rss>
"""


def _rss_item(item: Item, base_url: str, *, query: str = "", more: str = "") -> str:
    return f"""<item><title>{escape(item.title)}</title>
<link>{escape(base_url + item.path + query)}</link><guid isPermaLink="false">{item.outlet}:{item.slug}</guid>
<pubDate>{format_datetime(item.published, usegmt=True)}</pubDate><dc:creator>{escape(item.author)}</dc:creator>
<description>{escape(item.summary)}</description>{more}</item>
"""


def _encoded(item: Item) -> str:
    return f"<content:encoded><![CDATA[{_html(item)}]]></content:encoded>"


def _html(item: Item) -> str:
    return "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in item.paragraphs)


def _atom(source: Source, items: Sequence[Item], base_url: str) -> Document:
    rows = "".join(_atom_entry(item, base_url) for item in items)
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<title>{escape(source.name)}</title><id>urn:demo:{source.id}</id><link href="{base_url}/{source.id}/"/>
<updated>{_newest(items)}</updated>
{rows}</feed>
"""
    return 200, "application/atom+xml; charset=utf-8", text


def _atom_entry(item: Item, base_url: str) -> str:
    return f"""<entry><title>{escape(item.title)}</title><id>urn:demo:{item.outlet}:{item.slug}</id>
<link rel="alternate" href="{base_url}{item.path}"/><author><name>{escape(item.author or "Staff")}</name></author>
<published>{_iso(item.published)}</published><updated>{_iso(item.published)}</updated>
<summary>{escape(item.summary)}</summary></entry>
"""


def _rdf(source: Source, items: Sequence[Item], base_url: str) -> Document:
    listed = "".join(f'<rdf:li rdf:resource="{base_url}{item.path}"/>' for item in items)
    rows = "".join(_rdf_item(item, base_url) for item in items)
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{base_url}/{source.id}/"><title>{escape(source.name)}</title><link>{base_url}/{source.id}/</link>
<description>{escape(source.name)}</description><dc:language>en</dc:language><items><rdf:Seq>{listed}</rdf:Seq></items></channel>
{rows}</rdf:RDF>
"""
    return 200, "application/rdf+xml; charset=utf-8", text


def _rdf_item(item: Item, base_url: str) -> str:
    return f"""<item rdf:about="{base_url}{item.path}"><title>{escape(item.title)}</title><link>{base_url}{item.path}</link>
<description>{escape(item.summary)}</description><dc:date>{_iso(item.published)}</dc:date></item>
"""


def _json(source: Source, items: Sequence[Item], base_url: str) -> Document:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": source.name,
        "home_page_url": f"{base_url}/{source.id}/",
        "language": "en",
        "items": [_json_item(item, base_url) for item in items],
    }
    return 200, "application/feed+json", json.dumps(feed, ensure_ascii=False, indent=1)


def _json_item(item: Item, base_url: str) -> dict[str, object]:
    return {
        "id": f"{item.outlet}:{item.slug}",
        "url": base_url + item.path,
        "title": item.title,
        "summary": item.summary,
        "date_published": _iso(item.published),
        "authors": [{"name": item.author}] if item.author else [],
    }


def _error(_source: Source, _items: Sequence[Item], _base_url: str) -> Document:
    return 500, "text/plain; charset=utf-8", "The presses are down.\n"


def _page(source: Source, _items: Sequence[Item], _base_url: str) -> Document:
    text = f"<!doctype html><html lang=en><title>{source.name}</title><h1>Welcome to {source.name}</h1><p>Our feed has moved."
    return 200, "text/html; charset=utf-8", text


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _newest(items: Sequence[Item]) -> str:
    return _iso(items[0].published) if items else "2026-03-01T00:00:00Z"


ANSWERS: dict[str, Callable[[Source, Sequence[Item], str], Document]] = {
    "rss": _rss,
    "rss-full": _rss_full,  # carries the whole text
    "rss-tracked": _rss_tracked,  # links carry tracking parameters
    "atom": _atom,
    "rdf": _rdf,
    "json": _json,
    "broken": _broken,
    "error": _error,
    "html": _page,
}
