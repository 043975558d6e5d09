"""What a topic is about. A topic file and its seeds go in, a `TopicProfile` comes out; nothing is judged here.

Facets come from the topic file. A topic without any gets the places its seeds keep naming. The theme (weighted terms)
and the centroid (mean tf-idf vector) are learnt from the seeds; `fitting` learns them again against what feeds carry.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, log, sqrt
from typing import TYPE_CHECKING

from monitor.errors import SeedError
from monitor.model import Facet, Seed, TopicProfile
from monitor.text.aliases import lexicon
from monitor.text.places import PLACES
from monitor.text.tokens import terms
from monitor.text.vectors import Vocabulary, mean, top, unit, weigh
from monitor.topics.reading import Reading, read

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.settings import FacetSettings, TopicSettings

_THEME_TERMS = 40  # 15 .. 60 differ by < .01 AP on two sets, see docs/notes/relevance.md
_CENTROID_TERMS = 60
_RARE_IDF = log(10)  # one text in ten; commoner words of the topic sentence are only grammar
_PLACE_SHARE = 0.8  # of the seeds that must name a place
_PLACE_RATE = 0.3  # hits per 100 words, mean over the seeds


def build(topic: TopicSettings, seeds: Sequence[Seed], vocabulary: Vocabulary | None = None) -> TopicProfile:
    """The profile of `topic`. `vocabulary`: what feeds carry, where it is known already.

    Raises SeedError when there are neither seeds nor facets to go by.
    """
    if not seeds and not topic.facets:
        advice = f"Put an article about the topic into {topic.seeds}/, or add [[facets]] to the topic file."
        raise SeedError(f"topic {topic.id} has neither seeds nor facets", advice=advice)
    vocabulary = vocabulary or Vocabulary(0, {})
    readings = [read(seed.title, seed.text) for seed in seeds]
    own = tuple(_facet(facet) for facet in topic.facets)
    return TopicProfile(
        topic=topic.id,
        title=topic.title,
        sentence=topic.sentence,
        facets=own or _places(readings),
        facets_learnt=not own,
        theme=theme(readings, topic.sentence, vocabulary),
        centroid=centroid(readings, vocabulary),
        themes=tuple(Facet(name=each.name, aliases=each.aliases) for each in topic.themes),
        must=topic.must,
        never=topic.never,
        muted=topic.muted,
        seeds=tuple(seeds),
    )


def centroid(readings: Sequence[Reading], vocabulary: Vocabulary) -> tuple[tuple[str, float], ...]:
    """The mean direction of the seeds' tf-idf vectors, its 60 heaviest terms, norm 1; () without seeds."""
    heaviest = top(mean(weigh(reading.terms, vocabulary) for reading in readings), _CENTROID_TERMS)
    return tuple(unit(heaviest).items())


def _facet(settings: FacetSettings) -> Facet:
    """One facet with the aliases of all its languages."""
    further = (alias for lang in sorted(settings.langs) for alias in settings.langs[lang])
    aliases = (*settings.aliases, *further)
    return Facet(name=settings.name, aliases=aliases, weight=settings.weight, beside=settings.beside)


def _places(readings: Sequence[Reading]) -> tuple[Facet, ...]:
    """The places that nearly all seeds keep naming, as facets."""
    return tuple(
        Facet(name=name, aliases=aliases) for name, aliases in PLACES.items() if _is_kept(aliases, readings)
    )


def _is_kept(aliases: tuple[str, ...], readings: Sequence[Reading]) -> bool:
    """Whether enough readings name the place often enough."""
    hits = [len(lexicon(aliases).find(r.words)) for r in readings]
    rate = fsum(100 * n / max(1, len(r.words)) for n, r in zip(hits, readings, strict=True)) / max(
        1, len(hits)
    )
    return sum(n > 0 for n in hits) >= _PLACE_SHARE * len(hits) > 0 and rate >= _PLACE_RATE


def theme(
    readings: Sequence[Reading], sentence: str, vocabulary: Vocabulary
) -> tuple[tuple[str, float], ...]:
    """Terms typical of the seeds: sqrt(mean share) x idf x share of seeds; the topic sentence's count at least average."""
    size = max(1, len(readings))
    weights: dict[str, float] = {}
    for t in sorted({t for r in readings for t in r.terms}):
        rate = fsum(r.terms.get(t, 0) / max(1, len(r.words)) for r in readings) / size
        spread = sum(t in r.terms for r in readings) / size
        weights[t] = sqrt(rate) * vocabulary.idf(t) * spread
    chosen = top(weights, _THEME_TERMS)
    usual = fsum(chosen.values()) / len(chosen) if chosen else 1.0
    for t in sorted(set(terms(sentence))):
        if vocabulary.idf(t) > _RARE_IDF:
            chosen[t] = max(chosen.get(t, 0.0), usual)
    return tuple(top(chosen, len(chosen)).items())
