from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.changes import changes
from monitor.stories.features import describe_text
from tests.make import AT


def sentence(text):
    [found] = describe_text("", text, AT.date()).sentences
    return found


def pairs(said, before=None):
    found = changes(sentence(said), said, sentence(before) if before else None)
    return [(change.old, change.new) for change in found]


def test_a_change_the_sentence_tells_itself_needs_no_earlier_sentence():
    assert pairs("The duty on cheese rose from 10 to 25 percent.") == [("10", "25 percent")]
    assert pairs("The duty on cheese is 25 percent instead of the original 10 percent.") == [
        ("10 percent", "25 percent")
    ]
    assert pairs("The start was postponed from May 3 to June 4.") == [("May 3", "June 4")]


@pytest.mark.parametrize(
    "said",
    [
        "Duties range from 5 percent to 25 percent and are raised each year.",
        "The fair, which raised much money, runs from May 3 to June 4.",
        "The duty on cheese is 25 percent.",
    ],
)
def test_ranges_and_periods_are_no_changes(said):
    assert pairs(said) == []


def test_the_earlier_value_of_the_same_thing_is_found_in_other_words():
    before = "Northland puts a duty of 10 percent on cheese from Southland."
    assert pairs("Northland raised its levy on cheese from Southland to 25 percent.", before) == [
        ("10 percent", "25 percent")
    ]


@pytest.mark.parametrize(
    "said",
    [
        "Northland puts a duty of 25 percent on butter from Southland.",
        "Northland puts a duty of 25 percent on cheese from Westland.",
        "Northland puts a duty of 25 basis points on cheese from Southland.",
        "Northland puts a duty of 10 percent on cheese from Southland again.",
        "Northland puts a duty of 25 percent, and later of 30 percent, on cheese from Southland.",
    ],
)
def test_figures_of_other_things_or_units_are_not_paired(said):
    assert pairs(said, "Northland puts a duty of 10 percent on cheese from Southland.") == []


@pytest.mark.parametrize(
    ("said", "before"),
    [
        ("Northland puts additional duties on Southland goods worth 60 billion dollars.", "Northland puts additional duties on Southland goods worth 50 billion dollars."),
        ("A second list names 128 products from Southland.", "A list names 106 products from Southland."),
        ("The lists name 40 products from Southland at once and 66 products from Southland later.", "The list names 106 products from Southland."),
        ("The fund will lend Southland fishers 80 crowns (13 dollars) each.", "The fund will lend Southland fishers 20 dollars each."),
    ],
)  # fmt: skip
def test_a_list_after_the_first_and_the_same_sum_in_other_money_are_no_changes(said, before):
    assert pairs(said, before) == []


def test_what_was_done_long_ago_is_no_change():
    assert pairs("Northland keeps its word, having cut its duty from 15.3 percent to 9.8 percent.") == []


def test_a_change_told_with_the_old_figure_last_is_one():
    assert pairs("Its share was raised to around 65 percent from the original 50 percent.") == [
        ("50 percent", "65 percent")
    ]


@pytest.mark.parametrize(
    ("said", "noun"),
    [
        ("The levy on cheese from Southland will rise from 10 to 25 percent.", "levy on cheese from Southland"),
        ("Northland has cut its planned levy on Southland cheese from 35 % to 20 %.", "planned levy on Southland cheese"),
        ("It bought cows and raised orders of Southland beans to 2.6 million tonnes from 1.8 million tonnes.", "orders of Southland beans"),
        ("It raised orders of Southland beans to 2.6 million tonnes from 1.8 million a week ago.", "orders of Southland beans"),
        ("The deal lifts the value of the programme to $3 billion from $2 billion.", "value of the programme"),
        ("Officials said cheese prices for May rose to $11 from $9.", "cheese prices for May"),
        ("Cheese stood firm, and rose over the week to $11.61 from $11.32.", ""),
        ("Northland has cut the levy and will move it to 1 May from 1 April.", ""),
        ("They want levies on 200 billion dollars worth of Southland goods to rise from 10 to 25 percent.", ""),
        ("It was raised from 10 to 25 percent.", ""),
        ("The cost of moving a tonne from the gulf to Portamar has climbed to $52 from $47 within a week.", ""),
    ],
)  # fmt: skip
def test_a_changed_figure_stands_with_its_noun_or_without_any(said, noun):
    assert [change.what for change in changes(sentence(said), said, None)] == [noun]


def test_a_figure_that_replaces_an_earlier_one_has_a_noun_too():
    said = "The levy on cheese from Southland will be 25 percent."
    [change] = changes(
        sentence(said), said, sentence("The levy on cheese from Southland will be 10 percent.")
    )
    assert change.what == "levy on cheese from Southland"


@given(
    st.text(alphabet="from to 125%$. raised", max_size=60),
    st.text(alphabet="from to 125%$. raised", max_size=60),
)
def test_any_two_sentences_give_changes_that_stand_in_the_new_one(said, before):
    new, old = (describe_text("", text, AT.date()).sentences for text in (said, before))
    for each in new:
        text = said[each.start - 1 : each.end - 1]
        assert all(c.new in text for c in changes(each, text, old[0] if old else None))
