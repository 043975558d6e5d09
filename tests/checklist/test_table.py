"""The checklist is whole: 45 rows, one test each, and docs/checklist.md names every one of them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "docs" / "checklist.md"


def row_tests():
    source = "".join(path.read_text("utf-8") for path in sorted(HERE.glob("test_*.py")))
    return re.findall(r"^def (test_row_(\d\d)_\w+)", source, re.MULTILINE)


def test_every_row_has_exactly_one_test():
    assert Counter(number for _, number in row_tests()) == Counter(f"{n:02}" for n in range(1, 46))


def test_the_table_names_every_test_once_and_no_other():
    assert re.findall(r"`(test_row_\w+)`", TABLE.read_text("utf-8")) == [
        name for name, _ in sorted(row_tests(), key=lambda each: each[1])
    ]
