"""How near a text's meaning is to the topic's, from vectors of a sentence encoder. Vectors in, one number out; no model here.

meaning = mean cosine to the ten nearest examples - half the mean cosine to the ten nearest counterexamples
The number is kept in absolute cosines and not standardised on what feeds carry: in a month when the topic fills the news the
scale would move, and a text of then would be measured on another one. Measurements: docs/notes/embeddings.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum, log
from operator import mul

Vector = Sequence[float]  # of norm 1

FEATURE = "meaning"
EDGE = log(9)  # margin, on either side, beyond which words alone decide: relevance .1 and .9
_NEAREST = 10  # 5 .. 20 differ by .0002 AP
_AGAINST = 0.5  # weight of the counterexamples; .3 .. .5 measured alike
LINE, _SLOPE = (
    0.28,
    16.0,
)  # meaning at which nothing changes, and margin per unit: a sure example gains 2, a sure other loses 2
_PLACES = 4  # more would be the processor's, not the text's


def meaning(text: Vector, examples: Sequence[Vector], others: Sequence[Vector]) -> float:
    """How much nearer `text` is to the examples than to the others, about 0 .. .6; 0 without examples."""
    return round(_nearness(text, examples) - _AGAINST * _nearness(text, others), _PLACES)


def shift(value: float) -> float:
    """What a meaning adds to the margin."""
    return _SLOPE * (value - LINE)


def _nearness(text: Vector, others: Sequence[Vector]) -> float:
    """Mean cosine to the ten nearest; 0 for none."""
    nearest = sorted((sum(map(mul, text, other)) for other in others), reverse=True)[:_NEAREST]
    return fsum(nearest) / len(nearest) if nearest else 0.0
