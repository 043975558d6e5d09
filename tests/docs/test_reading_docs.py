"""docs/reading.md names commands whose tests and variables there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
ROOT = TESTS.parent
PAGE = (ROOT / "docs" / "reading.md").read_text("utf-8")
COMMANDS = sorted(set(re.findall(r"`((?:[A-Z_]+=\S+ )*(?:make|pytest) [^`]+)`", PAGE)))
SOURCES = {path: path.read_text("utf-8") for path in TESTS.rglob("*.py")}


def troubles(command):
    """What a command names that there is not."""
    every = "\n".join(SOURCES.values())
    for name in re.findall(r"tests/[\w/.]+", command):
        if not (ROOT / name).exists():
            yield f"no {name}"
    for name in re.findall(r"-k (\w+)", command):
        if not re.search(rf"^def test_\w*{name}", every, re.MULTILINE):
            yield f"no test of {name}"
    for name in re.findall(r"([A-Z]+(?:_[A-Z]+)*)=", command):
        if name not in {"WORKERS", "ARGS"} and f'"{name}"' not in every:
            yield f"nothing reads {name}"
    for name in re.findall(r"\bmake (\w+)", command):
        if not re.search(rf"^{name}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE):
            yield f"no target {name}"


@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_command_names_is_there(command):
    assert list(troubles(command)) == []


def test_there_are_commands_and_a_wrong_one_is_seen():
    assert len(COMMANDS) >= 12
    wrong = "NO_SUCH=1 make nothing ARGS='-k no_such_test_at_all tests/nowhere.py'"
    assert len(list(troubles(wrong))) == 4
