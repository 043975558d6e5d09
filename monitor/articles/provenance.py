"""Who may say what about an article: which feed speaks for an address, and whether two headlines can be of one article.

A headline belongs to the feed whose host serves the address, or to the page read there; what other feeds say of it is a sighting.
Feeds and addresses in, verdicts out. Nothing is learnt from what a feed says of itself: whoever writes a feed can write that, too.
"""

from __future__ import annotations

from functools import lru_cache

from monitor.articles.urls import host, same_site
from monitor.model import Feed
from monitor.text.tokens import is_han, terms, words

# Search engines' news: the publisher they name is the page's, whose address they hide.
AGGREGATORS = frozenset({"news.google.com", "bing.com"})
_SHARED = (
    1 / 3
)  # of the shorter headline's terms: edited headlines keep more, those of two articles on one topic mostly less


def speaks_for(feed: Feed, url: str) -> bool:
    """Whether the host of an address is the feed's own, or one its configuration names. An address that is none belongs to its feed."""
    return not host(url) or _is_own(feed.url, feed.fallback_url, feed.hosts, host(url))


def is_aggregator(feed: Feed) -> bool:
    """Whether the publishers a feed names are believed."""
    return feed.aggregator or host(feed.url) in AGGREGATORS


def can_be_one(one: str, other: str) -> bool:
    """Whether two headlines share enough words to be the same article's, before and after an edit."""
    terms_of_one, terms_of_other = _telling(one), _telling(other)
    smaller = min(len(terms_of_one), len(terms_of_other))
    return not smaller or len(terms_of_one & terms_of_other) >= _SHARED * smaller


@lru_cache(maxsize=1 << 14)
def _is_own(url: str, fallback_url: str, hosts: tuple[str, ...], name: str) -> bool:
    address = f"https://{name}/"
    own = (url, fallback_url, *(f"https://{each}/" for each in hosts))
    return any(same_site(each, address) for each in own if each)


def _telling(headline: str) -> frozenset[str]:
    """The terms of a headline; of Chinese text its characters, which an edit moves about."""
    han = (character for word in words(headline) if is_han(word) for character in word)
    return frozenset(terms(headline)) | frozenset(han)
