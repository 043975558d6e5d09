"""Logistic regression, small and repeatable: rows of numbers and whether each holds go in, the most probable weights come out."""

from __future__ import annotations

from math import exp, fsum, log1p

STEPS, STILL = 60, 1e-10  # Newton: rounds, and the largest move of a weight that is still one
HALVINGS = 30


def fit(rows, holds, *, precision=1e-3, offsets=None):
    """Weights of the columns of `rows`, under normal priors around zero of this precision each; no constant is added.

    `offsets`: log odds of each row that are not fitted. Newton's method, sums by `fsum`: the order of rows does not matter.
    """
    width = len(rows[0])
    offsets = offsets or [0.0] * len(rows)
    weights = [0.0] * width
    cost = _cost(rows, holds, offsets, weights, precision)
    for _ in range(STEPS):
        step = solved(*_slopes(rows, holds, offsets, weights, precision))
        for halving in range(HALVINGS):
            moved = [w - s / 2**halving for w, s in zip(weights, step, strict=True)]
            found = _cost(rows, holds, offsets, moved, precision)
            if found <= cost:
                break
        else:
            return weights
        moves = [abs(m - w) for m, w in zip(moved, weights, strict=True)]
        weights, cost = moved, found
        if max(moves) < STILL:
            return weights
    raise ValueError("the fit does not come to rest")


def loss(rows, holds, weights):
    """What the weights leave unexplained, in nats, of all rows together."""
    return _cost(rows, holds, [0.0] * len(rows), weights, 0.0)


def _odds(row, weights, offset):
    return offset + sum(w * value for w, value in zip(weights, row, strict=True))


def _cost(rows, holds, offsets, weights, precision):
    """What the weights leave unexplained, in nats, and what they cost themselves."""
    losses = []
    for row, is_so, offset in zip(rows, holds, offsets, strict=True):
        signed = _odds(row, weights, offset) * (1 if is_so else -1)
        losses.append(log1p(exp(-abs(signed))) + max(0.0, -signed))
    return fsum(losses) + precision / 2 * fsum(w * w for w in weights)


def _slopes(rows, holds, offsets, weights, precision):
    """Hessian and gradient of the cost."""
    size = range(len(weights))
    shares = [
        1 / (1 + exp(-max(-50.0, min(50.0, _odds(row, weights, offset)))))
        for row, offset in zip(rows, offsets, strict=True)
    ]
    misses = [share - is_so for share, is_so in zip(shares, holds, strict=True)]
    spread = [share * (1 - share) for share in shares]
    gradient, hessian = [], [[0.0] * len(weights) for _ in size]
    for i in size:
        column = [row[i] for row in rows]
        gradient.append(fsum(map(_times, misses, column)) + precision * weights[i])
        weighed = [*map(_times, spread, column)]
        for j in range(i + 1):
            found = fsum(w * row[j] for w, row in zip(weighed, rows, strict=True))
            hessian[i][j] = hessian[j][i] = found + precision * (i == j)
    return hessian, gradient


def _times(a, b):
    return a * b


def solved(matrix, right):
    """x of matrix x = right, by Gauss with the largest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for i in range(size):
        pivot = max(range(i, size), key=lambda n: abs(rows[n][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for below in rows[i + 1 :]:
            share = below[i] / rows[i][i]
            for j in range(i, size + 1):
                below[j] -= share * rows[i][j]
    out = [0.0] * size
    for i in reversed(range(size)):
        rest = rows[i][size] - sum(rows[i][j] * out[j] for j in range(i + 1, size))
        out[i] = rest / rows[i][i]
    return out
