"""Facts told before are no news, however long ago and however they are spelt."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Change
from monitor.stories import Teller, Window, describe, whats_new
from monitor.stories.facts import facts
from monitor.stories.told import key_of_change, keys, keys_of, keys_of_figures, keys_of_pairs
from monitor.text.tokens import words
from tests.stories.samples import DUTIES, RAISED, item, window

ON = date(2025, 5, 20)


def of(sentence):
    return keys_of(facts(sentence, ON))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Ships brought 32.85 million tonnes", "Ships brought 32.9 million metric tons"),
        ("The list has 106 items", "The list has 106 products"),
        ("said Secretary General Ada Holm", "said Ada Holm"),
        ("the University of Technology, Sydney", "the University of Technology Sydney"),
        ("worth $50bn", "worth 50 billion U.S. dollars"),
    ],
)
def test_a_fact_has_the_same_number_in_other_words(before, now):
    assert of(now) & (of(before) | keys_of_pairs(words(before)))


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("The list has 106 products", "The list has 107 products"),
        ("worth $50bn", "worth 50 billion yuan"),
        ("said Ada Holm", "said Ada Berg"),
        ("from May 3", "from May 4"),
    ],
)
def test_another_fact_has_another_number(before, now):
    assert not of(now) & (of(before) | keys_of_pairs(words(before)))


@given(st.text(alphabet="AbC 1.9%$ million-Dollars", max_size=60))
def test_numbers_of_any_facts_fit_a_column_of_whole_numbers(text):
    found = of(text) | keys_of_pairs(words(text)) | keys_of_figures(words(text), apart=3)
    assert all(-(2**31) <= key < 2**31 for key in found)


def test_a_change_is_known_by_its_two_figures_in_any_order_but_not_by_years():
    change = Change(what="duty", old="10", new="25 percent")
    assert key_of_change(change) in keys_of_figures(words("raised from 10 to 25 percent"), apart=3)
    assert key_of_change(change) in keys_of_figures(words("is 25 percent, not 10"), apart=3)
    far = words("25 percent on steel and tin, and on all that is made of zinc 10 percent")
    assert key_of_change(change) not in keys_of_figures(far, apart=3)
    assert not keys_of_figures(words("from 2017 to 2018"), apart=3)


def shown(*told_before):
    memory = window(item(DUTIES, story=7), item(DUTIES, kind="issue", issue=3))
    tellers = [Teller(RAISED, describe(RAISED))]
    found = whats_new(tellers, memory.items, memory, was_told=True, told_before=frozenset(told_before))
    return {fact.value for fact in found.facts}, found.changes


def test_what_was_told_before_is_not_shown_though_the_nearest_articles_do_not_hold_it():
    names, changes = shown()
    assert {"Jon Berg", "25 %"} <= names
    [change] = changes
    told = [fact for s in describe(RAISED).sentences for fact in s.facts if fact.value == "Jon Berg"]
    names, changes = shown(*keys(told[0]), key_of_change(change))
    assert "25 %" in names
    assert "Jon Berg" not in names
    assert changes == ()


def test_a_name_made_of_words_that_all_texts_hold_is_known_to_everybody():
    known = Window(documents=2000, frequencies={"white": 40, "hous": 12, "holm": 2, "ada": 9})
    assert known.is_common(["white", "hous"])
    assert not known.is_common(["ada", "holm"])
    assert not known.is_common([])
    known.reweigh(documents=20_000, frequencies={"white": 40, "hous": 12})
    assert not known.is_common(["white", "hous"])
