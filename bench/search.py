"""Searching 20,000 invented articles for a word that is absent, rare, or in every third, beside looking one up by its number.

Also what the index costs: its size beside the texts, and taking articles in with it and without it. Variable: ARTICLES.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from unittest.mock import patch

from bench.measure import ratio, table
from monitor.model import Article, Stage
from monitor.settings import StoreSettings
from monitor.store import Store, search, wordindex
from monitor.store import articles as articles_store
from monitor.text import query

COUNT = 20_000
WORDS = 300  # of an article
_START = datetime(2026, 1, 1, tzinfo=UTC)
_SOUGHT = (
    ("absent", "absentia"),
    ("rare", "rareword"),
    ("in every third", "third"),
    ("a phrase, in every third", '"third part"'),
)


def main() -> None:
    """Measure and print."""
    count = int(os.environ.get("ARTICLES", f"{COUNT}"))
    made = [_article(number) for number in range(count)]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        plain_s = _taken_in(Path(name) / "plain", made, has_index=False)
        indexed_s = _taken_in(Path(name) / "indexed", made, has_index=True)
        print(
            f"taking in {count} articles of {WORDS} words: {indexed_s:.1f} s with the index, {plain_s:.1f} s without"
        )
        brief = [
            Article(
                id=0, url=a.url, title=a.title, summary=a.text[:200], published=a.published, seen_at=a.seen_at
            )
            for a in made
        ]
        plain_s = _taken_in(Path(name) / "brief-plain", brief, has_index=False)
        indexed_s = _taken_in(Path(name) / "brief", brief, has_index=True)
        print(
            f"the same with title and summary alone: {indexed_s:.1f} s with the index, {plain_s:.1f} s without"
        )
        _print_sizes(Path(name) / "indexed" / "monitor.db", made)
        with Store.open(StoreSettings(), Path(name) / "indexed") as store:
            _print_searches(store, count)


def _article(number: int) -> Article:
    draw = random.Random(number)  # noqa: S311 - no secret
    # Words as language has them: the n-th as often as 1/n.
    words = [f"w{int(12_000 ** draw.random())}x{'aeiou'[draw.randrange(5)]}" for _ in range(WORDS)]
    if number % 3 == 0:
        words[50:52] = ["third", "part"]
    if number % 4000 == 7:
        words[60] = "rareword"
    at = _START + timedelta(minutes=draw.randrange(500_000))
    text = " ".join(words)
    return Article(
        id=0,
        url=f"https://example.org/{number}",
        title=" ".join(words[:9]),
        text=text,
        published=at,
        seen_at=at,
        stage=Stage.SCORED,
    )


def _taken_in(folder: Path, made: list[Article], *, has_index: bool) -> float:
    started = process_time()
    with Store.open(StoreSettings(), folder) as store:
        for first in range(0, len(made), 500):
            part = {f"k{first + n}": each for n, each in enumerate(made[first : first + 500])}
            with store.begin() as connection:
                if has_index:
                    articles_store.add_many(connection, part)
                else:
                    with patch.object(wordindex, "enter"):
                        articles_store.add_many(connection, part)
    return process_time() - started


def _print_sizes(file: Path, made: list[Article]) -> None:
    with closing(sqlite3.connect(file)) as connection:
        size = connection.execute("SELECT sum(length(block)) FROM word_index_data").fetchone()[0]
    texts = sum(len(each.title) + len(each.text) for each in made)
    print(f"index {size / 2**20:.1f} MiB for {texts / 2**20:.1f} MiB of text: {size / texts:.2f}")


def _print_searches(store: Store, count: int) -> None:
    def look() -> None:
        with store.look() as connection:
            articles_store.get(connection, [count // 2])

    def seeking(given: str) -> Callable[[], None]:
        terms = query.read(given)

        def seek() -> None:
            with store.look() as connection:
                search.find(connection, terms, search.Filters(), limit=20)

        return seek

    rows = []
    for name, given in _SOUGHT:
        found = ratio(seeking(given), look, turns=15, clock=perf_counter)
        rows.append(
            (name, f"{found.ours_s * 1000:.2f}", f"{found.baseline_s * 1000:.2f}", f"{found.ratio:.1f}")
        )
    print(table(("", "ms", "one by its number, ms", "ratio"), rows))
