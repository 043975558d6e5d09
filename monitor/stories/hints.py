"""Which kinds of facts can a sentence hold, and from which letters on? A cheap look before patterns are tried.

A sentence goes in, bits come out, one for each kind worth trying: too many may be set, never too few. What a word between two
spaces hints at is remembered, so that a sentence costs one look-up a word.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import reduce
from operator import or_

DIGIT, LAW, MONEY, PERCENT, DATE, SPELLED, ROMAN = (1 << bit for bit in range(7))

_REMEMBERED, _LONG = 1 << 16, 30  # words, and characters of one that is not remembered
_DIGITS, _APART = re.compile(r"\d+"), re.compile(r"[\W_]+")
_SIGNS = {
    LAW: "Section Order Law Proclamation No. EO E.O S.C SC F.R FR",
    ROMAN: "Article Title",  # laws that may be numbered without a digit
    MONEY: "$ € £ ¥ usd eur gbp rmb cny dollar pound yuan renminbi yen won 元 人民币",  # small letters
    PERCENT: "% ％ per pct basis",  # the same
    DATE: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec 月",
}
_ANY_CASE = MONEY | PERCENT
_ANY_SIGN = re.compile(r"\d|" + "|".join(map(re.escape, " ".join(_SIGNS.values()).split())), re.IGNORECASE)


class _Hints(dict[str, int]):
    """What stands between two spaces -> its bits."""

    __slots__ = ("_number_words", "_signs")

    def __init__(self, number_words: frozenset[str]) -> None:
        super().__init__()
        self._number_words = number_words
        self._signs = {bit: tuple(signs.split()) for bit, signs in _SIGNS.items()}

    def __missing__(self, piece: str) -> int:
        """The bits of a piece met for the first time."""
        found = self._looked_up(piece) if _ANY_SIGN.search(piece) else 0
        lower = piece.lower()
        if not self._number_words.isdisjoint((lower,) if lower.isalpha() else _APART.split(lower)):
            found |= SPELLED
        if len(piece) <= _LONG:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[piece] = found
        return found

    def _looked_up(self, piece: str) -> int:
        """The bits of a piece that holds a digit or a sign of something."""
        lower = piece.lower()
        found = DIGIT if _DIGITS.search(piece) else 0
        for bit, signs in self._signs.items():
            if any(map((lower if bit & _ANY_CASE else piece).__contains__, signs)):
                found |= bit
        return found | DATE if found & DIGIT and "-" in piece else found


def hints(number_words: frozenset[str]) -> Callable[[str], int]:
    """A function from a sentence to its bits; `number_words` in small letters hint at counts that are spelled out."""
    of_piece = _Hints(number_words).__getitem__
    return lambda sentence: reduce(or_, map(of_piece, sentence.split()), 0)


def at_digits(
    pattern: re.Pattern[str], before: int = 0, starts: str = ""
) -> Callable[[str], Iterator[re.Match[str]]]:
    """What `pattern.finditer` gives, for one that starts at a digit, or up to `before` places ahead of one at a letter of `starts`."""
    letters = frozenset(starts)

    def matches(sentence: str) -> Iterator[re.Match[str]]:
        free = 0
        for run in _DIGITS.finditer(sentence):
            first, end = run.span()
            at = max(free, first - before)
            while at < end:
                match = pattern.match(sentence, at) if at >= first or sentence[at] in letters else None
                if match is None:
                    at += 1
                else:
                    yield match
                    at = free = match.end()

    return matches
