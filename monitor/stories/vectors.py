"""Terms as numbers, and what they weigh: the arithmetic below the window.

In: the features of articles, and what a term tells. Out: sums over terms, fast. It holds no articles.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt
from operator import itemgetter, mul
from typing import TypeVar

from monitor.stories.features import Features

K = TypeVar("K", str, int)


class Numbers(dict[str, int]):
    """Term -> running number, from 1: 0 is nobody's."""

    def __missing__(self, term: str) -> int:
        """The number of a new term."""
        number = self[term] = len(self) + 1
        return number


@dataclass(frozen=True, slots=True)
class Pick:
    """What an item's terms have in a list by term numbers: of all its terms, and of those in several sentences.

    An itemgetter runs through a list three times as fast as a look-up by strings, which are all over the memory.
    """

    all: Callable[[list[float]], tuple[float, ...]]
    louder: Callable[[list[float]], tuple[float, ...]]
    more: tuple[float, ...]  # times that the louder ones count beyond the first

    @classmethod
    def of(cls, features: Features, numbers: Mapping[str, int]) -> Pick:
        """The terms of an article; two places that hold 0 stand before them, as one alone would not give a tuple."""
        louder = (numbers[term] for term, _ in features.louder)
        return cls(
            all=itemgetter(0, 0, *map(numbers.__getitem__, features.places)),
            louder=itemgetter(0, 0, *louder),
            more=(0.0, 0.0, *(more for _, more in features.louder)),
        )


class Weights(dict[str, float]):
    """Term -> what it tells, worked out when first asked for."""

    __slots__ = ("_of",)

    def __init__(self, of: Callable[[str], float]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, term: str) -> float:
        """The weight of a term not asked for before."""
        weight = self[term] = self._of(term)
        return weight


def unit(raw: dict[str, float]) -> dict[str, float]:
    """Weights with norm 1; as they are when all are 0."""
    length = norm(raw.values())
    return {t: w / length for t, w in raw.items()}


def norm(weights: Collection[float]) -> float:
    """The root of the sum of squares; 1 when all are 0."""
    return sqrt(sum(map(mul, weights, weights))) or 1.0


def heaviest(weights: Mapping[K, float], limit: int) -> list[K]:
    """The keys of the `limit` heaviest entries, heaviest first, ties by key."""
    keys: Iterable[K] = weights
    if len(weights) > limit:
        least = sorted(weights.values(), reverse=True)[limit - 1]
        keys = [key for key, weight in weights.items() if weight >= least]
    return sorted(sorted(keys), key=weights.__getitem__, reverse=True)[:limit]
