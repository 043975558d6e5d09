from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.sentences import sentences, spans


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One ends. Two begins.", ["One ends.", "Two begins."]),
        ("Mr. Li met Gov. Ray in St. Paul. They spoke.", ["Mr. Li met Gov. Ray in St. Paul.", "They spoke."]),
        ("Duties in the U.S. rose. China's did not.", ["Duties in the U.S. rose.", "China's did not."]),
        ("It left the U.S. The rest stayed.", ["It left the U.S.", "The rest stayed."]),
        ("An anti-U. S. alliance forms", ["An anti-U. S. alliance forms"]),
        ("It grew 6.5 percent, by 0. 2 points more.", ["It grew 6.5 percent, by 0. 2 points more."]),
        ("“We will wait.” He left.", ["“We will wait.”", "He left."]),
        ("Why now? Nobody knows! So be it.", ["Why now?", "Nobody knows!", "So be it."]),
        ("中方反对。美方加征关税！", ["中方反对。", "美方加征关税！"]),
        ("no stop at the end\nnext line", ["no stop at the end", "next line"]),
        ("George W. Bush spoke. He went.", ["George W. Bush spoke.", "He went."]),
        ("He said yes. but meant no.", ["He said yes. but meant no."]),
        ("Sales fell... Then they rose.", ["Sales fell...", "Then they rose."]),
        ("", []),
        (" \n ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, expected):
    assert sentences(text) == expected


@given(st.text(alphabet=st.sampled_from("ab AB.!?。“”\n\t 1U.S ")))
def test_every_sentence_is_a_slice_and_nothing_but_space_is_lost(text):
    found = spans(text)
    assert all(a < b for a, b in found)
    assert all(x[1] <= y[0] for x, y in pairwise(found))
    assert "".join("".join(text[a:b].split()) for a, b in found) == "".join(text.split())
    assert all(sentence in text for sentence in sentences(text))


def test_initials_end_no_sentence_however_long_the_paragraph():
    line = "He met J. Doe in May. " * 4000
    assert len(sentences(line)) == 4000
