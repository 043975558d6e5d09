"""Who may say what about an article: which feed speaks for an address, and whether two headlines can be of one article.

A headline belongs to the feed whose host serves the address, or to the page read there; what other feeds say of it is a sighting.
Feeds and addresses in, verdicts out. Nothing is learnt from what a feed says of itself: whoever writes a feed can write that, too.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from monitor.articles.urls import host, site, steps
from monitor.model import Feed
from monitor.text.chinese.characters import is_han
from monitor.text.tokens import terms, words

# Where the first step of an address says whose it is: /NAME/a, /feed/NAME.
_BY_PATH = frozenset({"medium.com", "substack.com", "tumblr.com", "github.com", "gitlab.com", "dev.to"})
_NO_NAMES = frozenset({"feed", "feeds", "rss"})
_FEED_ENDINGS = (".rss", ".atom", ".xml")
# Search engines' news: the publisher they name is the page's, whose address they hide.
AGGREGATORS = frozenset({"news.google.com", "bing.com"})
_SHARED = (
    1 / 3
)  # of the shorter headline's terms: edited headlines keep more, those of two articles on one topic mostly less


def speaks_for(feed: Feed, url: str) -> bool:
    """Whether the owner of an address is the feed's own, or on a host its configuration names. An address that is none belongs to its feed."""
    whose = owner(url)
    return not whose or _is_own(feed.url, feed.fallback_url, feed.hosts, whose)


class Speakers:
    """Feeds by what they speak for: who is asked for every entry of a round looks through no list of feeds."""

    __slots__ = ("_any", "_by_owner")

    def __init__(self, feeds: Iterable[Feed] = ()) -> None:
        """`feeds`: in the order in which they come first; those that are not enabled speak for nothing."""
        enabled = [feed for feed in feeds if feed.enabled]
        self._any = enabled[0] if enabled else None
        self._by_owner: dict[str, tuple[int, Feed]] = {}
        for number, feed in enumerate(enabled):
            for whose in _own(feed.url, feed.fallback_url, feed.hosts):
                self._by_owner.setdefault(whose, (number, feed))

    def of(self, url: str) -> Feed | None:
        """Return the first feed that speaks for an address, as `speaks_for` has it."""
        whose = owner(url)
        if not whose:
            return self._any
        names = {whose, whose.partition("/")[0]}
        found = [self._by_owner[name] for name in names if name in self._by_owner]
        return min(found, key=lambda each: each[0])[1] if found else None


@lru_cache(maxsize=1 << 14)
def owner(url: str) -> str:
    """Return whose an address is: its registrable domain, with the writer where the path names one (`medium.com/@ann`); "" for none."""
    return site(url) + _writer(url)


def publisher(url: str) -> str:
    """Return what an outlet is called of which only an address is known: its host, with the writer where the path names one."""
    return host(url) + _writer(url)


def is_aggregator(feed: Feed) -> bool:
    """Whether the publishers a feed names are believed."""
    return feed.aggregator or host(feed.url) in AGGREGATORS


def can_be_one(one: str, other: str) -> bool:
    """Whether two headlines share enough words to be the same article's, before and after an edit."""
    terms_of_one, terms_of_other = _telling(one), _telling(other)
    smaller = min(len(terms_of_one), len(terms_of_other))
    return not smaller or len(terms_of_one & terms_of_other) >= _SHARED * smaller


@lru_cache(maxsize=1 << 14)
def _is_own(url: str, fallback_url: str, hosts: tuple[str, ...], whose: str) -> bool:
    """A whole site's feed speaks for its writers as well, a writer's for no other."""
    own = _own(url, fallback_url, hosts)
    return whose in own or whose.partition("/")[0] in own


def _own(url: str, fallback_url: str, hosts: tuple[str, ...]) -> set[str]:
    """Whose addresses a feed speaks for."""
    return {owner(each) for each in (url, fallback_url, *(f"https://{name}/" for name in hosts))} - {""}


def _writer(url: str) -> str:
    """The step of an address that names a writer, as "/@ann"; "" where none does."""
    first = next((step for step in steps(url) if step not in _NO_NAMES), "").lower()
    if not first.startswith(("@", "~")) and host(url) not in _BY_PATH:
        return ""
    for ending in _FEED_ENDINGS:
        first = first.removesuffix(ending)
    return f"/{first}" if first else ""


def _telling(headline: str) -> frozenset[str]:
    """The terms of a headline; of Chinese text its characters, which an edit moves about."""
    han = (character for word in words(headline) if is_han(word) for character in word)
    return frozenset(terms(headline)) | frozenset(han)
