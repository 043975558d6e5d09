"""What scoring costs: beside extracting the same page, and with few and many articles stored.

All articles are invented: sentences drawn from two small vocabularies, one of them near the shipped topic.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from time import process_time

from bench.measure import ratio
from monitor import app
from monitor.model import Article, Stage
from monitor.pipeline import learn, score
from monitor.pipeline.judging import judging, memory
from monitor.pipeline.ports import Context
from monitor.pipeline.scorer import Scorer
from monitor.store import articles as articles_store

ROOT = Path(__file__).resolve().parents[1]
NOW = datetime(2026, 6, 1, 8, tzinfo=UTC)
RELEVANT_SHARE = 0.03  # of what press feeds bring
ROUND = 100  # articles scored in the measured round
_SPAN = timedelta(days=365)

_NEAR = (
    "china chinese beijing washington american tariff tariffs duties export controls semiconductor soybean commerce ministry "
    "trade talks truce retaliation licence entity list percent billion steel rare earths minister delegation"
).split()
_FAR = (
    "harvest festival mayor choir river bridge museum football season coach weather garden school library recipe kitchen "
    "concert theatre village road budget council hospital nurse train station summer winter painting"
).split()
_PLAIN = "the a of and to in said on with for that after before new more from its which would has been at by".split()


def main() -> None:
    """Measure and print."""
    sizes = [int(text) for text in os.environ.get("SIZES", "1000,100000").split(",")]
    with _house() as context:
        _beside_extraction(context)
    costs = {}
    for size in sizes:
        with _house() as context:
            costs[size] = _round_s(context, size) / ROUND
        print(
            f"{size:>7,} articles stored: {costs[size] * 1000:.2f} ms for each of {ROUND} new ones",
            flush=True,
        )
    first, last = sizes[0], sizes[-1]
    print(f"with {last // first} times the articles: {costs[last] / costs[first]:.2f}x")


def _beside_extraction(context: Context) -> None:
    import trafilatura

    topic = context.settings.topics[0]
    _store(context, _articles(1, count=1000))
    score.run(context)
    judged = judging(context, topic)
    with context.store.begin() as connection:
        known = memory(connection, context, topic, judged)
    scorer = Scorer(topic, judged.profile, judged.background, memory=known, next_story_id=10_000)
    fresh = list(_articles(2, count=60, relevant_share=0.5, first=5000))
    waiting, pages = iter(fresh), iter([_page(article) for article in fresh])
    found = ratio(
        lambda: scorer.score(next(waiting)), lambda: trafilatura.extract(next(pages)), turns=len(fresh)
    )
    print(f"scoring an article (half of them relevant) against trafilatura.extract on its page: {found}")


def _round_s(context: Context, size: int) -> float:
    """Processor seconds of scoring ROUND new articles when `size` are stored."""
    _store(context, _articles(3, count=size))
    score.run(context)
    _store(context, _articles(4, count=ROUND, first=size, newest=NOW))
    started = process_time()
    score.run(context)
    return process_time() - started


class _house:  # noqa: N801 -- used like the functions of contextlib
    """The shipped configuration on an empty store, with the topics learnt."""

    def __enter__(self) -> Context:
        self._folder = tempfile.TemporaryDirectory(prefix="bench-")
        self._opened = app.opened(config=ROOT / "config", data=Path(self._folder.name), now=NOW)
        context = self._opened.__enter__()
        for topic in context.settings.topics:
            learn.run(context, topic)
        return context

    def __exit__(self, *error: object) -> None:
        self._opened.__exit__(None, None, None)
        self._folder.cleanup()


def _store(context: Context, articles: Iterable[Article]) -> None:
    waiting = iter(articles)
    while batch := list(islice(waiting, 1000)):
        with context.store.begin() as connection:
            articles_store.add_many(connection, {article.url: article for article in batch})


def _articles(
    seed: int,
    *,
    count: int,
    relevant_share: float = RELEVANT_SHARE,
    first: int = 0,
    newest: datetime = NOW - timedelta(hours=1),
) -> Iterator[Article]:
    """Invented articles, evenly over the year before `newest`. Irrelevant ones count as scored: that they were is not measured."""
    chance = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    for number in range(count):
        is_near = chance.random() < relevant_share
        published = newest - _SPAN * (1 - number / count) if count > ROUND else newest
        yield Article(
            id=first + number,
            url=f"http://example.org/{seed}/{number}",
            title=_sentence(chance, _NEAR if is_near else _FAR, 8),
            text="\n".join(
                _paragraph(chance, is_near=is_near) for _ in range(5 if is_near or count <= ROUND else 1)
            ),
            published=published,
            seen_at=published,
            outlet="Harbour Ledger",
            stage=Stage.READ if is_near or count <= ROUND else Stage.SCORED,
        )


def _paragraph(chance: random.Random, *, is_near: bool) -> str:
    return " ".join(f"{_sentence(chance, _NEAR if is_near else _FAR, 18)}." for _ in range(4))


def _sentence(chance: random.Random, words: list[str], length: int) -> str:
    pool = words + _PLAIN
    said = [chance.choice(pool) for _ in range(length)] + [
        str(chance.randrange(2, 900)),
        chance.choice(words),
    ]
    return " ".join(said).capitalize()


def _page(article: Article) -> str:
    paragraphs = "".join(f"<p>{line}</p>" for line in article.text.split("\n"))
    menu = "".join(f'<li><a href="/section/{n}">Section {n}</a></li>' for n in range(30))
    return (
        f"<!doctype html><html lang='en'><head><title>{article.title}</title></head><body><nav><ul>{menu}</ul></nav>"
        f"<main><article><h1>{article.title}</h1>{paragraphs}</article></main><footer>Terms. Cookies.</footer></body></html>"
    )
