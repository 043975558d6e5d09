"""The features of one article under one profile. A reading in, named numbers out; no verdict, no scale.

With m = (hits + .2) / sqrt(words / 100) and g(m) = ln(m / (m + 2) + .01): long texts must say more, the second hit says
less than the first, and a headline that leaves a side out is held against it less than an article that does.
  facet:NAME   g for each facet; an article that leaves one side out scores low whatever it says of the others
  lead         weighted mean of the facets' g over title and first 80 words
  theme        BM25 sum over the theme terms, as a share of what the whole theme would give
  cosine       cos(tf-idf, centroid of the seeds)
  words        how long it is
Why a product of facets: in a bag of words strong wording on one side makes up for a missing other side, see
docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log, sqrt

from monitor.model import Facet
from monitor.text.aliases import Hit, Lexica
from monitor.text.vectors import Vocabulary, alike
from monitor.topics.reading import Reading

_HALF = 2.0  # hits per root of 100 words at which a facet is half satisfied
_FLOOR = 0.01  # keeps the logarithm finite: an untouched facet of a long text is about ln .02 = -3.9
_UNSAID = 0.2  # hits granted to every text; .05 .. .3 measured, see docs/notes/relevance.md
_WEAK_CAP = 1.0  # what all weak hits of a facet count together, in plain hits
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
        found = [*zip(self._facets, self._aliases.find(reading.words), strict=True)]
        values = [(f"facet:{facet.name}", saturation(hits, len(reading.words))) for facet, hits in found]
        if found:
            values.append(("lead", _lead(found, min(len(reading.words), reading.title_words + _LEAD_WORDS))))
        if self._theme:
            values.append(("theme", _theme(reading, self._theme)))
        if self._centroid:
            values.append(("cosine", alike(reading.terms, self._vocabulary, self._centroid)))
        values.append(("words", float(len(reading.words))))
        return Measured(tuple(values), tuple((facet.name, _counted(hits)) for facet, hits in found))


def saturation(hits: Sequence[Hit], word_count: int) -> float:
    """The g of one facet: about ln .02 untouched in a long text, -1.6 in a headline, 0 when full of it."""
    plain = sum(hit.strength == 1 for hit in hits)
    weak = min(_WEAK_CAP, fsum(hit.strength for hit in hits if hit.strength < 1))
    mass = (plain + weak + _UNSAID) / sqrt(max(word_count, _MIN_WORDS) / 100)
    return log(mass / (mass + _HALF) + _FLOOR)


def _lead(found: Sequence[tuple[Facet, Sequence[Hit]]], lead: int) -> float:
    """Weighted mean saturation of the facets in the first `lead` words."""
    total = fsum(facet.weight for facet, _ in found) or 1.0
    return fsum(f.weight * saturation([h for h in hits if h.at < lead], lead) for f, hits in found) / total


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
