"""Words as a search knows them, the query language, and the piece that is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import lookup, query, snippets


@given(st.text() | st.text(alphabet="aB.é5 \n–—‘’“”…\xa0«»贸"))
def test_the_fast_way_to_the_words_gives_the_same_as_the_one_with_places(text):
    placed = list(lookup.placed(text))
    assert lookup.known_by(text) == [word for word, _, _ in placed]
    assert all(0 <= start < end <= len(text) for _, start, end in placed)
    assert all(word.isalnum() and len(word) <= lookup.WORD_CHARS for word, _, _ in placed)


@given(st.lists(st.text(alphabet="aBé.-'5 _贸易战カ𠀀Ｕß", min_size=1), min_size=1, max_size=6), st.data())
def test_every_word_of_a_text_finds_it(pieces, data):
    words = [word for word in " ".join(pieces).split() if not word.startswith("-")]
    if not words:
        return
    word = data.draw(st.sampled_from(words))
    try:
        terms = query.read(word)
    except query.QueryError:
        return  # no letter and no digit in it
    assert query.holds(lookup.entry("title", "", " ".join(words)), terms)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("U.S.-China talks", "us china talks"),
        ("São Paulo's 35.5%", "sao paulo s 35 5"),
        ("贸易战", "贸易 易战 战"),
        ("5月 ＵＳ ﬁne", "5 月 us fine"),
    ],
)
def test_words_are_folded(text, words):
    assert " ".join(lookup.known_by(text)) == words


def test_a_summary_that_the_text_repeats_is_kept_once():
    assert lookup.entry("A", "b c", "a b c d") == "a ¶ a b c d"
    assert lookup.entry("A", "b c", "a b cd") == "a ¶ b c ¶ a b cd"
    assert lookup.entry("", "", "") == ""


def test_an_entry_is_bounded():
    line = lookup.entry("", "", "é" * 60 + " " + "x " * 60_000)
    assert len(line.split()) == lookup.MOST_WORDS
    assert len(lookup.entry("", "", f"{'é' * 64} " * 50_000).encode()) <= lookup.MOST_BYTES


@pytest.mark.parametrize(
    ("given", "why"),
    [("", "no word"), ("* - %", "no word"), ("-beans", "a word that must stand"), ('"trade war', "not closed"), ("a " + "b c " * 90, "")],
)  # fmt: skip
def test_a_query_that_means_nothing_is_refused_with_a_sentence(given, why):
    if not why:
        assert len(query.read(given)) == 3
        return
    with pytest.raises(query.QueryError, match=why):
        query.read(given)


def test_too_long_a_query_is_refused():
    with pytest.raises(query.QueryError, match="too long"):
        query.read(" ".join(f"w{n}" for n in range(101)))


def test_a_snippet_shows_where_most_terms_stand_together():
    text = "War. " + "Nothing here. " * 40 + "A trade war over soybeans began. " + "More. " * 90
    found = snippets.snippet((text,), query.read('"trade war" soy* -nothing'))
    assert len(found.text) <= snippets.SHOWN_CHARS + 2
    assert "[trade war] over [soybeans]" in found.marked("[", "]")
    assert snippets.snippet(("", "Plain."), query.read("absent")).text == "Plain."


@given(st.text(), st.text(min_size=1))
def test_marks_lie_in_what_is_shown(text, sought):
    try:
        terms = query.read(sought)
    except query.QueryError:
        return
    found = snippets.snippet((text,), terms, chars=80)
    assert len(found.text) <= 82
    ends = [place for mark in found.marks for place in mark]
    assert ends == sorted(ends)
    assert all(0 <= place <= len(found.text) for place in ends)
    assert found.marked("", "") == found.text
