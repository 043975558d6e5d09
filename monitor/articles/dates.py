"""When a page was published.

In: a parsed page, its address, what its JSON-LD said, and optionally the moment that nothing can be later than. Out: a date
and whether it is only approximate. Structured dates are exact. Without one, a line beside the heading that is a date and
nothing else is taken, then the page is searched (htmldate, without its extensive search: that one finds a date on 99 pages of
100 that have none); both are marked approximate. A lone 1 January is a year somebody wrote in a footer, and the day of the
last change is no publication: neither is taken. No date is None, never a guess.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from monitor.articles.boilerplate import dated
from monitor.articles.jsonld import json_scripts
from monitor.articles.markup import is_beside, texts_beside
from monitor.model import Article
from monitor.text.moments import LATEST_YEAR, moment
from monitor.text.normalise import clean

# Names of meta elements and item properties that give the date of publication, the most trusted first.
_METAS = (
    "article:published_time", "og:article:published_time", "datepublished", "og:published_time", "article:published",
    "parsely-pub-date", "sailthru.date", "pubdate", "publishdate", "publish-date", "publish_date", "published_time",
    "publication_date", "publicationdate", "article.published", "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date",
    "dcterms.created", "citation_publication_date", "citation_date", "cxenseparse:recs:publishtime", "article:post_date",
    "rnews:datepublished", "originalpublicationdate", "displaydate", "ptime", "date", "bt:pubdate", "prism.publicationdate",
)  # fmt: skip

# Names that give the date of the last change.
_CHANGES = frozenset({
    "article:modified_time", "og:article:modified_time", "og:updated_time", "article:modified", "datemodified", "date.modified",
    "dc.date.modified", "dcterms.modified", "dc.modified", "last-modified", "modified", "revised", "lastmod",
})  # fmt: skip
_ARTICLES = re.compile(r'"@type"\s*:\s*\[?\s*"[^"]*(?:Article|Posting)"')
_SAID = re.compile(r'"(dateModified|datePublished)"\s*:\s*"([^"]{8,40})"')
_CHANGE_TIMES = './/@itemprop[. = "dateModified"]/.. | .//time[contains(@class, "updated") or contains(@class, "modified")]'
# In an address: /2019/05/13/, /2019/05/, /2019-05-13-, /20190513/, /2019/may/13/.
_IN_ADDRESS = re.compile(
    r"/(?P<year>(?:19|20)\d\d)(?:(?P<mark>[/-]?)(?P<month>\d\d|[a-z]{3})(?:(?P=mark)(?P<day>\d\d)(?!\d))?)(?![\da-z])",
    re.IGNORECASE,
)
_NAMES = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_SAID_BEFORE = re.compile(
    r"\W*(?:first |originally )?(?:published|posted|publi[ée]|veröffentlicht|date|by)\b", re.IGNORECASE
)
_FEW_WORDS = 3
_CHANGE_SAID = re.compile(
    r"\W*(?:last |zuletzt )?(?:updated?|modified|revised|edited|changed|aktualisiert|mis à jour|actualizado|更新|修改)",
    re.IGNORECASE,
)
_DAY = timedelta(days=1)
_MOST_APART = 2 * _DAY  # dates by which hardly any two clocks, zones or newsrooms differ
_TEXTS_AFTER, _TEXTS_BEFORE = 8, 4  # how far from the heading a date may stand, in pieces of text
_LINE_CHARS = 80
_MARKS_BETWEEN = re.compile(r"\s+[|·•–—-]\s+")
_LEAST_CHARS = 15  # of a heading that is the page's title and not its section's name


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
    lines = list(_beside_heading(tree))
    for text in lines:
        found = None if _CHANGE_SAID.match(text) else moment(dated(text) or "")
        if found and (limit is None or found <= limit):
            return found, True
    for node in [each for each in tree.iter("time") if not _is_of_the_article(each)]:
        node.tag = "span"  # htmldate takes any <time>
        node.attrib.pop("datetime", None)
        node.attrib.pop("class", None)
    changed = _changed(tree) | _days(dated(text) or "" for text in lines if _CHANGE_SAID.match(text))
    for script in json_scripts(tree):
        if _ARTICLES.search(script.text or ""):
            script.text = ""  # what it says of the page's own article is in `said`; the rest is of others
    guess = _searched(tree, url=url, limit=limit)
    if guess is None or guess.date() in changed:
        return None, False  # what the page calls its last change is not when it was published
    return guess, True


def address_date(url: str) -> tuple[datetime, datetime] | None:
    """Return the first and the last moment of the day or month a page's address names, UTC; None when it names none.

    >>> address_date("https://wire.example/2019/may/13/a")[0].day
    13
    """
    found = _IN_ADDRESS.search(urlsplit(url).path)
    if found is None or not (found["day"] or found["mark"]):  # /201905/ may be any number
        return None
    first = moment(f"{found['day'] or 1} {_named(found['month'])} {found['year']}")
    if first is None:
        return None
    after = first + _DAY if found["day"] else (first.replace(day=1) + 31 * _DAY).replace(day=1)
    return first, after - timedelta(seconds=1)


def disagreeing(article: Article) -> dict[str, tuple[datetime, datetime]]:
    """Return what feed, page, address and first sight say of an article's date, from and to, where two are over two days apart; else {}."""
    moments = {"feed": article.feed_date, "page": article.page_date, "first seen": article.seen_at}
    spans = {name: (when, when) for name, when in moments.items() if when is not None}
    in_address = address_date(article.url)
    if in_address is not None:
        spans["address"] = in_address
    apart = max(first for first, _ in spans.values()) - min(last for _, last in spans.values())
    return spans if apart > _MOST_APART else {}


def _named(month: str) -> str:
    """A month's number as its name, which no reader of dates takes for a day."""
    return _NAMES[int(month) - 1] if month.isdigit() and 1 <= int(month) <= 12 else month


def _structured(tree: Any) -> Iterator[str]:
    metas: dict[str, str] = {}
    for node in tree.iter("meta"):
        for name in _names(node):
            metas.setdefault(name, node.get("content") or "")
    yield from (metas[name] for name in _METAS if metas.get(name))
    yield from map(_time_text, tree.xpath('.//@itemprop[. = "datePublished"]/..')[:2])
    times = [node for node in tree.iter("time") if _is_of_the_article(node)]
    for is_meant in _MEANT:
        yield from map(_time_text, [node for node in times if is_meant(node)][:2])
    inside = [
        _time_text(node) for node in times if node.get("datetime") and _stands_in(node, "article", "main")
    ]
    if len({text[:10] for text in inside}) == 1:  # several are those of teasers, comments, updates
        yield inside[0]


def _names(node: Any) -> set[str]:
    """What a meta element is called, in any of the ways to call it."""
    said = (node.get(attribute) for attribute in ("property", "name", "itemprop", "http-equiv"))
    return {name.strip().lower() for name in said if name}


def _is_of_the_article(node: Any) -> bool:
    """False for a time of something else: a comment, a teaser, or what a sentence tells."""
    for above in node.iterancestors():
        if is_beside(above):
            return False
        if above.tag in {"article", "main"}:
            break
    block = next(node.iterancestors("p", "li", "td", "blockquote"), None)
    if block is None:
        return True
    sentence = clean("".join(block.itertext()))
    own = clean("".join(node.itertext()))
    rest = sentence.replace(own, "", 1)
    return (
        not sentence.endswith((".", "!", "?", "。"))
        or len(rest.split()) < _FEW_WORDS
        or bool(_SAID_BEFORE.match(rest))
    )


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


def _changed(tree: Any) -> set[date]:
    """The days a page gives as those of its last change, without those it gives as published as well."""
    metas = [node.get("content") or "" for node in tree.iter("meta") if _names(node) & _CHANGES]
    times = map(_time_text, tree.xpath(_CHANGE_TIMES))
    said = [pair for script in json_scripts(tree) for pair in _SAID.findall(script.text or "")]
    changed = (*metas, *times, *(text for name, text in said if name == "dateModified"))
    return _days(changed) - _days(text for name, text in said if name == "datePublished")


def _days(texts: Iterable[str]) -> set[date]:
    return {when.date() for when in map(moment, texts) if when}


def _beside_heading(tree: Any) -> Iterator[str]:
    """Lines near a page's main heading that are a date and nothing else, as they are written.

    Of several headings the one the page is called by is meant.
    """
    headings = list(tree.iter("h1"))
    if len(headings) > 1:
        title = " ".join(tree.xpath("//title/text() | //meta[@property='og:title']/@content"))
        headings = [
            node
            for node in headings
            if len(said := clean("".join(node.itertext()))) > _LEAST_CHARS and said in clean(title)
        ]
    if len(headings) != 1:
        return
    near = (
        *islice(texts_beside(headings[0]), _TEXTS_AFTER),
        *islice(texts_beside(headings[0], before=True), _TEXTS_BEFORE),
    )
    for text in near:
        if len(text) <= _LINE_CHARS:
            pieces = (
                text,
                *_MARKS_BETWEEN.split(text),
            )  # "Ann Lee | 5 March 2026", "5 March 2026 - Photo: Bo Tan"
            yield from islice((piece for piece in pieces if dated(piece)), 1)


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
