"""Which facts are worth showing. All sentences are invented, each after a receipt of a real article that was wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories.facts import facts
from monitor.stories.telling import is_telling

ON = date(2025, 5, 20)


def shown(sentence):
    return [fact.text for fact in facts(sentence, ON) if is_telling(fact, sentence, ON)]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The levy is a tax, said Ada Holm on Monday.", "Ada Holm"),
        ("Ada Holm, director of a port, was angry.", "Ada Holm"),
        ("The economist Ada Holm disagrees.", "Ada Holm"),
        ("Trade Minister Ada Holm flew home.", "Ada Holm"),
        ("According to Ada Holm the levy is a tax.", "Ada Holm"),
        ("He works for the Northland Iron and Steel Association.", "Northland Iron and Steel Association"),
        ("She left the University of Bergen early.", "University of Bergen"),
    ],
)
def test_a_name_is_shown_where_it_is_introduced_or_a_body(sentence, name):
    assert shown(sentence) == [name]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ships wait at Green River and in New Harbour.",  # places
        "The broadcaster NBK was there.",  # an abbreviation alone
        "Tin Works and Zinc Traders Corporation signed.",  # two firms
        "She heads the Council on Northern Relations now.",  # cut off in front
        "He left the Northern Nations Conference on Trade early.",  # cut off behind
        "The leader Ada Holm-il spoke.",
        "Clerks of Northern Machine Corporation went on strike.",
        "He was at the University of Northland at Cod Bay.",
        "The host met the Northland Ambassador to Southland there.",
        "The consul in New Harbour Ada Holm said no.",
    ],
)
def test_scraps_places_and_pairs_of_names_are_not_shown(sentence):
    assert shown(sentence) == []


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Cod costs at least 700 to 800 yuan ($102 to $117) more.", ["700 to 800 yuan"]),
        ("Prices fell by between 300 yuan and 1,500 yuan.", []),
        ("It will cut 100 million to 150 million tons.", []),
        ("In 2019 cod worth $583.7 billion was sold.", []),
        ("The talks of the G7 officials and the 301 investigations go on.", []),
        ("Nets are 40 years old, and 12 years ago 3 boats sank; the ban ends in 15 days.", ["3 boats", "15 days"]),
        ("They ordered four aircraft carriers and 28 rare earths producers closed.", []),
        ("Each year two million scientists and engineers leave.", []),
        ("The 3 firms closed, and three major troubles remain.", []),
        ("It names 106 products worth 60 billion U.S. dollars.", ["106 products", "60 billion U.S. dollars"]),
    ],
)  # fmt: skip
def test_a_figure_is_shown_when_it_is_whole_and_of_this_year(sentence, expected):
    assert shown(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The duty starts on May 23, 2025.", ["May 23, 2025"]),
        ("It was said on May 12 that talks go on.", ["May 12"]),
        ("The port was built by June 2024 and shut on 3 January.", []),
        ("A crane lifts a boat in the harbour, May 18, 2025.", []),  # a caption
        ("Talks end. HARBOUR, May 19 (Wire) they began", []),  # a report's head
    ],
)
def test_a_day_is_shown_until_it_is_long_past(sentence, expected):
    assert shown(sentence) == expected


@given(st.text(alphabet="Ada Holm said, on May 5 of 10 to 20% ($3) and", max_size=60))
def test_any_fact_of_any_sentence_gets_an_answer(sentence):
    assert all(is_telling(fact, sentence, ON) in (True, False) for fact in facts(sentence, ON))
