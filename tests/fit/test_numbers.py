"""No number in scoring without an origin, and none whose origin tells of another value."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from monitor.stories import pairs
from tests.fit.design import NOT_LINEAR, TEXTS
from tests.fit.numbers import PAGE, ROOT, numbers, of_settings, of_source, origins, places, without_origin
from tests.fit.weights import CHOSEN, MODULE

KINDS = {"fitted", "chosen", "judged", "bound", "defined"}


def test_every_number_in_scoring_has_an_origin():
    found = without_origin()
    assert found == [], "no origin in docs/notes/parameters.md:\n" + "\n".join(found)


def test_every_origin_is_that_of_a_number():
    there = {(each.module, each.name, each.value) for each in numbers()}
    assert len(there) > 300
    assert set(origins()) - there == set()


def test_every_origin_says_unit_kind_where_and_when():
    known = places()
    for (module, name, _), origin in origins().items():
        told = f"{module} {name}: {origin}"
        assert origin.unit, told
        assert origin.kind in KINDS, told
        assert date(2026, 1, 1) < date.fromisoformat(origin.date) < date(2036, 1, 1), told
        assert origin.where in known or (origin.kind == "defined" and origin.where == "-"), told


def test_what_is_fitted_is_what_make_fit_fits():
    told = {key[:2] for key, origin in origins().items() if origin.kind == "fitted"}
    names = {each.name for each in fields(pairs._TEXTS)} - {*NOT_LINEAR, CHOSEN}
    assert told == {(MODULE, f"{TEXTS}.{name}") for name in names}


def test_every_place_has_a_command_that_there_is():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    tests = "\n".join(f"{file.name} {file.read_text('utf-8')}" for file in _quality())
    for name, (what, command) in places().items():
        assert what, name
        if target := re.search(r"make (\S+)", command):
            assert re.search(rf"^{target[1]}:", makefile, re.MULTILINE), command
        if chosen := re.search(r"-k (\w+)'", command):
            assert re.search(
                rf"^test_\w*{chosen[1]}\w*\.py|{chosen[1]}\w*\.py |def \w*{chosen[1]}", tests, re.MULTILINE
            ), command
        if module := re.search(r"python -m (tests\.\S+)", command):
            assert (ROOT / f"{module[1].replace('.', '/')}.py").is_file(), command
        if path := re.search(r"pytest (tests/\S+)", command):
            assert (ROOT / path[1]).exists(), command
        assert re.search(r"make |python -m ", command), command


def _quality():
    return sorted((ROOT / "tests" / "quality").glob("test_*.py"))


def test_every_place_is_somebodys():
    assert set(places()) == {origin.where for origin in origins().values()} - {"-"}


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("_HALF = 2.0", "_HALF = 2.5", "`_HALF` | `2.5`"),
        ("_LEAD_WORDS = 80", "_LEAD_WORDS = 80\n_NEW = 2.0", "`_NEW` | `2.0`"),
        ("    size = len(reading.words)\n", "    size = len(reading.words) + 3\n", "`Gauge.measure()` | `3`"),
    ],
    ids=["a changed one", "a new one", "one inside a function"],
)
def test_a_number_without_origin_is_found(tmp_path, before, after, found):
    for each in (
        "monitor/stories",
        "monitor/topics",
        "monitor/text",
        "monitor/pipeline",
        "monitor/settings",
        "config",
    ):
        (tmp_path / each).parent.mkdir(exist_ok=True)
        (tmp_path / each).symlink_to(ROOT / each)
    (tmp_path / "monitor" / "topics").unlink()
    (tmp_path / "monitor" / "topics").mkdir()
    source = (ROOT / "monitor" / "topics" / "measures.py").read_text("utf-8")
    assert source.count(before) == 1
    (tmp_path / "monitor" / "topics" / "measures.py").write_text(source.replace(before, after), "utf-8")
    (one,) = without_origin(tmp_path)
    assert found in one


def test_what_needs_an_origin_and_what_does_not():
    source = """
LIMIT, OTHER = 3, -2.5
PAIR = Pair(one=1, two=2)
TABLE = {"a": 4}
class Kind:
    plain: int = 0
    tuned: int = 7
    def told(self, rows):
        return rows[3] + rows[-4] + rows[:5] + 2 * rows[0] / 0.5
def judged(value):
    return -6 if value else f"{value:.2f} of 9"
"""
    assert [(each.name, each.value) for each in of_source(source, "one.py")] == [
        ("LIMIT", "3"),
        ("OTHER", "-2.5"),
        ("PAIR.one", "1"),
        ("PAIR.two", "2"),
        ("TABLE", "{'a': 4}"),
        ("Kind.tuned", "7"),
        ("Kind.told()", "5"),
        ("judged()", "6"),
    ]


def test_a_longer_value_is_known_by_all_its_numbers():
    numbers_ = ", ".join(map(str, range(40)))
    (long,) = of_source(f"LONG = ({numbers_})", "one.py")
    (other,) = of_source(f"LONG = ({numbers_.replace('7,', '70,', 1)})", "one.py")
    assert long.value.startswith("40 numbers")
    assert long.value != other.value


def test_settings_of_ranking_are_among_them():
    assert ("WeightSettings.consequence", "1.5") in {(each.name, each.value) for each in of_settings(ROOT)}


def test_a_page_of_one_row_is_read():
    page = "### `a.py`\n\n| `X` | `1 << 4` | words | bound | speed | 2026-11-29 |\n"
    ((key, origin),) = origins(page).items()
    assert key == ("a.py", "X", "1 << 4")
    assert (origin.unit, origin.date) == ("words", "2026-11-29")
    assert Path(PAGE).is_file()
