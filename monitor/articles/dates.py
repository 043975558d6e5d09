"""When a page was published.

In: a parsed page, its address, what its JSON-LD said, and optionally the moment that nothing can be later than. Out: a date
and whether it is only approximate. Structured dates are exact. Only without one is the page searched (htmldate, without its
extensive search: that one finds a date on 99 pages of 100 that have none), and what it finds is marked approximate; a lone
1 January is a year somebody wrote in a footer, and is not taken. No date is None, never a guess.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.text.moments import LATEST_YEAR, moment

# Names of meta elements and item properties that give the date of publication, the most trusted first.
_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time", "article:published",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "published_time",
    "publication_date", "publicationdate", "article.published", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date",
    "dcterms.created", "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "article:post_date",
    "rnews:datepublished", "originalpublicationdate", "displaydate", "ptime", "date", "bt:pubdate", "prism.publicationdate",
)  # fmt: skip


def page_date(
    tree: Any, *, url: str = "", said: Iterable[str] = (), limit: datetime | None = None
) -> tuple[datetime | None, bool]:
    """Return (published, is_approximate) of the page `tree`, an lxml HTML element; (None, False) when it does not tell.

    `said` are date strings of its JSON-LD. Nothing later than `limit` is returned.
    """
    for text in (*said, *_structured(tree)):
        found = moment(text)
        if found and (limit is None or found <= limit):
            return found, False
    guess = _searched(tree, url=url, limit=limit)
    return guess, guess is not None


def _structured(tree: Any) -> Iterator[str]:
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        for name in (node.get("property"), node.get("name"), node.get("itemprop")):
            if name:
                metas.setdefault(name.strip().lower(), node.get("content") or "")
    yield from (metas[name] for name in _METAS if metas.get(name))
    yield from map(_time_text, tree.xpath('.//*[@itemprop="datePublished"]')[:2])
    times = list(tree.iter("time"))
    for is_meant in _MEANT:
        yield from map(_time_text, [node for node in times if is_meant(node)][:2])
    inside = [
        _time_text(node) for node in times if node.get("datetime") and _stands_in(node, "article", "main")
    ]
    if len({text[:10] for text in inside}) == 1:  # several are those of teasers, comments, updates
        yield inside[0]


def _stands_in(node: Any, *tags: str) -> bool:
    return next(node.iterancestors(*tags), None) is not None


def _stands_in_head(node: Any) -> bool:
    """True for a time with a date in the <header> of an <article>."""
    header = next(node.iterancestors("header"), None) if node.get("datetime") else None
    return header is not None and _stands_in(header, "article")


def _is_marked(node: Any) -> bool:
    return any(word in (node.get("class") or "") for word in ("publi", "entry-date"))


# Which <time> elements mean the date of publication, the most trusted first.
_MEANT: tuple[Callable[[Any], bool], ...] = (
    lambda node: node.get("pubdate") is not None,
    _stands_in_head,
    _is_marked,
)


def _time_text(node: Any) -> str:
    return node.get("content") or node.get("datetime") or "".join(node.itertext())[:60].strip()


def _searched(tree: Any, *, url: str, limit: datetime | None) -> datetime | None:
    from htmldate import find_date  # noqa: PLC0415 -- slow to import, and polling does not need it

    latest = limit or datetime(LATEST_YEAR, 1, 1, tzinfo=UTC)
    try:
        text = find_date(
            tree,
            extensive_search=False,
            original_date=True,
            url=url or None,
            max_date=latest.strftime("%Y-%m-%d"),
            deferred_url_extractor=False,
        )
    except (ValueError, TypeError, AttributeError, RecursionError):  # htmldate on pages it was not made for
        return None
    found = moment(text or "")
    if not found or (limit and found > limit):
        return None
    is_bare_year = (found.month, found.day) == (1, 1) and not any(
        mark in url for mark in ("/01/01", "-01-01", "0101")
    )
    return None if is_bare_year else found
