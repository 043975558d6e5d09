"""What the feeds carry in general, as numbers: the yardstick that relevance is read on.

A sequence of readings goes in (titles and summaries of a first poll are enough), a `Background` comes out. It is plain
data: with the features stored beside a score it gives the same score again, byte for byte.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import fsum, sqrt
from typing import Any

from monitor.text.vectors import Vocabulary
from monitor.topics.unsaid import Implication

_QUANTILES = 512


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Document frequencies, what the seeds say beyond them, the scale of each feature, and how feeds' texts score."""

    documents: int = 0
    frequencies: Mapping[str, int] = field(default_factory=dict)  # term -> documents, sorted by term
    theme: tuple[
        tuple[str, float], ...
    ] = ()  # term, weight: the profile's theme, learnt again against `frequencies`
    centroid: tuple[tuple[str, float], ...] = ()  # the same for its centroid
    scale: tuple[tuple[str, float, float], ...] = ()  # feature, mean, standard deviation
    quantiles: tuple[float, ...] = ()  # of the combined score, ascending, at most 512
    threshold: float = 0.0  # combined score at which relevance is .5; 0 for topics with own facets
    anchors: tuple[
        tuple[str, float], ...
    ] = ()  # feature, what a left-out seed reaches, or a text as close as one; topics of seeds only
    stream: tuple[tuple[str, float], ...] = ()  # term, weight: what clear texts say; topics of seeds only
    usual_words: float = 0.0  # mean length of the feeds' texts; topics of seeds only
    unsaid: tuple[Implication, ...] = ()  # what the stream implies; topics with own facets only
    examples: tuple[str, ...] = ()  # texts surely on topic, for comparing meanings
    others: tuple[str, ...] | None = None  # and surely off it; None: there was no encoder when this was made

    def vocabulary(self) -> Vocabulary:
        """The document frequencies, ready to weigh with."""
        return Vocabulary(self.documents, self.frequencies)

    def share_below(self, combined: float) -> float:
        """Share 0..1 of the feeds' texts that score lower; 0 without any."""
        return bisect_left(self.quantiles, combined) / len(self.quantiles) if self.quantiles else 0.0

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`."""
        return {
            "documents": self.documents,
            "frequencies": dict(self.frequencies),
            "theme": [list(row) for row in self.theme],
            "centroid": [list(row) for row in self.centroid],
            "scale": [list(row) for row in self.scale],
            "quantiles": list(self.quantiles),
            "threshold": self.threshold,
            "anchors": [list(row) for row in self.anchors],
            "stream": [list(row) for row in self.stream],
            "usual_words": self.usual_words,
            "unsaid": [_listed(each) for each in self.unsaid],
            "examples": list(self.examples),
            "others": None if self.others is None else list(self.others),
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Background:
        """The value that `to_json` described."""
        return cls(
            documents=data["documents"],
            frequencies=data["frequencies"],
            theme=tuple((term, weight) for term, weight in data["theme"]),
            centroid=tuple((term, weight) for term, weight in data["centroid"]),
            scale=tuple((name, mean, sd) for name, mean, sd in data["scale"]),
            quantiles=tuple(data["quantiles"]),
            threshold=data["threshold"],
            # Backgrounds stored before these were learnt have none of them.
            anchors=tuple((name, reached) for name, reached in data.get("anchors", ())),
            stream=tuple((term, weight) for term, weight in data.get("stream", ())),
            usual_words=data.get("usual_words", 0.0),
            unsaid=tuple(
                Implication(facet, tuple(map(tuple, wordings)), usual, tuple(map(tuple, terms)))
                for facet, wordings, usual, terms in data.get("unsaid", ())
            ),
            examples=tuple(data.get("examples", ())),
            others=None if data.get("others") is None else tuple(data["others"]),
        )


def _listed(learnt: Implication) -> list[Any]:
    """What a stream implies of a facet, for JSON."""
    wordings, terms = ([list(row) for row in rows] for rows in (learnt.wordings, learnt.terms))
    return [learnt.facet, wordings, learnt.usual, terms]


def moments(rows: Sequence[Mapping[str, float]]) -> tuple[tuple[str, float, float], ...]:
    """Mean and standard deviation over `rows` of every feature that all of them have; () for none."""
    if not rows:
        return ()
    out = []
    for name in rows[0]:
        if not all(name in row for row in rows):
            continue
        column = [row[name] for row in rows]
        mean = fsum(column) / len(column)
        out.append((name, mean, sqrt(fsum((x - mean) ** 2 for x in column) / len(column))))
    return tuple(out)


def quantiles(values: Sequence[float]) -> tuple[float, ...]:
    """At most 512 evenly spaced order statistics of `values`, ascending, the extremes among them."""
    ordered = sorted(values)
    if len(ordered) <= _QUANTILES:
        return tuple(ordered)
    return tuple(ordered[round(i * (len(ordered) - 1) / (_QUANTILES - 1))] for i in range(_QUANTILES))
