"""What a scoring tick costs with a big window: the index kept between ticks beside one built anew.

All articles are invented (bench/invented.py). `WINDOW` relevant articles lie in the eight weeks, stored with their
features and without having been scored one by one, four to a story. Each tick scores `NEW` articles on the topic.
*Beyond its articles* is what a tick costs more than scoring those alone: reading what changed and weighing anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import process_time

from bench.invented import REPORTS, Newsroom
from bench.score import NOW, house, store
from monitor.model import Article, Relevance, Score, Stage
from monitor.pipeline.judging import score
from monitor.pipeline.judging.knowledge import judging, memory
from monitor.pipeline.judging.scorer import Scorer
from monitor.pipeline.ports import Context
from monitor.store import judged as judged_store
from monitor.stories import KEPT, describe

WINDOW = 24_000  # relevant articles in eight weeks: 430 a day
NEW = 10  # articles of a tick
TICKS = 5
_LOT = 1000  # articles stored in one transaction
_STATUS = Path("/proc/self/status")


def main() -> None:
    """Measure and print."""
    size = int(os.environ.get("WINDOW", WINDOW))
    with house() as context:
        fill(context, size)
        judging(context, context.settings.topics[0])  # the background, made once a day
        held = resident_bytes()
        first = _tick_s(context, 0, size)
        grown = resident_bytes() - held
        alone, ticks = [], []
        for number in range(1, TICKS + 1):
            ticks.append(_tick_s(context, number, size))
            alone.append(_alone_s(context, number))
        beyond = median(tick - each for tick, each in zip(ticks, alone, strict=True))
        print(
            f"{size:,} relevant articles in the window; {NEW} new ones a tick\n"
            f"  first tick, which builds the index: {first:.2f} s of processor time,"
            f" {grown / 2**20:.0f} MiB more memory\n"
            f"  a later tick: {median(ticks):.2f} s, {beyond:.2f} s of it beyond its articles;"
            f" {median(ticks) / first:.3f}x of the first",
            flush=True,
        )


def fill(context: Context, size: int) -> None:
    """Store `size` relevant articles of the last eight weeks as if they had been scored."""
    topic = context.settings.topics[0]
    judged = judging(context, topic)
    oldest, newest = NOW - KEPT + timedelta(days=1), NOW - timedelta(hours=1)
    articles = Newsroom(7).articles(
        size, relevant=1, first=1, oldest=oldest, newest=newest, stage=Stage.SCORED
    )
    relevance = Relevance(value=0.9, is_relevant=True, why="invented")
    lot: list[Article] = []
    for article in articles:
        lot.append(article)
        if len(lot) == _LOT or article.id == size:
            store(context, lot)
            with context.store.begin() as connection:
                for each in lot:
                    judged_store.put(
                        connection,
                        [
                            judged_store.Made(
                                score=Score(
                                    article_id=each.id,
                                    topic=topic.id,
                                    relevance=relevance,
                                    story_id=1 + each.id // REPORTS,
                                ),
                                at=each.published,
                                published=each.published,
                                profile_version=judged.profile.version,
                                background_id=judged.background_id,
                                features_json=json.dumps(describe(each).to_json()),
                            )
                        ],
                    )
            lot = []


def resident_bytes() -> int:
    """Memory this process holds now; 0 where /proc is not."""
    if not _STATUS.exists():
        return 0
    row = next(row for row in _STATUS.read_text().splitlines() if row.startswith("VmRSS:"))
    return int(row.split()[1]) * 1024


def _tick_s(context: Context, number: int, size: int) -> float:
    """Processor seconds of a tick that scores what came since the last."""
    store(context, _new(number, first=size + 1 + number * NEW))
    started = process_time()
    report = score.score_articles(replace(context, now=NOW + timedelta(minutes=number)))
    spent = process_time() - started
    assert report.scored == NEW
    return spent


def _alone_s(context: Context, number: int) -> float:
    """Processor seconds of scoring as many articles of the same kind by themselves: their index is there."""
    topic = context.settings.topics[0]
    judged = judging(context, topic)
    known = context.indexes[topic.id]
    with context.store.begin() as connection:
        scorer = Scorer(
            topic,
            judged.profile,
            judged.background,
            memory=memory(connection, context, topic, judged, index=known),
            next_story_id=10**6,
        )
    fresh = list(_new(100 + number, first=10**6))
    scorer.score(fresh[0])  # terms are weighed at the first question: a tick's own cost
    started = process_time()
    for article in fresh[1:]:
        scorer.score(article)
    return (process_time() - started) * NEW / (NEW - 1)


def _new(seed: int, *, first: int) -> Iterable[Article]:
    return Newsroom(seed).articles(
        NEW, relevant=1, first=first, oldest=NOW, newest=NOW + timedelta(minutes=1), stage=Stage.READ
    )
