"""Which text is this a copy of? Fingerprints and titles go in, the original and a verdict come out; nothing is deleted.

Running texts are compared by containment of sampled three-word shingles, |A and B| / min(|A|, |B|): a shortened agency
report, or one wrapped in other text, keeps a high containment where Jaccard similarity sinks (NEWS-COPY, Silcock et al.
2023, finds a mean Jaccard of .3 among true copies). Texts of a headline's length are compared by their words.
Only originals are indexed, so a report run by forty papers never becomes "boilerplate". docs/notes/novelty.md has figures.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, KeysView, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple

_CONTAINMENT = 0.3  # chosen on invented edits of real articles; .25 .. .4 differ by < .01 F1
_LEAST_SHARED = 4  # sampled shingles, about sixteen words in common
_BOILERPLATE = 20  # texts that share a shingle before it stops counting
_COPY = 0.8  # share of the new text that the old one holds; a longer text that has less of it is an update
_LONGER = 1.15  # than the original, to be an update
_SHORT_WORDS = 30  # texts below are compared by words
_SHORT_ALIKE = 0.8  # of the distinct words in common, of the union
_SHORT_SPAN = timedelta(days=3)  # a headline that returns later may be a new event
_LEAST_TITLE = 5  # words; shorter titles ("Morning briefing") repeat by habit
_LEAST_LETTERS = 4  # of a word that tells; not "the", "on"
_ALIKE_LETTERS = 3  # at the start: "bans" and "banned" are no other word
_LATELY = 1 << 16  # pairs of shingle and text that are not in the array yet; more where that holds many
_LOT = 500  # texts sorted at a time, where many come at once
_ID_BITS = 32
_ID = (1 << _ID_BITS) - 1  # the highest id of an article: databases' integers reach half as far
_PARTS = 16  # of the array, made anew one after the other
_PART = (1 << 32 + _ID_BITS) // _PARTS
_TOKEN = re.compile(r"\w+")
_SUFFIX = re.compile(r"\s+[|–—-]\s+[^|–—-]{2,40}$")  # " - Harbour Ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What is compared. `fingerprints` from text.shingles over title-less running text; `words` their number."""

    article_id: int
    title: str
    published: datetime
    words: int
    fingerprints: Sequence[int]


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The original, how much of the smaller text both share (0..1), and what the newer one is: copy or update."""

    original: int
    containment: float
    verdict: str


class _Kept(NamedTuple):
    """What is kept of an original beside its shingles."""

    title: str
    published: datetime
    words: int
    shingles: int


class Originals:
    """The texts that are no copies. What it finds does not depend on the order in which they came."""

    __slots__ = ("_shingles", "_short", "_texts", "_titles", "_words")

    def __init__(self) -> None:
        self._texts: dict[int, _Kept] = {}
        self._shingles = _Shingles()
        self._titles: dict[str, list[int]] = {}  # normalised title -> article ids
        self._short: dict[str, list[int]] = {}  # word -> ids of short texts
        self._words: dict[int, frozenset[str]] = {}  # id of a short text -> its words

    @property
    def ids(self) -> KeysView[int]:
        """The article ids of all originals."""
        return self._texts.keys()

    def find(self, text: Text) -> Duplicate | None:
        """The original that `text` repeats, if any; of several the one with most in common, then the oldest."""
        return self._by_shingles(text) or self._by_title(text) or self._by_words(text)

    def add(self, text: Text) -> None:
        """Remember `text` as an original."""
        self._add(text)
        self._shingles.add(text.article_id, text.fingerprints)

    def add_many(self, texts: Iterable[Text]) -> None:
        """Remember several, in less time and room than one after the other."""
        lots: list[array[int]] = []
        waiting = iter(texts)
        few = list(islice(waiting, _LOT))
        if len(few) < _LOT:
            for text in few:
                self.add(text)
            return
        waiting = chain(few, waiting)
        while lot := list(islice(waiting, _LOT)):
            lots.append(_pairs((text.article_id, text.fingerprints) for text in lot))
            for text in lot:
                self._add(text)
        self._shingles.settle()  # who was dropped before is gone for good now
        self._shingles.settle(lots)

    def _add(self, text: Text) -> None:
        number = text.article_id
        self._texts[number] = _Kept(text.title, text.published, text.words, len(text.fingerprints))
        self._titles.setdefault(plain_title(text.title), []).append(number)
        if text.words < _SHORT_WORDS:
            self._words[number] = _tokens(text.title)
            for word in sorted(self._words[number]):
                self._short.setdefault(word, []).append(number)

    def drop(self, article_id: int) -> None:
        """Forget a text; an unknown one is no error."""
        text = self._texts.pop(article_id, None)
        if text is None:
            return
        self._shingles.drop(article_id)
        _remove(self._titles, plain_title(text.title), article_id)
        for word in self._words.pop(article_id, ()):
            _remove(self._short, word, article_id)

    def _by_shingles(self, text: Text) -> Duplicate | None:
        holders = map(self._shingles.holders, text.fingerprints)
        telling = [held for held in holders if len(held) <= _BOILERPLATE]
        counted = len(telling)
        shared = Counter(chain.from_iterable(telling))
        best: Duplicate | None = None
        for article_id, count in sorted(entry for entry in shared.items() if entry[1] >= _LEAST_SHARED):
            size = min(counted, self._texts[article_id].shingles)
            containment = count / size
            if containment < _CONTAINMENT:
                continue
            if best is None or containment > best.containment:
                best = Duplicate(article_id, containment, self._verdict(text, article_id, count / counted))
        return best

    def _verdict(self, text: Text, original: int, share: float) -> str:
        """What `text` is, when `share` of it stands in the original."""
        is_longer = text.words > _LONGER * self._texts[original].words
        return "update" if is_longer and share < _COPY else "copy"

    def _by_title(self, text: Text) -> Duplicate | None:
        title = plain_title(text.title)
        if len(title.split()) < _LEAST_TITLE:
            return None
        return self._short_copy(text, self._titles.get(title, ()), 1.0)

    def _by_words(self, text: Text) -> Duplicate | None:
        own = _tokens(text.title)
        if text.words >= _SHORT_WORDS or len(own) < _LEAST_TITLE:
            return None
        alike = []
        for article_id in self._sharing(own):
            other = self._words[article_id]
            alikeness = len(own & other) / len(own | other)
            if alikeness >= _SHORT_ALIKE and _figures(own) == _figures(other) and not _is_swapped(own, other):
                alike.append((-alikeness, article_id))
        found = [self._short_copy(text, (article_id,), -alikeness) for alikeness, article_id in sorted(alike)]
        return next((each for each in found if each), None)

    def _sharing(self, own: frozenset[str]) -> set[int]:
        """Short texts that can be alike enough: they hold one of the rarest words, as not all of these can be missing."""
        by_rarity = sorted(own, key=lambda word: (len(self._short.get(word, ())), word))
        may_miss = int((1 - _SHORT_ALIKE) * len(own)) + 1
        return {article_id for word in by_rarity[:may_miss] for article_id in self._short.get(word, ())}

    def _short_copy(self, text: Text, holders: Sequence[int], containment: float) -> Duplicate | None:
        """The oldest holder near in time; long texts with one title must not be told apart by their shingles."""
        for article_id in sorted(holders, key=lambda each: (self._texts[each].published, each)):
            other = self._texts[article_id]
            if min(text.words, other.words) >= _SHORT_WORDS:
                continue  # both have running text, and it was not alike
            if abs(text.published - other.published) <= _SHORT_SPAN:
                return Duplicate(article_id, containment, "copy" if text.words <= other.words else "update")
        return None


class _Shingles:
    """Which originals hold a shingle: eight bytes for each pair in a sorted array, a dictionary of what came lately.

    A dictionary of all would take ten times the room. Who is dropped stays in the array, unseen, until the next one.
    """

    __slots__ = ("_came", "_lately", "_left", "_own", "_pairs")

    def __init__(self) -> None:
        self._pairs = array("Q")  # shingle << 32 | article id, ascending
        self._lately: dict[int, list[int]] = {}
        self._own: dict[int, Sequence[int]] = {}  # article id -> its shingles in `_lately`
        self._came = 0  # of these
        self._left: set[int] = set()  # dropped ids that the array holds still

    def add(self, article_id: int, shingles: Sequence[int]) -> None:
        """Let an original hold its shingles."""
        if article_id in self._left or self._came > max(_LATELY, len(self._pairs) // 8):
            self.settle()
        self._own[article_id] = shingles
        self._came += len(shingles)
        for shingle in shingles:
            self._lately.setdefault(shingle, []).append(article_id)

    def drop(self, article_id: int) -> None:
        """Forget an original."""
        own = self._own.pop(article_id, None)
        if own is None:
            self._left.add(article_id)
            return
        self._came -= len(own)
        for shingle in own:
            _remove(self._lately, shingle, article_id)

    def holders(self, shingle: int) -> list[int]:
        """The originals that hold a shingle; of boilerplate some, more than `_BOILERPLATE`."""
        held = self._lately.get(shingle, [])
        pairs, first = self._pairs, shingle << _ID_BITS
        at = bisect_left(pairs, first)
        if at == len(pairs) or pairs[at] >> _ID_BITS != shingle:
            return held
        held = held.copy()
        for place in range(at, len(pairs)):
            article_id = pairs[place] - first
            if article_id > _ID or len(held) > _BOILERPLATE:
                break
            if article_id not in self._left:
                held.append(article_id)
        return held

    def settle(self, more: Iterable[array[int]] = ()) -> None:
        """Bring all and `more` into the array, part by part: a list of all numbers takes five times the room."""
        sources = self._pairs, _pairs(self._own.items()), *more
        merged = array("Q")
        for part in range(_PARTS):
            first, end = part * _PART, (part + 1) * _PART
            pairs = sorted(
                chain(*(each[bisect_left(each, first) : bisect_left(each, end)] for each in sources))
            )
            merged.extend(pair for pair in pairs if pair & _ID not in self._left)
        self._pairs, self._lately, self._own, self._came, self._left = merged, {}, {}, 0, set()


def _pairs(shingles: Iterable[tuple[int, Iterable[int]]]) -> array[int]:
    """Article ids with their shingles as `_Shingles` sorts them."""
    return array("Q", sorted(each << _ID_BITS | number for number, own in shingles for each in own))


def plain_title(title: str) -> str:
    """A title without case, punctuation and the outlet's name behind a dash."""
    return " ".join(_TOKEN.findall(_SUFFIX.sub("", title).casefold()))


def _tokens(title: str) -> frozenset[str]:
    """The distinct words of a plain title."""
    return frozenset(plain_title(title).split())


def _figures(tokens: Iterable[str]) -> frozenset[str]:
    """The numbers among words: "Q1" and "Q2" results are two events."""
    return frozenset(token for token in tokens if any(c.isdigit() for c in token))


def _is_swapped(own: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each has a word for another of the other's: "tariff on propane" and "on plastics" are two events."""
    only = [
        {word[:_ALIKE_LETTERS] for word in words if len(word) >= _LEAST_LETTERS}
        for words in (own - other, other - own)
    ]
    return all(only) and not only[0] & only[1]


def _remove(index: dict[int, list[int]] | dict[str, list[int]], key: int | str, article_id: int) -> None:
    """Take one id out of an index; an emptied list goes too."""
    holders = index[key]  # type: ignore[index]  # one helper for both key types
    holders.remove(article_id)
    if not holders:
        del index[key]  # type: ignore[arg-type]  # the same
