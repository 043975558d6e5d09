"""Feed lists as OPML 2.0 (http://opml.org/spec2.opml).

In: the bytes of an OPML file; out: feeds, and back. Read are all outlines with an xmlUrl, nested or not; the nearest named
outline above gives the group. Written are name, address, group, language, and beside them every key of the feed as JSON in one
attribute, `monitor:feed`, that other programs pass over: JSON, for XML has no way to write some characters. What another program
changed of name, address, group and language counts. Never raises on bytes from outside; entities are not resolved.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import Any

from monitor.feeds.entries import language, link
from monitor.model import Feed, Rejected
from monitor.text.normalise import clean

NAMESPACE = "https://example.org/monitor/opml"
NAME_CHARS = 200
_DEFAULTS = Feed(id="-", name="-", url="-")
# A folder means something on one machine only: none is written, and no list from elsewhere may name one here.
_DEFAULTS_BY_KEY: dict[str, Any] = {
    name: value for name, value in asdict(_DEFAULTS).items() if name != "folder"
}
# Earlier versions wrote an attribute for each key: how to read them back.
_OWN: dict[str, Callable[[str], Any]] = {
    "id": str,
    "country": str,
    "time_zone": str,
    "trust": float,
    "is_trusted": lambda text: text == "True",
    "paywall": lambda text: text == "True",
    "state_media": lambda text: text == "True",
    "max_items": int,
    "enabled": lambda text: text == "True",
    "reason": str,
    "fallback_url": str,
    "topics": lambda text: tuple(text.split()),
    "hosts": lambda text: tuple(text.split()),
    "aggregator": lambda text: text == "True",
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
    taken: dict[str, int] = {}
    for outline in root.iter("outline", "Outline"):
        feed = _feed(outline)
        if feed and feed.url not in found:
            found[feed.url] = replace(feed, id=free_id(feed.id, taken))
    return tuple(found.values())


def free_id(wanted: str, taken: dict[str, int]) -> str:
    """Return the id, or the first of `id-2`, `id-3` that is not taken, and take it.

    `taken` holds the ids that are given, each with the last number tried after it: thousands of one name cost no more than others.
    """
    free, number = wanted, taken.get(wanted, 1)
    while free in taken:
        number += 1
        free = f"{wanted}-{number}"
    taken[wanted] = number
    taken.setdefault(free, 1)
    return free


def write_opml(feeds: Iterable[Feed]) -> bytes:
    """Return an OPML 2.0 document of the feeds that have an address of the web, one folder per group, UTF-8."""
    from lxml import etree  # noqa: PLC0415

    root = etree.Element("opml", version="2.0", nsmap={"monitor": NAMESPACE})
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Feeds"
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for feed in feeds:
        if feed.folder:
            continue
        if feed.group not in folders:
            folders[feed.group] = etree.SubElement(body, "outline", text=clean(feed.group, limit=NAME_CHARS))
        _write(folders[feed.group], feed)
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return written


def slug(text: str, *, otherwise: str = "feed") -> str:
    """Return an id made of a name: ASCII letters, digits and single hyphens, at most 60; `otherwise` for nothing."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower()).strip("-")[:60].strip("-") or otherwise


def _feed(outline: Any) -> Feed | None:
    plain = {_local(name): clean(value) for name, value in outline.attrib.items()}
    given = _plain(
        name=plain.get("text") or plain.get("title") or "",
        url=plain.get("xmlurl", ""),
        group=_group(outline),
        lang=plain.get("language", ""),
    )
    own = _own(outline)
    if "feed" in plain:
        whole = _DEFAULTS_BY_KEY | {"id": "", **own}
        before = _plain(name=whole["name"], url=whole["url"], group=whole["group"], lang=whole["lang"])
        own |= {key: value for key, value in given.items() if value != before[key]}
    values = given | own
    if not values["url"]:
        return None
    name = values["name"] or values["url"]
    return Feed(**values | {"name": name, "id": values.get("id") or slug(name)})


def _plain(*, name: str, url: str, group: str, lang: str) -> dict[str, str]:
    """What attributes of OPML say, read or about to be written: equal when nobody changed them."""
    return {
        "name": clean(name, limit=NAME_CHARS),
        "url": link(clean(url), ""),
        "group": clean(group, limit=NAME_CHARS) or _DEFAULTS.group,
        "lang": language(clean(lang)) or "en",
    }


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
    try:
        said = json.loads(outline.get(f"{{{NAMESPACE}}}feed") or "{}")
    except (ValueError, RecursionError):
        return own
    for name, default in _DEFAULTS_BY_KEY.items() if isinstance(said, dict) else ():
        value = said.get(name)
        if isinstance(default, tuple):
            if isinstance(value, list) and all(isinstance(each, str) for each in value):
                own[name] = tuple(value)
        elif type(value) is type(default):
            own[name] = value
    return own


def _group(outline: Any) -> str:
    above = outline.getparent()
    return "" if above is None else above.get("text") or above.get("title") or ""


def _write(folder: Any, feed: Feed) -> None:
    name = clean(feed.name, limit=NAME_CHARS)
    said = {
        "type": "rss",
        "text": name,
        "title": name,
        "xmlUrl": clean(feed.url),
        "language": clean(feed.lang),
    }
    node = folder.makeelement("outline", said)
    folder.append(node)
    whole = {
        name: value
        for name, value in asdict(feed).items()
        if name in ("id", "name", "url") or value != _DEFAULTS_BY_KEY.get(name, "")
    }
    node.set(f"{{{NAMESPACE}}}feed", json.dumps(whole))
