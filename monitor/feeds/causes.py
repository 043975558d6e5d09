"""Is it them or is it us? When nothing answers, one cause of ours is likelier than the same trouble at every server.

In: the addresses asked last and why each got no answer. Out: the common cause, or None when the trouble is of single feeds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from monitor.model import FetchResult

HOSTS_MIN = 3  # fewer silent servers may all be down
MOST = 0.8  # of the feeds: then their cause speaks for all

_PROXY = frozenset({407, 511})  # a proxy, or the page of a network that wants a log-in
_SAID = {
    "dns": ("all for want of a name server", "Is this machine online? Look at its name server."),
    "unreachable": ("there is no way out of this machine", "Is it online? Look at its network."),
    "timeout": (
        "all connections were left without an answer",
        "Is this machine online? Does a firewall or a proxy stand between?",
    ),
    "refused": ("all connections were refused", "Does a firewall or a proxy stand between?"),
    "reset": ("all connections were cut", "Does a firewall or a proxy stand between?"),
    "tls": (
        "no certificate could be trusted",
        "Is the clock right, are the CA certificates installed, does a proxy look into connections?",
    ),
    "blocked-address": (
        "all names lead to addresses that are not public",
        "Does a log-in page or a proxy answer for everybody? `allow_networks` under [fetch] permits a network.",
    ),
    "proxy": ("a proxy or a log-in page answers for all", "Log in there, or let this machine pass."),
    "mixed": ("for several reasons", "Is this machine online?"),
}
WORDS = frozenset(_SAID)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why no feed answered: `word` is one of WORDS."""

    word: str

    @property
    def detail(self) -> str:
        """What happened, in a sentence without its end."""
        return f"no feed answered, {_SAID[self.word][0]}"

    @property
    def advice(self) -> str:
        """What to look at."""
        return _SAID[self.word][1]

    def __str__(self) -> str:
        return f"{self.detail}. {self.advice}"


def trouble_of(result: FetchResult) -> str:
    """Return why a request got no answer of its server's own, "" when it got one."""
    return result.error or ("proxy" if result.status in _PROXY else "")


def common_cause(asked: Iterable[tuple[str, str]]) -> Cause | None:
    """Return what all feeds suffer from, by (address, trouble) of each; None when any answered, or too few were asked.

    With every encrypted connection failing for its certificate, an answer without encryption proves nothing.
    """
    rows = [(url, word) for url, word in asked if _host(url) and (not word or word in WORDS)]
    if sum(word == "tls" for _, word in rows) >= HOSTS_MIN:
        rows = [(url, word) for url, word in rows if url.startswith("https:")]
    if not all(word for _, word in rows) or len({_host(url) for url, _ in rows}) < HOSTS_MIN:
        return None
    (word, count), *_ = Counter(word for _, word in rows).most_common(1)
    return Cause(word if count >= MOST * len(rows) else "mixed")


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
