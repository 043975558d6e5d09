"""Fits a profile to what the feeds carry: readings and a profile in, a `Background` out. Titles and summaries are enough.

For a topic that has only seeds the line between relevant and not is half as close as a left-out seed is, and higher by
twice what four fifths of the feeds' texts stay below: seeds that say little in common let much pass for close. No labels
are needed. See docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from math import exp, fsum, log

from monitor.model import TopicProfile
from monitor.text.vectors import Vocabulary
from monitor.topics import seeded, stream
from monitor.topics.background import Background, moments, quantiles
from monitor.topics.profile import centroid, theme
from monitor.topics.reading import Reading, read
from monitor.topics.relevance import closeness, combined, gauge

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
    if not profile.facets_learnt:
        return _scaled(_learn(texts, profile), texts, profile)
    alone = _scaled(_learn_seeded(texts, profile), texts, profile)
    # A text that stands there twice, or in both, is one example.
    pool = {text.words: text for text in (*earlier, *texts)}.values()
    taught = _taught(alone, pool, profile)
    return _scaled(taught, texts, profile) if taught.stream else alone


def _scaled(learnt: Background, texts: Sequence[Reading], profile: TopicProfile) -> Background:
    """The same with the scale of each feature, how the texts score, and the line."""
    measure = gauge(profile, learnt).measure
    features = [dict(measure(text).values) for text in texts]
    scaled = replace(learnt, scale=moments(features))
    scores = sorted(combined(row, scaled, profile) for row in features)
    threshold = _threshold(scores) if profile.facets_learnt else 0.0
    return replace(scaled, quantiles=quantiles(scores), threshold=threshold)


def _taught(alone: Background, pool: Iterable[Reading], profile: TopicProfile) -> Background:
    """The same with what clear texts of `pool` say; unchanged where they are too few."""
    seeds = [read(seed.title, seed.text) for seed in profile.seeds]
    measure = gauge(profile, alone).measure
    rows = ((text, dict(measure(text).values)) for text in pool)
    candidates = (
        stream.Candidate(text, combined(row, alone, profile) - alone.threshold, closeness(row, alone))
        for text, row in rows
    )
    examples = stream.clear(candidates, alone.theme, seeds)
    if not examples:
        return alone
    terms = stream.terms_of_stream(seeds, [each.reading for each in examples], alone.vocabulary())
    said = [
        seeded.bm25(seeded.emphasised(text), len(text.words), terms, alone.usual_words)
        for text in (each.reading for each in examples)
    ]
    anchors = (*alone.anchors, (stream.FEATURE, stream.anchor(examples, said)))
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
    )


def _learn_seeded(texts: Sequence[Reading], profile: TopicProfile) -> Background:
    """The same for a topic known by its seeds only, with what a left-out seed reaches."""
    seeds = [read(seed.title, seed.text) for seed in profile.seeds]
    frequencies = _frequencies(texts)
    usual = max(1.0, fsum(len(text.words) for text in texts) / len(texts))
    learnt = seeded.learn(seeds, profile.sentence, Vocabulary(len(texts), frequencies), usual)
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
