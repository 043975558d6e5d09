"""What a headline means: the vector of a sentence encoder in 8 bits a number, kept with an article's features.

A vector goes in, an `Embedding` comes out that turns into JSON and back, and cosines of two. No model here. Products of whole
numbers are exact, so a cosine is the same on every machine; rounding to 8 bits moves it by less than .01.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from operator import mul

_MOST = 127  # the largest whole number of 8 bits with either sign


@dataclass(frozen=True, kw_only=True)
class Embedding:
    """The vector of one text, as model `model` gives it. Vectors of two models cannot be compared."""

    model: str  # which model made it, see encode.Encoder.identity
    numbers: tuple[int, ...]  # -127 .. 127, the largest of them 127 or -127 unless all are 0

    @classmethod
    def of(cls, vector: Sequence[float], *, model: str) -> Embedding:
        """The embedding of a vector of any length."""
        largest = max(map(abs, vector), default=0.0)
        return cls(
            model=model, numbers=tuple(round(_MOST * (value / largest)) if largest else 0 for value in vector)
        )

    @cached_property
    def length(self) -> float:
        """Of the vector of whole numbers."""
        return sqrt(sum(number * number for number in self.numbers))

    def to_json(self) -> list[str]:
        """Plain data for `json.dumps`: the model, and the numbers as base64 of bytes."""
        raw = bytes(number & 0xFF for number in self.numbers)
        return [self.model, b64encode(raw).decode()]

    @classmethod
    def of_json(cls, data: Sequence[str]) -> Embedding:
        """The value that `to_json` described. Raises ValueError for what is no base64."""
        model, body = data
        numbers = memoryview(b64decode(body, validate=True)).cast("b").tolist()
        return cls(model=model, numbers=tuple(numbers))


def cosine(one: Embedding | None, other: Embedding | None) -> float | None:
    """The cosine of two vectors, -1..1; None where one is missing or of another model."""
    if one is None or other is None or one.model != other.model:
        return None
    lengths = one.length * other.length
    return sum(map(mul, one.numbers, other.numbers)) / lengths if lengths else 0.0
