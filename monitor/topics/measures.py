"""The features of one article under one profile. A reading in, named numbers out; no verdict, no scale.

With m = (hits + .2) / sqrt(words / 100) and g(m) = ln(m / (m + 2) + .01): long texts must say more, the second hit says
less than the first, and a headline that leaves a side out is held against it less than an article that does.
  facet:NAME   g for each facet; an article that leaves one side out scores low whatever it says of the others. In a running text a
               hit counts whole only where the other sides are named close by: a page on a summit names trade, too, elsewhere
  lead         weighted mean of the facets' g over title and first 80 words
  title        the same over the title alone, of a running text
  unsaid:NAME  share of the stream's texts like this one that name the facet, where it is left out and at least .7 (see unsaid)
  beside:NAME  how much of what stands in the facet's place is something else (`beside` in the topic file), 0..1
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
from monitor.text.aliases import Hit, lexica
from monitor.text.vectors import Vocabulary, alike
from monitor.topics.reading import Reading
from monitor.topics.unsaid import LEAST_SHARE, Implication, Implied, plain_names

_HALF = 2.0  # hits per root of 100 words at which a facet is half satisfied
_FLOOR = 0.01  # keeps the logarithm finite: an untouched facet of a long text is about ln .02 = -3.9
_UNSAID = 0.2  # hits granted to every text; .05 .. .3 measured, see docs/notes/relevance.md
# Hits granted besides to a facet that the stream implies, and to each of the others beside it. Headlines of 2018-19, 2026-11-29
# (test_real_sets): own F1 .925 -> .932, recall .917 -> .932, precision .934 -> .932, AP .975 -> .977.
_IMPLIED, _IMPLIED_BESIDE = 0.8, 0.3
_WEAK_CAP = 1.0  # what all weak hits of a facet count together, in plain hits
# Running texts, from so many words on. Chosen on 459 news articles of 2016-20 graded by reading (test_look_alikes) and half of 167
# invented ones (test_kinds_of_text), 2026-11-29: with what stands beside a facet, own F1 .904 -> .921, AP .964 -> .982; of the
# invented ones .576 -> .929. docs/notes/relevance.md
_RUNNING_TEXT = 30  # words
_CLOSE_BY = 40  # words on either side: the sentence and its neighbours
_ALONE = 0.4  # what a hit counts far from all other sides
_WEAK_ALONE = 0.15  # the same in a running text without a plain hit: every page about two states has "meet", "warn" and "visit"
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

    __slots__ = ("_aliases", "_centroid", "_facets", "_implied", "_theme", "_vocabulary")

    def __init__(
        self,
        facets: Sequence[Facet],
        theme: Weights,
        centroid: Weights,
        vocabulary: Vocabulary,
        unsaid: Sequence[Implication] = (),
    ) -> None:
        self._facets = tuple(facets)
        self._aliases = lexica((*(facet.aliases for facet in facets), *(facet.beside for facet in facets)))
        self._implied = Implied(unsaid)
        self._theme = theme
        self._centroid: Mapping[str, float] = dict(centroid)
        self._vocabulary = vocabulary

    def measure(self, reading: Reading) -> Measured:
        """All features of `reading`."""
        size = len(reading.words)
        every = self._aliases.find(reading.words)
        said, beside = every[: len(self._facets)], every[len(self._facets) :]
        found = [*zip(self._facets, said, strict=True)]
        counted = _counting(said, size)
        implied = {} if any(beside) else self._shares_implied(reading, said)
        granted = [_granted(facet.name, implied) for facet in self._facets]
        values = [
            (f"facet:{facet.name}", saturation(hits, size, grant))
            for facet, hits, grant in zip(self._facets, counted, granted, strict=True)
        ]
        if found:
            lead = min(size, reading.title_words + _LEAD_WORDS)
            values.append(("lead", _lead(self._facets, counted, lead, granted)))
            values += [(f"unsaid:{name}", share) for name, share in implied.items()]
            values += [
                (f"beside:{facet.name}", _share_beside(hits, others, reading.title_words))
                for (facet, hits), others in zip(found, beside, strict=True)
                if facet.beside
            ]
            if size >= _RUNNING_TEXT:
                plain = [
                    [Counting(hit.at, hit.strength, hit.strength < 1) for hit in hits] for _, hits in found
                ]
                values.append(("title", _lead(self._facets, plain, reading.title_words, granted)))
        if self._theme:
            values.append(("theme", _theme(reading, self._theme)))
        if self._centroid:
            values.append(("cosine", alike(reading.terms, self._vocabulary, self._centroid)))
        values.append(("words", float(len(reading.words))))
        return Measured(tuple(values), tuple((facet.name, _counted(hits)) for facet, hits in found))

    def _shares_implied(self, reading: Reading, said: Sequence[Sequence[Hit]]) -> dict[str, float]:
        """Facet -> the share of texts of the stream like this one that name it, where this one does not and at least .7 do."""
        shares = {}
        for at, (facet, hits) in enumerate(zip(self._facets, said, strict=True)):
            if not plain_names([hits]):
                others = plain_names(side for other, side in enumerate(said) if other != at)
                share = self._implied.share(facet.name, others, reading)
                if share >= LEAST_SHARE:
                    shares[facet.name] = share
        return shares


class Counting(NamedTuple):
    """A hit as it counts: the position of its first word, what it counts 0..1, and whether its alias is weak evidence."""

    at: int
    mass: float
    is_weak: bool


def saturation(hits: Sequence[Counting], word_count: int, granted: float = _UNSAID) -> float:
    """The g of one facet: about ln .02 untouched in a long text, -1.6 in a headline, 0 when full of it. `granted`: hits without a word."""
    plain = fsum(hit.mass for hit in hits if not hit.is_weak)
    cap = _WEAK_CAP if word_count < _RUNNING_TEXT or plain else _WEAK_ALONE
    weak = min(cap, fsum(hit.mass for hit in hits if hit.is_weak))
    mass = (plain + weak + granted) / sqrt(max(word_count, _MIN_WORDS) / 100)
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


def _granted(facet: str, implied: Mapping[str, float]) -> float:
    """Hits granted to a facet without a word: as to every text, and more where the stream implies it or another."""
    if not implied:
        return _UNSAID
    return _UNSAID + (_IMPLIED if facet in implied else _IMPLIED_BESIDE)


def _share_beside(hits: Sequence[Hit], others: Sequence[Hit], title_words: int) -> float:
    """How much of what stands in a facet's place is something else, 0..1: mean of the whole text and its title."""
    whole = _share(hits, others)
    title = _share([h for h in hits if h.at < title_words], [h for h in others if h.at < title_words])
    return (whole + title) / 2


def _share(hits: Sequence[Hit], others: Sequence[Hit]) -> float:
    """The same, squared, so that a passing mention costs little; one more hit is granted to the facet."""
    said, besides = fsum(hit.strength for hit in hits), fsum(hit.strength for hit in others)
    return (besides / (said + besides + 1)) ** 2


def _lead(
    facets: Sequence[Facet], counted: Sequence[Sequence[Counting]], lead: int, granted: Sequence[float]
) -> float:
    """Weighted mean saturation of the facets in the first `lead` words."""
    total = fsum(facet.weight for facet in facets) or 1.0
    said = (
        saturation([hit for hit in hits if hit.at < lead], lead, grant)
        for hits, grant in zip(counted, granted, strict=True)
    )
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
