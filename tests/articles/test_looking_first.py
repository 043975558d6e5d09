"""Notes and captions are looked for by a word they hold first: that must not change what is found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.articles import boilerplate, walls
from monitor.articles.boilerplate import is_caption, is_note
from tests.articles.test_article_clean import CAPTIONS, NOTES, PROSE


@given(
    st.lists(
        st.sampled_from(
            [*CAPTIONS, "(Photo)", "[File photo]", "via AP", "Credit: Bo Tan", "— Reuters", "a b", " "]
        ),
        max_size=3,
    ).map("".join)
)
def test_no_caption_is_missed_by_looking_for_its_signs_first(line):
    found = boilerplate._CREDIT_END.search(line[-160:]) or boilerplate._CREDIT_HOLDS.search(line)
    assert is_caption(line) == (bool(found) and len(line) <= boilerplate.CAPTION_CHARS)


@given(
    st.lists(st.sampled_from([*NOTES, *PROSE, "Subscribe now for $1 a week", "Cancel anytime."]), max_size=8)
)
def test_a_line_is_judged_the_same_alone_and_in_company(lines):
    """Words that no line of a text holds are not looked for in each."""
    together = set(walls.without_offers(lines)[1])
    assert together == {line for line in lines if walls.without_offers([line])[1]}
    left = set(boilerplate.sifted(lines)[1])
    assert left == {line for line in lines if is_note(line)}
