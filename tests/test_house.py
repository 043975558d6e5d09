"""The house rules that a linter cannot see: contracts hold, nouns never ask the clock, nothing strays."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOUNS = ("feeds", "articles", "topics", "stories", "digests", "text")
# digests/render.py reads the template files: the one opening a noun is allowed.
ASKS_THE_WORLD = {"now", "today", "utcnow", "time", "monotonic", "open", "input", "print"}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_import_contracts_hold():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("monitor/utils/__init__.py", '"""Everything that found no home."""\n'),
        ("monitor/topics/clock.py", "import socket\n"),
        ("monitor/stories/shortcut.py", "from monitor.topics import profile\n"),
        ("monitor/pipeline/shortcut.py", "import sqlalchemy\n"),
        ("monitor/pipeline/gathering/early.py", "from monitor.pipeline.judging import score\n"),
        ("monitor/store/letters.py", "import jinja2\n"),
        ("monitor/daemon/window.py", "from monitor.web.desk import pages\n"),
    ],
    ids=[
        "a stray utils folder",
        "a noun on the network",
        "siblings that know each other",
        "sqlalchemy outside store",
        "a room of the pipeline that asks a later one",
        "a template outside digests and web",
        "a daemon that knows a page of the desk",
    ],
)
def test_a_broken_rule_is_refused(tmp_path, path, code):
    shutil.copytree(ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(code)
    result = lint_imports(tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr


def calls(file: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            names.add(
                node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            )
    return names


@pytest.mark.parametrize("noun", NOUNS)
def test_nouns_never_ask_the_clock_or_open_files(noun):
    files = sorted((ROOT / "monitor" / noun).rglob("*.py"))
    assert files
    allowed = {"time"} if noun == "digests" else set()  # datetime.time(), the value
    guilty = {file.name: calls(file) & (ASKS_THE_WORLD - allowed) for file in files}
    assert {name: found for name, found in guilty.items() if found} == {}


def test_files_stay_small():
    long = {
        str(f.relative_to(ROOT)): n
        for f in (ROOT / "monitor").rglob("*.py")
        if (n := len(f.read_text().splitlines())) > 400
    }
    assert long == {}


def begins_without_kind(source: str) -> list[int]:
    """The lines on which a write begins on some store that does not say what it is about."""
    found = []
    for node in ast.walk(ast.parse(source)):
        is_begin = isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "begin"
        if is_begin and ast.unparse(node.func.value).split(".")[-1] == "store" and not node.args:
            found.append(node.lineno)
    return found


def test_every_write_says_what_it_is_about():
    files = sorted((ROOT / "monitor").rglob("*.py"))
    assert {f.name: found for f in files if (found := begins_without_kind(f.read_text("utf-8")))} == {}


def test_a_write_that_does_not_say_what_it_is_about_is_found():
    source = "with context.store.begin(KIND): pass\nwith house.store.begin(wait_s=0) as c: pass\n"
    assert begins_without_kind(source) == [2]
