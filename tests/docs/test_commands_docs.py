"""An undocumented command or option fails the build, and so does a documented one that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from monitor.cli import app

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "commands.md").read_text("utf-8")


def commands(group, prefix=""):
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", command


COMMANDS = dict(commands(get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_documented(name):
    assert f"`monitor {name}" in TEXT


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_documented(name):
    options = {option for each in COMMANDS[name].params for option in each.opts if option.startswith("--")}
    assert sorted(option for option in options - {"--help"} if option not in TEXT) == []


def test_every_documented_command_exists():
    named = {
        " ".join(found.split())
        for found in re.findall(r"`monitor ((?:feeds |issues |models |profile )?[a-z]+)", TEXT)
    }
    assert named - set(COMMANDS) == set()


def test_every_command_has_a_help_text():
    assert [name for name, command in COMMANDS.items() if not command.help] == []


def test_the_readme_names_only_what_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = set(
        re.findall(
            r"^monitor ((?:feeds |issues |models |profile )?[a-z]+)|&& monitor ((?:feeds |issues |models |profile )?[a-z]+)",
            readme,
            re.MULTILINE,
        )
    )
    assert {a or b for a, b in shown} - set(COMMANDS) == set()
    targets = set(re.findall(r"^make ([a-z]+)|`make ([a-z-]+)`", readme, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {a or b for a, b in targets} - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


def test_every_link_in_the_documents_leads_somewhere():
    for page in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", page.read_text("utf-8")):
            path = page.parent / (target[0] or target[1])
            assert path.exists(), f"{page.name}: {path}"
