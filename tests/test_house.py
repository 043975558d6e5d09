"""The house rules that a linter cannot see: contracts hold, nouns never ask the clock, nothing strays."""

from __future__ import annotations

import ast
import os
import re
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
    wide = {**os.environ, "COLUMNS": "400"}  # a contract's name stands on one line
    return subprocess.run(
        command, cwd=folder, env=wide, capture_output=True, text=True, timeout=60, check=False
    )


def test_import_contracts_hold():
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


BROKEN = {
    "a stray utils folder": ("one way down", "monitor/utils/__init__.py", ""),
    "a noun on the network": ("nouns are pure", "monitor/topics/clock.py", "import socket\n"),
    "a schedule that logs": ("nouns are pure", "monitor/schedule/weekly.py", "import structlog\n"),
    "siblings that know each other": (
        "one way down",
        "monitor/stories/shortcut.py",
        "from monitor.topics import profile\n",
    ),
    "a step that looks the whole over": (
        "one way down",
        "monitor/pipeline/ports.py",
        "from monitor.operations import alarms\n",
    ),
    "a command's room that knows the port": (
        "one way down",
        "monitor/operations/clock.py",
        "from monitor.web import front\n",
    ),
    "a due moment that knows a step": (
        "one way down",
        "monitor/schedule/slots.py",
        "from monitor.pipeline import ports\n",
    ),
    "a noun that knows the ledger of slots": (
        "one way down",
        "monitor/digests/shortcut.py",
        "from monitor.schedule import slots\n",
    ),
    "alarms that ask what they are shown in": (
        "operations look downwards",
        "monitor/operations/alarms.py",
        "from monitor.operations import status\n",
    ),
    "a new module of operations without a place": (
        "operations look downwards",
        "monitor/operations/stray.py",
        "",
    ),
    "a language that knows another": (
        "English words know no Chinese ones",
        "monitor/text/english/lists.py",
        "from monitor.text.chinese import characters\n",
    ),
    "a pack that knows who builds on it": (
        "Chinese words know nothing of the rest of text",
        "monitor/text/chinese/characters.py",
        "from monitor.text.english import lists\n",
    ),
    "sqlalchemy outside store": (
        "sqlalchemy and alembic live in store",
        "monitor/pipeline/shortcut.py",
        "import sqlalchemy\n",
    ),
    "a room of the pipeline that asks a later one": (
        "the pipeline flows one way",
        "monitor/pipeline/gathering/early.py",
        "from monitor.pipeline.judging import score\n",
    ),
    "a template outside digests and web": (
        "jinja2 lives in digests and web",
        "monitor/store/letters.py",
        "import jinja2\n",
    ),
    "a daemon that knows a page of the desk": (
        "the daemon knows no page of the desk",
        "monitor/daemon/window.py",
        "from monitor.web.desk import pages\n",
    ),
}  # what is done -> the contract that refuses it, the file written, what stands in it


@pytest.mark.parametrize(("contract", "path", "code"), BROKEN.values(), ids=BROKEN)
def test_a_broken_rule_is_refused(tmp_path, contract, path, code):
    shutil.copytree(ROOT / "monitor", tmp_path / "monitor", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / path).write_text(f'"""Written by a test."""\n{code}')
    result = lint_imports(tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
    assert re.search(rf"^{contract}.* BROKEN$", result.stdout, re.MULTILINE), result.stdout


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


# A noun's values, its rows and the command that shows it may have its name; every other name is one module's.
SHARED_NAMES = ("model", "store", "cli")


def named_twice(modules: list[str]) -> dict[str, list[str]]:
    """Names of several modules (paths below the package, packages left out), but for those that may share one."""
    places: dict[str, list[str]] = {}
    for module in modules:
        *rooms, name = module.removesuffix(".py").split("/")
        if name.strip("_") not in ("init", "main", "") and rooms[:1] not in [[r] for r in SHARED_NAMES]:
            places.setdefault(name, []).append(module)
    return {name: found for name, found in places.items() if len(found) > 1}


def test_each_module_has_a_name_of_its_own():
    files = [file.relative_to(ROOT / "monitor").as_posix() for file in (ROOT / "monitor").rglob("*.py")]
    assert len(files) > 200
    assert named_twice(files) == {}


def test_control_two_modules_of_one_name_are_found():
    files = ["topics/features.py", "stories/features.py", "store/feeds.py", "cli/feeds.py", "model/feeds.py"]
    assert named_twice(files) == {"features": files[:2]}
    assert named_twice(["feeds/__init__.py", "text/__init__.py", "web/server.py"]) == {}


def test_steps_are_called_by_what_they_do():
    rooms = ("pipeline", "operations", "schedule", "demo")
    files = [file for room in rooms for file in sorted((ROOT / "monitor" / room).rglob("*.py"))]
    assert len(files) > 30
    runs = [
        file.name
        for file in files
        for node in ast.parse(file.read_text("utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name in ("run", "do", "process")
    ]
    assert runs == []
