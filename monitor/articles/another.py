"""Is this page the article that was asked for? Servers lead elsewhere: to consent pages, sign-in forms, their front page.

In: the address asked and the one that answered, the headline the feed gave, and what was read. Out: a reason word (`consent`,
`sign-in`, `front-page`, `another-page`), or "" for the article. No sign decides alone: a headline's word never, a redirect never
(articles move). A page is refused where the address turned aside and the headline's words are missing, or where nothing of the
headline is on a page that is mostly links or asks for a password. Then the feed's own text is kept: an unread page is better than
somebody else's text quoted.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from monitor.articles.urls import host, key, steps

LEAST_WORDS = 2  # of a headline by which a page can be known
TITLE_SHARE = 0.5  # of a headline's words that the article's own title shares with it
TEXT_SHARE = 0.34  # ... and its title and text together
LINKS_SHARE = 0.5  # of a page's text in links: a list of other pages
SHORT_CHARS = 1500  # beside a field for a password, more is an article
_PREFIX = 5  # letters by which "tariffs" is "tariff"

_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
_WORD = re.compile(rf"[^\W\d_{_CJK}]{{4,}}|\d{{2,}}")
_RUN = re.compile(rf"[{_CJK}]+")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)  # an entry without a title is called by its own
_PAGE_NAME = re.compile(r"(?=[^\d-]*[\d-])[\w-]+")
_COMMON = frozenset(
    "with from that this have will they says said after over into more what when their about could would than been were".split()
)
_FRONT = frozenset("index.html index.htm index.php index home default.aspx home.html en zh fr de es".split())
_CONSENT = frozenset(
    "consent privacy cookie cookies gdpr cmp collectconsent cookiepolicy privacypolicy".split()
)
_OF_CONSENT = _CONSENT | frozenset("policy notice settings preferences choices your".split())
_SIGN_IN = frozenset(
    "login log-in signin sign-in sso auth account register registration subscribe subscription subscriptions paywall membership".split()
)


def another(
    asked: str, final: str, headline: str, *, title: str, text: str, has_password: bool, link_share: float
) -> str:
    """Return why a page is not the article asked for, "" when it may be. `headline` is the feed's, "" unknown."""
    in_title, in_all = shared(headline, title), shared(headline, f"{title}\n{text}")
    turned = turn(asked, final)
    if turned == "front-page":
        return turned if in_title < TITLE_SHARE else ""
    if turned in {"consent", "sign-in"}:
        return turned if in_title < TITLE_SHARE else ""
    if turned and in_all < TEXT_SHARE:
        return "another-page"
    if has_password and in_all < TEXT_SHARE and len(text) < SHORT_CHARS:
        return "sign-in"
    return "front-page" if in_all == 0 and link_share > LINKS_SHARE else ""


def turn(asked: str, final: str) -> str:
    """Return where a request was led aside to: `front-page`, `consent`, `sign-in`, `elsewhere`, or "" for the page asked."""
    before, after = _steps(asked), _steps(final)
    if not asked or (before == after and host(asked) == host(final)):
        return ""
    fresh = {re.sub(r"\.\w{2,5}$", "", step) for step in after} - set(before)
    if before and not _names_a_page(final) and not [step for step in after if step not in _FRONT]:
        return "front-page"
    if any(_is_consent(set(step.split("-"))) for step in fresh) or host(final).startswith("consent."):
        return "consent"
    if fresh & _SIGN_IN or host(final).startswith(("login.", "auth.", "account.", "accounts.")):
        return "sign-in"
    return "elsewhere"


def _is_consent(words: set[str]) -> bool:
    """Whether a step of a path is that of a consent page, as "cookie-policy"; not a headline's, as "privacy-law-passed"."""
    return bool(words & _CONSENT) and words <= _OF_CONSENT


def _names_a_page(url: str) -> bool:
    """Whether a parameter, trackers left out, names a page as steps do elsewhere: `?id=7`, `?p=4711`, `?story=ports-open-again`."""
    pieces = urlsplit(key(url)).query.split("&")
    return any(_PAGE_NAME.fullmatch(piece.partition("=")[2]) for piece in pieces)


def _steps(url: str) -> tuple[str, ...]:
    return tuple(step.lower() for step in steps(url))


def shared(headline: str, text: str) -> float:
    """Return the share, 0..1, of a headline's words that a text holds; 1 for one of fewer than two words, or an address in its place."""
    wanted = set() if _ADDRESS.fullmatch(headline.strip()) else _words(headline)
    if len(wanted) < LEAST_WORDS:
        return 1.0
    return len(wanted & _words(text)) / len(wanted)


def _words(text: str) -> set[str]:
    """Words of four letters and more, figures, and of Chinese, Japanese and Korean runs each pair of characters."""
    found = [word.casefold() for word in _WORD.findall(text)]
    words = {word[:_PREFIX] for word in found if word not in _COMMON}
    for run in _RUN.findall(text):
        words |= {a + b for a, b in pairwise(run)}
    return words


def link_share(tree: Any) -> float:
    """Return the share, 0..1, of a page's text that stands in links."""
    whole = sum(len(text.strip()) for text in tree.itertext())
    linked = sum(len(text.strip()) for node in tree.iter("a") for text in node.itertext())
    return linked / whole if whole else 0.0


def has_password(tree: Any) -> bool:
    """Return whether a page asks for a password."""
    return any((node.get("type") or "").lower() == "password" for node in tree.iter("input"))
