"""Searching 20,000 invented articles for a word that is absent, rare, or in every third, beside looking one up by its number.

Also what the index costs: its size beside the texts, and storing articles with it and without it. Variable: ARTICLES.
"""

from __future__ import annotations

import os
import random
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from unittest.mock import DEFAULT, patch

from bench.measure import ratio, table
from monitor.articles.provenance import Speakers
from monitor.model import Article, Entry, Feed, Stage
from monitor.pipeline.gathering.intake import Shown, take_in
from monitor.settings import StoreSettings
from monitor.store import Store, search, wordindex
from monitor.store import articles as articles_store
from monitor.text import query
from monitor.text.lookup import entry

COUNT = 20_000
LOT = 32  # pages of one transaction, as a round of reading stores them
TURNS = 3
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
    brief = [replace(each, text="", summary=each.text[:200]) for each in made]
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        steps: tuple[tuple[str, list[Article], _Step, list[Article]], ...] = (
            ("as feeds show them, the whole intake", brief, _take_in, []),
            ("... their rows alone", brief, _add, []),
            ("their pages read, in lots", made, _read, brief),
            ("rows with the whole text", made, _add, []),
        )
        rows = [_row(folder / f"{number}", *step) for number, step in enumerate(steps)]
        print(table(("storing, us an article", "indexed", "plain", "ratio", "FTS5 alone"), rows))
        with Store.open(StoreSettings(), folder / "whole") as store:
            _add(store, made, {})
            _print_sizes(folder / "whole" / "monitor.db", made)
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


_Step = Callable[[Store, list[Article], dict[int, Article]], None]


def _row(folder: Path, name: str, made: list[Article], step: _Step, before: list[Article]) -> list[str]:
    """What a step costs with the index and without, in turns, and what SQLite takes of it for the same words."""
    costs: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(TURNS):
        for has_index in (True, False):
            where = folder / f"{turn}-{has_index}"
            costs[has_index].append(_cost_s(where, made, step, before, has_index=has_index))
    lines = [entry(each.title, each.summary, each.text) for each in made]
    sizes = [1e6 * value / len(made) for value in (*map(median, costs.values()), _bare_s(folder, lines))]
    ratio_of = median(a / b for a, b in zip(costs[True], costs[False], strict=True))
    return [name, f"{sizes[0]:.0f}", f"{sizes[1]:.0f}", f"{ratio_of:.2f}", f"{sizes[2]:.0f}"]


def _cost_s(
    folder: Path, made: list[Article], step: _Step, before: list[Article], *, has_index: bool
) -> float:
    nothing = {"enter": DEFAULT, "follow": DEFAULT}
    with Store.open(StoreSettings(), folder) as store, store.held(), ExitStack() as stack:
        if not has_index:
            stack.enter_context(patch.multiple(wordindex, **nothing))
        stored: dict[int, Article] = {}
        if before:
            _add(store, before, stored)
        started = process_time()
        step(store, made, stored)
        return process_time() - started


def _add(store: Store, made: list[Article], stored: dict[int, Article]) -> None:
    for first in range(0, len(made), 500):
        part = {f"k{first + n}": each for n, each in enumerate(made[first : first + 500])}
        with store.begin() as connection:
            ids = articles_store.add_many(connection, part)
        stored.update({ids[key]: each for key, each in part.items()})


def _take_in(store: Store, made: list[Article], _stored: dict[int, Article]) -> None:
    """As a poll stores groups of 32 feeds with 50 entries each."""
    feeds = [Feed(id=f"f{n}", name=f"Feed {n}", url=f"https://example.org/{n}.xml") for n in range(32)]
    for first in range(0, len(made), 1600):
        shown = [
            Shown(
                feeds[number // 50],
                Entry(
                    guid=each.url,
                    url=each.url,
                    title=each.title,
                    summary=each.summary,
                    published=each.published,
                ),
            )
            for number, each in enumerate(made[first : first + 1600])
        ]
        with store.begin() as connection:
            take_in(connection, shown, _START, Speakers(feeds))


def _read(store: Store, made: list[Article], stored: dict[int, Article]) -> None:
    rows = list(stored.items())[: len(made)]
    changed = [
        replace(each, id=number, text=one.text) for (number, each), one in zip(rows, made, strict=True)
    ]
    for first in range(0, len(changed), LOT):
        with store.begin() as connection:
            articles_store.put(connection, changed[first : first + LOT])


def _bare_s(folder: Path, lines: Sequence[str]) -> float:
    """Processor seconds in which SQLite's own index takes in the words when they are made already."""
    with closing(sqlite3.connect(folder / "bare.db", isolation_level=None)) as connection:
        connection.execute("CREATE VIRTUAL TABLE bare USING fts5(words, content='', tokenize='ascii')")
        started = process_time()
        for first in range(0, len(lines), 500):
            connection.execute("BEGIN")
            rows = list(enumerate(lines[first : first + 500], first + 1))
            connection.executemany("INSERT INTO bare (rowid, words) VALUES (?, ?)", rows)
            connection.execute("COMMIT")
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
