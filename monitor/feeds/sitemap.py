"""News sitemaps (https://developers.google.com/search/docs/crawling-indexing/sitemaps/news-sitemap) as feeds.

In: the text of an XML sitemap. Out: `FeedDocument` of the pages it gives a news title, or `Rejected("not-a-feed")`: a plain sitemap lists
addresses without words, an index other sitemaps. Outlets without a feed have one: search engines want it. Read with lxml, which recovers
from a document that was cut off; no entity is resolved and nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from monitor.feeds.entries import MAX_TAGS, TITLE_CHARS, language, link, names
from monitor.feeds.repair import after_prologue
from monitor.model import Entry, FeedDocument, Rejected
from monitor.text.moments import is_zoneless, moment
from monitor.text.normalise import clean, plain
from monitor.text.normalise import title as one_line

MAX_LISTED = 50

_ROOT = re.compile(r"<(?:\w+:)?(?:urlset|sitemapindex)\b", re.IGNORECASE)
_NEWS = re.compile(r"news", re.IGNORECASE)
_LONG_AGO = datetime(1990, 1, 1, tzinfo=UTC)


def is_sitemap(text: str) -> bool:
    """Return whether a document is a sitemap or an index of sitemaps."""
    return _ROOT.match(text, after_prologue(text)) is not None


def news_sitemap(text: str, *, url: str, max_entries: int) -> FeedDocument | Rejected:
    """Return the news of a sitemap, the newest first, at most `max_entries`."""
    root = _parsed(text)
    if root is None or _name(root) == "sitemapindex":
        return Rejected("not-a-feed", "an index of sitemaps: take the one among them that is of news")
    pages = [page for page in root.iter() if _name(page) == "url"]
    found = [entry for page in pages if (entry := _entry(page, url))]
    if not found:
        return Rejected("not-a-feed", "a sitemap without news: it gives addresses and no titles")
    found.sort(key=lambda entry: entry.published or _LONG_AGO, reverse=True)
    dropped = max(0, len(found) - max_entries)
    publications = (part for part in root.iter() if _name(part) == "publication")
    publication = next(publications, None)
    said = _said(publication) if publication is not None else {}
    return FeedDocument(
        format="sitemap",
        title=clean(plain(said.get("name", "")), limit=TITLE_CHARS),
        url=link("/", url),
        language=language(said.get("language", "")),
        entries=tuple(found[:max_entries]),
        warnings=(f"{dropped} entries over the limit of {max_entries} were left out",) if dropped else (),
        dropped=dropped,
    )


def listed(text: str, base: str) -> tuple[str, ...]:
    """Return the addresses of sitemaps that robots.txt or an index of sitemaps names, those of news first, at most 50."""
    said = [
        line.partition(":")[2].strip()
        for line in text.splitlines()
        if line.strip().lower().startswith("sitemap:")
    ]
    if is_sitemap(text):
        root = _parsed(text)
        said = [] if root is None else [part.text or "" for part in root.iter() if _name(part) == "loc"]
    found = dict.fromkeys(filter(None, (link(address, base) for address in said)))
    return tuple(sorted(found, key=lambda address: _NEWS.search(address) is None))[:MAX_LISTED]


def _parsed(text: str) -> Any | None:
    from lxml import etree  # noqa: PLC0415 -- slow to import, and hardly any feed is a sitemap

    parser = etree.XMLParser(
        recover=True, resolve_entities=False, no_network=True, load_dtd=False, encoding="utf-8"
    )
    return etree.fromstring(text[after_prologue(text) :].encode(), parser)


def _name(node: Any) -> str:
    """An element's name without its namespace, or its prefix where that is not declared; "" for comments."""
    return node.tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(node.tag, str) else ""


def _said(node: Any) -> dict[str, str]:
    """The texts of the elements in an element, by name; an entity in them counts as nothing."""
    return {_name(part): clean(_words(part)) for part in node if _name(part)}


def _words(node: Any) -> str:
    return "".join([node.text or "", *(inner.tail or "" for inner in node)])


def _entry(page: Any, base: str) -> Entry | None:
    news = next((part for part in page if _name(part) == "news"), None)
    if news is None:
        return None
    said = _said(news)
    title = one_line(said.get("title", ""), limit=TITLE_CHARS)
    address = link(_said(page).get("loc", ""), base)
    if not (title and address):
        return None
    written = said.get("publication_date", "")
    publication = next((_said(part) for part in news if _name(part) == "publication"), {})
    return Entry(
        guid=address,
        url=address,
        title=title,
        published=moment(written),
        language=language(publication.get("language", "")),
        tags=names(_keywords(said.get("keywords", "")), limit=MAX_TAGS),
        zoneless=written if is_zoneless(written) else "",
    )


def _keywords(text: str) -> Iterator[str]:
    yield from (word.strip() for word in text.split(","))
