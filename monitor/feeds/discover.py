"""Where is the feed of this web page.

In: the HTML of a page and its address. Out: absolute feed addresses, the best first: what the page declares
(`<link rel="alternate">`, https://html.spec.whatwg.org/#link-type-alternate), then links that look like feeds. It fetches
nothing and guesses no addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from monitor.feeds.entries import link
from monitor.text.charset import decoded

MAX_FOUND = 20
PAGE_CHARS = 2 * 2**20

_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_WEAK_TYPES = ("application/xml", "text/xml", "application/json")
_LOOKS_LIKE = re.compile(
    r"(?:[/.](?:rss|atom|rdf|feed)(?:[./?]|$)|(?:rss|feed|atom|index)\.(?:xml|json)$|[?&](?:format|feed|type)=(?:rss|atom))",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"comment", re.IGNORECASE)


def discover(html: bytes, base_url: str) -> tuple[str, ...]:
    """Return the addresses of feeds a page names, at most 20, feeds of comments last; () for none or no HTML."""
    # Slow to import, and polling does not need it.
    from lxml import etree  # noqa: PLC0415
    from lxml import html as lxml_html  # noqa: PLC0415

    text = decoded(html)[0][:PAGE_CHARS]
    try:
        page = lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (etree.ParserError, ValueError):
        return ()
    base = link(next(iter(page.xpath("//base/@href")), ""), base_url) or base_url
    found = dict.fromkeys(filter(None, (link(href, base) for href in [*_declared(page), *_linked(page)])))
    found.pop(base_url, None)
    return tuple(sorted(found, key=lambda url: bool(_COMMENTS.search(url))))[:MAX_FOUND]


def _declared(page: Any) -> Iterator[str]:
    """Addresses in `<link rel=alternate>`: by type, feeds proper first."""
    links = [node for node in page.iter("link") if "alternate" in (node.get("rel") or "").lower().split()]
    for types in (_TYPES, _WEAK_TYPES):
        for node in links:
            kind = (node.get("type") or "").split(";")[0].strip().lower()
            if kind in types and node.get("href"):
                yield node.get("href")


def _linked(page: Any) -> Iterator[str]:
    for node in page.iter("a"):
        href = (node.get("href") or "").strip()
        if _LOOKS_LIKE.search(href):
            yield href
