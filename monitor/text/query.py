"""What somebody looks for: a line of words becomes terms, and a term is compared with an article's words. Pure.

The language: `tariff soybean` both must stand; `"trade war"` one after the other; `-beans` must not; `tarif*` begins so. All else is
words: AND, NEAR or title:x mean nothing else than what they say. A word of several parts ("US-China", "35.5") is a phrase of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.text.lookup import is_run, pairs, runs

MOST_TERMS = 100
MOST_WORDS = 200  # in all terms together: the databases refuse what nests too deeply
_OPEN, _CLOSED = '"“„', '"”“'
_PART = re.compile(
    rf'(?P<not>-?)(?:[{_OPEN}](?P<phrase>[^"“”„]*)(?P<end>[{_CLOSED}]?)(?P<begun>\*?)|(?P<word>\S+))'
)


class QueryError(ValueError):
    """A query that means nothing; the text is one sentence for whoever wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """Words that stand one after the other, or must not stand so."""

    words: tuple[str, ...]  # as an index knows them; at least one
    is_begun: bool = False  # of the last word only the beginning is given
    is_barred: bool = False  # articles that hold it are left out


def read(text: str) -> tuple[Term, ...]:
    """Return the terms of a query.

    Raises:
        QueryError: nothing is left to look for, a quotation mark is not closed, or the query is too long.
    """
    found: list[Term] = []
    for part in _PART.finditer(text):
        if part["phrase"] is not None and not part["end"]:
            raise QueryError(f"the quotation mark before {part['phrase'].strip()[:40]!r} is not closed")
        given = part["word"] if part["phrase"] is None else part["phrase"]
        is_begun = bool(part["begun"]) or (part["phrase"] is None and given.endswith("*"))
        words, is_one = _words(given)
        if words:
            found.append(Term(words=words, is_begun=is_begun or is_one, is_barred=bool(part["not"])))
    terms = tuple(dict.fromkeys(found))
    if not terms:
        raise QueryError("there is no word to look for")
    if all(term.is_barred for term in terms):
        raise QueryError("a search needs a word that must stand, beside those that must not")
    if len(terms) > MOST_TERMS or sum(len(term.words) for term in terms) > MOST_WORDS:
        raise QueryError(f"the query is too long: up to {MOST_TERMS} terms of {MOST_WORDS} words in all")
    return terms


def holds(entry: str, terms: Sequence[Term]) -> bool:
    """Whether an article matches, by its line of words (`lookup.entry`)."""
    line = f" {entry} "
    for term in terms:
        sought = " " + " ".join(term.words) + ("" if term.is_begun else " ")
        if (sought in line) == term.is_barred:
            return False
    return True


def _words(given: str) -> tuple[tuple[str, ...], bool]:
    """The words of a term, and whether the last is a character that any run may go on from."""
    whole = [word for word, _, _ in runs(given)]
    found: list[str] = []
    for word in whole[:-1]:
        found += pairs(word) if is_run(word) else [word]
    if not whole:
        return (), False
    last = whole[-1]
    if not is_run(last):
        return (*found, last), False
    return (*found, *(pairs(last, is_open=True) or [last])), len(last) == 1
