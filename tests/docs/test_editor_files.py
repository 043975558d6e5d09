"""Files for editors and hooks: a checkout's own make words, no other people's code."""

from __future__ import annotations

import re
import tomllib
from configparser import ConfigParser
from pathlib import Path

ROOT = Path(__file__).parents[2]


def targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def test_hooks_call_make_and_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"}
    calls = re.findall(r"entry: (.+)", text)
    assert calls
    for call in calls:
        make, *words = call.split()
        assert make == "make"
        assert set(words) - targets() == set()


def test_the_width_of_a_line_is_that_of_the_formatter():
    rules = ConfigParser(delimiters="=")
    rules.read_string("[top]\n" + (ROOT / ".editorconfig").read_text("utf-8"))
    formatter = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["ruff"]["line-length"]
    assert int(rules["*.py"]["max_line_length"]) == formatter


def test_the_package_says_that_it_is_typed():
    """PEP 561; tests/release holds that the wheel has it."""
    assert (ROOT / "monitor" / "py.typed").read_bytes() == b""
