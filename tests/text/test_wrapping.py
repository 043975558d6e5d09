"""Texts broken at a fixed width: paragraphs come back whole, and no word is changed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.wrapping import unwrapped

WRAPPED = """The ministry said on Monday that it would raise
the duty on steel from other countries to ten
percent, beginning in
May.
It gave no reason for that, and said nothing of
what would become of aluminium from the same
countries.
"""


def test_wrapped_lines_become_paragraphs_at_a_short_line_that_ends_a_sentence():
    first, second = unwrapped(WRAPPED)
    assert (
        first
        == "The ministry said on Monday that it would raise the duty on steel from other countries to ten percent, beginning in May."
    )
    assert second.startswith("It gave no reason")
    assert second.endswith("the same countries.")


def test_blank_lines_part_paragraphs_and_breaks_between_them_do_not():
    assert unwrapped("One line\nand its end.\n\nAnother.\n") == ["One line and its end.", "Another."]


def test_lines_too_long_to_have_been_wrapped_stay_paragraphs():
    long = "word " * 40
    assert unwrapped(f"{long.strip()}\nShort.\n\nLast.") == [long.strip(), "Short.", "Last."]


def test_a_sentence_torn_before_its_comma_is_joined():
    assert unwrapped("He said\n, and left.") == ["He said, and left."]


@given(st.lists(st.sampled_from(["word", "Two.", "", " ", ",", "long " * 30]), max_size=12))
def test_no_word_is_changed(lines):
    text = "\n".join(lines)
    assert "".join("".join(unwrapped(text)).split()) == "".join(text.split())
