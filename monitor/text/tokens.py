"""Words and terms. Text comes in, lists of strings go out; no text is changed, nothing is looked up elsewhere.

`words` keeps the case ("US" is a country, "us" a pronoun) and drops possessives; `terms` are what vectors count: stems
of lower-cased words without stop words, numbers in one spelling, and pairs of characters for Chinese, which puts no
spaces between words. Stemming is Snowball English (Porter 2) by PyStemmer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from sys import intern

import Stemmer

# "U.S.", "U. S." (how some archives split it), "U.S.A.": one token, or the initials are lost as stop words.
_DOTTED_US = re.compile(r"\bU\. ?S\.(?: ?A\.)?")
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_LETTER = rf"[^\W\d_{_HAN}]"
# An apostrophe holds a word together where one side is short: "don't", "O'Brien", "Qur'an". Between longer ones it is a quotation
# mark that lost its space, as archives have it: "China'phase one'deal".
_WORD = re.compile(
    rf"[{_HAN}]+"
    rf"|{_LETTER}+(?:['’]{_LETTER}{{1,2}}(?!{_LETTER})|(?<!{_LETTER}{{3}})(?<![A-Z]{{2}})(?<!['’][sS])['’]{_LETTER}+)*"
    r"|\d+(?:[.,]\d+)*"
)
_MARKS = '.,;:!?"“”()'  # beside words, and no part of them
_POSSESSIVE = ("'s", "’s", "'S", "’S")

STOP_WORDS = frozenset(
    """a about above after again against all also although am among an and any are aren't as at be because been before
    being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during
    each even every few for from further get got had hadn't has hasn't have haven't having he her here hers herself him
    himself his how however i i'm i've if in into is isn't it it's its itself just let's like made make many may me
    might more most much must mustn't my myself no nor not now of off on once one only or other our ours ourselves out
    over own per rather said same say says saying she should shouldn't since so some still such than that that's the
    their theirs them themselves then there there's these they they're this those though through to too under until up
    upon us very via was wasn't we we're we've were weren't what when where whether which while who whom whose why will
    with within without won't would wouldn't yet you you're your yours yourself yourselves""".split()
)

# Other spellings of one term, after lower-casing; headlines abbreviate what articles write out.
_SAME = {
    "bn": "billion",
    "bln": "billion",
    "tn": "trillion",
    "trln": "trillion",
    "mln": "million",
    "mn": "million",
    "pct": "percent",
}

_REMEMBERED = 1 << 17  # distinct words before their terms are forgotten
_PIECES, _LONG_PIECE = (
    1 << 16,
    30,
)  # the same of what stands between two spaces; characters of one that is not remembered
_stemmer = Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """The words of `text` in order, as written, without possessive endings. Chinese runs stay whole."""
    if "U." in text:
        text = _DOTTED_US.sub("US", text)
    return list(chain.from_iterable(map(_pieces.__getitem__, text.split())))


def term(word: str) -> str:
    """What a vector counts for `word`: its stem, "US" as it is, "" for a stop word or a lone letter."""
    if word == "US":
        return word
    if word[0].isdigit():
        return word.replace(",", "")
    lower = word.lower().replace("’", "'")
    if len(lower) < 2 or lower in STOP_WORDS:
        return ""
    return str(_stemmer.stemWord(_SAME.get(lower, lower)))


def terms_of(found: Iterable[str]) -> list[str]:
    """The terms of words already split, in order, stop words left out."""
    return list(chain.from_iterable(map(_terms.__getitem__, found)))


def terms(text: str) -> list[str]:
    """The terms of `text` in order, repeated as often as they stand there."""
    return terms_of(words(text))


def is_han(word: str) -> bool:
    """Whether a word from `words` is a run of Chinese characters."""
    return "\u3400" <= word[0] <= "\u9fff" or "\uf900" <= word[0] <= "\ufaff"


def _pairs(run: str) -> list[str]:
    """Overlapping pairs of a Chinese run; a single character stands for itself."""
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


class _Pieces(dict[str, tuple[str, ...]]):
    """What stands between two spaces -> its words. No word holds a space, and texts repeat "trade," and "China's" all the time."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        """The words of a piece met for the first time. Long ones hardly come twice and are not kept."""
        core = piece.strip(_MARKS)
        if core.isascii() and core.isalpha():  # nearly all: saves the pattern
            found: tuple[str, ...] = (intern(core),)
        else:
            every = map(intern, _WORD.findall(piece))
            found = tuple(word[:-2] if word.endswith(_POSSESSIVE) else word for word in every)
        if len(piece) <= _LONG_PIECE:
            if len(self) >= _PIECES:
                self.clear()
            self[piece] = found
        return found


class _Terms(dict[str, tuple[str, ...]]):
    """Word -> its terms; looked up without a call once it was met, which texts do six hundred times each."""

    def __missing__(self, word: str) -> tuple[str, ...]:
        """The terms of a word met for the first time. Chinese runs hardly come twice and are not kept."""
        if is_han(word):
            return tuple(_pairs(word))
        if len(self) >= _REMEMBERED:
            self.clear()
        stem = term(word)
        found = self[word] = (intern(stem),) if stem else ()
        return found


_pieces = _Pieces()
_terms = _Terms()
