"""`make fit`: do the shipped weights come out of the labelled files? `--write` puts what does in their place.

`--headlines` prints what a fit of the other model gives, and compares nothing. Exit code: 0 they do, 1 one does not (it is named), 2 the files are not there.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from tests.fit import design, weights
from tests.fit.shipped import differing, printed, write


def main(arguments=None):
    """Fit, print, compare or write."""
    parser = argparse.ArgumentParser(prog="make fit", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write what was fitted into source and page")
    told = "print what a fit of the headlines' weights gives, which do not ship from one"
    parser.add_argument("--headlines", action="store_true", help=told)
    asked = parser.parse_args(arguments)
    folder = os.environ.get("QUALITY_DATA", "")
    if not folder:
        return _say("QUALITY_DATA names no folder: the labelled files are not part of the project", 2)
    try:
        if asked.headlines:
            return _tell(weights.of_headlines(design.headlines(Path(folder))))
        fitted = weights.of_texts(design.texts(Path(folder)))
    except FileNotFoundError as error:
        return _say(f"{error.filename} is not there: QUALITY_DATA has to name a folder that holds it", 2)
    _tell(fitted)
    changes = differing(fitted.weights)
    for (module, name), (old, new) in changes.items():
        _say(f"{module} {name}: {old} ships, {new} is what the labelled files give")
    if changes and asked.write:
        write(changes)
        return _say(
            f"{len(changes)} written; measure again: docs/notes/parameters.md says by which commands", 0
        )
    return 1 if changes else _say("what ships is what the labelled files give", 0)


def _tell(fitted):
    """Print what was fitted; 0."""
    print(f"{fitted.pairs} pairs, {fitted.holding} of one event")  # noqa: T201
    left = f"constant {fitted.constant:.4f}, a plain model {fitted.plain:.4f}, weights {fitted.loss:.4f}"
    print(f"left unexplained, nats a pair: {left}")  # noqa: T201
    for (module, name), value in fitted.weights.items():
        print(f"{module} {name}: {value:.4f}, ships as {printed(module, name)}")  # noqa: T201
    return 0


def _say(text, code=0):
    print(text, file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
