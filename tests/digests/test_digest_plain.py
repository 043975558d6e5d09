"""Plain-text layout."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.plain import COLUMNS, markdown, underline, width, wrap

URL = "https://times.example/" + "a" * 100


def test_words_are_wrapped_with_their_indent():
    text = wrap("word " * 40, "  ", "* ")
    lines = text.splitlines()
    assert lines[0].startswith("* word")
    assert all(line.startswith("  word") for line in lines[1:])
    assert max(map(len, lines)) <= COLUMNS
    assert text.split() == ["*", *["word"] * 40]


def test_chinese_is_wrapped_by_its_width_and_never_starts_a_line_with_a_stop():
    lines = wrap("出口许可新规，征求意见。" * 12).splitlines()
    assert len(lines) > 3
    assert max(map(width, lines)) <= COLUMNS
    assert not any(line.startswith(("，", "。")) for line in lines)


def test_an_address_is_never_cut():
    assert URL in wrap(f"see {URL} there").split()


def test_a_word_wider_than_a_line_is_parted():
    lines = wrap("x" * 200, "  ").splitlines()
    assert max(map(len, lines)) <= COLUMNS
    assert "".join(line.strip() for line in lines) == "x" * 200


def test_nothing_stays_nothing():
    assert wrap("") == ""


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))), st.integers(0, 8))
def test_no_line_is_too_wide_and_no_character_is_lost(text, indent):
    wrapped = wrap(text, " " * indent)
    assert all(width(line) <= COLUMNS for line in wrapped.splitlines())
    assert "".join(wrapped.split()) == "".join(text.split())


@pytest.mark.parametrize(("text", "columns"), [("abc", 3), ("中文", 4), ("e\u0301", 1), ("🙂", 2)])
def test_width_counts_columns(text, columns):
    assert width(text) == columns


def test_an_underline_is_as_wide_as_its_title():
    assert underline("中文", "=") == "===="
    assert underline("x" * 200) == "-" * COLUMNS


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, 145 % -> 30 %.", "plain words, 145 % -\\> 30 %."),
        ("[a](http://x)", "\\[a\\](http://x)"),
        ("*b* _c_ `d` <e> |f| #g", "\\*b\\* \\_c\\_ \\`d\\` \\<e\\> \\|f\\| \\#g"),
        ("1. not a list", "1\\. not a list"),
        ("- not a list", "\\- not a list"),
        ("R&D &amp;", "R&amp;D &amp;amp;"),
        ("back\\slash", "back\\\\slash"),
    ],
)
def test_markdown_shows_text_as_it_is(text, escaped):
    assert markdown(text) == escaped
