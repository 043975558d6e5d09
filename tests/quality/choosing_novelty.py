"""What other settings of the novelty of headlines give: `python -m tests.quality.choosing_novelty DIR MODEL`, one pass of the stream.

Each labelled headline of the ten weeks is judged under every setting at the moment the product judges it. Printed: AUC of first
reports against repeats (mean of weeks), and how many first reports, details and repeats lie below the lines of known and new.
"""

from __future__ import annotations

import csv
import sys
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path

from monitor.encode import opener
from monitor.pipeline.issuing.newness import KNOWN_BELOW
from monitor.pipeline.judging import scorer, stream
from monitor.pipeline.judging.sense import Sense
from monitor.stories import NEW, cluster
from tests.quality.choosing_headings import records, shipped
from tests.quality.measures import share_in_order

SHIPPED = {name: getattr(cluster, name) for name in ("_MEANT", "_ALIKE_FROM", "_FADE_MEANT_DAYS")}
TRIED = [
    SHIPPED,
    {"_MEANT": 0.0},
    *({"_MEANT": share} for share in (0.4, 0.6)),
    *({"_ALIKE_FROM": cosine} for cosine in (0.0, 0.5, 0.55)),
    {"_FADE_MEANT_DAYS": 12.0},
]


@contextmanager
def setting(changes):
    """The module's parameters, changed for a moment."""
    for name, value in (SHIPPED | changes).items():
        setattr(cluster, name, value)
    yield
    for name, value in SHIPPED.items():
        setattr(cluster, name, value)


def main(folder, model):
    """Print the table."""
    with (folder / "quality" / "dev-headings.tsv").open(encoding="utf-8") as file:
        gold = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    lines = records(folder)
    titles = {line["title"] for line in lines if line["id"] in gold}
    judge, latest = scorer.novelty, []

    def under_all(features, text, published, window):
        latest.clear()
        if text.partition("\n")[0] in titles:
            for changes in TRIED:
                with setting(changes):
                    latest.append(judge(features, text, published, window).value)
        return judge(features, text, published, window)

    scorer.novelty = under_all
    found = {}
    for line, _, _ in stream._judged(lines, *shipped(), Sense(opener(model))):
        if line["id"] in gold:
            found[line["id"]] = tuple(latest)
    for number, changes in enumerate(TRIED):
        weeks, below = defaultdict(list), dict.fromkeys("210", (0, 0))
        for identity, row in gold.items():
            value, label = found[identity][number], row["novelty"]
            below[label] = (below[label][0] + (value < KNOWN_BELOW), below[label][1] + (value < NEW))
            if label != "1":
                weeks[row["week"]].append((value, label == "2"))
        auc = sum(map(share_in_order, weeks.values())) / len(weeks)
        told = f"first {below['2']}, details {below['1']}, repeats {below['0']}"
        print(f"{changes}: AUC {auc:.3f}, below known and new: {told}")  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
