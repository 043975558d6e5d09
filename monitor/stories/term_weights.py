"""Terms as numbers, and what they weigh: the arithmetic below the window.

In: terms, who holds them, how common they are elsewhere. Out: weights and sums over terms, fast. It holds no articles.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from operator import itemgetter, mul

PRIOR = 50.0  # window articles that the feeds' document frequencies count for


class Terms(dict[str, int]):
    """Term -> running number, from 1: 0 is nobody's. By number: the term, the items that hold it, what it tells.

    What a term tells is worked out when it comes and at each weighing, not in between: scores of a day go by one scale.
    """

    __slots__ = ("_prior", "_priors", "_size", "holders", "names", "weights")

    def __init__(self, prior: Callable[[str], float]) -> None:
        """`prior`: how many holders a term counts for beyond those there are; `PRIOR` at most."""
        super().__init__()
        self._prior = prior
        self._size = log(PRIOR)
        self.names = [""]
        self.holders: list[array[int]] = [array("I")]
        self.weights: list[float] = [0.0]
        self._priors = [PRIOR]

    def __missing__(self, term: str) -> int:
        """The number of a new term."""
        number = self[term] = len(self) + 1
        prior = self._prior(term)
        self.names.append(term)
        self.holders.append(array("I"))
        self._priors.append(prior)
        self.weights.append(self._size - log(prior))
        return number

    def numbers(self, terms: Iterable[str]) -> list[int]:
        """The numbers of terms, new ones among them, in their order."""
        return [*map(self.__getitem__, terms)]

    def weight(self, term: str) -> float:
        """What a term tells, 0 or more, whether it has a number or not."""
        number = self.get(term)
        return self.weights[number] if number is not None else self._size - log(self._prior(term))

    def expect(self, prior: Callable[[str], float]) -> None:
        """Take a new prior, for the next weighing."""
        self._prior, self._priors = prior, [PRIOR, *map(prior, self)]

    def weigh(self, items: int) -> None:
        """Weigh all terms by what `items` items hold now."""
        self._size = size = log(items + PRIOR)
        shares = zip(self.holders, self._priors, strict=True)
        self.weights = [max(0.0, size - log(len(held) + prior)) for held, prior in shares]
        self.weights[0] = 0.0


class Weights(dict[str, float]):
    """Name -> what it tells, worked out when first asked for."""

    __slots__ = ("_of",)

    def __init__(self, of: Callable[[str], float]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, name: str) -> float:
        """The weight of a name not asked for before."""
        weight = self[name] = self._of(name)
        return weight


@dataclass(frozen=True, slots=True)
class Pick:
    """What an item's terms have in a list by term numbers: of all its terms, and of those in several sentences.

    An itemgetter runs through a list three times as fast as a look-up by strings, which are all over the memory.
    """

    all: Callable[[list[float]], tuple[float, ...]]
    louder: Callable[[list[float]], tuple[float, ...]]
    more: tuple[float, ...]  # times that the louder ones count beyond the first

    @classmethod
    def of(cls, numbers: Sequence[int], louder: Sequence[int], more: Sequence[float]) -> Pick:
        """Of all term numbers, and of those that are louder than 1; two places that hold 0 stand before them, as one alone would not give a tuple."""
        return cls(itemgetter(0, 0, *numbers), itemgetter(0, 0, *louder), (0.0, 0.0, *more))

    def product(self, shares: list[float]) -> float:
        """The sum of `shares` over its terms, each times its loudness."""
        louder: float = sum(map(mul, self.louder(shares), self.more))
        return sum(self.all(shares)) + louder

    def norm(self, weights: list[float]) -> float:
        """The root of the sum of squares of loudness x weight; 1 when all are 0."""
        plain, louder = self.all(weights), self.louder(weights)
        beyond = [more * (2 + more) for more in self.more]
        square: float = sum(map(mul, plain, plain)) + sum(map(mul, map(mul, louder, louder), beyond))
        return sqrt(square) or 1.0


def unit(raw: dict[str, float]) -> dict[str, float]:
    """Weights with norm 1; as they are when all are 0."""
    length = norm(raw.values())
    return {t: w / length for t, w in raw.items()}


def norm(weights: Collection[float]) -> float:
    """The root of the sum of squares; 1 when all are 0."""
    return sqrt(sum(map(mul, weights, weights))) or 1.0


def heaviest(weights: Mapping[int, float], limit: int, order: Sequence[int]) -> list[int]:
    """The numbers of the `limit` heaviest entries, heaviest first, ties by what `order` has there."""
    keys: Iterable[int] = weights
    if len(weights) > limit:
        least = sorted(weights.values(), reverse=True)[limit - 1]
        keys = [key for key, weight in weights.items() if weight >= least]
    return sorted(sorted(keys, key=order.__getitem__), key=weights.__getitem__, reverse=True)[:limit]
