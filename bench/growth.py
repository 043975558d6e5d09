"""How what commands cost grows: with the articles that are stored, and with the feeds, a hundredth of which may want to be left alone.

Articles: see bench/archive.py. Feeds: a server of our own on loopback, `HOSTS` addresses. Every command is a process of
its own; so is what makes the archive, for a process begins with the peak of memory of the one that starts it. Variables: SIZES, FEEDS, ONLY (`articles` or `feeds`).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench.measure import Cost, command, table
from bench.poll import ROOT, wait_for

HOSTS = 200
ENTRIES = 3  # of a feed
PORT = 8811
AT = "2026-06-01T08:00:00Z"  # of bench.score
_COMMANDS = {
    "status": ("status", "--now", AT),
    "search, rare": ("search", "zzyzx"),
    "search, common": ("search", "the"),
    "explain": ("explain", "7"),
    "score, nothing waiting": ("score",),
    "digest, nothing kept": ("digest", "--dry-run", "--now", AT),
    "prune, nothing old": ("prune", "--now", AT),
    "prune, all texts and sightings": ("prune", "--now", "2031-01-01"),
    "backup": ("backup",),
}
_SETTINGS = """[fetch]
allow_networks = ["127.0.0.0/8"]
min_gap_s = 0
min_interval_s = 0
concurrency = 16
deadline_s = 3000
"""


def main() -> None:
    """Measure and print."""
    only = os.environ.get("ONLY", "")
    if only != "feeds":
        _print_articles(_numbers("SIZES", "1000,10000"))
    if only != "articles":
        for share in (0.0, 0.01):
            _print_feeds(_numbers("FEEDS", "100,1000"), share)


def _numbers(name: str, otherwise: str) -> list[int]:
    return [int(each) for each in os.environ.get(name, otherwise).split(",")]


# --------------------------------------------------------------------------- articles


def _print_articles(sizes: list[int]) -> None:
    costs: dict[str, list[Cost]] = {name: [] for name in _COMMANDS}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for size in sizes:
            folder = Path(name) / f"{size}"
            subprocess.run(
                [sys.executable, "-m", "bench.archive", str(folder), str(size)], cwd=ROOT, check=True
            )
            file = folder / "data" / "monitor.db"
            bodies = _bodies_bytes(file)
            print(
                f"{size:,} articles: {file.stat().st_size / size:,.0f} bytes each, {bodies:,.0f} of them the score of one off the topic",
                flush=True,
            )
            for what, arguments in _COMMANDS.items():
                costs[what].append(_run(folder, *arguments))
            shutil.rmtree(folder)
    _print(costs, [f"{size:,} articles" for size in sizes])


def _bodies_bytes(file: Path) -> float:
    with closing(sqlite3.connect(file)) as connection:
        found = connection.execute("SELECT avg(length(body)) FROM scores WHERE NOT is_relevant").fetchone()
    return float(found[0])


# --------------------------------------------------------------------------- feeds


def _print_feeds(counts: list[int], share: float) -> None:
    costs: dict[str, list[Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        for count in counts:
            folder = Path(name) / f"{count}"
            _configure(folder, count)
            with _serving(count, share):
                for what, arguments in (
                    ("first poll", ("poll",)),
                    ("all again: 304", ("poll", "--all")),
                    ("nothing due", ("poll",)),
                    ("status", ("status",)),
                ):
                    if what == "nothing due":
                        _wait_all(folder)
                    costs.setdefault(what, []).append(_run(folder, *arguments))
            with closing(sqlite3.connect(folder / "data" / "monitor.db")) as connection:
                stored = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
            print(
                f"{count:,} feeds, {share:.0%} of them want to be left alone: {stored:,} articles", flush=True
            )
    _print(costs, [f"{count:,} feeds" for count in counts])


def _configure(folder: Path, count: int) -> None:
    config = folder / "config"
    config.mkdir(parents=True)
    (config / "monitor.toml").write_text(_SETTINGS)
    hosts = _hosts()
    (config / "feeds.toml").write_text(
        "\n".join(
            f'[[feed]]\nid = "f{n}"\nname = "Feed {n}"\nurl = "http://{hosts[n % HOSTS]}:{PORT}/feed/{n}.xml"\n'
            for n in range(count)
        )
    )


def _wait_all(folder: Path) -> None:
    """Let every feed be due in a year."""
    with closing(sqlite3.connect(folder / "data" / "monitor.db")) as connection:
        connection.execute("UPDATE feeds SET next_poll_at = '2099-01-01 00:00:00.000000'")
        connection.commit()


def _hosts() -> list[str]:
    return [f"127.1.{n // 250}.{n % 250 + 1}" for n in range(HOSTS)]


@contextmanager
def _serving(count: int, share: float) -> Iterator[None]:
    sizes = ("--port", str(PORT), "--feeds", str(count), "--entries", str(ENTRIES), "--fail", str(share))
    server = subprocess.Popen(
        [sys.executable, "-m", "bench.feedserver", *sizes, "--hosts", ",".join(_hosts())],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(server, f"http://127.0.0.1:{PORT}")
        yield
    finally:
        server.terminate()
        server.wait()


# --------------------------------------------------------------------------- both


def _run(folder: Path, *arguments: str) -> Cost:
    where = ("--config", str(folder / "config"), "--data", str(folder / "data"))
    log = folder / "log"
    cost = command([sys.executable, "-m", "monitor", *where, *arguments], log=log)
    if cost.status:
        print(f"{' '.join(arguments)} ended with status {cost.status}: {log.read_text()[-400:]}")
    return cost


def _print(costs: dict[str, list[Cost]], heads: Iterable[str]) -> None:
    rows = []
    for name, found in costs.items():
        cells = [f"{each.cpu_s:.2f} ({each.peak_bytes / 2**20:.0f})" for each in found]
        rows.append((name, *cells, f"{found[-1].cpu_s / max(0.01, found[0].cpu_s):.1f}x"))
    print(table(("CPU s (peak MiB)", *heads, "last / first"), rows), flush=True)
