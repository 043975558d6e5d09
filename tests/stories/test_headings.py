"""Which developments belong under one heading. Everything is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import describe_text
from monitor.stories.headings import Report, headings

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
OTHERS = [
    "Arcadia and Ruritania talk of grain", "Ruritania harvest is poor", "Arcadia votes on its budget",
    "Ruritania opens a bridge", "Arcadia raises the pay of nurses", "Floods close roads in Ruritania",
    "Arcadia museum finds a lost painting", "Ruritania bank keeps its rate", "Arcadia ferry runs aground",
]  # fmt: skip


def told(*titles, day=0.0):
    moment = START + timedelta(days=day)
    return [Report(describe_text(title, "", moment.date()), moment) for title in titles]


def known(times=8):
    return [describe_text(title, "", START.date()) for title in OTHERS * times]


def test_an_event_takes_its_threat_and_its_reactions_with_it_and_another_stays_apart():
    week = [
        told("Ruritania may tax Arcadian zinc"),
        told("Ruritania taxes Arcadian zinc at the border", day=1),
        told("Smelters fear for jobs after the tax on zinc", day=2),
        told("Arcadia court frees the editor Mirabel Tonks", day=1),
        told("Editor Tonks thanks the court in Arcadia", day=2),
    ]
    assert headings(week, known()) == ((0, 1, 2), (3, 4))


def test_the_same_words_two_weeks_later_are_another_heading():
    near = [told("Ruritania taxes zinc"), told("Zinc shares fall in Arcadia", day=1)]
    far = [told("Ruritania taxes zinc"), told("Zinc shares fall in Arcadia", day=20)]
    assert headings(near, known()) == ((0, 1),)
    assert headings(far, known()) == ((0,), (1,))


def test_words_that_every_headline_of_a_first_issue_holds_join_nothing():
    week = [
        told(f"Arcadia and Ruritania: {thing}")
        for thing in ("zinc", "copper", "ferries", "visas", "wine", "rail", "fish", "paper")
    ]
    assert headings(week) == tuple((place,) for place in range(len(week)))


def test_no_development_is_no_heading_and_one_without_words_stays_alone():
    assert headings([]) == ()
    assert headings([told(""), told("")]) == ((0,), (1,))


words = st.sampled_from(" ".join(OTHERS).split())
developments = st.lists(
    st.tuples(st.lists(words, max_size=6), st.floats(0, 7)).map(
        lambda each: told(" ".join(each[0]), day=each[1])
    ),
    max_size=9,
)


@given(developments)
def test_every_development_stands_under_exactly_one_heading(week):
    found = headings(week, known(1))
    assert sorted(place for group in found for place in group) == list(range(len(week)))


@given(developments)
def test_what_is_known_may_come_in_any_order(week):
    before = known(2)
    assert headings(week, before) == headings(week, before[::-1])
