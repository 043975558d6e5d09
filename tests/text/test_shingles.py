from __future__ import annotations

from zlib import crc32

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.shingles import SAMPLE, containment, fingerprints

WORDS = [f"w{i % 83}x{i % 7}" for i in range(400)]


def test_fingerprints_are_the_same_in_every_process():
    text = "duties on farm goods rise again this week and the ministry says more will follow before the talks"
    assert fingerprints(text.split()) == (699649160, 2117570780, 2145691036, 4010560948)


def test_one_in_four_shingles_is_kept():
    distinct = {tuple(WORDS[i : i + 3]) for i in range(len(WORDS) - 2)}
    assert 0.15 < len(fingerprints(WORDS)) / len(distinct) < 0.35
    assert all(h % SAMPLE == 0 for h in fingerprints(WORDS))


def test_case_does_not_matter_and_short_texts_have_none():
    assert fingerprints(["A", "b", "C"] * 20) == fingerprints(["a", "B", "c"] * 20)
    assert fingerprints(["a", "b"]) == ()


def test_a_part_is_contained_in_the_whole():
    part, whole = fingerprints(WORDS[:120]), fingerprints(WORDS)
    assert containment(part, whole) == 1
    assert containment(part, ()) == 0


@given(st.lists(st.integers(0, 30)), st.lists(st.integers(0, 30)))
def test_containment_is_symmetric_and_in_range(a, b):
    assert containment(set(a), set(b)) == containment(set(b), set(a))
    assert 0 <= containment(set(a), set(b)) <= 1


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1), max_size=40))
def test_fingerprints_are_hashes_of_three_lower_cased_words(words):
    threes = [" ".join(w.lower() for w in words[i : i + 3]) for i in range(len(words) - 2)]
    hashes = {crc32(three.encode()) for three in threes}
    assert fingerprints(words) == tuple(sorted(h for h in hashes if h % SAMPLE == 0))
