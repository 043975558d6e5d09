"""What a page says about itself: JSON-LD (schema.org), Open Graph and meta elements.

In: a parsed page. Out: `Facts` as written there, cleaned, nothing derived from the running text except a heading when there
is no better title. Broken JSON is passed over. Dates are read in dates.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.articles.robots import marks_of_metas
from monitor.articles.urls import host, safe_link, same_site
from monitor.text.normalise import clean, plain

TITLE_CHARS = 500
NAME_CHARS = 100
MAX_AUTHORS = 10
SCRIPT_CHARS = 512 * 1024
MAX_SCRIPTS = 12
MAX_NODES = 2000

_ARTICLE = re.compile(
    r"(?:\w*Article|\w*BlogPosting|Report|ReportageNewsArticle|Review|LiveBlogPosting|OpinionPiece)$"
)
_LIVE = "LiveBlogPosting"
_TITLES = ("og:title", "twitter:title", "dc.title", "sailthru.title", "parsely-title", "title")
_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "byl",
    "sailthru.author",
    "dc.creator",
    "dc.author",
    "citation_author",
    "twitter:creator_name",
)
_LOCKED = frozenset({"locked", "metered", "subscription", "premium", "paid"})
_NO = frozenset({"false", "0", "no"})
_BY = re.compile(r"^\W*(?:by|von|par|por)\s+", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"\s*(?:,|;|\||\band\b|&|、)\s*")
_SEPARATOR = re.compile(r"\s+(?:[|–—·»•-]|::)\s+")


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
    article = _article(tree)
    return Facts(
        title=_title(tree, metas, article),
        authors=_authors(metas, article),
        language=_language(tree, metas),
        canonical_url=_canonical(tree, metas, url),
        robots=marks_of_metas(metas),
        is_locked=_is_locked(metas, article),
        is_live=_LIVE in _types(article),
        body=plain_paragraphs(article.get("articleBody")),
        dates=tuple(
            filter(
                None, (_string(article.get(name)) for name in ("datePublished", "dateCreated", "uploadDate"))
            )
        ),
    )


def plain_paragraphs(value: Any) -> str:
    """Return a text property as plain paragraphs."""
    return plain(_string(value).replace("\n", "\n\n"))


# --------------------------------------------------------------------------- JSON-LD


def _article(tree: Any) -> Mapping[str, Any]:
    """The first article in the page's JSON-LD, {} for none."""
    nodes = [node for script in _scripts(tree) for node in _nodes(script)]
    return next((node for node in nodes if any(_ARTICLE.match(kind) for kind in _types(node))), {})


def _scripts(tree: Any) -> Iterator[Any]:
    for script in tree.xpath('//script[contains(@type, "ld+json")]')[:MAX_SCRIPTS]:
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
        try:
            yield json.loads(text[:SCRIPT_CHARS], strict=False)
        except (ValueError, RecursionError):
            continue


def _nodes(data: Any) -> Iterator[Mapping[str, Any]]:
    """All objects of a JSON-LD document, outer ones first."""
    waiting = [data]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting += [
                value
                for name, value in node.items()
                if name in {"@graph", "mainEntity", "mainEntityOfPage", "itemListElement"}
            ]
        elif isinstance(node, list):
            waiting += node[:MAX_NODES]


def _types(node: Mapping[str, Any]) -> tuple[str, ...]:
    said = node.get("@type")
    kinds = said if isinstance(said, list) else [said]
    return tuple(kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str))


def _string(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _names(value: Any) -> Iterator[str]:
    """Names in a schema.org author: a string, an object, or a list of them."""
    for item in (value if isinstance(value, list) else [value])[:MAX_AUTHORS]:
        name = item.get("name") if isinstance(item, dict) else item
        if isinstance(name, list):
            yield from (part for part in name if isinstance(part, str))
        elif isinstance(name, str):
            yield name


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


def _title(tree: Any, metas: Mapping[str, str], article: Mapping[str, Any]) -> str:
    said = next((metas[name] for name in _TITLES if metas.get(name)), "") or _string(article.get("headline"))
    headings = [" ".join(node.itertext()) for node in tree.xpath("//h1")[:3]]
    own = [clean(heading) for heading in headings if clean(heading)]
    element = " ".join(tree.xpath("//title/text()")[:1])
    whole = clean(
        plain(said or (own[0] if len(own) == 1 else "") or element or next(iter(own), "")), limit=TITLE_CHARS
    )
    return without_site(whole, own, metas.get("og:site_name", ""))


def without_site(title: str, headings: list[str], site: str) -> str:
    """Return a title without the site's name behind a separator."""
    for heading in headings:
        if heading and len(heading) > 15 and title.startswith(heading):
            return heading
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    tail, kept = parts[-1], title[: title.rfind(parts[-1])].rstrip(" |–—·»•-:")
    is_site = (
        clean(site).casefold() == tail.casefold()
        if site
        else len(tail.split()) <= 4 and len(kept.split()) >= 4
    )
    return kept if is_site and kept else title


def _authors(metas: Mapping[str, str], article: Mapping[str, Any]) -> tuple[str, ...]:
    said = list(_names(article.get("author")))
    if not said:
        line = next((metas[name] for name in _AUTHORS if metas.get(name) and "://" not in metas[name]), "")
        said = _BETWEEN_NAMES.split(_BY.sub("", line))
    names = (
        clean(plain(_BY.sub("", name)), limit=NAME_CHARS)
        for name in said
        if "://" not in name and "@" not in name
    )
    return tuple(dict.fromkeys(name for name in names if name and len(name.split()) <= 7))[:MAX_AUTHORS]


def _language(tree: Any, metas: Mapping[str, str]) -> str:
    root = tree if tree.tag == "html" else next(iter(tree.xpath("//html")), tree)
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
        *(node.get("href") or "" for node in tree.xpath('//link[@rel="canonical"]')[:1]),
        metas.get("og:url", ""),
    ]
    for address in said:
        link = safe_link(address)
        is_page = len(link.partition("://")[2].partition("/")[2].strip("/")) > 0
        if link and is_page and host(link) and (not url or same_site(link, url)):
            return link
    return ""
