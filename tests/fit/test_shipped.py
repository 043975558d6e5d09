"""What ships is compared with what was fitted to the printed digits, and can be written from it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.fit.shipped import differing, printed, rounded, write

SOURCE = """from somewhere import Pair

_PAIR = Pair(one=1.25, two=-0.5, three=7)
OTHER = 1.25
"""
PAGE = """### `stories/pair.py`

| `_PAIR.one` | `1.25` | log odds | fitted | articles | 2026-11-22 |
| `_PAIR.two` | `-0.5` | log odds | fitted | articles | 2026-11-22 |

### `stories/other.py`

| `_PAIR.one` | `1.25` | log odds | fitted | articles | 2026-11-22 |
"""
ONE, TWO = ("stories/pair.py", "_PAIR.one"), ("stories/pair.py", "_PAIR.two")


@pytest.fixture
def root(tmp_path):
    for folder in ("monitor/stories", "docs/notes"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "monitor" / "stories" / "pair.py").write_text(SOURCE, "utf-8")
    (tmp_path / "docs" / "notes" / "parameters.md").write_text(PAGE, "utf-8")
    return tmp_path


def test_what_is_the_same_to_the_printed_digits_does_not_differ(root):
    assert differing({ONE: 1.2451, TWO: -0.549}, root) == {}


def test_what_differs_is_named_with_both_values(root):
    assert differing({ONE: 1.2449, TWO: -0.551}, root) == {ONE: ("1.25", "1.24"), TWO: ("-0.5", "-0.6")}


def test_what_was_fitted_is_written_and_then_does_not_differ(root):
    fitted = {ONE: 1.3, TWO: 0.04}
    write(differing(fitted, root), root, today=date(2027, 1, 2))
    assert differing(fitted, root) == {}
    source = (root / "monitor" / "stories" / "pair.py").read_text("utf-8")
    assert source == SOURCE.replace("one=1.25, two=-0.5", "one=1.30, two=0.0")
    rows = (root / "docs" / "notes" / "parameters.md").read_text("utf-8")
    changed = PAGE.replace(
        "`1.25` | log odds | fitted | articles | 2026-11-22",
        "`1.30` | log odds | fitted | articles | 2027-01-02",
        1,
    )
    assert rows == changed.replace(
        "`-0.5` | log odds | fitted | articles | 2026-11-22",
        "`0.0` | log odds | fitted | articles | 2027-01-02",
    )


def test_a_name_that_is_not_there_is_an_error(root):
    with pytest.raises(KeyError):
        printed("stories/pair.py", "_PAIR.four", root)
    with pytest.raises(KeyError):
        write({("stories/pair.py", "_PAIR.three"): ("7", "8")}, root)


def test_zero_has_no_sign():
    assert rounded(-0.004, "1.25") == "0.00"
    assert rounded(-0.004, "3") == "0"
    assert rounded(-0.006, "1.25") == "-0.01"
