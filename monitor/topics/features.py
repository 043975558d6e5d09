"""The features of one article under one profile. A reading in, named numbers out; no verdict, no scale.

With m = (hits + .2) / sqrt(words / 100) and g(m) = ln(m / (m + 2) + .01): long texts must say more, the second hit says
less than the first, and a headline that leaves a side out is held against it less than an article that does.
  facet:NAME   g for each facet; an article that leaves one side out scores low whatever it says of the others. In a running text a
               hit counts whole only where the other sides are named close by: a page on a summit names trade, too, elsewhere
  lead         weighted mean of the facets' g over title and first 80 words
  title        the same over the title alone, of a running text
  theme        BM25 sum over the theme terms, as a share of what the whole theme would give
  cosine       cos(tf-idf, centroid of the seeds)
  words        how long it is
Why a product of facets: in a bag of words strong wording on one side makes up for a missing other side, see
docs/notes/relevance.md.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt
from typing import NamedTuple

from monitor.model import Facet
from monitor.text.aliases import Hit, Lexica
from monitor.text.vectors import Vocabulary, alike
from monitor.topics.reading import Reading

_HALF = 2.0  # hits per root of 100 words at which a facet is half satisfied
_FLOOR = 0.01  # keeps the logarithm finite: an untouched facet of a long text is about ln .02 = -3.9
_UNSAID = 0.2  # hits granted to every text; .05 .. .3 measured, see docs/notes/relevance.md
_WEAK_CAP = 1.0  # what all weak hits of a facet count together, in plain hits
# Running texts, from so many words on. Chosen on 459 news articles of 2016-20 graded by reading (156 on topic, 303 look-alikes: other
# trading partners, North Korea, Hong Kong, spies, covid), 2026-11-29: own F1 .844 -> .904, precision .737 -> .848, AP .945 -> .964,
# together with fewer plain aliases in the topic file; headlines unchanged. docs/notes/relevance.md
_RUNNING_TEXT = 30  # words
_CLOSE_BY = 25  # words on either side, about a sentence
_ALONE = 0.25  # what a hit counts far from all other sides
_WEAK_CAP_OF_TEXTS = 0.3  # plain hits: "meet", "warn" and "visit" stand in every page about two states
_LEAD_WORDS = 80
_MIN_WORDS = 8  # a shorter text is treated as one of eight words
_TYPICAL_WORDS = 400.0  # BM25 pivot length
_K1, _B = 1.2, 0.6  # BM25; Robertson & Zaragoza 2009


Weights = Sequence[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Measured:
    """Named feature values in a fixed order, and the aliases that were found."""

    values: tuple[tuple[str, float], ...]
    matched: tuple[
        tuple[str, tuple[tuple[str, int], ...]], ...
    ]  # facet name, (alias, hits) most frequent first


class Gauge:
    """Facets, theme and centroid made ready to measure many articles against one vocabulary."""

    __slots__ = ("_aliases", "_centroid", "_facets", "_theme", "_vocabulary")

    def __init__(
        self, facets: Sequence[Facet], theme: Weights, centroid: Weights, vocabulary: Vocabulary
    ) -> None:
        self._facets = tuple(facets)
        self._aliases = Lexica(facet.aliases for facet in facets)
        self._theme = theme
        self._centroid: Mapping[str, float] = dict(centroid)
        self._vocabulary = vocabulary

    def measure(self, reading: Reading) -> Measured:
        """All features of `reading`."""
        size = len(reading.words)
        found = [*zip(self._facets, self._aliases.find(reading.words), strict=True)]
        counted = _counting([hits for _, hits in found], size)
        values = [
            (f"facet:{facet.name}", saturation(hits, size))
            for facet, hits in zip(self._facets, counted, strict=True)
        ]
        if found:
            lead = min(size, reading.title_words + _LEAD_WORDS)
            values.append(("lead", _lead(self._facets, counted, lead)))
            if size >= _RUNNING_TEXT:
                plain = [
                    [Counting(hit.at, hit.strength, hit.strength < 1) for hit in hits] for _, hits in found
                ]
                values.append(("title", _lead(self._facets, plain, reading.title_words)))
        if self._theme:
            values.append(("theme", _theme(reading, self._theme)))
        if self._centroid:
            values.append(("cosine", alike(reading.terms, self._vocabulary, self._centroid)))
        values.append(("words", float(len(reading.words))))
        return Measured(tuple(values), tuple((facet.name, _counted(hits)) for facet, hits in found))


class Counting(NamedTuple):
    """A hit as it counts: the position of its first word, what it counts 0..1, and whether its alias is weak evidence."""

    at: int
    mass: float
    is_weak: bool


def saturation(hits: Sequence[Counting], word_count: int) -> float:
    """The g of one facet: about ln .02 untouched in a long text, -1.6 in a headline, 0 when full of it."""
    plain = fsum(hit.mass for hit in hits if not hit.is_weak)
    cap = _WEAK_CAP if word_count < _RUNNING_TEXT else _WEAK_CAP_OF_TEXTS
    weak = min(cap, fsum(hit.mass for hit in hits if hit.is_weak))
    mass = (plain + weak + _UNSAID) / sqrt(max(word_count, _MIN_WORDS) / 100)
    return log(mass / (mass + _HALF) + _FLOOR)


def _counting(sides: Sequence[Sequence[Hit]], word_count: int) -> list[list[Counting]]:
    """The hits of each facet as they count: by their alias, and in a running text by how many of the other facets stand close by."""
    places = [[hit.at for hit in hits] for hits in sides]
    counted = []
    for own, hits in enumerate(sides):
        others = [found for side, found in enumerate(places) if side != own]
        if word_count < _RUNNING_TEXT or not others:
            counted.append([Counting(hit.at, hit.strength, hit.strength < 1) for hit in hits])
            continue
        row = []
        for hit in hits:
            near = sum(_is_close(found, hit.at) for found in others) / len(others)
            mass = hit.strength * (_ALONE + (1 - _ALONE) * near)
            row.append(Counting(hit.at, mass, hit.strength < 1))
        counted.append(row)
    return counted


def _is_close(places: Sequence[int], at: int) -> bool:
    """Whether any of `places` (ascending) lies close by."""
    first = bisect_left(places, at - _CLOSE_BY)
    return first < len(places) and places[first] <= at + _CLOSE_BY


def _lead(facets: Sequence[Facet], counted: Sequence[Sequence[Counting]], lead: int) -> float:
    """Weighted mean saturation of the facets in the first `lead` words."""
    total = fsum(facet.weight for facet in facets) or 1.0
    said = (saturation([hit for hit in hits if hit.at < lead], lead) for hits in counted)
    return fsum(facet.weight * g for facet, g in zip(facets, said, strict=True)) / total


def _theme(reading: Reading, theme: Weights) -> float:
    """BM25 with the theme weights in place of idf, 0..1."""
    pivot = _K1 * (1 - _B + _B * len(reading.words) / _TYPICAL_WORDS)
    got = fsum(w * n / (n + pivot) for t, w in theme if (n := reading.terms.get(t, 0)))
    return got / (fsum(w for _, w in theme) or 1.0)


def _counted(hits: Sequence[Hit]) -> tuple[tuple[str, int], ...]:
    """Alias and count, most frequent first."""
    tally: dict[str, int] = {}
    for hit in hits:
        tally[hit.name] = tally.get(hit.name, 0) + 1
    return tuple(sorted(tally.items(), key=lambda item: (-item[1], item[0])))
