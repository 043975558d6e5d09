"""The lists of English words keep to what their readers expect of them."""

from __future__ import annotations

from monitor.text.english.lists import ABBREVIATIONS, MAY_END, SPELLINGS, STARTERS, STOP_WORDS
from monitor.text.tokens import term


def test_no_stop_word_and_no_short_spelling_of_one_is_a_term():
    assert {word for word in STOP_WORDS if term(word)} == set()
    assert term("bn") == term("billion") != ""
    assert set(SPELLINGS.values()) & STOP_WORDS == set()


def test_lists_that_are_asked_in_small_letters_hold_small_letters():
    for words in (STOP_WORDS, ABBREVIATIONS, MAY_END, SPELLINGS):
        assert [word for word in words if word != word.lower()] == []


def test_what_may_end_a_sentence_is_an_abbreviation_and_what_starts_one_a_word_in_capitals():
    assert MAY_END <= ABBREVIATIONS
    assert [word for word in STARTERS if not word[0].isupper()] == []
