"""Feed lists as OPML 2.0 (http://opml.org/spec2.opml).

In: the bytes of an OPML file; out: feeds, and back. Read are all outlines with an xmlUrl, nested or not; the nearest named
outline above gives the group. Written are name, address, group, language, and what our own reader needs for a round trip
in `monitor:` attributes that other programs pass over. Never raises on bytes from outside; entities are not resolved.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import fields
from typing import Any

from monitor.feeds.entries import language, link
from monitor.model import Feed, Rejected
from monitor.text.normalise import clean

NAMESPACE = "https://example.org/monitor/opml"
NAME_CHARS = 200
_DEFAULTS = Feed(id="-", name="-", url="-")
# Carried in our own attributes, with how to read them back.
_OWN: dict[str, Callable[[str], Any]] = {
    "id": str,
    "country": str,
    "trust": float,
    "is_trusted": lambda text: text == "True",
    "paywall": lambda text: text == "True",
    "state_media": lambda text: text == "True",
    "max_items": int,
    "enabled": lambda text: text == "True",
    "reason": str,
    "fallback_url": str,
    "topics": lambda text: tuple(text.split()),
}


def read_opml(body: bytes) -> tuple[Feed, ...] | Rejected:
    """Return the feeds of an OPML file in their order, each address once; `Rejected("not-opml")` for anything else."""
    from lxml import etree  # noqa: PLC0415 -- slow to import, and polling does not need it

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return Rejected("not-opml", clean(str(error), limit=200))
    if root is None or _local(root.tag) != "opml":
        return Rejected("not-opml", "the file is not an OPML list")
    found: dict[str, Feed] = {}
    ids: set[str] = set()
    for outline in root.iter("outline", "Outline"):
        feed = _feed(outline, ids)
        if feed and feed.url not in found:
            found[feed.url] = feed
            ids.add(feed.id)
    return tuple(found.values())


def write_opml(feeds: Iterable[Feed]) -> bytes:
    """Return an OPML 2.0 document of the feeds, one folder per group, UTF-8."""
    from lxml import etree  # noqa: PLC0415

    root = etree.Element("opml", version="2.0", nsmap={"monitor": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds"
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for feed in feeds:
        if feed.group not in folders:
            folders[feed.group] = etree.SubElement(body, "outline", text=feed.group)
        _write(folders[feed.group], feed)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def slug(text: str) -> str:
    """Return an id made of a name: ASCII letters, digits and single hyphens, at most 60; "feed" for nothing."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60].strip("-") or "feed"


def _feed(outline: Any, taken: set[str]) -> Feed | None:
    given = {_local(name): clean(value) for name, value in outline.attrib.items()}
    url = link(given.get("xmlurl", ""), "")
    if not url:
        return None
    name = clean(given.get("text") or given.get("title") or url, limit=NAME_CHARS)
    own = _own(outline)
    feed_id = own.pop("id", "") or slug(name)
    return Feed(
        id=_free(feed_id, taken),
        name=name,
        url=url,
        group=_group(outline),
        lang=language(given.get("language")) or "en",
        **own,
    )


def _local(name: str) -> str:
    """A tag's or attribute's name without its namespace, in lower case."""
    return name.rpartition("}")[2].lower()


def _own(outline: Any) -> dict[str, Any]:
    """Our own attributes; a value that cannot be read is passed over."""
    own: dict[str, Any] = {}
    for name, read in _OWN.items():
        value = outline.get(f"{{{NAMESPACE}}}{name}")
        try:
            own |= {name: read(clean(value))} if value is not None else {}
        except ValueError:
            continue
    return own


def _free(wanted: str, taken: set[str]) -> str:
    number = 1
    free = wanted
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    return free


def _group(outline: Any) -> str:
    above = outline.getparent()
    name = clean(above.get("text") or above.get("title") or "", limit=NAME_CHARS) if above is not None else ""
    return name or _DEFAULTS.group


def _write(folder: Any, feed: Feed) -> None:
    said = {"type": "rss", "text": feed.name, "title": feed.name, "xmlUrl": feed.url, "language": feed.lang}
    node = folder.makeelement("outline", said)
    folder.append(node)
    for field in fields(Feed):
        value = getattr(feed, field.name)
        if field.name in _OWN and value != getattr(_DEFAULTS, field.name):
            node.set(
                f"{{{NAMESPACE}}}{field.name}", " ".join(value) if isinstance(value, tuple) else str(value)
            )
