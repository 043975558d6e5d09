"""Term vectors: document frequencies, sublinear tf-idf, cosine. Counts in, plain dictionaries out.

Sums use `math.fsum`, so that a value does not depend on the order in which terms were met.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from math import fsum, log, sqrt
from operator import mul

Vector = Mapping[str, float]


class _Idf(dict[str, float]):
    """Term -> its idf, looked up without a call once it was met."""

    __slots__ = ("_documents", "_frequencies")

    def __init__(self, documents: int, frequencies: Mapping[str, int]) -> None:
        super().__init__()
        self._documents, self._frequencies = documents, frequencies

    def __missing__(self, term: str) -> float:
        """The idf of a term met for the first time."""
        known = log((self._documents + 1) / (self._frequencies.get(term, 0) + 1)) if self._documents else 1.0
        self[term] = known
        return known


class Vocabulary:
    """Document frequencies of a collection: how many documents, and how many of them hold each term."""

    __slots__ = ("_idf", "documents", "frequencies")

    def __init__(self, documents: int, frequencies: Mapping[str, int]) -> None:
        self.documents = documents
        self.frequencies = frequencies
        self._idf = _Idf(documents, frequencies)

    @classmethod
    def of(cls, documents: Iterable[Iterable[str]]) -> Vocabulary:
        """Counted over documents, each given as terms (a repeated term counts once)."""
        size, frequencies = 0, dict[str, int]()
        for document in documents:
            size += 1
            for term in set(document):
                frequencies[term] = frequencies.get(term, 0) + 1
        return cls(size, dict(sorted(frequencies.items())))

    def idf(self, term: str) -> float:
        """ln((N+1)/(df+1)): 0 for a term in every document, ln(N+1) for an unseen one; an empty collection gives 1."""
        return self._idf[term]

    def weights(self, term_counts: Mapping[str, int]) -> list[float]:
        """(1 + ln tf) x idf of each term, in their order."""
        idf = self._idf
        return [idf[t] if n == 1 else (1 + log(n)) * idf[t] for t, n in term_counts.items()]


def counts(terms: Iterable[str]) -> dict[str, int]:
    """How often each term stands there, in order of first appearance."""
    return dict(Counter(terms))


def weigh(term_counts: Mapping[str, int], vocabulary: Vocabulary) -> dict[str, float]:
    """(1 + ln tf) x idf with L2 norm 1; {} when every term has weight 0."""
    return unit(dict(zip(term_counts, vocabulary.weights(term_counts), strict=True)))


def alike(term_counts: Mapping[str, int], vocabulary: Vocabulary, other: Vector) -> float:
    """`cosine(weigh(term_counts, vocabulary), other)`: only what `other` holds has to be looked at one by one."""
    weights = vocabulary.weights(term_counts)
    norm = sqrt(fsum(map(mul, weights, weights)))
    shared = {t: n for t in other if (n := term_counts.get(t))}
    return fsum(map(mul, vocabulary.weights(shared), map(other.__getitem__, shared))) / norm if norm else 0.0


def unit(vector: Vector) -> dict[str, float]:
    """`vector` with L2 norm 1, zero weights left out; {} when nothing is left."""
    weights = vector.values()
    norm = sqrt(fsum(map(mul, weights, weights)))
    return {t: w / norm for t, w in vector.items() if w} if norm else {}


def cosine(a: Vector, b: Vector) -> float:
    """Dot product of two vectors of norm 1, in -1..1; 0 when either is empty. Symmetric to the last bit."""
    if len(b) < len(a):
        a, b = b, a
    return fsum([w * b[t] for t, w in a.items() if t in b])


def top(vector: Vector, limit: int) -> dict[str, float]:
    """The `limit` heaviest terms, heaviest first, ties by term."""
    return dict(sorted(vector.items(), key=lambda item: (-item[1], item[0]))[:limit])


def mean(vectors: Iterable[Vector]) -> dict[str, float]:
    """The mean direction of vectors: summed by term, then norm 1."""
    parts: dict[str, list[float]] = {}
    for vector in vectors:
        for t, w in vector.items():
            parts.setdefault(t, []).append(w)
    return unit({t: fsum(ws) for t, ws in sorted(parts.items())})
