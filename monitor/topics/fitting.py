"""Fits a profile to what the feeds carry: readings and a profile in, a `Background` out. Titles and summaries are enough.

For a topic that has only seeds the line between relevant and not is looked for in the distribution of scores: halfway
between where the top tenth falls into two groups (Otsu 1979) and the middle of a usual high score (99 % quantile) and
what a seed scores that was left out of the profile. No labels are needed. See docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import fsum
from statistics import median

from monitor.model import TopicProfile
from monitor.text.vectors import Vocabulary
from monitor.topics.background import Background, moments, quantiles
from monitor.topics.profile import centroid, theme
from monitor.topics.reading import Reading, read
from monitor.topics.relevance import combined, gauge

_LEAST_FREQUENCY = 2  # rarer terms are dropped from large backgrounds: half the terms, none of the weight
_LARGE = 500
_ENOUGH = 50  # texts below which a distribution tells nothing


def fit(readings: Iterable[Reading], profile: TopicProfile) -> Background:
    """The background of `profile` over what feeds carried; an empty one for no readings."""
    texts = list(readings)
    if not texts:
        return Background()
    frequencies = _frequencies(texts)
    learnt = _learn(profile, [read(seed.title, seed.text) for seed in profile.seeds], len(texts), frequencies)
    features = [dict(gauge_.measure(text).values) for gauge_ in (gauge(profile, learnt),) for text in texts]
    scaled = replace(learnt, scale=moments(features))
    scores = sorted(combined(row, scaled, profile) for row in features)
    threshold = _threshold(scores, scaled, profile) if profile.facets_learnt else 0.0
    return replace(scaled, quantiles=quantiles(scores), threshold=threshold)


def _frequencies(texts: Sequence[Reading]) -> dict[str, int]:
    """Document frequencies; in a large collection without the terms only one text has."""
    counted = Vocabulary.of(text.terms for text in texts).frequencies
    least = _LEAST_FREQUENCY if len(texts) >= _LARGE else 1
    return {term: n for term, n in counted.items() if n >= least}


def _learn(
    profile: TopicProfile, seeds: Sequence[Reading], documents: int, frequencies: dict[str, int]
) -> Background:
    """A background that knows what these seeds say beyond the feeds."""
    vocabulary = Vocabulary(documents, frequencies)
    return Background(
        documents=documents,
        frequencies=frequencies,
        theme=theme(seeds, profile.sentence, vocabulary),
        centroid=centroid(seeds, vocabulary),
    )


def _threshold(scores: Sequence[float], background: Background, profile: TopicProfile) -> float:
    """The line for a topic known by its seeds only; `scores` ascending."""
    seed = median(_left_out(background, profile))
    if len(scores) < _ENOUGH:
        return seed / 2
    high = scores[int(0.99 * (len(scores) - 1))]
    return (otsu(scores[-max(2, len(scores) // 10) :]) + (high + seed) / 2) / 2


def _left_out(background: Background, profile: TopicProfile) -> list[float]:
    """What each seed scores under a profile learnt from the others; of a single seed, what it scores itself."""
    readings = [read(seed.title, seed.text) for seed in profile.seeds]
    found = []
    for i, reading in enumerate(readings):
        others = readings[:i] + readings[i + 1 :] or readings
        learnt = _learn(profile, others, background.documents, dict(background.frequencies))
        features = dict(gauge(profile, learnt).measure(reading).values)
        found.append(combined(features, background, profile))
    return found


def otsu(values: Sequence[float]) -> float:
    """The cut between two groups of ascending values that makes them most unlike; needs two values or more.

    Source: Otsu, A threshold selection method from gray-level histograms, IEEE SMC 9 (1979).
    """
    size, total, below = len(values), fsum(values), 0.0
    best, cut = -1.0, values[0]
    for i in range(1, size):
        below += values[i - 1]
        contrast = i * (size - i) * (below / i - (total - below) / (size - i)) ** 2
        if contrast > best:
            best, cut = contrast, (values[i - 1] + values[i]) / 2
    return cut
