"""What clear texts of the stream say beyond the seeds: one pass of self-training, for a topic known by its seeds only.

Texts above the line that hold what most seeds share are taken for weak examples. Terms are weighed by how many more of
the examples hold them than of the feeds' texts; how much of them a text says becomes the feature `stream`. Every pass
starts again from the seeds, and most of a text's closeness stays what the seeds alone say of it: nothing can drift from one
pass to the next. Too few examples teach nothing. Readings and numbers in, numbers out. Measurements: docs/notes/relevance.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum, log

from monitor.text.vectors import Vocabulary, top
from monitor.topics.measures import Weights
from monitor.topics.reading import Reading
from monitor.topics.seeded import reach, room, shares

FEATURE = "stream"
SHARE = 0.4  # of closeness; .35 .. .5 measured
RELEVANT_TEXTS = (
    500  # newest relevant texts worth keeping for this; those the background is made from are among them
)

# Chosen on tests/quality, see docs/notes/relevance.md.
_MOST, _FEWEST = 200, 20  # examples
_MOST_SEEDS = 0.6  # share of seeds that makes a term common to them
_HELD_BY_HEADLINE, _HELD = (
    0.1,
    0.6,
)  # share of what most seeds say that an example holds, in a headline and in a text
_WEAK = 0.3  # of a seed, that an example counts
_TERMS = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text of the stream: how far above the line it stands, in logarithms, and how close it is, in left-out seeds."""

    reading: Reading
    above: float
    closeness: float


def clear(candidates: Iterable[Candidate], theme: Weights, seeds: Sequence[Reading]) -> tuple[Candidate, ...]:
    """The examples, highest first: at most 200; () when there are fewer than 20, or the seeds have nothing in common."""
    common = shares({t: w for t, w in theme if _is_common(t, seeds)})
    if not common:
        return ()
    found = [each for each in candidates if each.above >= 0 and _holds(each.reading, common)]
    found.sort(key=lambda each: (-each.above, each.reading.words))
    return tuple(found[:_MOST]) if len(found) >= _FEWEST else ()


def terms_of_stream(seeds: Sequence[Reading], examples: Sequence[Reading], vocabulary: Vocabulary) -> Weights:
    """Terms that seeds and examples hold more often than feeds do: share of texts x ln(share / share in feeds); sum 1."""
    held: dict[str, float] = {}
    for weight, texts in ((1.0, seeds), (_WEAK, examples)):
        for text in texts:
            for t in text.terms:
                held[t] = held.get(t, 0.0) + weight
    whole = len(seeds) + _WEAK * len(examples)
    documents, frequencies = vocabulary.documents, vocabulary.frequencies
    weights = {}
    for t, found in held.items():
        share, usual = found / whole, (frequencies.get(t, 0) + 0.5) / (documents + 1)
        if share > usual:
            weights[t] = share * log(share / usual)
    return shares(top(weights, _TERMS))


def anchor(examples: Sequence[Candidate], said: Sequence[float]) -> float:
    """What the examples reach in `stream` where they reach 1 in closeness; `said`: the feature of each."""
    reached = fsum(value / reach(len(each.reading.words)) for each, value in zip(examples, said, strict=True))
    return reached / fsum(each.closeness for each in examples)


def _is_common(term: str, seeds: Sequence[Reading]) -> bool:
    return sum(term in seed.terms for seed in seeds) >= _MOST_SEEDS * len(seeds)


def _holds(reading: Reading, common: Weights) -> bool:
    """Whether a text holds enough of what most seeds say; a headline has room for less."""
    asked = _HELD_BY_HEADLINE + (_HELD - _HELD_BY_HEADLINE) * room(len(reading.words))
    return fsum(weight for term, weight in common if term in reading.terms) >= asked
