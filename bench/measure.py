"""What things cost: a command with all its children, or a call beside another one.

Processor seconds of a command are user and system time of its whole process tree, as far as each process waited for its
children (all that are measured here do). Calls are compared in turns, so that a busy machine slows both.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, process_time

_SAMPLE_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one command cost."""

    cpu_s: float  # user + system, children included
    wall_s: float
    peak_bytes: int  # of its largest process
    together_bytes: int  # of all its processes at one moment, shared pages counted once; 0 where /proc is not
    status: int


def command(arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, log: Path) -> Cost:
    """Run a command to its end; its output goes to `log`."""
    ended = Event()
    most: list[int] = [0]
    started = perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            arguments, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=dict(environment or os.environ)
        )
        watcher = Thread(target=_watch, args=(process.pid, ended, most), daemon=True)
        watcher.start()
        _, status, used = os.wait4(process.pid, 0)
    wall_s = perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    ended.set()
    watcher.join()
    unit = 1 if sys.platform == "darwin" else 1024
    return Cost(
        cpu_s=used.ru_utime + used.ru_stime,
        wall_s=wall_s,
        peak_bytes=used.ru_maxrss * unit,
        together_bytes=most[0],
        status=process.returncode,
    )


def _watch(pid: int, ended: Event, most: list[int]) -> None:
    while not ended.wait(_SAMPLE_S):
        most[0] = max(most[0], sum(map(_resident_bytes, _tree(pid))))


def _tree(pid: int) -> Iterable[int]:
    yield pid
    children = ""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    for child in children.split():
        yield from _tree(int(child))


def _resident_bytes(pid: int) -> int:
    """Memory of one process, its part of what it shares with others (Linux: proportional set size)."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(row.split()[1]) * 1024 for row in rows if row.startswith("Pss:"))


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two calls beside each other: processor seconds per call (medians), and how the first relates to the second."""

    ours_s: float
    baseline_s: float
    ratio: float  # median of the ratios of neighbouring runs

    def __str__(self) -> str:
        return f"{self.ours_s * 1000:9.3f} ms against {self.baseline_s * 1000:9.3f} ms: {self.ratio:.2f}x"


def ratio(
    ours: Callable[[], object],
    baseline: Callable[[], object],
    *,
    turns: int,
    clock: Callable[[], float] = process_time,
) -> Ratio:
    """Call both in turns and compare."""
    pairs = []
    for _ in range(turns):
        started = clock()
        baseline()
        middle = clock()
        ours()
        pairs.append((clock() - middle, middle - started))
    return Ratio(median(a for a, _ in pairs), median(b for _, b in pairs), median(a / b for a, b in pairs))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows in columns; the first column to the left, the others to the right."""
    cells = [tuple(head), *map(tuple, rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            text.ljust(width) if number == 0 else text.rjust(width)
            for number, (text, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    )
