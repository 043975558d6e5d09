"""docs/reliability.md names tests that exist, and says truly which of the runs they belong to."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "reliability.md"
ROW = re.compile(r"^\| (\d+) \|.*\|$", re.MULTILINE)
RUNS = {
    "faults": "faults",
    "faults_long": "long",
    "quality": "quality",
}  # by the mark of a test; no mark: `test`


def rows(text):
    """Number -> its cells: number, fault, test, seen, control, runs in."""
    return {
        int(row[1]): [cell.strip() for cell in row[0].strip("|").split(" |")] for row in ROW.finditer(text)
    }


def named(cell):
    """The test files a cell names. A name without its folder lies in that of the one before; a folder may stand for the end of a path."""
    every = [path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py")]
    folder = ""
    for name in re.findall(r"[\w/]+\.py\b", cell):
        own = name if "/" in name or not folder else f"{folder}/{name}"
        places = [path for path in every if path == own] or [
            path for path in every if path.endswith(f"/{own}")
        ]
        folder = own.rpartition("/")[0]
        yield name, places


def runs_of(file):
    """In which runs the tests of a file are; a mark on some parameters of a test leaves the others in `test`."""
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    whole = [
        n.value for n in tree.body if isinstance(n, ast.Assign) and ast.unparse(n.targets[0]) == "pytestmark"
    ]
    whole = [each for value in whole for each in (value.elts if isinstance(value, ast.List) else [value])]
    found = set()
    for test in tree.body:
        if isinstance(test, ast.FunctionDef) and test.name.startswith("test_"):
            said = [ast.unparse(each) for each in [*test.decorator_list, *whole]]
            own = {run for mark, run in RUNS.items() if f"pytest.mark.{mark}" in said}
            some = {
                run
                for mark, run in RUNS.items()
                if any(f"marks=pytest.mark.{mark})" in each for each in said)
            }
            found |= (own or {"test"}) | some
    return found


def test_each_row_has_a_number_of_its_own():
    assert [
        number for number, count in Counter(ROW.findall(TABLE.read_text("utf-8"))).items() if count > 1
    ] == []


def test_every_test_file_named_is_there_once():
    text = TABLE.read_text("utf-8")
    wrong = {
        (number, name): places
        for number, cells in rows(text).items()
        for name, places in named(cells[2])
        if len(places) != 1
    }
    assert len(rows(text)) > 90
    assert wrong == {}


def test_each_run_named_runs_a_test_named_and_faults_are_said():
    wrong = {}
    for number, cells in rows(TABLE.read_text("utf-8")).items():
        files = [places[0] for cell in (cells[2], cells[4]) for _, places in named(cell)]
        said = {run for run in ("test", *RUNS.values()) if re.search(rf"\b{run}\b", cells[-1])}
        runs = {run for file in files for run in runs_of(file)}
        if files and (said - runs or ("faults" in runs and "faults" not in said)):
            wrong[number] = (said, runs)
    assert wrong == {}


def test_marks_of_a_module_of_a_test_and_of_a_parameter_are_read():
    assert runs_of("faults/test_power_cut.py") == {"faults"}
    assert runs_of("cli/test_daemon_signals.py") == {"faults", "test"}
