"""What it costs to parse a feed in a process that can be killed: feedparser on a feed of 100 entries, there and here."""

from __future__ import annotations

import io
from time import perf_counter

from bench.feedserver import document
from bench.measure import ratio
from monitor.work import Worker

ENTRIES, TURNS = 100, 60


def titles(body: bytes) -> tuple[str, ...]:
    """Return the titles feedparser finds. At the top level, as the worker asks."""
    import feedparser

    return tuple(entry.title for entry in feedparser.parse(io.BytesIO(body)).entries)


def main() -> None:
    """Measure and print."""
    body = document("http://127.0.0.1:8800", 0, ENTRIES, ENTRIES)
    with Worker(timeout_s=60.0, memory_bytes=2 * 2**30) as worker:
        assert worker.run(titles, body) == titles(body)  # and both have imported the parser
        found = ratio(lambda: worker.run(titles, body), lambda: titles(body), turns=TURNS, clock=perf_counter)
        empty = ratio(lambda: worker.run(len, b""), lambda: len(b""), turns=TURNS, clock=perf_counter)
    print(f"feedparser on {ENTRIES} entries, in the worker against here (wall): {found}")
    print(f"an empty job there and back: {empty.ours_s * 1000:.2f} ms")
