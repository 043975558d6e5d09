"""What a command imports that has nothing to do: not what only others need."""

from __future__ import annotations

import subprocess
import sys

import pytest

LATE = {
    "rich",
    "aiohttp",
    "trafilatura",
    "courlan",
    "urllib3",
    "jinja2",
    "numpy",
    "apscheduler",
    "sqlalchemy.dialects.postgresql",
    "monitor.fetch.client",
    "monitor.pipeline.issuing.composing",
    "monitor.stories",
}
CODE = """
import sys
from monitor.cli import main
try:
    main()
except SystemExit as end:
    print(end.code)
print(sorted(set(sys.argv.pop(0).split()) & set(sys.modules)))
"""


def imported(place, *arguments):
    """The exit code of a command, and which of LATE it imported."""
    code = CODE.replace("sys.argv.pop(0)", repr(" ".join(LATE)))
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True, timeout=120)
    return done.stdout.splitlines()[-2:]


@pytest.mark.parametrize("arguments", [["--version"], ["poll"], ["status"], ["feeds", "list"]])
def test_a_command_with_nothing_to_do_imports_nothing_for_others(place, feeds, arguments):
    feeds()
    imported(place, "poll")  # the first start makes the database
    assert imported(place, *arguments) == ["0", "[]"]


def test_the_control_one_that_composes_imports_what_it_needs(place, feeds):
    feeds()
    assert "monitor.pipeline.issuing.composing" in imported(place, "digest", "--dry-run")[1]
