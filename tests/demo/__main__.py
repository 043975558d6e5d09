"""`python -m tests.demo [--out DIR] [--weeks 1|2]`: the product's own command line over an invented week of news.

Starts the demo's server on loopback, writes a configuration folder for it, runs `monitor ... digest` and ends with the path of
the issue it wrote. Each run starts from an empty data folder. Exit code: the product's own, 124 when it took too long.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.demo.config import write_config
from tests.demo.server import serve
from tests.demo.week import ITEMS, NOW, NOW_WEEK_TWO, SOURCES

LIMIT_S = 55.0  # all runs of the product together
TOO_LONG = 124  # as timeout(1) says it
_RUNS = (
    (NOW, "2026-03-09T12:00:00Z", "digest"),
    (NOW_WEEK_TWO, "2026-03-16T12:00:00Z", "digest-week-2"),
)  # the server's clock, the product's --now, folder of the issue
_MARK = ".monitor-demo"  # only a folder with this file in it, or an empty one, is cleared


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; the exit code."""
    options = _options(arguments)
    folder = options.out.resolve()
    if not _clear(folder):
        _say(f"{folder} holds something else: name an empty or a new folder with --out")
        return 2
    ends = time.monotonic() + LIMIT_S
    with serve(NOW) as site:
        write_config(folder / "config", site)
        _say(f"{len(SOURCES)} feeds and {len(ITEMS)} articles of an invented fortnight at {site.base_url}")
        for clock, now, out in _RUNS[: options.weeks]:
            site.set_now(clock)
            code = _digest(folder, now=now, out=folder / out, timeout_s=ends - time.monotonic())
            if code:
                return code
            _say(str(_issue(folder / out) or f"no HTML in {folder / out}"))
    return 0


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.demo", description="An invented week of news, read by monitor."
    )
    parser.add_argument(
        "--out", type=Path, default=Path("out/demo"), metavar="DIR", help="where to work [out/demo]"
    )
    parser.add_argument(
        "--weeks", type=int, choices=(1, 2), default=1, help="2: also the week after, with updates"
    )
    return parser.parse_args(arguments)


def _clear(folder: Path) -> bool:
    """Empty the demo's own folder; False when it belongs to somebody else."""
    mark = folder / _MARK
    if folder.exists() and not mark.exists() and (not folder.is_dir() or any(folder.iterdir())):
        return False
    for name in ("config", "data", *(out for _, _, out in _RUNS)):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    return True


def _digest(folder: Path, *, now: str, out: Path, timeout_s: float) -> int:
    command = [
        sys.executable,
        "-m",
        "monitor",
        "--config",
        str(folder / "config"),
        "--data",
        str(folder / "data"),
    ]
    # Settings of the caller's own installation (a database, say) must not reach the demo.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MONITOR_")}
    try:
        return subprocess.run(
            [*command, "digest", "--now", now, "--out", str(out)],
            check=False,
            env=environment,
            timeout=max(timeout_s, 1),
        ).returncode
    except subprocess.TimeoutExpired:
        _say(f"the product did not end within {LIMIT_S:.0f} s")
        return TOO_LONG


def _issue(out: Path) -> Path | None:
    return max(out.rglob("*.html"), key=lambda path: path.stat().st_mtime, default=None)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program for people


if __name__ == "__main__":
    sys.exit(main())
