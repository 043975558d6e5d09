"""What readers answered, as a small change of the weights: labelled margins go in, a `Tuning` comes out.

A margin is how far an article stood above the line as shipped. A tuning adds an offset and a change of weight for some
standardised features; without answers it is all zero, and every value is the shipped one to the last bit. The fit is the
most probable change under normal priors around zero (MAP logistic regression, Newton's method), averaged over a firm one,
a loose one and none by their evidence: no clock, no randomness, milliseconds. It reads no article and knows no topic. Measurements: docs/notes/feedback.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, fsum, hypot, log, log1p
from typing import Any

# Precision of the prior, of the offset and of each weight: firm for a good line, loose for one that was only guessed. No
# change at all stands beside them, and each counts by how well it explains the answers (its evidence), so that answers
# which agree with the line leave it alone. Chosen on tests/quality, see docs/notes/feedback.md.
_PRIORS = ((2.0, 20.0), (0.1, 1.0))
_MISSED = 2.0  # a missed article weighs as two wrong ones: T11U = 2 right - wrong, TREC Filtering 2002
_BOTH = 10.0  # answers of the rarer kind at which half of what was learnt counts
BOTH_OF_A_SITTING = 1.5  # the same where the first answers were asked for on both sides of the line (docs/notes/new-topics.md)
_ONE_KIND = 0.1  # the rarer kind counts for so many when nobody has given it yet
_FAR = 6.0  # an answer against a margin farther from the line counts as one at this distance: one slip moves little
_BY_LINK_MAX = (
    1.0  # log odds; measured in tests/quality/test_feedback.py: honest readers hardly ever ask for more
)
_TUNED = (
    "facet:",
    "theme",
    "cosine",
    "stream",
)  # features whose weight may change, by the start of their names
_STEPS, _HALVINGS, _STILL = (
    50,
    20,
    1e-10,
)  # Newton: rounds, halvings of a step, least gain worth another round

Matrix = list[list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """A change of the shipped weights, in units of margin; version 0 is no change."""

    version: int = 0
    offset: float = 0.0
    weights: tuple[tuple[str, float], ...] = ()  # feature, margin for each standard deviation
    answers: int = 0  # it was learnt from

    def shift(self, standard: Mapping[str, float]) -> float:
        """What is added to the margin of an article with these standardised features; 0.0 for no change."""
        return fsum((self.offset, *(weight * standard.get(name, 0.0) for name, weight in self.weights)))

    def to_json(self) -> dict[str, Any]:
        """Plain data for `json.dumps`, without the version, which the store counts."""
        return {
            "offset": self.offset,
            "weights": [list(row) for row in self.weights],
            "answers": self.answers,
        }

    @classmethod
    def of_json(cls, data: Mapping[str, Any], *, version: int) -> Tuning:
        """The value that `to_json` described."""
        weights = tuple((name, weight) for name, weight in data["weights"])
        return cls(version=version, offset=data["offset"], weights=weights, answers=data["answers"])


UNTUNED = Tuning()


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One answer: the untuned margin and standardised features the article had, and whether it is on topic."""

    margin: float
    standard: Mapping[str, float]
    is_relevant: bool


def refit(labels: Sequence[Label], by_link: Sequence[Label] = (), *, both: float = _BOTH) -> Tuning:
    """The tuning these answers ask for; `UNTUNED` for none. The order of `labels` does not matter beyond rounding.

    `by_link` are answers of readers, whom nobody has asked for a password: all of them together change what the others taught by
    at most one in log odds (as a Euclidean norm over offset and weights, so about that much at a usual article). `both`: answers of
    the rarer kind at which about half of what was learnt counts.
    """
    alone = _refit(labels, both)
    if not by_link:
        return alone
    whole = _refit([*labels, *by_link], both)
    before, after = dict(alone.weights), dict(whole.weights)
    steps = {name: weight - before.get(name, 0.0) for name, weight in after.items()}
    step = whole.offset - alone.offset
    kept = _BY_LINK_MAX / max(hypot(step, *steps.values()), _BY_LINK_MAX)  # 1 for a small step
    return replace(
        whole,
        offset=alone.offset + kept * step,
        weights=tuple((name, before.get(name, 0.0) + kept * moved) for name, moved in steps.items()),
    )


def _refit(labels: Sequence[Label], both: float) -> Tuning:
    if not labels:
        return UNTUNED
    names = sorted({name for label in labels for name in label.standard if name.startswith(_TUNED)})
    rows = [_Row(label, names) for label in labels]
    share = _share_of_both(rows, both)
    offset, *weights = (share * change for change in _expected(rows))
    return Tuning(offset=offset, weights=tuple(zip(names, weights, strict=True)), answers=len(labels))


def versioned(tuning: Tuning, version: int) -> Tuning:
    """The same tuning under the number the store gave it."""
    return replace(tuning, version=version)


class _Row:
    """A label as numbers: the constant 1 of the offset, then the features."""

    __slots__ = ("margin", "sign", "values", "weight")

    def __init__(self, label: Label, names: Sequence[str]) -> None:
        self.sign = 1.0 if label.is_relevant else -1.0
        self.weight = _MISSED if label.is_relevant else 1.0
        self.margin = self.sign * max(-_FAR, self.sign * label.margin)
        self.values = [1.0, *(label.standard.get(name, 0.0) for name in names)]

    def moved(self, changes: Sequence[float]) -> float:
        return self.margin + sum(a * b for a, b in zip(changes, self.values, strict=True))


@dataclass(frozen=True, slots=True)
class _Fit:
    """The most probable changes under one prior, and the logarithm of how well that prior explains the answers."""

    changes: list[float]
    evidence: float


def _share_of_both(rows: Sequence[_Row], both: float) -> float:
    """How much of what was learnt counts, 0..1: in weeks without the topic every answer is a no, and says little of others."""
    relevant = sum(row.sign > 0 for row in rows)
    rarer = min(relevant, len(rows) - relevant)
    return (rarer + _ONE_KIND) / (rarer + both)


def _expected(rows: Sequence[_Row]) -> list[float]:
    """The mean change over the priors and no change, each weighed by its evidence.

    Source: MacKay, Bayesian interpolation, Neural Computation 4 (1992); the evidence is Laplace's approximation.
    """
    unchanged = [0.0] * len(rows[0].values)
    fits = [_Fit(unchanged, -_cost(rows, unchanged, unchanged)), *(_fitted(rows, *p) for p in _PRIORS)]
    best = max(fit.evidence for fit in fits)
    weights = [exp(fit.evidence - best) for fit in fits]
    total = fsum(weights)
    columns = zip(*(fit.changes for fit in fits), strict=True)
    return [fsum(w * c for w, c in zip(weights, column, strict=True)) / total for column in columns]


def _fitted(rows: Sequence[_Row], offset: float, weight: float) -> _Fit:
    """Minimise loss + half the sum of precision x change squared; the damped steps never go up."""
    prior = [offset, *[weight] * (len(rows[0].values) - 1)]
    changes = [0.0] * len(prior)
    cost = _cost(rows, changes, prior)
    for _ in range(_STEPS):
        gradient, hessian = _slopes(rows, changes, prior)
        tried = _descended(rows, changes, _solved(hessian, gradient), prior, cost)
        gain, changes, cost = cost - tried[0], tried[1], tried[0]
        if gain < _STILL:
            break
    return _Fit(changes, _evidence(cost, prior, _slopes(rows, changes, prior)[1]))


def _evidence(cost: float, prior: Sequence[float], hessian: Matrix) -> float:
    """Natural logarithm of the answers' probability under a prior, from the cost of its most probable changes and the curvature there."""
    low = _cholesky(hessian)
    return fsum((-cost, *(log(p) / 2 - log(low[i][i]) for i, p in enumerate(prior))))


def _descended(
    rows: Sequence[_Row], changes: list[float], step: Sequence[float], prior: Sequence[float], cost: float
) -> tuple[float, list[float]]:
    """The first of step, half, quarter ... that costs less; where it stood when none does."""
    for halving in range(_HALVINGS):
        moved = [c - s / 2**halving for c, s in zip(changes, step, strict=True)]
        found = _cost(rows, moved, prior)
        if found < cost:
            return found, moved
    return cost, changes


def _cost(rows: Sequence[_Row], changes: Sequence[float], prior: Sequence[float]) -> float:
    held = fsum(p * c * c for p, c in zip(prior, changes, strict=True)) / 2
    return held + fsum(row.weight * _loss(row.sign * row.moved(changes)) for row in rows)


def _slopes(
    rows: Sequence[_Row], changes: Sequence[float], prior: Sequence[float]
) -> tuple[list[float], Matrix]:
    """Gradient and Hessian of the cost."""
    size = range(len(prior))
    gradient = [p * c for p, c in zip(prior, changes, strict=True)]
    hessian = [[prior[i] if i == j else 0.0 for j in size] for i in size]
    for row in rows:
        p = _share(row.moved(changes))
        for i in size:
            gradient[i] += row.weight * (p - (row.sign > 0)) * row.values[i]
            for j in size:
                hessian[i][j] += row.weight * p * (1 - p) * row.values[i] * row.values[j]
    return gradient, hessian


def _cholesky(matrix: Matrix) -> Matrix:
    """The lower triangle L with L L' = matrix; the prior makes every Hessian positive definite."""
    size = len(matrix)
    low = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(low[i][k] * low[j][k] for k in range(j))
            low[i][j] = rest**0.5 if i == j else rest / low[j][j]
    return low


def _solved(matrix: Matrix, right: Sequence[float]) -> list[float]:
    """Solve matrix x = right."""
    size, low = len(right), _cholesky(matrix)
    half: list[float] = []
    for i in range(size):
        half.append((right[i] - sum(low[i][k] * half[k] for k in range(i))) / low[i][i])
    out = [0.0] * size
    for i in reversed(range(size)):
        out[i] = (half[i] - sum(low[k][i] * out[k] for k in range(i + 1, size))) / low[i][i]
    return out


def _loss(signed: float) -> float:
    """ln(1 + exp(-signed)), without overflow."""
    return log1p(exp(-signed)) if signed > 0 else log1p(exp(signed)) - signed


def _share(margin: float) -> float:
    return 1 / (1 + exp(-max(-50.0, min(50.0, margin))))
