"""What a page says about itself: JSON-LD (schema.org), Open Graph and meta elements.

In: a parsed page. Out: `Facts` as written there, cleaned, nothing derived from the running text except a heading when there
is no better title. JSON-LD is read in jsonld.py, titles in titles.py, dates in dates.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from monitor.articles.authors import authors
from monitor.articles.jsonld import nodes_of, own_article, string, types
from monitor.articles.robots_meta import marks_of_metas
from monitor.articles.titles import without_site
from monitor.articles.urls import host, safe_link, same_site
from monitor.text.normalise import clean, plain
from monitor.text.normalise import title as one_line

TITLE_CHARS = 500
_SITES = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "twitter:site",
    "publisher",
    "dc.publisher",
)
_DATES = ("datePublished", "dateCreated", "uploadDate")
_LIVE = "LiveBlogPosting"
_TITLES = ("og:title", "twitter:title", "dc.title", "sailthru.title", "parsely-title", "title")
_LOCKED = frozenset({"locked", "metered", "subscription", "premium", "paid"})
_NO = frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class Facts:
    """A page about itself. Empty where it is silent; `dates` are date strings, the most trusted first."""

    title: str = ""
    authors: tuple[str, ...] = ()
    language: str = ""
    canonical_url: str = ""
    robots: str = ""
    is_locked: bool = False
    is_live: bool = False
    body: str = ""
    dates: tuple[str, ...] = ()


def facts(tree: Any, *, url: str) -> Facts:
    """Return what the page `tree` (an lxml HTML element), read from `url`, says about itself."""
    metas = _metas(tree)
    nodes = nodes_of(tree)
    headings = [text for node in islice(tree.iter("h1"), 3) if (text := clean(" ".join(node.itertext())))]
    canonical = _canonical(tree, metas, url)
    titles = [clean(plain(title)) for title in (*_said_titles(metas), *headings) if title]
    sites = _sites(metas, nodes)
    article = _own(nodes, (url, canonical), titles or [_title_element(tree)])
    return Facts(
        title=_title(tree, metas, article, headings, sites=sites, url=url or canonical),
        authors=authors(tree, metas, article, nodes, sites=sites),
        language=_language(tree, metas),
        canonical_url=canonical,
        robots=marks_of_metas(metas),
        is_locked=_is_locked(metas, article),
        is_live=_LIVE in types(article),
        body=plain_paragraphs(article.get("articleBody")),
        dates=tuple(filter(None, (string(article.get(name)) for name in _DATES))),
    )


def _own(
    nodes: Sequence[Mapping[str, Any]], addresses: Sequence[str], titles: Sequence[str]
) -> Mapping[str, Any]:
    """The page's own article: by the address read, else the canonical one (a page for phones names the other), else its headline."""
    otherwise = own_article(nodes, url="", titles=titles)
    by_address = (own_article(nodes, url=address, titles=titles) for address in addresses if address)
    return next((found for found in by_address if found and found is not otherwise), otherwise)


def plain_paragraphs(value: Any) -> str:
    """Return a text property as plain paragraphs."""
    return plain(string(value).replace("\n", "\n\n"))


def _is_locked(metas: Mapping[str, str], article: Mapping[str, Any]) -> bool:
    """True when the page says it is for subscribers."""
    parts = article.get("hasPart")
    nodes = [
        article,
        *(part for part in (parts if isinstance(parts, list) else [parts]) if isinstance(part, dict)),
    ]
    said = (node.get("isAccessibleForFree") for node in nodes)
    is_not_free = any(
        value is False or (isinstance(value, str) and value.strip().lower() in _NO) for value in said
    )
    return is_not_free or metas.get("article:content_tier", "").lower() in _LOCKED


# --------------------------------------------------------------------------- meta elements


def _metas(tree: Any) -> dict[str, str]:
    """Meta elements by lower-case name; the first of each name counts."""
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = (
            node.get("property") or node.get("name") or node.get("http-equiv") or node.get("itemprop") or ""
        )
        content = node.get("content") or ""
        if name and content.strip():
            found.setdefault(name.strip().lower(), content)
    return found


def _said_titles(metas: Mapping[str, str]) -> list[str]:
    return [metas[name] for name in _TITLES if metas.get(name)]


def _title_element(tree: Any) -> str:
    return clean(next((text for node in tree.iter("title") for text in node.xpath("text()")), ""))


def _sites(metas: Mapping[str, str], nodes: Sequence[Mapping[str, Any]]) -> list[str]:
    """The names a page gives for its site."""
    said = [metas.get(name, "") for name in _SITES]
    for node in nodes:
        publisher = node.get("publisher")
        if isinstance(publisher, dict):
            said.append(string(publisher.get("name")))
        if "WebSite" in types(node):
            said.append(string(node.get("name")))
    return said


def _title(
    tree: Any,
    metas: Mapping[str, str],
    article: Mapping[str, Any],
    headings: list[str],
    *,
    sites: list[str],
    url: str,
) -> str:
    said = next(iter(_said_titles(metas)), "") or string(article.get("headline"))
    only = headings[0] if len(headings) == 1 else ""
    element = _title_element(tree)
    whole = plain_title(said or only or element or next(iter(headings), ""))
    return without_site(whole, headings, sites=sites, url=url, tree=tree)


def plain_title(text: str) -> str:
    """Return a title as one line of plain text."""
    return one_line(text, limit=TITLE_CHARS)


def _language(tree: Any, metas: Mapping[str, str]) -> str:
    root = tree if tree.tag == "html" else next(tree.iter("html"), tree)
    said = (
        root.get("lang")
        or root.get("xml:lang")
        or metas.get("og:locale")
        or metas.get("content-language")
        or metas.get("language")
        or ""
    )
    found = re.match(r"[A-Za-z]{2,3}(?=$|[-_,;\s])", clean(said))
    return found[0].lower() if found else ""


def _canonical(tree: Any, metas: Mapping[str, str], url: str) -> str:
    """The page's own address for itself, if it is on the same site and not its front page."""
    said = [
        next((node.get("href") or "" for node in tree.iter("link") if node.get("rel") == "canonical"), ""),
        metas.get("og:url", ""),
    ]
    for address in said:
        link = safe_link(address)
        is_page = len(link.partition("://")[2].partition("/")[2].strip("/")) > 0
        if link and is_page and host(link) and (not url or same_site(link, url)):
            return link
    return ""
