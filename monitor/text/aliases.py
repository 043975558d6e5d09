"""Alias lists, compiled: which aliases of a facet or a label stand in a text, where, and how often.

An alias is one word ("china"), a phrase ("trade war"), or either with a star at the end for any ending ("tariff*").
Case does not matter except for aliases in capitals ("US", "SMIC"). A question mark at the end makes it weak evidence
("deal?"). A leading minus marks wording that must not count ("-south china sea": its "china" is no hit). Chinese
aliases are found as substrings. Words in, hits out; the longest alias at a place wins and uses its words up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress, count
from typing import NamedTuple

from monitor.text.chinese.characters import is_han
from monitor.text.tokens import words as split

WEAK = 0.3  # of a plain hit; chosen on the 2018-19 headlines (0.15 .. 0.5 differ by 0.003), see docs/notes/relevance.md
_REMEMBERED = 1 << 17  # distinct words before a lexicon forgets what it looked up


@dataclass(frozen=True, slots=True)
class Alias:
    """One compiled alias: word tests in order. `strength` 0 is wording to be skipped."""

    name: str
    parts: tuple[str, ...]
    is_prefix: bool
    is_cased: bool
    strength: float

    def fits(self, found: Sequence[str], at: int) -> bool:
        """Whether all parts stand in `found` from position `at`."""
        end = at + len(self.parts)
        return end <= len(found) and all(self.part_fits(found[at + i], i) for i in range(len(self.parts)))

    def part_fits(self, word: str, i: int) -> bool:
        """Whether `word` can be part `i`."""
        form = word if self.is_cased else word.lower()
        if self.is_prefix and i == len(self.parts) - 1:
            return form.startswith(self.parts[i])
        return form == self.parts[i]


class Hit(NamedTuple):
    """An alias found: its name, the position of its first word, its strength 0..1."""

    name: str
    at: int
    strength: float


class _Starting(dict[str, Sequence[Alias]]):
    """Word -> the aliases that can start at it, longest first; looked up without a call once it was met.

    A Chinese run has all Chinese aliases, which are then searched inside it.
    """

    __slots__ = ("_by_initial", "_han")

    def __init__(self, aliases: Iterable[Alias]) -> None:
        super().__init__()
        self._by_initial: dict[str, list[Alias]] = {}
        for alias in sorted(aliases, key=lambda a: (-len(a.parts), a.strength > 0, a.is_prefix, a.name)):
            self._by_initial.setdefault(alias.parts[0][0].lower(), []).append(alias)
        self._han = tuple(a for a in aliases if is_han(a.parts[0]))

    def __missing__(self, word: str) -> Sequence[Alias]:
        """The aliases of a word met for the first time. Chinese runs hardly come twice and are not kept."""
        starters = self.starters(word)
        if len(self) >= _REMEMBERED:
            self.clear()
        if not is_han(word):
            self[word] = starters
        return starters

    def starters(self, word: str) -> Sequence[Alias]:
        """The same for any word, nothing remembered."""
        if is_han(word):
            return self._han
        return tuple(a for a in self._by_initial.get(word[0].lower(), ()) if a.part_fits(word, 0))


class Lexicon:
    """A compiled alias list. Get one from `lexicon()`, which keeps them."""

    __slots__ = ("_next", "_starting")

    def __init__(self, aliases: Iterable[str]) -> None:
        compiled = [alias for alias in map(_compile, aliases) if alias.parts]
        self._starting = _Starting(compiled)
        self._next: dict[
            tuple[str, str], tuple[Alias, ...]
        ] = {}  # two words -> the phrases that can go on there

    def can_start(self, word: str) -> bool:
        """Whether any alias can start at `word`."""
        return bool(self._starting.starters(word))

    def find(self, found: Sequence[str], places: Iterable[int] | None = None) -> list[Hit]:
        """All hits in `found` (words in order), by position. `places`: where alone an alias can start, ascending, if that is known."""
        if places is None:
            places = compress(count(), map(self._starting.__getitem__, found))
        out: list[Hit] = []
        free = 0  # the first word that no earlier hit has used up
        for at in places:
            if at < free or not self._starting[found[at]]:
                continue
            if is_han(found[at]):
                out.extend(self._within(found[at], at))
            elif (alias := self._first_that_fits(found, at)) is not None:
                free = at + len(alias.parts)
                if alias.strength:
                    out.append(Hit(alias.name, at, alias.strength))
        return out

    def _first_that_fits(self, found: Sequence[str], at: int) -> Alias | None:
        """The longest alias that stands at a place; what can start there fits already when it is a single word."""
        aliases = self._starting[found[at]]
        if len(aliases[0].parts) > 1 and at + 1 < len(found):
            aliases = self._going_on(found[at], found[at + 1])
        for alias in aliases:
            if len(alias.parts) == 1 or alias.fits(found, at):
                return alias
        return None

    def _going_on(self, word: str, following: str) -> tuple[Alias, ...]:
        """The aliases that can start at `word` when `following` stands behind it, remembered."""
        known = self._next.get((word, following))
        if known is None:
            if len(self._next) >= _REMEMBERED:
                self._next.clear()
            fitting = (a for a in self._starting[word] if len(a.parts) == 1 or a.part_fits(following, 1))
            known = self._next[word, following] = tuple(fitting)
        return known

    def hits(self, found: Sequence[str]) -> dict[str, int]:
        """Alias -> how often it stands in `found`."""
        out: dict[str, int] = {}
        for hit in self.find(found):
            out[hit.name] = out.get(hit.name, 0) + 1
        return out

    def _within(self, run: str, at: int) -> Iterator[Hit]:
        """The hits inside a run of Chinese characters."""
        return (
            Hit(a.name, at, a.strength) for a in self._starting[run] for _ in range(run.count(a.parts[0]))
        )


class Lexica:
    """Several lexica asked of the same words: one look-up a word tells where any of them has to look closer. Get one from `lexica()`."""

    __slots__ = ("_lexica", "_places")

    def __init__(self, lists: Iterable[tuple[str, ...]]) -> None:
        """`lists` of aliases, one for each lexicon."""
        self._lexica = [lexicon(aliases) for aliases in lists]
        self._places = _Anywhere(self._lexica)

    def find(self, found: Sequence[str]) -> list[list[Hit]]:
        """What each lexicon finds in `found` (words in order)."""
        if not self._lexica:
            return []
        places = [*compress(count(), map(self._places.__getitem__, found))]
        return [each.find(found, places) for each in self._lexica]


class _Anywhere(dict[str, bool]):
    """Word -> whether an alias of any lexicon can start at it."""

    __slots__ = ("_lexica",)

    def __init__(self, lexica: Sequence[Lexicon]) -> None:
        super().__init__()
        self._lexica = lexica

    def __missing__(self, word: str) -> bool:
        """Whether one can start at a word met for the first time."""
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[word] = any(each.can_start(word) for each in self._lexica)
        return found


@lru_cache(maxsize=256)
def lexicon(aliases: tuple[str, ...]) -> Lexicon:
    """The compiled form of `aliases`."""
    return Lexicon(aliases)


@lru_cache(maxsize=64)
def lexica(lists: tuple[tuple[str, ...], ...]) -> Lexica:
    """The lexica of several alias lists, kept with the words they have met: a topic asks the same lists at every fit."""
    return Lexica(lists)


def _compile(written: str) -> Alias:
    """One alias as written in a topic file."""
    strength = 0.0 if written.startswith("-") else WEAK if written.endswith("?") else 1.0
    name = written.strip("-? ")
    body = name.rstrip("*")
    is_cased = body.isupper()
    return Alias(
        name=name,
        parts=tuple(part if is_cased else part.lower() for part in split(body)),
        is_prefix=name.endswith("*"),
        is_cased=is_cased,
        strength=strength,
    )
