"""How high does a story stand in the digest? Its parts go in, a product comes out with the parts beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # pydantic would cost scoring 0.2 s of start
    from monitor.settings import WeightSettings

_MANY = 10  # newsrooms from which more do not count
_FADE = timedelta(days=7)
_LEAST = 0.05  # a part never silences the others


def breadth(newsrooms: float) -> float:
    """0..1 for a number of newsrooms, of which a second article of one may count as a part; ten or more count 1, one counts .3."""
    return min(1.0, (1 + log(max(1, newsrooms))) / (1 + log(_MANY)))


def recency(age: timedelta) -> float:
    """1 for an article of the moment of the digest, less the older the newest one is."""
    return exp(-max(0.0, age / _FADE))


def rank(parts: Mapping[str, float], weights: WeightSettings) -> float:
    """The product of the parts, each 0..1 (source 0..2), to the power of its weight; `parts` names them as the topic file does."""
    product = 1.0
    for name, value in parts.items():
        product *= max(_LEAST, value) ** getattr(weights, name)
    return product


def urgency(relevance: float, novelty: float, consequence: float) -> float:
    """How much it wants to be told at once, 0..1: the product of what is known of a report the moment it comes in.

    How many newsrooms carry it is no part of it: who waits for the others tells nothing at once.
    """
    return relevance * novelty * consequence
