"""The fitted weights: a design goes in, (module, name) -> value comes out, with how much of the labels they explain.

Of running texts: seven tenths of a logistic model of all measures, three of one of the plain sum .6 text + .2 title + .2 names. The
former alone finds as good stories, but tells first reports worse (docs/notes/parameters.md). Where the line lies is chosen by what
becomes of stories, not of pairs.
"""

from __future__ import annotations

from dataclasses import dataclass

from monitor.stories import cluster, pairs
from tests.fit import logistic

MODULE = "stories/pairs.py"
CHOSEN = "line"  # of the weights of texts, the one that is not taken from the fit
FITTED = 0.7  # the share of the model of all measures; the rest is the plain sum's
PLAIN = {"text": cluster._TEXT, "title": cluster._TITLE, "names": cluster._NAMES}


# Of headlines: set by hand on invented pairs, as labelled weeks hold too few of such pairs.
BY_HAND = ("other_names", "other_figures", "other_periods", "same_words", "same_pairs")
LOOSE = 1.0  # precision of the priors there: a figure in common stands in eight pairs, all of one event


@dataclass(frozen=True)
class Fitted:
    """Weights, and what is left unexplained (nats a pair) by a constant, by the plain sum and by the weights."""

    weights: dict[tuple[str, str], float]
    pairs: int
    holding: int
    constant: float
    plain: float  # of headlines, where no such sum was ever used, that of the shipped weights
    loss: float


def of_texts(design):
    """The weights of `_TEXTS` but for its days and its line."""
    lines = design.column("line")
    summed = [
        sum(share * row[design.names.index(name)] for name, share in PLAIN.items()) for row in design.rows
    ]
    plain_rows = [[line, value] for line, value in zip(lines, summed, strict=True)]
    plain_line, times = logistic.fit(plain_rows, design.holds)
    plain = {name: share * times for name, share in PLAIN.items()} | {CHOSEN: plain_line}
    whole = dict(zip(design.names, logistic.fit(design.rows, design.holds), strict=True))
    both = {name: FITTED * whole[name] + (1 - FITTED) * plain.get(name, 0.0) for name in design.names}
    (constant,) = logistic.fit([[line] for line in lines], design.holds)
    return Fitted(
        weights={(MODULE, f"_TEXTS.{name}"): both[name] for name in design.names if name != CHOSEN},
        pairs=len(design.rows),
        holding=sum(design.holds),
        constant=_loss([[line] for line in lines], design.holds, [constant]),
        plain=_loss(plain_rows, design.holds, [plain_line, times]),
        loss=_loss(design.rows, design.holds, [both[name] for name in design.names]),
    )


def of_headlines(design):
    """What a fit of `_HEADLINES` gives today. It does not ship: see docs/notes/parameters.md."""
    shipped = {name: getattr(pairs._HEADLINES, name) for name in design.names}
    free = [name for name in design.names if name not in BY_HAND]
    columns = [design.column(name) for name in free]
    rows = [list(row) for row in zip(*columns, strict=True)]
    fixed = [sum(shipped[name] * row[design.names.index(name)] for name in BY_HAND) for row in design.rows]
    found = logistic.fit(rows, design.holds, precision=LOOSE, offsets=fixed)
    fitted = shipped | dict(zip(free, found, strict=True))
    lines = [[value] for value in design.column(CHOSEN)]
    return Fitted(
        weights={(MODULE, f"_HEADLINES.{name}"): fitted[name] for name in free},
        pairs=len(design.rows),
        holding=sum(design.holds),
        constant=_loss(lines, design.holds, logistic.fit(lines, design.holds)),
        plain=_loss(design.rows, design.holds, [shipped[name] for name in design.names]),
        loss=_loss(design.rows, design.holds, [fitted[name] for name in design.names]),
    )


def _loss(rows, holds, weights):
    return logistic.loss(rows, holds, weights) / len(rows)
