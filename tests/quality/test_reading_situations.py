"""Every situation of the folder SITUATIONS_DATA names, read by the product, against what is right (reading_situations.py)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.quality import reading_measures as measures
from tests.quality.reading_situations import FOLDER, SITUATIONS

pytestmark = [pytest.mark.quality, pytest.mark.slow]

# What is still read wrongly: this list only gets shorter.
WRONG: set[str] = set()


def test_every_situation_is_read_rightly():
    if not FOLDER:
        measures.say("SKIPPED: SITUATIONS_DATA is not set")
        pytest.skip("SITUATIONS_DATA is not set")
    said = {each.name: each.said(Path(FOLDER)) for each in SITUATIONS}
    wrong = [each for each in SITUATIONS if said[each.name] != each.right]
    for each in wrong:
        measures.say(f"{each.name} {each.kind}\n   said  {said[each.name]!r}\n   right {each.right!r}")
    of_kind = Counter(each.kind for each in SITUATIONS)
    not_right = Counter(each.kind for each in wrong)
    rows = [(kind, "", f"{count - not_right[kind]} of {count}", count) for kind, count in of_kind.items()]
    measures.table(f"{len(SITUATIONS)} situations, {len(SITUATIONS) - len(wrong)} read rightly", rows)
    assert {each.name for each in wrong} == WRONG
