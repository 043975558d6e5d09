"""What scoring costs: beside extracting the same page, in a mix, with few and many articles stored, and to import.

All articles are invented (bench/invented.py). `WINDOW` relevant articles lie in the eight weeks that scoring keeps in
memory; `SIZES` is what the store holds in all, the surplus older than that: the archive grows, the feeds do not. That is what
"constant whatever the archive's size" means: a topic that brings ten times the articles in eight weeks costs more, see `GROWN`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import mean, median
from time import process_time
from typing import Any, TypeVar

from sqlalchemy import Table

from bench.invented import Newsroom, page
from monitor import app
from monitor.model import Article, Stage
from monitor.pipeline.judging import learn, score
from monitor.pipeline.judging.knowledge import judging, memory
from monitor.pipeline.judging.scorer import Scored, Scorer
from monitor.pipeline.ports import Context
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store.schema import articles, features, scores, stories
from monitor.stories import KEPT

V = TypeVar("V")

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
WINDOW = 500  # relevant articles in eight weeks: nine a day
GROWN = 2000  # the same of a topic in the headlines
RARE = 10  # one article in so many is relevant
ROUND = 100  # articles scored in a measured round
TURNS = 60  # pages
STARTS = 5  # of a new process
PERIOD = 1000  # articles in eight weeks where the archive is measured
_SCORING = "import monitor.pipeline.judging.scorer"


def main() -> None:
    """Measure and print."""
    sizes = [int(text) for text in os.environ.get("SIZES", "1000,100000").split(",")]
    print(f"import of the scoring path: {_import_s():.3f} s of processor time beyond a bare interpreter")
    for window in (WINDOW, GROWN):
        with house() as context:
            _beside_extraction(context, window)
    costs = {}
    for size in sizes:
        with house() as context:
            costs[size] = _round_s(context, size) / ROUND
        print(
            f"{size:>7,} stored, {PERIOD:,} of them of the last eight weeks, one in {RARE} relevant: "
            f"{costs[size] * 1000:.2f} ms for each of {ROUND} new ones, window read and rows written",
            flush=True,
        )
    first, last = sizes[0], sizes[-1]
    print(f"with {last // first} times the articles: {costs[last] / costs[first]:.2f}x")


def _import_s() -> float:
    """Processor seconds that importing the scorer adds to starting Python; the median of a few."""
    return median(_process_s(_SCORING) - _process_s("pass") for _ in range(STARTS))


def _process_s(program: str) -> float:
    before = os.times()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def _beside_extraction(context: Context, window: int) -> None:
    """Print what a relevant article and one of the mix cost, with `window` relevant ones before them."""
    import trafilatura

    store(context, invent(1, PERIOD, relevant=RARE, stage=Stage.SCORED))
    scorer = _scorer(context)
    for article in invent(2, window, relevant=1, first=10_000):
        scorer.score(article)
    rare = list(invent(3, TURNS, relevant=0, first=20_000, oldest=NOW))
    near = list(invent(4, TURNS, relevant=1, first=30_000, oldest=NOW))
    words = mean(len(article.text.split()) for article in near)
    size = mean(len(page(article)) for article in near)
    found, costs = {}, {}
    for name, fresh in (("rare", rare), ("near", near)):
        scored: list[Scored] = []
        ours = _each(fresh, partial(_score, scorer, scored))
        pages = _each([page(article) for article in fresh], trafilatura.extract)
        found[name] = _sums(ours, pages)
        costs[name] = sum(each.score.relevance.is_relevant for each in scored)
    mixed = tuple(near + (RARE - 1) * rare for near, rare in zip(found["near"], found["rare"], strict=True))
    print(
        f"{window:,} relevant articles in the window; {words:.0f} words an article, pages of {size / 1024:.0f} KiB; "
        f"{costs['near']} of {TURNS} and {costs['rare']} of {TURNS} came out relevant\n"
        f"  a relevant article against trafilatura.extract of its page: {_told(*found['near'])}\n"
        f"  an irrelevant one, as long, page read too:                  {_told(*found['rare'])}\n"
        f"  one relevant in {RARE}:                                         {_told(*mixed)}",
        flush=True,
    )


def _score(scorer: Scorer, scored: list[Scored], article: Article) -> None:
    scored.append(scorer.score(article))


def _sums(ours: Callable[[], object], baseline: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of both over all turns. Sums and not medians: what is put off to every tenth article counts."""
    spent = [0.0, 0.0]
    for _ in range(TURNS):
        for number, call in enumerate((ours, baseline)):
            started = process_time()
            call()
            spent[number] += process_time() - started
    return spent[0], spent[1]


def _told(ours: float, baseline: float) -> str:
    return f"{ours / baseline:.3f}x"


def _scorer(context: Context) -> Scorer:
    topic = context.settings.topics[0]
    judged = judging(context, topic)
    with context.store.begin() as connection:
        known = memory(connection, context, topic, judged)
    return Scorer(topic, judged.profile, judged.background, memory=known, next_story_id=10_000)


def _each(values: Iterable[V], call: Callable[[V], object]) -> Callable[[], object]:
    """A call without arguments that takes the next value each time."""
    waiting = iter(values)
    return lambda: call(next(waiting))


def _round_s(context: Context, size: int) -> float:
    """Processor seconds of scoring ROUND new articles when `size` are stored."""
    store(context, invent(5, PERIOD, relevant=RARE))
    score.score_articles(context)
    for age in range(1, size // PERIOD):
        repeat(context, age)
    for topic in context.settings.topics:
        judging(context, topic)  # the background, made once a day of at most 2,000 texts whatever is stored
    store(context, invent(6, ROUND, relevant=RARE, first=size + 1, oldest=NOW))
    started = process_time()
    report = score.score_articles(context)
    assert report.scored == ROUND
    return process_time() - started


def repeat(context: Context, age: int) -> None:
    """Store the last eight weeks once more, `age` times eight weeks earlier: articles, scores, features, stories."""
    shift, back = age * PERIOD, age * KEPT
    with context.store.begin() as connection:
        rows = {table: _newest(connection, table) for table in (articles, stories, scores, features)}
        relevant = {row["article_id"] for row in rows[features]}
        for row in rows[articles]:
            # The pages of others are not read: the feeds' own lines are all there is of them.
            text = row["text"] if row["id"] in relevant else ""
            row |= {"id": row["id"] + shift, "key": f"{row['key']}?{age}", "text": text}
            row |= {name: row[name] - back for name in ("published", "seen_at")}
        for row in rows[stories]:
            row |= {
                "id": row["id"] + shift,
                "first_at": row["first_at"] - back,
                "last_at": row["last_at"] - back,
            }
        for row in rows[scores]:
            row |= {"article_id": row["article_id"] + shift, "scored_at": row["scored_at"] - back}
            row |= {"story_id": None if row["story_id"] is None else row["story_id"] + shift}
        for row in rows[features]:
            row |= {"article_id": row["article_id"] + shift}
        for table, copies in rows.items():
            connection.execute(table.insert(), copies)


def _newest(connection: Connection, table: Table) -> list[dict[str, Any]]:
    """The rows of the last eight weeks, which were stored first."""
    number = table.c.id if "id" in table.c else table.c.article_id
    return [dict(row) for row in connection.execute(table.select().where(number <= PERIOD)).mappings()]


class house:  # noqa: N801 -- used like the functions of contextlib
    """The shipped configuration on an empty store, with the topics learnt."""

    def __enter__(self) -> Context:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        self._opened = app.opened(config=ROOT / "config", data=Path(self._folder.name), now=NOW)
        context = self._opened.__enter__()
        for topic in context.settings.topics:
            learn.learn_topic(context, topic)
        return context

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()


def store(context: Context, new: Iterable[Article]) -> None:
    """Put articles into the store."""
    with context.store.begin() as connection:
        articles_store.add_many(connection, {article.url: article for article in new})


def invent(
    seed: int,
    count: int,
    *,
    relevant: int,
    first: int = 1,
    oldest: datetime = NOW - KEPT,
    stage: Stage = Stage.READ,
) -> Iterator[Article]:
    """`count` articles from `oldest` to NOW; every `relevant`-th is on the topic, 0 for none."""
    return Newsroom(seed).articles(
        count, relevant=relevant, first=first, oldest=oldest, newest=NOW, stage=stage
    )
