"""The common kinds of RSS 2.0 and Atom 1.0, read forty times faster than feedparser reads them.

In: the text of a well-formed document. Out: exactly what feedparser would have found in it, as `Parsed`, or None; and `entry`,
which turns one element into an `Entry` or raises `DoubtError`. It knows the plain forms only: whatever feedparser treats in a
special way (RDF, xml:base, XHTML inside elements, media groups, document types, ...) is a doubt, and a doubtful document is
left to feedparser as a whole. So it never decides what a feed means; tests/feeds/test_feed_fast.py compares the two.
Measured in docs/notes/poll-speed.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import ParseError, XMLParser

from monitor.feeds import elements, entries, simple
from monitor.model import Entry

_MAX_CHARS = 8 * 2**20  # the tree takes several times as much memory
# feedparser takes these characters for Windows-1252.
_C1 = re.compile("[\x80-\x9f]")
_C1_REFERENCE = re.compile("&#0*(?:12[89]|1[345][0-9]|[xX]0*[89][0-9a-fA-F]);")
# What makes feedparser see another format than the root element says.
_ODD_ROOT = re.compile(r"purl\.org/rss/1\.0/[\"']|rss/simple/0\.9/|backend\.userland\.com", re.IGNORECASE)
_TOO_MANY_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)(/*)")
_BARE_REFERENCE = re.compile(r"&([A-Za-z0-9_]+);")
_MAIL = re.compile(
    r"(([a-zA-Z0-9\_\-\.\+]+)@((\[[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.)|(([a-zA-Z0-9\-]+\.)+))([a-zA-Z]{2,4}|[0-9]{1,3})(\]?))(\?subject=\S+)?"
)


_ATOM_TEXT_TYPES = frozenset({None, "text", "html"})
_PAGE_TYPES = frozenset({"html", "text/html", "application/xhtml+xml", "xhtml"})
_MOVES_LINKS = frozenset({"url", "uri", "base"})


class DoubtError(Exception):
    """A document that feedparser might read otherwise. The message is for whoever extends this file."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as far as it is needed: `feed` in feedparser's words, `entries` still as elements."""

    version: str
    feed: dict[str, str]
    entries: list[Any] = field(default_factory=list)
    bozo: bool = False


Found = dict[str, Any]  # elements by meaning; a list of them for what may stand several times


def document(text: str) -> Parsed | None:
    """Return a plain, well-formed RSS 2.0 or Atom 1.0 document; None for everything else."""
    if len(text) > _MAX_CHARS or _is_odd(text):
        return None
    try:
        parser = XMLParser()  # noqa: S314 -- expat limits amplification, and no document type gets here
        parser.feed(text)
        return parsed(parser.close())
    except (ParseError, DoubtError):
        return None


def parsed(root: Any) -> Parsed:
    """Return the document under a root element. Raises DoubtError."""
    if root.tag == "rss":
        return _rss(root)
    if root.tag == f"{elements.ATOM}feed":
        return _atom(root)
    raise DoubtError(root.tag)


def entry(element: Any, base: str) -> Entry:
    """Return one item or entry element as an `Entry`. Raises DoubtError."""
    item = _atom_entry(element) if element.tag == f"{elements.ATOM}entry" else _item(element)
    result = simple.entry(item, base) or entries.entry(item, base)
    published, updated = item.get("published", ""), item.get("updated", "")
    # Dates in rare languages are feedparser's.
    if (updated and result.updated is None) or (published and result.published is None):
        raise DoubtError(f"date {updated or published!r}")
    if published and updated and published != updated and simple.when(published) is None:
        raise DoubtError(f"date {published!r}")
    return result


def _is_odd(text: str) -> bool:
    """True for what the tree does not show any more."""
    return (
        "<!DOCTYPE" in text
        or "xml:base" in text
        or ("&#" in text and _C1_REFERENCE.search(text) is not None)
        or (not text.isascii() and _C1.search(text) is not None)
        or _ODD_ROOT.search(text, 0, text.find(">")) is not None
    )


# --------------------------------------------------------------------------- RSS


def _rss(root: Any) -> Parsed:
    feed = _of_root(root, {"version"})
    if len(root) != 1 or root[0].tag != "channel" or root[0].keys():
        raise DoubtError("a channel and nothing else")
    found = _found(root[0], elements.CHANNEL, elements.SILENT_CHANNEL)
    for name in found.keys() & elements.PARTS.keys():
        _doubt_parts(found[name], name)
    if any(_is_alternate(link) for link in found.pop("other link", ())):
        raise DoubtError("an alternate link of Atom in RSS")
    items = _marked(found.pop("item", []), feed)
    links = found.pop("link", [])
    feed |= {name: _text(child) for name, child in found.items() if name not in elements.PARTS}
    if links:
        feed["link"] = _unreferenced(_address(_text(_only(links))))
    return Parsed("rss", feed, items)


def _item(element: Any) -> dict[str, Any]:
    found = _found(element, elements.ITEM, elements.SILENT_ITEM)
    item: dict[str, Any] = {name: _text(found[name]) for name in found if name in elements.TEXTS}
    if "guid" in found:
        said, is_link = _guid(found["guid"])
        item["id"] = _address(said) if is_link else said
        if is_link:
            item["link"] = item["id"]
    if "link" in found:
        item["link"] = _unreferenced(_address(_text(_only(found["link"]))).replace("&amp;", "&"))
    if not item.get("link"):
        item["enclosures"] = [
            {"href": child.get("url", ""), "type": child.get("type", "")}
            for child in element.findall("enclosure")
        ]
    if "content" in found:
        item["content"] = [{"value": _text(found["content"])}]
    if "source" in found:
        said, given = _with_attributes(found["source"], {"url"})
        item["source"] = {"href": given.get("url", ""), "title": said}
    if "author" in found:
        said_by = [_text(child) for child in found["author"]]
        item["author"] = said_by[-1]
        item["authors"] = [{"name": _name(said)} if said else {} for said in said_by]
    if "category" in found:
        item["tags"] = _tags(_with_attributes(child, {"domain"}) for child in found["category"])
    return _settled(item, element)


def _guid(child: Any) -> tuple[str, bool]:
    said, given = _with_attributes(child, {"isPermaLink"})
    return said, given.get("isPermaLink", "true") == "true"


# --------------------------------------------------------------------------- Atom


def _atom(root: Any) -> Parsed:
    feed = _of_root(root, set())
    found = _found(root, elements.FEED, elements.SILENT_FEED)
    for name in found.keys() & elements.PARTS.keys():
        for person in found.pop(name):
            _doubt_parts(person, name)
    items = _marked(found.pop("entry", []), feed)
    _take_link(feed, found)
    for name in found.keys() & {"sy_updateperiod", "sy_updatefrequency"}:
        feed[name] = _text(found[name])
    if "updated" in found:
        _text(found["updated"])
    if "title" in found:
        feed["title"] = _atom_text(found["title"])
    feed.pop("id", None)
    return Parsed("atom10", feed, items)


def _atom_entry(element: Any) -> dict[str, Any]:
    found = _found(element, elements.ENTRY, elements.SILENT_ENTRY)
    item: dict[str, Any] = {}
    for name in ("title", "summary"):
        if name in found:
            item[name] = _atom_text(found[name])
    for name in ("published", "updated"):
        if name in found:
            item[name] = _text(found[name])
    _take_link(item, found)
    if item.get("link") == item.get("id"):
        links = found.get("link", ())
        item["enclosures"] = [
            {"href": link.get("href"), "type": link.get("type", "")}
            for link in links
            if link.get("rel") == "enclosure"
        ]
    if "content" in found:
        item["content"] = [{"value": _atom_text(found["content"])}]
    if "author" in found:
        people = [_person(child) for child in found["author"]]
        name, mail = people[-1]
        item["author"] = f"{name} ({mail})" if name and mail else name or mail
        item["authors"] = [{"name": name} if name else {} for name, _ in people]
    if "category" in found:
        item["tags"] = _tags(
            _with_attributes(child, {"term", "scheme", "label"}) for child in found["category"]
        )
    for child in found.get("contributor", ()):
        _doubt_parts(child, "contributor")
    return _settled(item, element)


def _take_link(item: dict[str, Any], found: Found) -> None:
    """The last alternate that is a page, else the id."""
    if "id" in found:
        item["id"] = item["link"] = _address(_text(found["id"]))
    for link in found.get("link", ()):
        if _is_alternate(link):
            item["link"] = _address(link.get("href"))


def _is_alternate(link: Any) -> bool:
    """True for a link to what the feed or entry is about. Raises DoubtError for one that is more than an empty element."""
    names = link.keys()
    if len(link) or (link.text or "").strip() or not link.get("href"):
        raise DoubtError("a link with more to it")
    if not _MOVES_LINKS.isdisjoint(names) or any(name[0] == "{" for name in names):
        raise DoubtError("a link with more to it")
    relation, kind = link.get("rel", "alternate"), link.get("type", "html")
    return relation.lower() == "alternate" and kind.lower() in _PAGE_TYPES


def _person(child: Any) -> tuple[str, str]:
    """(name, mail address)."""
    _doubt_parts(child, "author")
    said = {part.tag: (part.text or "").strip() for part in child}
    return said.get(f"{elements.ATOM}name", ""), said.get(f"{elements.ATOM}email", "")


def _atom_text(child: Any) -> str:
    if child.get("type") not in _ATOM_TEXT_TYPES:
        raise DoubtError(f"more than text in {child.tag}")
    return _with_attributes(child, {"type"})[0]


# --------------------------------------------------------------------------- what both have


def _found(element: Any, known: dict[str, str], silent: frozenset[str]) -> Found:
    """The elements in an element by what they mean. Raises DoubtError for unknown ones and for two where one may stand."""
    found: Found = {}
    for child in element:
        name = known.get(child.tag)
        if name is None:
            _doubt_noise(child, silent)
        elif name in elements.MANY:
            found.setdefault(name, []).append(child)
        elif name in found:
            raise DoubtError(f"two of {name}")
        else:
            found[name] = child
    return found


def _doubt_noise(child: Any, silent: frozenset[str]) -> None:
    if child.tag not in silent and not child.tag.startswith(elements.SILENT_SPACES):
        raise DoubtError(child.tag)
    if len(child):
        raise DoubtError(f"elements in {child.tag}")


def _doubt_parts(element: Any, name: str) -> None:
    parts = [part.tag for part in element]
    if (
        element.keys()
        or not elements.PARTS[name].issuperset(parts)
        or any(len(p) or p.keys() for p in element)
    ):
        raise DoubtError(f"an odd {name}")
    if (element.text or "").strip() or (len(set(parts)) != len(parts) and not name.startswith("skip")):
        raise DoubtError(f"an odd {name}")


def _only(children: list[Any]) -> Any:
    if len(children) > 1:
        raise DoubtError(f"two of {children[0].tag}")
    return children[0]


def _text(child: Any) -> str:
    """The text of an element that has nothing else."""
    if len(child) or child.keys():
        raise DoubtError(f"more than text in {child.tag}")
    text = child.text
    return _mended(text.strip()) if text else ""


def _with_attributes(child: Any, known: set[str]) -> tuple[str, dict[str, str]]:
    """(text, attributes) of an element without others in it."""
    given = dict(child.items())
    if len(child) or not known.issuperset(given):
        raise DoubtError(f"more than text in {child.tag}")
    return _mended((child.text or "").strip()), given


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


def _unreferenced(link: str) -> str:
    """`?a=1&b=2` where a parser took `&b` for a reference: feedparser's repair of links in RSS."""
    return _BARE_REFERENCE.sub(r"&\g<1>", link) if "&" in link else link


def _name(said: str) -> str | None:
    """A person's name without the mail address around or in it; None when there is only an address."""
    found = _MAIL.search(said) if "@" in said else None
    if not found:
        return said
    rest = said.replace(found[0], "").replace("()", "").replace("<>", "").replace("&lt;&gt;", "").strip()
    return rest.removeprefix("(").removesuffix(")").strip() or None


def _tags(categories: Iterable[tuple[str, dict[str, str]]]) -> list[dict[str, Any]]:
    tags: list[dict[str, Any]] = []
    for said, given in categories:
        scheme = given.get("scheme", given.get("domain"))
        tag: dict[str, Any] = {"term": given.get("term"), "scheme": scheme, "label": given.get("label")}
        if any(tag.values()) and tag not in tags:
            tags.append(tag)
        if said and tags and not tags[-1]["term"]:
            tags[-1]["term"] = said
        elif said and (tag := {"term": said, "scheme": None, "label": None}) not in tags:
            tags.append(tag)
    return tags


_LANGUAGE_MARK = "language-of-the-root"


def _of_root(root: Any, known: set[str]) -> dict[str, str]:
    """What the attributes of the root say about the feed."""
    if not known.union({elements.XML_LANG}).issuperset(root.keys()):
        raise DoubtError("attributes of the root")
    language = root.get(elements.XML_LANG, "").replace("_", "-")
    return {"language": language} if language else {}


def _marked(items: list[Any], feed: dict[str, str]) -> list[Any]:
    """The items, each with the language of the root, which feedparser passes on to their texts."""
    language = feed.get("language")
    for item in items:
        if item.keys():
            raise DoubtError(f"attributes of {item.tag}")
        if language:
            item.set(_LANGUAGE_MARK, language)
    return items


def _settled(item: dict[str, Any], element: Any) -> dict[str, Any]:
    """The item with what feedparser fills in: the content for a summary that is not there, the language of the root."""
    if "content" in item:
        item.setdefault("summary", item["content"][0]["value"])
    language = element.get(_LANGUAGE_MARK)
    if language and ("title" in item or "summary" in item):
        item["title_detail"] = {"language": language}
    return item
