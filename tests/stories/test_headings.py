"""Which developments belong under one heading. Everything is invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import describe_text
from monitor.stories.embedding import Embedding
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
    assert headings(week, known()).groups == ((0, 1, 2), (3, 4))


def test_headings_that_stay_apart_are_near_by_what_they_share():
    week = [
        told("Ruritania taxes Arcadian zinc"),
        told("Zinc smelter burns down in Arcadia", day=6),
        told("Editor Mirabel Tonks is freed", day=1),
    ]
    found = headings(week, known())
    assert found.groups == ((0,), (1,), (2,))
    assert found.near.keys() == {(0, 1)}
    assert 0 < found.near[0, 1] < 1
    assert headings([week[0], week[2]], known()).near == {}


def test_the_same_words_two_weeks_later_are_another_heading():
    near = [told("Ruritania taxes zinc"), told("Zinc shares fall in Arcadia", day=1)]
    far = [told("Ruritania taxes zinc"), told("Zinc shares fall in Arcadia", day=20)]
    assert headings(near, known()).groups == ((0, 1),)
    assert headings(far, known()).groups == ((0,), (1,))


def test_words_that_every_headline_of_a_first_issue_holds_join_nothing():
    week = [
        told(f"Arcadia and Ruritania: {thing}")
        for thing in ("zinc", "copper", "ferries", "visas", "wine", "rail", "fish", "paper")
    ]
    assert headings(week).groups == tuple((place,) for place in range(len(week)))


def test_no_development_is_no_heading_and_one_without_words_stays_alone():
    assert headings([]).groups == ()
    assert headings([told(""), told("")]).groups == ((0,), (1,))


words = st.sampled_from(" ".join(OTHERS).split())
developments = st.lists(
    st.tuples(st.lists(words, max_size=6), st.floats(0, 7)).map(
        lambda each: told(" ".join(each[0]), day=each[1])
    ),
    max_size=9,
)


@given(developments)
def test_every_development_stands_under_exactly_one_heading(week):
    found = headings(week, known(1)).groups
    assert sorted(place for group in found for place in group) == list(range(len(week)))


@given(developments)
def test_what_is_known_may_come_in_any_order(week):
    before = known(2)
    assert headings(week, before) == headings(week, before[::-1])


def test_the_report_of_the_event_is_central_and_a_reaction_is_less_so():
    week = [
        told("Ruritania taxes Arcadian zinc"),
        told("Smelters in Arcadia fear for jobs after Ruritania taxes zinc"),
        told("Ruritania taxes zinc from Arcadia"),
    ]
    found = headings(week, known())
    assert found.groups == ((0, 1, 2),)
    assert 1 >= found.central[0] > found.central[1] > 0


def test_whole_texts_that_do_not_name_what_the_other_is_about_stay_apart():
    zinc = (
        "Smelters at the border pay a duty on zinc ingots, the customs office said, and work goes on in two shifts. "
        * 8
    )
    oats = (
        "The harvest of oats in the northern valleys was large, farmers said, and millers bought all they could. "
        * 8
    )
    titles = ("Ruritania orders duty on zinc", "Ruritania orders duty on oats")
    short = [told(title) for title in titles]
    whole = [
        [Report(describe_text(title, text, START.date()), START)]
        for title, text in zip(titles, (zinc, oats), strict=True)
    ]
    both = [[Report(describe_text(title, zinc + oats, START.date()), START)] for title in titles]
    assert headings(short, known()).groups == ((0, 1),)
    assert headings(whole, known()).groups == ((0,), (1,))
    assert headings(both, known()).groups == ((0, 1),)


def meaning(report, *vector, model="m"):
    """The same report with a vector."""
    features = report.features.with_embedding(Embedding.of(vector, model=model))
    return Report(features, report.published)


IN_OTHER_WORDS = [
    told("Ruritania taxes zinc"),
    told("Levy announced on a metal", day=1),
    told("Ferry runs aground"),
]
ALIKE, ALSO, ANOTHER = (1.0, 0.0, 0.1), (0.9, 0.1, 0.1), (0.0, 1.0, 0.0)


def test_with_vectors_what_means_the_same_stands_under_one_heading():
    assert headings(IN_OTHER_WORDS, known()).groups == ((0,), (1,), (2,))
    meant = [
        [meaning(report, *vector)]
        for [report], vector in zip(IN_OTHER_WORDS, (ALIKE, ALSO, ANOTHER), strict=True)
    ]
    assert headings(meant, known()).groups == ((0, 1), (2,))


def test_vectors_of_two_models_tell_nothing_of_each_other():
    meant = [
        [meaning(report, *ALIKE, model=model)]
        for [report], model in zip(IN_OTHER_WORDS, ("m1", "m2", "m3"), strict=True)
    ]
    assert headings(meant, known()) == headings(IN_OTHER_WORDS, known())


def test_a_headline_without_a_vector_still_joins_by_its_words():
    week = [told("Ruritania taxes zinc"), told("Zinc: Ruritania taxes it", day=1), told("Ferry runs aground")]
    meant = [week[0], [meaning(week[1][0], *ALIKE)], [meaning(week[2][0], *ANOTHER)]]
    assert headings(meant, known()).groups == ((0, 1), (2,))


def test_whole_texts_on_different_things_stay_apart_whatever_their_vectors():
    text = (
        "The customs office said that work goes on in two shifts at the border, and that nothing was decided. "
        * 8
    )
    week = [
        [meaning(Report(describe_text(title, text, START.date()), START), *ALIKE)]
        for title in ("Ruritania raises duty on zinc", "Arcadia frees editor Tonks")
    ]
    assert headings(week, known()).groups == ((0,), (1,))


signs = st.tuples(*[st.integers(-5, 5)] * 3)


@given(developments, st.lists(signs, min_size=9, max_size=9), st.data())
def test_with_vectors_every_development_stands_under_one_heading_whatever_is_known_first(week, vectors, data):
    models = data.draw(st.lists(st.sampled_from(("m", "m", "other")), min_size=9, max_size=9))
    meant = [
        [meaning(report, *vector, model=model) for report in reports]
        for reports, vector, model in zip(week, vectors, models, strict=False)
    ]
    before = known(2)
    found = headings(meant, before)
    assert sorted(place for group in found.groups for place in group) == list(range(len(week)))
    assert found == headings(meant, before[::-1])


@given(developments, signs)
def test_one_vector_alone_changes_nothing(week, vector):
    meant = [[meaning(week[0][0], *vector)], *week[1:]] if week else week
    assert headings(meant, known(1)) == headings(week, known(1))
