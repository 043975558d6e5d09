"""A month in a minute: the product's own commands, run at four Mondays of the invented news while this machine serves them.

In: a folder. Out: the same with config/, seeds/, data/ and out/, as a month of use leaves them. The commands run in processes of
their own, without the MONITOR_* variables of the caller: a database he named must not receive invented news.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import ITEMS, NOW, NOW_WEEK_TWO, SOURCES
from monitor.errors import InputError
from monitor.settings import shipped

LIMIT_S = 600.0  # for one command; none needs ten
TOO_LONG = 124  # as timeout(1) says it
_STEPS = (
    (NOW - timedelta(days=14), ("poll", "read")),
    (NOW - timedelta(days=7), ("poll", "read")),
    (NOW, ("digest",)),
    (NOW_WEEK_TWO, ("digest",)),
)  # the server's clock, and what is done four hours later
_LATER = timedelta(hours=4)
_MARK = ".monitor-demo"  # only a folder with this file in it, or an empty one, is cleared
_OURS = ("config", "seeds", "data", "out")


def play_month(folder: Path, *, say: Callable[[str], None]) -> int:
    """Fill `folder`; the exit code of the first command that failed, else 0. `say` is told what is done, a line at a time.

    Raises InputError when the folder holds something else than an earlier demo.
    """
    _clear(folder)
    with serve(_STEPS[0][0]) as site:
        write_config(folder / "config", site)
        shutil.copytree(shipped("seeds"), folder / "seeds", ignore=shutil.ignore_patterns(".*"))
        say(f"{len(SOURCES)} feeds and {len(ITEMS)} articles of an invented month, served at {site.base_url}")
        for clock, commands in _STEPS:
            site.set_now(clock)
            for command in commands:
                words = (command, "--now", f"{clock + _LATER:%Y-%m-%dT%H:%M:%SZ}")
                say(f"\nmonitor {' '.join(words)}")
                if code := _monitor(folder, words):
                    return code
    return 0


def _clear(folder: Path) -> None:
    mark = folder / _MARK
    try:
        if folder.exists() and not mark.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise InputError(
                f"{folder} holds something else", advice="Name a new or an empty folder: monitor demo DIR"
            )
        for name in _OURS:
            shutil.rmtree(folder / name, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise InputError(
            f"cannot write {folder}: {error.strerror}", advice="Name a folder you may write to."
        ) from error


def _monitor(folder: Path, words: tuple[str, ...]) -> int:
    command = [sys.executable, "-m", "monitor", "--config", str(folder / "config"), *words]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MONITOR_")}
    try:
        return subprocess.run(command, check=False, env=environment, timeout=LIMIT_S).returncode  # noqa: S603 - ourselves
    except subprocess.TimeoutExpired:
        return TOO_LONG
