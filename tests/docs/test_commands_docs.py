"""An undocumented command or option fails the build, and so does a documented one that is not there."""

from __future__ import annotations

import ast
import re
import subprocess
from itertools import pairwise
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


SPOKEN = (".md", ".toml", ".py", ".j2", ".yml", "Dockerfile", "Makefile", "run")
MENTION = re.compile(
    r"(?:^[ \t]*(?:\. [^ ]+ && )?|`|[:：] ?|&& |\| |--rm |exec monitor )monitor (?!/)((?:[^`\n#|&<>（(\\]|#(?! ))*)",
    re.MULTILINE,
)
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
        for found in re.findall(r"`monitor ((?:feeds |issues |models |profile |topic )?[a-z]+)", TEXT)
    }
    assert named - set(COMMANDS) == set()


def test_every_command_has_a_help_text():
    assert [name for name, command in COMMANDS.items() if not command.help] == []


def written():
    """Every file a user or an operator reads, and every source that may print a command, with its text."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 - the one on the path
    for name in listed.stdout.split("\0"):
        is_ours = name.startswith((".ci/", "config/", "docs/", "monitor/", "templates/")) or (
            "/" not in name and name != "pyproject.toml"
        )
        if is_ours and name.endswith(SPOKEN) and (ROOT / name).is_file():
            yield name, (ROOT / name).read_text("utf-8")


def mentions(text):
    """The commands that a text tells to run: between backticks, on a line of their own, after a colon, && or a container's name."""
    return [found[1].split() for found in MENTION.finditer(text)]


def fault(words):
    """What is wrong with the words after `monitor`; "" when the command and each of its options exist."""
    command, options = get_command(app), set()
    for word in words:
        options |= {option for each in command.params for option in each.opts}
        name = word.strip("[](),.;:\"'")
        if name.startswith("-"):
            if name.partition("=")[0] not in options | {"--help"}:
                return f"no option {name} of {' '.join(words)}"
        elif hasattr(command, "commands"):
            if all(each in command.commands for each in name.split("/")):  # `issues list/show` names two
                command = command.commands[name.split("/")[0]]
            elif not re.fullmatch(r"[A-Z/.].*|…|<.*|", name):  # a folder after --config, an ellipsis
                return f"no command {' '.join(words)}"
    return ""


def test_every_command_that_is_mentioned_exists_with_its_options():
    found = [(name, words) for name, text in written() for words in mentions(text)]
    assert len(found) > 100
    assert [(name, fault(words)) for name, words in found if fault(words)] == []


@pytest.mark.parametrize(
    "text",
    [
        "# Edit freely: `monitor check` tells what it cannot read.",
        "run: monitor verify",
        "```sh\nmonitor init here && monitor feeds poll\n```",
        "docker compose run --rm monitor update",
        "`monitor digest --post`",
        "`monitor issues list --send`",
    ],
)
def test_control_an_invented_command_or_option_is_found(text):
    assert any(fault(words) for words in mentions(text))


def run_by(code):
    """The words that calls and lists of this source hold one after the other, as `monitor("feeds", "add", ...)` does."""
    for node in ast.walk(ast.parse(code)):
        parts = node.args if isinstance(node, ast.Call) else getattr(node, "elts", [])
        said = [each.value if isinstance(each, ast.Constant) else None for each in parts]
        yield from ((word,) for word in said)
        yield from pairwise(said)


def test_every_command_is_run_by_a_test():
    sources = (file.read_text("utf-8") for file in (ROOT / "tests").rglob("*.py") if file != Path(__file__))
    said = {words for code in sources for words in run_by(code)}
    assert [name for name in COMMANDS if tuple(name.split()) not in said] == []


def test_control_a_command_that_no_test_runs_is_found():
    said = set(run_by('monitor("feeds", "add", url)'))
    assert ("feeds", "add") in said
    assert ("feeds", "list") not in said


def test_every_target_of_make_that_is_mentioned_exists():
    readme = (ROOT / "README.md").read_text("utf-8")
    targets = set(re.findall(r"^make ([a-z]+)|`make ([a-z-]+)`", readme, re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert {a or b for a, b in targets} - set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)) == set()


def test_every_link_in_the_documents_leads_somewhere():
    tops = (ROOT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md"))
    for page in (*tops, *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)|src=\"([^\":]+)\"", page.read_text("utf-8")):
            path = page.parent / (target[0] or target[1])
            assert path.exists(), f"{page.name}: {path}"
