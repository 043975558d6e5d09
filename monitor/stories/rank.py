"""How high does a story stand in the digest? Its parts go in, a product comes out with the parts beside it."""

from __future__ import annotations

from datetime import timedelta
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.settings import WeightSettings

_MANY = 10  # newsrooms from which more do not count
_FADE = timedelta(days=7)
_LEAST = 0.05  # a part never silences the others


def rank(
    *,
    relevance: float,
    novelty: float,
    newsrooms: float,
    trust: float,
    age: timedelta,
    weights: WeightSettings,
) -> tuple[float, tuple[tuple[str, float], ...]]:
    """The product of five parts, each 0..1 (source 0..2), to the power of its weight; and the parts before that.

    `newsrooms`: independent ones, a second article of one may count as a part; ten or more count 1, one counts .3. `age` of the newest member at digest time.
    """
    parts = {
        "relevance": relevance,
        "novelty": novelty,
        "breadth": min(1.0, (1 + log(max(1, newsrooms))) / (1 + log(_MANY))),
        "source": trust,
        "recency": exp(-max(0.0, age / _FADE)),
    }
    product = 1.0
    for name, value in parts.items():
        product *= max(_LEAST, value) ** getattr(weights, name)
    return product, tuple(parts.items())
