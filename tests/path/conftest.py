"""The demo's two weeks, served on this machine, taken through the product's own command line once for all tests here."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.demo.config import write_config
from monitor.demo.site import serve
from monitor.demo.week import NOW, NOW_WEEK_TWO

TIMES = {"one": "2026-03-09T12:00:00Z", "two": "2026-03-16T12:00:00Z"}


@dataclass(frozen=True)
class Weeks:
    """The folder everything lies in, and what the commands said."""

    folder: Path
    said: dict[str, subprocess.CompletedProcess[str]]
    address: str

    def command(self, *arguments):
        return monitor(self.folder, *arguments)

    def issue(self, number):
        return json.loads(next(self.folder.glob(f"out/*issue-{number}.json")).read_text("utf-8"))

    def subject(self, number):
        rows = json.loads(self.command("issues", "list", "--json").stdout)
        return next(row["subject"] for row in rows if row["number"] == number)

    def file(self, number, ending):
        return next(self.folder.glob(f"out/*issue-{number}.{ending}")).read_bytes()


def monitor(folder, *arguments):
    command = [
        sys.executable,
        "-m",
        "monitor",
        "--config",
        folder / "config",
        "--data",
        folder / "data",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, cwd=folder)


@pytest.fixture(scope="session")
def weeks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weeks")
    formats = ("--out", "out", "--format", "html,text,md,json,eml")
    with serve(NOW) as site:
        write_config(folder / "config", site)
        said = {
            "one": monitor(folder, "digest", "--now", TIMES["one"], *formats),
            "again": monitor(folder, "digest", "--now", TIMES["one"], *formats),
        }
        site.set_now(NOW_WEEK_TWO)
        said["two"] = monitor(folder, "digest", "--now", TIMES["two"], *formats)
        yield Weeks(folder, said, site.base_url)
