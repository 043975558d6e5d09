"""Fits a profile to what the feeds carry: readings and a profile in, a `Background` out. Titles and summaries are enough.

For a topic that has only seeds the line between relevant and not is half as close as a left-out seed is, and higher by
twice what four fifths of the feeds' texts stay below: seeds that say little in common let much pass for close. No labels
are needed. See docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import exp, fsum, log

from monitor.model import TopicProfile
from monitor.text.vectors import Vocabulary
from monitor.topics import seeded, self_training
from monitor.topics.background import Background, moments, quantiles
from monitor.topics.profile import centroid, theme
from monitor.topics.reading import Reading, read
from monitor.topics.relevance import closeness, combined, gauge
from monitor.topics.unsaid import implications

_LEAST_FREQUENCY = 2  # rarer terms are dropped from large backgrounds: half the terms, none of the weight
_LARGE = 500
_ENOUGH = 50  # texts below which a distribution tells nothing
_HALF_A_SEED = 0.55  # closeness, in left-out seeds
_NOISE_SHARE, _NOISE_TIMES = 0.8, 2.0  # twice what four texts in five stay below
_MOST_NOISE = 0.7  # in feeds that are mostly on topic the fifth is no noise


def fit(readings: Iterable[Reading], profile: TopicProfile, earlier: Iterable[Reading] = ()) -> Background:
    """The background of `profile` over what feeds carried; an empty one for no readings.

    `earlier`: older texts that were judged relevant; a topic known by its seeds only learns from the clear ones among them.
    """
    texts = list(readings)
    if not texts:
        return Background()
    learnt = (_learn_seeded if profile.facets_learnt else _learn)(texts, profile)
    rows = _rows(texts, learnt, profile)
    alone = _scaled(learnt, rows, profile)
    if not profile.facets_learnt:
        return alone
    # A text that stands there twice is one example.
    pool = dict(zip((text.words for text in texts), zip(texts, rows, strict=True), strict=True))
    older = [text for text in earlier if text.words not in pool]
    pool |= {text.words: (text, row) for text, row in zip(older, _rows(older, learnt, profile), strict=True)}
    taught = _taught(alone, pool.values(), profile)
    if not taught.stream:
        return alone
    said = (seeded.said(text, taught.stream, taught.usual_words) for text in texts)
    taught_rows = [row | {self_training.FEATURE: share} for row, share in zip(rows, said, strict=True)]
    return _scaled(taught, taught_rows, profile)


def _rows(texts: Iterable[Reading], learnt: Background, profile: TopicProfile) -> list[dict[str, float]]:
    """The features of every text."""
    measure = gauge(profile, learnt).measure
    return [dict(measure(text).values) for text in texts]


def _scaled(learnt: Background, rows: Sequence[Mapping[str, float]], profile: TopicProfile) -> Background:
    """The same with the scale of each feature, how the feeds' texts score, and the line."""
    scaled = replace(learnt, scale=moments(rows))
    scores = sorted(combined(row, scaled, profile) for row in rows)
    threshold = _threshold(scores) if profile.facets_learnt else 0.0
    return replace(scaled, quantiles=quantiles(scores), threshold=threshold)


def _taught(
    alone: Background, pool: Iterable[tuple[Reading, Mapping[str, float]]], profile: TopicProfile
) -> Background:
    """The same with what clear texts of `pool` say; unchanged where they are too few."""
    seeds = [read(seed.title, seed.text) for seed in profile.seeds]
    candidates = (
        self_training.Candidate(text, combined(row, alone, profile) - alone.threshold, closeness(row, alone))
        for text, row in pool
    )
    examples = self_training.clear(candidates, alone.theme, seeds)
    if not examples:
        return alone
    terms = self_training.terms_of_stream(seeds, [each.reading for each in examples], alone.vocabulary())
    said = [seeded.said(each.reading, terms, alone.usual_words) for each in examples]
    anchors = (*alone.anchors, (self_training.FEATURE, self_training.anchor(examples, said)))
    return replace(alone, stream=tuple(terms), anchors=anchors)


def _frequencies(texts: Sequence[Reading]) -> dict[str, int]:
    """Document frequencies; in a large collection without the terms only one text has."""
    counted = Vocabulary.of(text.terms for text in texts).frequencies
    least = _LEAST_FREQUENCY if len(texts) >= _LARGE else 1
    return {term: n for term, n in counted.items() if n >= least}


def _learn(texts: Sequence[Reading], profile: TopicProfile) -> Background:
    """A background that knows what the seeds say beyond the feeds."""
    seeds = [read(seed.title, seed.text) for seed in profile.seeds]
    frequencies = _frequencies(texts)
    vocabulary = Vocabulary(len(texts), frequencies)
    return Background(
        documents=len(texts),
        frequencies=frequencies,
        theme=theme(seeds, profile.sentence, vocabulary),
        centroid=centroid(seeds, vocabulary),
        unsaid=implications(texts, profile.facets),
    )


def _learn_seeded(texts: Sequence[Reading], profile: TopicProfile) -> Background:
    """The same for a topic known by its seeds only, with what a left-out seed reaches."""
    seeds = [read(seed.title, seed.text) for seed in profile.seeds]
    frequencies = _frequencies(texts)
    usual = max(1.0, fsum(len(text.words) for text in texts) / len(texts))
    is_mixed = any(not seed.is_known for seed in profile.seeds)
    vocabulary = Vocabulary(len(texts), frequencies)
    learnt = seeded.learn(seeds, profile.sentence, vocabulary, usual, is_mixed=is_mixed)
    return Background(
        documents=len(texts),
        frequencies=frequencies,
        theme=tuple(learnt.theme),
        centroid=tuple(learnt.centroid),
        anchors=learnt.anchors,
        usual_words=usual,
    )


def _threshold(scores: Sequence[float]) -> float:
    """The line for a topic known by its seeds only; `scores`: logarithms of closeness, ascending."""
    noise = exp(scores[int(_NOISE_SHARE * (len(scores) - 1))]) if len(scores) >= _ENOUGH else 0.0
    return log(_HALF_A_SEED + min(_MOST_NOISE, _NOISE_TIMES * noise))
