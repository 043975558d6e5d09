"""What a search found as an Atom feed (RFC 4287), so that a feed reader tells of what comes.

Ids are made of the search and of articles' numbers alone: a reader sees each article once, whatever address the feed lies at.
"""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from monitor.model.desk import SearchResults, Sought
from monitor.text.normalise import clean
from monitor.web.desk.paper import web_address

_ATOM = "http://www.w3.org/2005/Atom"
_OURS = "https://monitor.invalid/"
_EPOCH = "1970-01-01T00:00:00+00:00"  # when a feed without entries was changed


def feed(sought: Sought, found: SearchResults, *, address: str, site: str) -> bytes:
    """The Atom document of a search; `address` is where it lies, `site` is what paths of the desk begin with."""
    root = ET.Element("feed", {"xmlns": _ATOM})
    _text(root, "title", f"monitor: {sought.words}")
    _text(root, "id", _id(f"search/{address.partition('?')[2]}"))
    newest = max((hit.article.seen_at.isoformat() for hit in found.hits), default=_EPOCH)
    _text(root, "updated", newest)
    _text(ET.SubElement(root, "author"), "name", "monitor")
    ET.SubElement(root, "link", rel="self", href=clean(address))
    for hit in found.hits:
        entry = ET.SubElement(root, "entry")
        _text(entry, "title", hit.article.title)
        _text(entry, "id", _id(f"article/{hit.article.id}"))
        _text(entry, "updated", hit.article.seen_at.isoformat())
        _text(entry, "published", hit.article.published.isoformat())
        _text(ET.SubElement(entry, "author"), "name", hit.article.outlet or "unknown")
        _text(entry, "summary", hit.snippet)
        ET.SubElement(entry, "link", href=f"{site}/articles/{hit.article.id}")
        if url := web_address(hit.article.url):
            ET.SubElement(entry, "link", rel="related", href=url)
    document: bytes = ET.tostring(root, "utf-8", xml_declaration=True)
    return document + b"\n"


def _text(parent: ET.Element, name: str, said: str) -> None:
    ET.SubElement(parent, name).text = clean(said)


def _id(name: str) -> str:
    return uuid5(NAMESPACE_URL, _OURS + name).urn
