"""The README's tour, line by line, on the folder that `monitor demo` leaves behind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ACTIVATE = ". .venv/bin/activate"
STAYS = "monitor run"
# What each line says, and the exit code that docs/commands.md names for it.
EXPECTED = {
    "monitor demo ~/trade && cd ~/trade": (0, ["issue 1, ", "issue 2, ", "holds config/"]),
    "monitor doctor": (0, ["is valid", "91 articles, sound"]),
    "monitor status": (0, ["91 scored", "next issue Monday"]),
    "monitor issues list && monitor issues diff 1 2": (0, ["No. 1", "No. 2", "+ top ", "~ top 4 -> top 2"]),
    "monitor search soybean": (0, ["Soybean ships for China return"]),
    "monitor explain 17": (0, ["article     17", "recomputed from stored features: the same"]),
    "monitor feedback 17 irrelevant": (0, ["article 17 is not on topic"]),
    "monitor learn && monitor profile show": (0, ["from 5 seeds", "facet China"]),
    "monitor replay --from 2026-01-01 --to 2026-12-31 --set weights.novelty=2": (0, ["issue 1", "issue 2"]),
    "monitor feeds check": (1, ["harbour-ledger", "efused"]),
    "monitor digest": (0, ["0 of 9", "could not look"]),
    "monitor run": (0, ["daemon.started", "daemon.stopped"]),
    "monitor init ~/mine && cd ~/mine": (0, ["config/feeds.toml", "monitor digest"]),
}


def tour(readme):
    """The lines of the tour without their comments."""
    block = re.search(r"## A tour .*?```sh\n(.*?)```", readme, re.DOTALL)[1]
    return [re.sub(r"\s+#.*", "", line) for line in block.splitlines()]


class Shell:
    """A user's shell: a home folder of its own, the working directory kept from line to line."""

    def __init__(self, home):
        self.home = self.at = home
        ours = {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        self._environment = {
            name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")
        } | ours

    def run(self, line):
        """Run a line; gives its exit code and what it said. A daemon is told to end after its first tick."""
        script = f"exec {line}" if line == STAYS else f"{line}\ncode=$?\npwd > {self.home}/at\nexit $code"
        said = []
        with subprocess.Popen(
            ["bash", "-c", script],  # noqa: S607 - the one on the path
            cwd=self.at,
            env=self._environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            for told in process.stdout:
                said.append(told)
                if line == STAYS and '"tick.done"' in told:
                    process.send_signal(signal.SIGTERM)
        if line != STAYS:
            self.at = Path((self.home / "at").read_text().strip())
        return process.returncode, "".join(said)


@pytest.mark.slow
def test_every_line_of_the_tour_does_what_it_says(tmp_path):
    first, *lines = tour((ROOT / "README.md").read_text("utf-8"))
    assert first == ACTIVATE  # the environment these tests run in
    assert lines == list(EXPECTED)
    shell = Shell(tmp_path)
    for line, (code, words) in EXPECTED.items():
        ended, said = shell.run(line)
        assert ended == code, f"{line}: {said}"
        assert [word for word in words if word not in said] == [], f"{line}: {said}"
        assert "Traceback" not in said
    for issue in ("2026-03-09-issue-1", "2026-03-16-issue-2"):
        assert (tmp_path / "trade" / "out" / f"us-china-trade-{issue}.html").exists()
    assert (tmp_path / "mine" / "config" / "monitor.toml").exists()


def test_control_a_line_that_does_not_work_is_found(tmp_path):
    ended, said = Shell(tmp_path).run("monitor issues diff 1 2")
    assert ended != 0
    assert "monitor:" in said
