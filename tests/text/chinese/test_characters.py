"""Chinese runs: which characters they are of, and the pairs they are compared by."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.chinese.characters import is_han, pairs


def test_a_run_is_compared_by_its_overlapping_pairs():
    assert pairs("贸易战") == ["贸易", "易战"]
    assert pairs("战") == ["战"]


def test_kana_and_hangul_are_none_of_its_characters():
    assert [is_han(word) for word in ("关税", "豈", "ほん", "관세", "tariff", "5")] == [
        True,
        True,
        *[False] * 4,
    ]


@given(st.text(alphabet="关税贸易战中美", min_size=2, max_size=12))
def test_pairs_hold_every_character_in_order(run):
    found = pairs(run)
    assert found[0][0] + "".join(pair[1] for pair in found) == run
