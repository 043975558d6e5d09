"""A topic known by its seeds only: what they share, and how close a text is. Readings and document frequencies in, numbers out.

Closeness is the mean of two shares, each measured in what a seed reaches that is left out of the profile ("1" is as close
as one seed is to the others): the cosine of tf-idf vectors, and a BM25 sum over the theme. Unlike a distance in standard
deviations of what feeds carry, it does not move when a topic fills the news for a month. Terms of the title count three
times; a rare term weighs its idf to the power of 1.4. No verdict here. Measurements: docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log

from monitor.model import Facet
from monitor.text.tokens import terms, terms_of
from monitor.text.vectors import Vocabulary, cosine, mean, top, unit
from monitor.topics.measures import Gauge, Measured, Weights
from monitor.topics.reading import Reading

# All chosen on tests/quality, see docs/notes/relevance.md.
_TITLE_EXTRA = 2  # times a term of the title is counted besides
_RARITY = 1.4  # power of idf
_SPREAD = 1.5  # power of the share of seeds that hold a term
_THEME_TERMS, _CENTROID_TERMS = 40, 60
_K1, _B = 1.2, 0.6  # BM25; Robertson & Zaragoza 2009
_RARE_IDF = log(10)  # one text in ten; commoner words of the topic sentence are only grammar
_LEAST_ANCHOR = 0.02  # of seeds that have nothing in common
_HEADLINE_WORDS, _SUMMARY_WORDS, _HEADLINE_REACH = (
    12,
    40,
    0.45,
)  # a headline reaches about half of what its text does
# Beside pages, a shorter seed says as much as one of so many words: each word of a headline would outweigh ten of a page.
_SAYING_WORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Learnt:
    """Theme (weights sum to 1), centroid (norm 1), and what of each a left-out seed reaches."""

    theme: Weights = ()
    centroid: Weights = ()
    anchors: tuple[tuple[str, float], ...] = ()  # feature, mean over the left-out seeds
    stream: Weights = ()  # what clear texts of the stream say (weights sum to 1); () for too few


class SeedGauge:
    """Theme, centroid and shared places made ready to measure many texts against one vocabulary."""

    __slots__ = ("_centroid", "_places", "_rarity", "_stream", "_theme", "_usual")

    def __init__(
        self, facets: Sequence[Facet], learnt: Learnt, vocabulary: Vocabulary, usual_words: float
    ) -> None:
        self._places = Gauge(facets, (), (), vocabulary)
        self._theme = shares(dict(learnt.theme))
        self._centroid = dict(learnt.centroid)
        self._stream = learnt.stream
        self._rarity = Rarity(vocabulary)
        self._usual = usual_words

    def measure(self, reading: Reading) -> Measured:
        """Places, length, theme and cosine of `reading`, and `stream` where it was learnt."""
        places = self._places.measure(reading)
        told = emphasised(reading)
        words = len(reading.words)
        close: tuple[tuple[str, float], ...] = (
            ("theme", bm25(told, words, self._theme, self._usual)),
            ("cosine", cosine(_vector(told, self._rarity), self._centroid)),
        )
        if self._stream:
            close += (("stream", bm25(told, words, self._stream, self._usual)),)
        return Measured(places.values + close, places.matched)


class Rarity(dict[str, float]):
    """Term -> idf to the power of 1.4, looked up once."""

    __slots__ = ("_vocabulary",)

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, term: str) -> float:
        """The weight of a term met for the first time."""
        found: float = self._vocabulary.idf(term) ** _RARITY
        self[term] = found
        return found


def emphasised(reading: Reading) -> dict[str, int]:
    """Term counts with those of the title three times."""
    out = dict(reading.terms)
    for term in terms_of(reading.words[: reading.title_words]):
        out[term] = out.get(term, 0) + _TITLE_EXTRA
    return out


def learn(
    seeds: Sequence[Reading],
    sentence: str,
    vocabulary: Vocabulary,
    usual_words: float,
    *,
    is_mixed: bool = False,
) -> Learnt:
    """What `seeds` and the topic sentence say beyond the feeds; an empty one without seeds.

    `is_mixed`: answered articles are among them as they are stored, so that headlines stand beside pages.
    """
    if not seeds:
        return Learnt()
    rarity = Rarity(vocabulary)
    told = [emphasised(seed) for seed in seeds]
    sizes = [len(seed.words) for seed in seeds]
    saying = [max(size, _SAYING_WORDS) for size in sizes] if is_mixed else sizes
    vectors = [_vector(each, rarity) for each in told]
    every = range(len(seeds))
    reached = []
    for i in every:
        others = [j for j in every if j != i] or [i]
        theme = _theme([told[j] for j in others], [saying[j] for j in others], sentence, rarity, vocabulary)
        centre = dict(_centroid([vectors[j] for j in others]))
        of_whole = reach(sizes[i]) if is_mixed else 1.0  # what a short seed has room for
        close = bm25(told[i], sizes[i], theme, usual_words), cosine(vectors[i], centre)
        reached.append([each / of_whole for each in close])
    anchors = (max(_LEAST_ANCHOR, fsum(column) / len(seeds)) for column in zip(*reached, strict=True))
    return Learnt(
        theme=_theme(told, saying, sentence, rarity, vocabulary),
        centroid=_centroid(vectors),
        anchors=tuple(zip(("theme", "cosine"), anchors, strict=True)),
    )


def room(word_count: float) -> float:
    """How far a text of that length is from a headline (0) to a summary (1), in the logarithm of its words."""
    steps = log(max(word_count, _HEADLINE_WORDS) / _HEADLINE_WORDS) / log(_SUMMARY_WORDS / _HEADLINE_WORDS)
    return min(1.0, steps)


def reach(word_count: float) -> float:
    """The share of a whole text's closeness that one of that length can have, .45 .. 1."""
    return _HEADLINE_REACH + room(word_count) * (1 - _HEADLINE_REACH)


def _vector(told: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    """Sublinear tf-idf with norm 1."""
    return unit({t: rarity[t] if n == 1 else (1 + log(n)) * rarity[t] for t, n in told.items()})


def _centroid(vectors: Sequence[Mapping[str, float]]) -> Weights:
    """The mean direction, its 60 heaviest terms."""
    return tuple(unit(top(mean(vectors), _CENTROID_TERMS)).items())


def _theme(
    told: Sequence[Mapping[str, int]],
    sizes: Sequence[int],
    sentence: str,
    rarity: Mapping[str, float],
    vocabulary: Vocabulary,
) -> Weights:
    """Terms typical of all seeds: mean share of the text x rarity x share of seeds; the sentence's count at least average."""
    weights: dict[str, float] = {}
    for t in sorted({t for each in told for t in each}):
        rate = fsum(each.get(t, 0) / max(1, size) for each, size in zip(told, sizes, strict=True)) / len(told)
        weights[t] = rate * rarity[t] * (sum(t in each for each in told) / len(told)) ** _SPREAD
    chosen = top(weights, _THEME_TERMS)
    usual = fsum(chosen.values()) / len(chosen) if chosen else 1.0
    for t in sorted(set(terms(sentence))):
        if vocabulary.idf(t) > _RARE_IDF:
            chosen[t] = max(chosen.get(t, 0.0), usual)
    return shares(top(chosen, len(chosen)))


def shares(weights: Mapping[str, float]) -> Weights:
    """The same weights, summing to 1."""
    total = fsum(weights.values()) or 1.0
    return tuple((term, weight / total) for term, weight in weights.items())


def said(reading: Reading, weights: Weights, usual_words: float) -> float:
    """How much of `weights` a text says, 0..1."""
    return bm25(emphasised(reading), len(reading.words), weights, usual_words)


def bm25(told: Mapping[str, int], word_count: int, theme: Weights, usual_words: float) -> float:
    """BM25 with the theme weights in place of idf, 0..1."""
    pivot = _K1 * (1 - _B + _B * word_count / usual_words)
    return fsum(w * n / (n + pivot) for t, w in theme if (n := told.get(t, 0)))
