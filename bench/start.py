"""What a command costs before it has done anything: processor seconds of a process with nothing to do, medians of STARTS."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.measure import command, table

STARTS = 9
_COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "import sqlalchemy": ("-c", "import sqlalchemy"),
    "monitor --version": ("-m", "monitor", "--version"),
    "monitor poll, nothing due": ("-m", "monitor", "poll"),
    "monitor status": ("-m", "monitor", "status"),
    "monitor search": ("-m", "monitor", "search", "word"),
    "monitor health, no daemon": ("-m", "monitor", "health"),
}


def main() -> None:
    """Measure and print; the commands in turns, so that a busy machine slows all."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        (folder / "config").mkdir()
        (folder / "config" / "feeds.toml").write_text("")
        costs: dict[str, list[float]] = {each: [] for each in _COMMANDS}
        for _ in range(STARTS + 1):  # the first makes the database
            for each, arguments in _COMMANDS.items():
                cost = command([sys.executable, *_placed(folder, arguments)], log=folder / "log")
                costs[each].append(cost.cpu_s)
        rows = [(each, f"{median(found[1:]):.2f}", f"{min(found[1:]):.2f}") for each, found in costs.items()]
        print(table(("", "CPU s", "least"), rows))


def _placed(folder: Path, arguments: tuple[str, ...]) -> tuple[str, ...]:
    if arguments[0] == "-c":
        return arguments
    where = ("--config", str(folder / "config"), "--data", str(folder / "data"))
    return (*arguments[:2], *where, *arguments[2:])
