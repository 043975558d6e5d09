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

from monitor.text.chinese.characters import HAN, is_han, pairs
from monitor.text.english.lists import SPELLINGS, STOP_WORDS

# "U.S.", "U. S." (how some archives split it), "U.S.A.": one token, or the initials are lost as stop words.
_DOTTED_US = re.compile(r"\bU\. ?S\.(?: ?A\.)?")
_LETTER = rf"[^\W\d_{HAN}]"
# An apostrophe holds a word together where one side is short: "don't", "O'Brien", "Qur'an". Between longer ones it is a quotation
# mark that lost its space, as archives have it: "China'phase one'deal".
_WORD = re.compile(
    rf"[{HAN}]+"
    rf"|{_LETTER}+(?:['’]{_LETTER}{{1,2}}(?!{_LETTER})|(?<!{_LETTER}{{3}})(?<![A-Z]{{2}})(?<!['’][sS])['’]{_LETTER}+)*"
    r"|\d+(?:[.,]\d+)*"
)
_MARKS = '.,;:!?"“”()'  # beside words, and no part of them
_POSSESSIVE = ("'s", "’s", "'S", "’S")

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
    return str(_stemmer.stemWord(SPELLINGS.get(lower, lower)))


def terms_of(found: Iterable[str]) -> list[str]:
    """The terms of words already split, in order, stop words left out."""
    return list(chain.from_iterable(map(_terms.__getitem__, found)))


def terms(text: str) -> list[str]:
    """The terms of `text` in order, repeated as often as they stand there."""
    return terms_of(words(text))


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
            return tuple(pairs(word))
        if len(self) >= _REMEMBERED:
            self.clear()
        stem = term(word)
        found = self[word] = (intern(stem),) if stem else ()
        return found


_pieces = _Pieces()
_terms = _Terms()
