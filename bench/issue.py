"""What composing an issue costs, beside scoring the articles it is made of.

All articles are invented (bench/invented.py): `EARLIER` of the four weeks before, of which an issue was sent, and
`PERIOD` of the week; somewhat more than half come out relevant. Composing is a preview: nothing is frozen.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from statistics import median
from time import process_time

from bench.invented import Newsroom
from bench.score import NOW, house, store
from monitor.model import Stage
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import score
from monitor.pipeline.ports import Context

EARLIER, PERIOD = 600, 1400
TURNS = 3


def main() -> None:
    """Measure and print."""
    earlier, period = (int(os.environ.get(name, n)) for name, n in (("EARLIER", EARLIER), ("PERIOD", PERIOD)))
    with house() as context:
        topic = context.settings.topics[0]
        week = NOW - timedelta(days=7)
        before = replace(context, now=week)
        _arrive(before, 1, earlier, weeks=4)
        known = score.score_articles(before).relevant
        digest.compose_issue(before, topic, kind="issue")
        _arrive(context, 2, period, weeks=1)
        started = process_time()
        relevant = score.score_articles(context).relevant
        scoring = process_time() - started
        costs = []
        for _ in range(TURNS):
            context.indexes.clear()
            started = process_time()
            digest.compose_issue(context, topic, kind="preview")
            costs.append(process_time() - started)
        print(
            f"{relevant} relevant articles of the week, {known} of the weeks before and an issue of them:\n"
            f"  composing {median(costs):.2f} s of processor time,"
            f" {median(costs) / scoring:.2f}x of scoring the week",
            flush=True,
        )


def _arrive(context: Context, seed: int, count: int, *, weeks: int) -> None:
    """Store articles of the weeks before now, to be scored."""
    until = context.now - timedelta(hours=1)
    articles = Newsroom(seed).articles(
        count,
        relevant=1,
        first=seed * 100_000,
        oldest=until - timedelta(weeks=weeks),
        newest=until,
        stage=Stage.READ,
    )
    store(context, articles)
