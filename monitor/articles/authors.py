"""Who wrote a page, from what it says of itself and from the line under its heading.

In: a page's JSON-LD, its meta elements, its tree, the names of its site. Out: names, the first source that gives a person: JSON-LD, meta elements
("Written by" cards of link previews too), elements marked as the author's, a line "By Ann Lee" near the heading. The name of the site itself is
taken only where no person is found. Names of accounts, numbers, templates that were not filled in and whole sentences are no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from monitor.articles.boilerplate import folded
from monitor.articles.jsonld import authors_of, types
from monitor.articles.markup import is_beside, is_called_beside, texts_beside
from monitor.text.normalise import clean, plain

NAME_CHARS = 100
MAX_AUTHORS = 10
MAX_WORDS = 7
NEAR = 12  # texts after the heading among which a byline stands
BEFORE = 4  # ... and before it

_METAS = (
    "author", "article:author", "article:author_name", "parsely-author", "byl", "sailthru.author", "dc.creator", "dc.author",
    "dcterms.creator", "citation_author", "twitter:creator_name", "cse_author", "rbauthors", "og:article:author", "bt:author",
)  # fmt: skip
_LABEL = re.compile(
    r"(?:written |posted |published )?(?:by|author)s?|geschrieben von|verfasst von|[ée]crit par|escrito por|scritto da|autor[ea]?|作者",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^\W*(?:(?:written|posted|published|words|text|story|reviewed|reported|article|blog)\s+)?(?:by|(?P<maybe>von|par|por|di|door))\s*:?\s+"
    r"|^\W*(?:author|作者)\s*[:：]\s*",
    re.IGNORECASE,
)
_BY_ALONE = re.compile(
    r"\W*(?:(?:written|posted|published|words|text|story)\s+)?(?:by|author|von|par|por)\s*:?\W*",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:,|;|\||\band\b|&|、)\s*")
_ENDS = re.compile(
    r"\s+(?:on|[|·•–—-]|updated|published|posted|in|at)\s.*$|\s*[|·•].*$|\s+\d.*$|,.*$", re.IGNORECASE
)
_PARTICLES = frozenset(
    "de da di do du del della van von der den ten ter la le el al bin ibn dos das e y i and of the".split()
)
_NO_NAME = re.compile(
    r"\b(?:admin|administrator|webmaster|team member|editor-in-chief|subscribe|follow|share|read|more|(?-i:min)|minutes?|comments?|updated|published|posted|posts?|articles?"
    r"|contributors?|photos?|image|getty|shutterstock|about|author|authors|email|twitter|linkedin|facebook|view|all|written|reviewed|medically"
    r"|signing|sign in|log in|staff writer|clicking|continuing|logging)\b"
    # "Tue April", but April Lee and August Wilson are people.
    r"|\s(?:january|february|march|april|june|july|august|september|october|november|december)\b",
    re.IGNORECASE,
)
# By their attributes, not by their elements: half the time. (Parts that stand in "author" and "Author" alike, or all in capitals:
# folding the case of every class costs five times as much.)
_MARKED = (
    './/@rel[. = "author"]/..'
    ' | .//@itemprop[contains(concat(" ", ., " "), " author ")]/..'
    ' | .//@class[contains(., "uthor") or contains(., "yline") or contains(., "UTHOR") or contains(., "YLINE")]/..'
    ' | .//a/@href[contains(., "/author/") or contains(., "/authors/") or contains(., "/contributor")]/..'
)
_NO_MARK = frozenset({"body", "html", "article", "main", "img", "script"})


def authors(
    tree: Any,
    metas: Mapping[str, str],
    article: Mapping[str, Any],
    nodes: Sequence[Mapping[str, Any]],
    *,
    sites: Iterable[str],
) -> tuple[str, ...]:
    """Return the names of a page's authors, at most ten; () when it gives none."""
    own = {folded(site) for site in sites} - {""}
    house: tuple[str, ...] = ()
    for said in _sources(tree, metas, article, nodes):
        names = _names(said)
        persons = tuple(name for name in names if folded(name) not in own)
        if persons:
            return persons
        house = house or names
    return house


def _sources(
    tree: Any, metas: Mapping[str, str], article: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]
) -> Iterator[list[str]]:
    """What may be the authors' names, the most trusted source first."""
    yield authors_of(article, nodes)
    for name in _METAS:
        line = metas.get(name, "")
        if line and "://" not in line:
            yield [_turned(line)] if name == "citation_author" else _BETWEEN.split(_without_by(line))
    for number in "12":
        if _LABEL.fullmatch(clean(metas.get(f"twitter:label{number}", ""))):
            yield _BETWEEN.split(metas.get(f"twitter:data{number}", ""))
    if not article:
        for node in nodes:
            if "WebPage" in types(node):
                yield authors_of(node, nodes)
    yield from _marked(tree)
    yield from _bylines(tree)


def _without_by(text: str) -> str:
    """A line without the "By" before its names. "Von", "Par", "Di" are names too: they go before a first and a last name only."""
    found = _BY.match(text)
    if found is None:
        return text
    rest = text[found.end() :].split()
    if found["maybe"] and (len(rest) < 2 or rest[0].lower() in _PARTICLES):
        return text
    return text[found.end() :]


def _turned(line: str) -> str:
    """Return "Lee, Ann" as "Ann Lee"."""
    last, comma, first = line.partition(",")
    return f"{first.strip()} {last.strip()}" if comma and "," not in first else line


def _names(said: Iterable[str]) -> tuple[str, ...]:
    cleaned = (clean(plain(_without_by(name)), limit=NAME_CHARS).strip(" ,;|-–") for name in said)
    return tuple(dict.fromkeys(name for name in cleaned if name and _is_name(name)))[:MAX_AUTHORS]


def _is_name(name: str) -> bool:
    """False for addresses, account names, numbers, labels and sentences."""
    if (
        "://" in name
        or "@" in name
        or ":" in name
        or len(name.split()) > MAX_WORDS
        or not re.search(r"[^\W\d_]", name)
    ):
        return False
    return not re.fullmatch(r"[a-z0-9_.-]*[._\d][a-z0-9_.-]*", name)


def _marked(tree: Any) -> Iterator[list[str]]:
    """Texts of elements marked as the author's, outside comments, teasers and footers."""
    for node in islice(tree.xpath(_MARKED), 40):
        if node.tag in _NO_MARK or is_called_beside(node) or any(map(is_beside, node.iterancestors())):
            continue
        said = [text for text in map(clean, node.itertext()) if text]
        if said and sum(map(len, said)) <= 4 * NAME_CHARS:
            yield from ([name] for name in _persons(said))


def _bylines(tree: Any) -> Iterator[list[str]]:
    """Names in lines "By Ann Lee" near a heading, the word and the name in one text or two."""
    for heading in islice(tree.iter("h1"), 2):
        for before, count in ((False, NEAR), (True, BEFORE)):
            said = list(islice(texts_beside(heading, before=before), count))
            said = said[::-1] if before else said
            for at, text in enumerate(said):
                line = _without_by(text)
                line = line if line != text else ""
                if _BY_ALONE.fullmatch(text) and at + 1 < len(said):
                    line = said[at + 1]
                if line and len(line) <= NAME_CHARS:
                    yield list(_persons([line]))


def _persons(texts: Iterable[str]) -> Iterator[str]:
    """What in texts reads like a person's name: two to five words with capitals."""
    for text in texts:
        for part in re.split(r"\s*(?:\band\b|&)\s*", _without_by(text)):
            name = _ENDS.sub("", part).strip(" ,;|-–")
            words = name.split()
            if not 2 <= len(words) <= 5 or _NO_NAME.search(name) or len(name) > NAME_CHARS:
                continue
            if all(
                word[:1].isupper() or word.lower() in _PARTICLES for word in words
            ) and not name.isupper() | bool(re.search(r"[\d!?:/]", name)):
                yield name
