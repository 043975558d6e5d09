"""The common kinds of RSS 2.0 and Atom 1.0, read forty times faster than feedparser reads them.

In: the text of a well-formed document. Out: exactly what feedparser would have found in it, as `Parsed`, or None; and `entry`,
which turns one element into an `Entry` or raises `DoubtError`. It knows the plain forms only: whatever feedparser treats in a
special way (RDF, xml:base, XHTML inside elements, media groups, document types, ...) is a doubt, and a doubtful document is
left to feedparser as a whole. So it never decides what a feed means; tests/feeds/test_feed_fast.py compares the two.
Measured in docs/notes/poll-speed.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError, XMLParser

from monitor.feeds import entries
from monitor.model import Entry
from monitor.text.moments import moment

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_SY = "{http://purl.org/rss/1.0/modules/syndication/}"
_MEDIA = "{http://search.yahoo.com/mrss/}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_ORIGINAL_LINK = "{http://rssnamespace.org/feedburner/ext/1.0}origLink"

_MAX_CHARS = 8 * 2**20  # the tree takes several times as much memory
# feedparser takes these characters for Windows-1252.
_C1 = re.compile("[\x80-\x9f]")
_C1_REFERENCE = re.compile("&#0*(?:12[89]|1[345][0-9]|[xX]0*[89][0-9a-fA-F]);")
# What makes feedparser see another format than the root element says.
_ODD_ROOT = re.compile(r"purl\.org/rss/1\.0/[\"']|rss/simple/0\.9/|backend\.userland\.com", re.IGNORECASE)
_TOO_MANY_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)")
_BARE_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_ADDRESS = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)

# Elements that say nothing an `Entry` or `FeedDocument` holds, with no meaning of their own to feedparser.
_SILENT_SPACES = (
    "{http://purl.org/rss/1.0/modules/slash/}",
    "{http://wellformedweb.org/commentAPI/}",
    _SY,
)
_SILENT_ITEM = frozenset(
    {
        "comments",
        "enclosure",
        f"{_MEDIA}content",
        f"{_MEDIA}thumbnail",
        f"{_MEDIA}credit",
        "{com-wordpress:feed-additions:1}post-id",
    }
)
_SILENT_CHANNEL = frozenset(
    "description copyright lastBuildDate pubDate generator docs managingEditor webMaster category cloud rating".split()
) | {f"{_MEDIA}thumbnail"}
_SILENT_ATOM = frozenset(f"{_ATOM}{name}" for name in "rights generator icon logo subtitle".split())
# Their parts are read as parts of the feed when they stand anywhere else, or hold anything else.
_PARTS = {
    "image": frozenset("url title link width height description".split()),
    "textInput": frozenset("title description name link".split()),
    "skipHours": frozenset({"hour"}),
    "skipDays": frozenset({"day"}),
    f"{_ATOM}author": frozenset(f"{_ATOM}{name}" for name in ("name", "email", "uri")),
    f"{_ATOM}contributor": frozenset(f"{_ATOM}{name}" for name in ("name", "email", "uri")),
}
_ATOM_TEXT_TYPES = frozenset({None, "text", "html"})
_BAD_LINK = frozenset({"url", "uri", "base"})  # they move the address
_HTML_TYPES = frozenset({"html", "text/html", "application/xhtml+xml", "xhtml"})


class DoubtError(Exception):
    """A document that feedparser might read otherwise. The message is for whoever extends this file."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as far as it is needed: `feed` in feedparser's words, `entries` still as elements."""

    version: str
    feed: dict[str, str]
    entries: list[Any] = field(default_factory=list)
    bozo: bool = False


def document(text: str) -> Parsed | None:
    """Return a plain, well-formed RSS 2.0 or Atom 1.0 document; None for everything else."""
    if len(text) > _MAX_CHARS or _is_odd(text):
        return None
    try:
        parser = XMLParser()  # noqa: S314 -- expat limits amplification, and no document type gets here
        parser.feed(text)
        root = parser.close()
        read = _READERS.get(root.tag)
        return read(root) if read else None
    except (ParseError, DoubtError):
        return None


def _is_odd(text: str) -> bool:
    """True for what the tree does not show any more."""
    return (
        "<!DOCTYPE" in text
        or "xml:base" in text
        or ("&#" in text and _C1_REFERENCE.search(text) is not None)
        or (not text.isascii() and _C1.search(text) is not None)
        or _ODD_ROOT.search(text, 0, text.find(">")) is not None
    )


def entry(element: Any, base: str) -> Entry:
    """Return one item or entry element as an `Entry`. Raises DoubtError."""
    item = _atom_entry(element) if element.tag == f"{_ATOM}entry" else _item(element)
    result = entries.entry(item, base)
    _doubt_dates(item, result)
    return result


def _doubt_dates(item: dict[str, Any], result: Entry) -> None:
    """Dates in rare languages are feedparser's."""
    published, updated = item.get("published", ""), item.get("updated", "")
    if updated and result.updated is None:
        raise DoubtError(f"date {updated!r}")
    if published and published != updated and (result.published is None or updated):
        if moment(published) is None:
            raise DoubtError(f"date {published!r}")


# --------------------------------------------------------------------------- RSS


def _rss(root: Any) -> Parsed:
    language = _root_language(root, {"version"})
    if len(root) != 1 or root[0].tag != "channel" or root[0].attrib:
        raise DoubtError("a channel and nothing else")
    feed: dict[str, str] = {"language": language} if language else {}
    items = []
    once = _Once()
    for child in root[0]:
        tag = child.tag
        if tag == "item":
            items.append(child)
        elif tag in _CHANNEL:
            once.check(tag)
            feed[_CHANNEL[tag]] = _text(child)
        elif tag == f"{_ATOM}link":
            _doubt_alternate(child)
        elif tag in _PARTS:
            _doubt_parts(child)
        elif tag not in _SILENT_CHANNEL and not tag.startswith(_SILENT_SPACES):
            raise DoubtError(tag)
        elif len(child):
            raise DoubtError(f"elements in {tag}")
    if "link" in feed:
        feed["link"] = _BARE_REFERENCE.sub(r"&\g<1>", _address(feed["link"]))
    _mark_language(items, language)
    return Parsed("rss", feed, items)


_CHANNEL = {
    "title": "title",
    "link": "link",
    "language": "language",
    "ttl": "ttl",
    f"{_SY}updatePeriod": "sy_updateperiod",
    f"{_SY}updateFrequency": "sy_updatefrequency",
}
_ITEM = {
    "title": "title",
    "pubDate": "published",
    f"{_DC}date": "updated",
    _ORIGINAL_LINK: "feedburner_origlink",
}


def _item(element: Any) -> dict[str, Any]:
    item: dict[str, Any] = {}
    once = _Once()
    for child in element:
        tag = child.tag
        if tag in _ITEM:
            once.check(_ITEM[tag])
            item[_ITEM[tag]] = _text(child)
        elif tag in _ITEM_READERS:
            _ITEM_READERS[tag](item, child, once)
        elif tag not in _SILENT_ITEM and not tag.startswith(_SILENT_SPACES):
            raise DoubtError(tag)
        elif len(child):
            raise DoubtError(f"elements in {tag}")
    return _settled(item, element)


def _item_link(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("link")
    item["link"] = _BARE_REFERENCE.sub(r"&\g<1>", _address(_text(child)).replace("&amp;", "&"))


def _item_guid(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("id")
    is_link = child.get("isPermaLink", "true") == "true"
    if len(child) or any(name != "isPermaLink" for name in child.keys()):
        raise DoubtError("a guid with more to it")
    said = _mended((child.text or "").strip())
    item["id"] = _address(said) if is_link else said
    if is_link:
        item.setdefault("link", item["id"])


def _item_summary(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("summary")
    item["summary"] = _text(child)


def _item_content(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("content")
    item["content"] = [{"value": _text(child)}]


def _item_author(item: dict[str, Any], child: Any, _once: _Once) -> None:
    said = _text(child)
    item["author"] = said
    item.setdefault("authors", []).append({"name": _name(said)} if said else {})


def _item_category(item: dict[str, Any], child: Any, _once: _Once) -> None:
    if len(child) or any(name != "domain" for name in child.keys()):
        raise DoubtError("a category with more to it")
    _tag(item, {"term": None, "scheme": child.get("domain"), "label": None}, child)


def _item_source(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("source")
    if len(child) or any(name != "url" for name in child.keys()):
        raise DoubtError("a source with more to it")
    title = _mended((child.text or "").strip())
    item["source"] = {"href": child.get("url", ""), "title": title}


# --------------------------------------------------------------------------- Atom


def _atom(root: Any) -> Parsed:
    language = _root_language(root, set())
    feed: dict[str, str] = {"language": language} if language else {}
    items = []
    once = _Once()
    for child in root:
        tag = child.tag
        if tag == f"{_ATOM}entry":
            items.append(child)
        elif tag == f"{_ATOM}title":
            once.check(tag)
            feed["title"] = _atom_text(child)
        elif tag == f"{_ATOM}link":
            _atom_link(feed, child)
        elif tag in _PARTS:
            _doubt_parts(child)
        elif tag in {f"{_ATOM}id", f"{_ATOM}updated"}:
            once.check(tag)
            said = _text(child)
            if tag == f"{_ATOM}id":
                feed.setdefault("link", _address(said))
        elif tag in {f"{_SY}updatePeriod", f"{_SY}updateFrequency"}:
            feed[_CHANNEL[tag]] = _text(child)
        elif tag not in _SILENT_ATOM:
            raise DoubtError(tag)
        elif len(child):
            raise DoubtError(f"elements in {tag}")
    _mark_language(items, language)
    return Parsed("atom10", feed, items)


def _atom_entry(element: Any) -> dict[str, Any]:
    item: dict[str, Any] = {}
    once = _Once()
    for child in element:
        read = _ENTRY_READERS.get(child.tag)
        if read:
            read(item, child, once)
        elif child.tag in _PARTS:
            _doubt_parts(child)
        elif child.tag not in _SILENT_ATOM and child.tag not in _SILENT_ITEM:
            raise DoubtError(child.tag)
        elif len(child):
            raise DoubtError(f"elements in {child.tag}")
    return _settled(item, element)


def _atom_link(item: dict[str, Any], child: Any, _once: object = None) -> None:
    """The last alternate that is a page wins; other relations do not matter."""
    if len(child) or (child.text or "").strip() or not child.get("href"):
        raise DoubtError("a link with more to it")
    if any(name in _BAD_LINK or name[0] == "{" for name in child.keys()):
        raise DoubtError("a link with more to it")
    if child.get("rel", "alternate").lower() == "alternate" and child.get("type", "html").lower() in _HTML_TYPES:
        item["link"] = _address(child.get("href"))


def _atom_id(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("id")
    item["id"] = _address(_text(child))
    item.setdefault("link", item["id"])


def _atom_title(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("title")
    item["title"] = _atom_text(child)


def _atom_summary(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("summary")
    item["summary"] = _atom_text(child)


def _atom_content(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("content")
    item["content"] = [{"value": _atom_text(child)}]


def _atom_published(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("published")
    item["published"] = _text(child)


def _atom_updated(item: dict[str, Any], child: Any, once: _Once) -> None:
    once.check("updated")
    item["updated"] = _text(child)


def _atom_author(item: dict[str, Any], child: Any, _once: _Once) -> None:
    _doubt_parts(child)
    said = {part.tag: (part.text or "").strip() for part in child}
    name, email = said.get(f"{_ATOM}name", ""), said.get(f"{_ATOM}email", "")
    item["author"] = f"{name} ({email})" if name and email else name or email
    item.setdefault("authors", []).append({"name": name} if name else {})


def _atom_category(item: dict[str, Any], child: Any, _once: _Once) -> None:
    if len(child) or any(name not in {"term", "scheme", "label"} for name in child.keys()):
        raise DoubtError("a category with more to it")
    _tag(item, {name: child.get(name) for name in ("term", "scheme", "label")}, child)


def _atom_text(child: Any) -> str:
    if len(child) or child.get("type") not in _ATOM_TEXT_TYPES or any(name != "type" for name in child.keys()):
        raise DoubtError(f"more than text in {child.tag}")
    return _mended((child.text or "").strip())


# --------------------------------------------------------------------------- what both have


class _Once:
    """Elements that may stand once: feedparser has rules of its own for the second."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def check(self, name: str) -> None:
        """Raises DoubtError for the second one."""
        if name in self._seen:
            raise DoubtError(f"two of {name}")
        self._seen.add(name)


def _text(child: Any) -> str:
    """The text of an element that has nothing else."""
    if len(child) or child.attrib:
        raise DoubtError(f"more than text in {child.tag}")
    return _mended((child.text or "").strip())


def _mended(text: str) -> str:
    """UTF-8 that was taken for Latin-1 and encoded again, as feedparser mends it."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _address(text: str) -> str:
    return _TOO_MANY_SLASHES.sub(r"\1", text) if ":///" in text else text


def _name(said: str) -> str | None:
    """A person's name without the mail address around or in it; None when there is only an address."""
    found = _ADDRESS.search(said)
    if not found:
        return said
    rest = said.replace(found[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
    rest = rest.removeprefix("(")
    return rest.removesuffix(")").strip() or None


def _tag(item: dict[str, Any], tag: dict[str, Any], child: Any) -> None:
    tags = item.setdefault("tags", [])
    if any(tag.values()) and tag not in tags:
        tags.append(tag)
    said = _mended((child.text or "").strip())
    if said and tags and not tags[-1]["term"]:
        tags[-1]["term"] = said
    elif said:
        _tag_once(tags, {"term": said, "scheme": None, "label": None})


def _tag_once(tags: list[dict[str, Any]], tag: dict[str, Any]) -> None:
    if tag not in tags:
        tags.append(tag)


def _settled(item: dict[str, Any], element: Any) -> dict[str, Any]:
    """The item with what feedparser fills in: the content for a summary that is not there, the language of the whole."""
    if element.keys() and set(element.keys()) != {_LANGUAGE_MARK}:
        raise DoubtError(f"attributes of {element.tag}")
    if "content" in item:
        item.setdefault("summary", item["content"][0]["value"])
    language = element.get(_LANGUAGE_MARK, "")
    if language and ("title" in item or "summary" in item):
        item["title_detail"] = {"language": language}
    return item


_LANGUAGE_MARK = "language-of-the-root"


def _mark_language(items: list[Any], language: str) -> None:
    for item in items if language else ():
        if item.keys():
            raise DoubtError("attributes of an entry")
        item.set(_LANGUAGE_MARK, language)


def _root_language(root: Any, known: set[str]) -> str:
    if not set(root.keys()) <= known | {_XML_LANG}:
        raise DoubtError("attributes of the root")
    return str(root.get(_XML_LANG, "")).replace("_", "-")


def _doubt_parts(element: Any) -> None:
    parts = [part.tag for part in element]
    if element.keys() or not _PARTS[element.tag].issuperset(parts) or any(len(p) or p.keys() for p in element):
        raise DoubtError(f"an odd {element.tag}")
    if (element.text or "").strip() or (len(set(parts)) != len(parts) and not element.tag.startswith("skip")):
        raise DoubtError(f"an odd {element.tag}")


def _doubt_alternate(child: Any) -> None:
    """A link of Atom in RSS must not be the feed's own link."""
    found: dict[str, Any] = {}
    _atom_link(found, child)
    if found:
        raise DoubtError("an alternate link of Atom in RSS")


_Reader = Callable[[dict[str, Any], Any, _Once], None]
_READERS: dict[str, Callable[[Any], Parsed]] = {"rss": _rss, f"{_ATOM}feed": _atom}
_ITEM_READERS: dict[str, _Reader] = {
    "link": _item_link,
    "guid": _item_guid,
    "description": _item_summary,
    _CONTENT: _item_content,
    "author": _item_author,
    f"{_DC}creator": _item_author,
    "category": _item_category,
    f"{_DC}subject": _item_category,
    "source": _item_source,
}
_ENTRY_READERS: dict[str, _Reader] = {
    f"{_ATOM}link": _atom_link,
    f"{_ATOM}id": _atom_id,
    f"{_ATOM}title": _atom_title,
    f"{_ATOM}summary": _atom_summary,
    f"{_ATOM}content": _atom_content,
    f"{_ATOM}published": _atom_published,
    f"{_ATOM}updated": _atom_updated,
    f"{_ATOM}author": _atom_author,
    f"{_ATOM}category": _atom_category,
}
