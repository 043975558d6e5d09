"""The JSON-LD (schema.org) of a page, and which of its articles is the page's own.

In: a parsed page, its address, what it is called. Out: objects as they are written. Pages list related stories beside their own, often
first: the own one is known by its address (`@id`, `url`, `mainEntityOfPage`) or headline. Nearly-JSON is read too: comments, CDATA
marks, commas before a closing bracket, several objects in one script, entities. What cannot be read is passed over.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from itertools import islice
from typing import Any

from monitor.articles.another import TEXT_SHARE, shared
from monitor.articles.urls import key

SCRIPT_CHARS = 512 * 1024
MAX_SCRIPTS = 12
MAX_NODES = 2000
MAX_AUTHORS = 10

_ARTICLE = re.compile(
    r"(?:\w*Article|\w*BlogPosting|Report|ReportageNewsArticle|Review|LiveBlogPosting|OpinionPiece)$"
)
_WITHIN = frozenset({"@graph", "mainEntity", "mainEntityOfPage", "itemListElement"})
# A string, or what is no JSON between values: a comment, a comma before a bracket. What is not closed goes to the end: read once.
_LOOSE = re.compile(
    r'("(?:[^"\\]|\\(?:.|\Z))*+(?:"|\Z))|/\*.*?(?:\*/|\Z)|(?<![:"\w])//[^\n]*|,(?=\s*[}\]])', re.DOTALL
)
_START = re.compile(r"[{\[]")
_CDATA = re.compile(r"(?:(?://|/\*)[ \t]{0,8})?(?:<!\[CDATA\[|\]\]>)(?:\s{0,8}\*/)?")


def nodes_of(tree: Any) -> list[Mapping[str, Any]]:
    """Return all objects of a page's JSON-LD, outer ones first."""
    return [node for document in _documents(tree) for node in _nodes(document)]


def own_article(nodes: Sequence[Mapping[str, Any]], *, url: str, titles: Sequence[str]) -> Mapping[str, Any]:
    """Return the article that is the page's own, {} for none. `url`: the page's, "" unknown; `titles`: what the page is called.

    By its address, else its headline, else the first that names no other page.
    """
    articles = [node for node in nodes if any(_ARTICLE.match(kind) for kind in types(node))]
    if not articles:
        return {}
    if url:
        own = key(url)
        for node in articles:
            if own in map(key, _addresses(node)):
                return node
    for node in articles:
        headline = string(node.get("headline")) or string(node.get("name"))
        if headline and any(
            shared(headline, title) == 1 and shared(title, headline) > TEXT_SHARE for title in titles
        ):
            return node
    return next((node for node in articles if not _is_of_another(node, titles)), {})


def _is_of_another(node: Mapping[str, Any], titles: Sequence[str]) -> bool:
    """Whether an article has an address and a headline, and the headline shares too few words with what the page is called."""
    headline = string(node.get("headline")) or string(node.get("name"))
    if not (headline and titles and any(_addresses(node))):
        return False
    return all(
        shared(headline, title) < TEXT_SHARE and shared(title, headline) < TEXT_SHARE for title in titles
    )


def _addresses(node: Mapping[str, Any]) -> Iterator[str]:
    for name in ("mainEntityOfPage", "url", "@id"):
        said = node.get(name)
        for each in said if isinstance(said, list) else [said]:
            address = (each.get("@id") or each.get("url")) if isinstance(each, dict) else each
            if isinstance(address, str) and address.startswith(("http://", "https://")):
                yield address.partition("#")[0]


def authors_of(article: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the names of an article's authors, those given by reference looked up among the page's objects."""
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and node.get("name")}
    said = article.get("author") or article.get("creator")
    found: list[str] = []
    for item in (said if isinstance(said, list) else [said])[:MAX_AUTHORS]:
        name = item
        if isinstance(item, dict):
            reference = item.get("@id")
            name = item.get("name") or known.get(reference if isinstance(reference, str) else "", {}).get(
                "name"
            )
        elif isinstance(item, str):
            name = known.get(item, {}).get("name") or item
        found += [part for part in (name if isinstance(name, list) else [name]) if isinstance(part, str)]
    return found


def types(node: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the schema.org types of an object, without their address."""
    said = node.get("@type")
    kinds = said if isinstance(said, list) else [said]
    return tuple(kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str))


def string(value: Any) -> str:
    """Return a text property, the first of several; "" for anything else."""
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def json_scripts(tree: Any) -> Iterator[Any]:
    """Give the elements of a page that hold JSON-LD, in their order."""
    return (node for node in tree.iter("script") if "ld+json" in (node.get("type") or ""))


def _documents(tree: Any) -> Iterator[Any]:
    for script in islice(json_scripts(tree), MAX_SCRIPTS):
        text = (script.text or "")[:SCRIPT_CHARS].strip()
        try:
            yield json.loads(text, strict=False)
        except (ValueError, RecursionError):
            yield from _loosely(text)


def _loosely(text: str) -> Iterator[Any]:
    """What can be read of nearly-JSON: as it is, then with its entities resolved."""
    text = _CDATA.sub("", text.removeprefix("<!--").removesuffix("-->")).strip().rstrip(";")
    for candidate in (text, unescape(text)):
        found = list(_several(_LOOSE.sub(lambda part: part[1] or "", candidate)))
        if found:
            yield from found
            return


def _several(text: str) -> Iterator[Any]:
    """The objects of a text one after another, until one cannot be read."""
    decoder = json.JSONDecoder(strict=False)
    at = 0
    while start := _START.search(text, at):
        if text[at : start.start()].strip(" \t\r\n,;"):
            return
        try:
            value, at = decoder.raw_decode(text, start.start())
        except (ValueError, RecursionError):
            return
        yield value


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """All objects of a JSON-LD document, outer ones first."""
    waiting = deque([data])
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.popleft()
        if isinstance(node, dict):
            yield node
            waiting += [value for name, value in node.items() if name in _WITHIN]
        elif isinstance(node, list):
            waiting += node[:MAX_NODES]
