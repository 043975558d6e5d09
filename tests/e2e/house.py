"""A house for the browser: the demo's invented month, its last week scored and not yet told, and the desk before it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW, NOW_WEEK_TWO
from monitor.settings import shipped

PASSWORD = "a password of the browser"
READER = "reader@example.org"
LATER = timedelta(hours=4)
STEPS = (
    (NOW - timedelta(days=14), ("poll", "read")),
    (NOW - timedelta(days=7), ("poll", "read")),
    (NOW, ("digest",)),
    (NOW_WEEK_TWO, ("poll", "read", "score")),
)  # the clock of the feeds' server, and what is done four hours later
COMMAND_S, START_S = 300.0, 60.0


def environment() -> dict[str, str]:
    """The caller's variables without those of monitor, and the password."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return kept | {"MONITOR_WEB_PASSWORD": PASSWORD}


def build(folder: Path) -> None:
    """Fill `folder` with config/, seeds/, data/; one that is there already is kept."""
    if (folder / "built").exists():
        return
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with serve(STEPS[0][0]) as site:
        write_config(folder / "config", site)
        shutil.copytree(shipped("seeds"), folder / "seeds", ignore=shutil.ignore_patterns(".*"))
        for clock, commands in STEPS:
            site.set_now(clock)
            for command in commands:
                moment = f"{clock + LATER:%Y-%m-%dT%H:%M:%SZ}"
                words = [sys.executable, "-m", "monitor", "--config", str(folder / "config"), command]
                words += ["--now", moment]
                subprocess.run(
                    words, check=True, env=environment(), timeout=COMMAND_S, stdout=subprocess.DEVNULL
                )
    (folder / "built").touch()


def give_a_reader(config: Path, mail_port: int) -> None:
    """Let the topic have one reader, and the house a mail server on this machine."""
    with (config / "monitor.toml").open("a", encoding="utf-8") as main:
        main.write(
            f'[smtp]\nhost = "127.0.0.1"\nport = {mail_port}\nsecurity = "none"\nsender = "desk@example.org"\n'
        )
    (topic,) = (config / "topics").glob("*.toml")
    text = topic.read_text("utf-8")
    topic.write_text(text.replace("recipients = []", f'recipients = ["{READER}"]', 1), "utf-8")


@contextmanager
def served(folder: Path, mail_port: int) -> Iterator[str]:
    """Serve the desk of a copy of the house as of its last week, which has a reader and a mail server; give its address."""
    copy = folder.with_name("served")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    give_a_reader(copy / "config", mail_port)
    moment = f"{NOW_WEEK_TWO + LATER:%Y-%m-%dT%H:%M:%SZ}"
    words = [
        sys.executable,
        "-m",
        "monitor",
        "--config",
        str(copy / "config"),
        "web",
        "--port",
        "0",
        "--now",
        moment,
    ]
    process = subprocess.Popen(
        words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+?(?=/\s)", line)
        if found is None:
            raise RuntimeError(f"the desk did not start: {line!r}")
        yield found[0]
    finally:
        process.terminate()
        process.wait(timeout=START_S)
