"""Features as numbers: what is remembered of an article takes a tenth of the room until it is compared.

Terms are numbers of a vocabulary that all articles of a window share; where they stand is kept in two arrays, facts
and the vector of the headline as JSON. Nothing is lost: what comes out equals what went in. What was unpacked last stays at hand, for the same
neighbours are asked for again.
"""

from __future__ import annotations

import json
from array import array
from collections import Counter
from collections.abc import Mapping
from itertools import accumulate, chain, pairwise
from math import log
from typing import Any, TypeVar

from monitor.model import Fact
from monitor.stories.embedding import Embedding
from monitor.stories.features import KINDS, Features, Sentence
from monitor.stories.term_weights import Pick, Terms

V = TypeVar("V")
Stored = Mapping[str, Any]  # features as `Features.to_json` gives them

_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
AT_HAND = 1000  # articles whose features stay unpacked: some 40 kB each for full texts
_HEAD = 4  # sizes before all else
_MOST_NARROW = (1 << 16) - 1  # distinct terms, up to which two bytes hold the place of one


def of_store(body: str) -> Stored:
    """Features as the store keeps them. Raises KeyError, TypeError or ValueError for what are none."""
    stored: Stored = json.loads(body)
    sizes = [stored["w"], stored["n"], len(stored["t"]), sum(stored["f"])]
    sizes += [start + end + len(terms) + len(facts) for start, end, terms, facts in stored["s"]]
    if not all(isinstance(size, int) for size in sizes):
        raise TypeError("sizes and places are whole numbers")
    if "e" in stored:
        Embedding.of_json(stored["e"])
    return stored


class Shelf:
    """The vocabulary of a window, and what was unpacked last."""

    __slots__ = ("_features", "_picks", "terms")

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self._features: dict[Packed, Features] = {}
        self._picks: dict[Packed, Pick] = {}

    def pack(self, features: Features | Packed | Stored) -> Packed:
        """Features in little room."""
        if isinstance(features, Packed):
            features = features.features
        if not isinstance(features, Features):
            return Packed(features, self)
        packed = Packed(features.to_json(), self)
        _keep(self._features, packed, features)  # they are at hand already
        return packed

    def features(self, packed: Packed) -> Features:
        """What was packed."""
        return self._features.get(packed) or _keep(self._features, packed, packed.unpacked())

    def pick(self, packed: Packed) -> Pick:
        """Its terms, ready to be picked out of a list by their numbers."""
        return self._picks.get(packed) or _keep(self._picks, packed, packed.picked())


def _keep(kept: dict[Packed, V], packed: Packed, value: V) -> V:
    """Keep a value; of many the one that came first goes."""
    if len(kept) >= AT_HAND:
        del kept[next(iter(kept))]
    kept[packed] = value
    return value


class Packed:
    """The features of one article by the vocabulary of a shelf, made of their JSON."""

    __slots__ = ("_embedding", "_facts", "_places", "_shelf", "_told_keys", "_wide", "words")

    def __init__(self, stored: Stored, shelf: Shelf) -> None:
        rows, numbers = stored["s"], shelf.terms.numbers
        said = [numbers(terms.split()) for _, _, terms, _ in rows]
        times = Counter(chain.from_iterable(said))  # in the order of `Features.places`
        place = {number: at for at, number in enumerate(times)}
        louder = [(place[number], many) for number, many in times.items() if many > 1]
        title = numbers(stored["t"].split())
        facts = [[at, *fact] for at, row in enumerate(rows) for fact in row[3]]
        self._shelf = shelf
        self.words: int = stored["w"]
        # Sizes, terms, terms of the title, where sentences start and end, fingerprints.
        self._wide = array("I", [len(times), len(title), len(rows), len(louder), *times, *title])
        self._wide.extend([row[0] for row in rows] + [row[1] for row in rows])
        self._wide.extend(stored["f"])
        # How many sentences belong to the title, how many terms each has and which of the above,
        # those that stand in several, and in how many.
        self._places = array("H" if len(times) <= _MOST_NARROW else "I", [stored["n"], *map(len, said)])
        self._places.extend([place[number] for terms in said for number in terms])
        self._places.extend([at for at, _ in louder] + [many for _, many in louder])
        self._facts = _encoded(facts).encode() if facts else b""
        self._embedding = _encoded(stored["e"]).encode() if "e" in stored else b""
        self._told_keys: array[int] | None = None

    @property
    def features(self) -> Features:
        """What was packed."""
        return self._shelf.features(self)

    @property
    def pick(self) -> Pick:
        """Its terms, ready to be picked out of a list by their numbers."""
        return self._shelf.pick(self)

    @property
    def numbers(self) -> array[int]:
        """The numbers of its terms in the order of `Features.places`."""
        return self._wide[_HEAD : _HEAD + self._wide[0]]

    @property
    def fingerprints(self) -> array[int]:
        """Those of the features."""
        terms, title, sentences, _ = self._wide[:_HEAD]
        return self._wide[_HEAD + terms + title + 2 * sentences :]

    @property
    def told_keys(self) -> array[int]:
        """Those of the features, worked out when first asked for."""
        if self._told_keys is None:
            self._told_keys = array("i", sorted(self.features.told_keys))
        return self._told_keys

    def unpacked(self) -> Features:
        """The features, made anew."""
        terms, title, sentences, _ = self._wide[:_HEAD]
        names = self._shelf.terms.names
        own = [names[number] for number in self.numbers]
        first = _HEAD + terms + title
        starts = self._wide[first : first + sentences]
        ends = self._wide[first + sentences : first + 2 * sentences]
        said = [own[place] for place in self._places[1 + sentences : 1 + sentences + self._terms_said()]]
        cuts = pairwise(accumulate(self._places[1 : 1 + sentences], initial=0))
        facts: dict[int, list[Fact]] = {}
        for number, kind, value, text in json.loads(self._facts) if self._facts else ():
            facts.setdefault(number, []).append(Fact(kind=KINDS[kind], value=value, text=text))
        return Features(
            words=self.words,
            title_terms=tuple(names[number] for number in self._wide[_HEAD + terms : first]),
            sentences=tuple(
                Sentence(start, end, tuple(said[cut:next_]), tuple(facts.get(number, ())))
                for number, (start, end, (cut, next_)) in enumerate(zip(starts, ends, cuts, strict=True))
            ),
            title_sentences=self._places[0],
            fingerprints=tuple(self.fingerprints),
            embedding=Embedding.of_json(json.loads(self._embedding)) if self._embedding else None,
        )

    def louder(self) -> list[tuple[int, float]]:
        """The numbers of its terms in several sentences, and how much more they count: 1 + ln of how many, less 1."""
        own, count = self._wide, self._wide[3]
        first = 1 + self._wide[2] + self._terms_said()
        places, times = self._places[first : first + count], self._places[first + count :]
        return [(own[_HEAD + at], (1 + log(many)) - 1) for at, many in zip(places, times, strict=True)]

    def picked(self) -> Pick:
        """Its terms and, of the louder ones, how much more they count."""
        louder = self.louder()
        return Pick.of(self.numbers, [number for number, _ in louder], [more for _, more in louder])

    def _terms_said(self) -> int:
        """How many terms its sentences have together."""
        return sum(self._places[1 : 1 + self._wide[2]])
