"""What answers do to the weights."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.topics import UNTUNED, Label, Tuning, refit, versioned

NEAR = st.floats(-6, 6)
LABELS = st.lists(
    st.builds(
        Label,
        margin=st.floats(-50, 50),
        standard=st.fixed_dictionaries({"facet:a": NEAR, "theme": NEAR, "words": NEAR}),
        is_relevant=st.booleans(),
    ),
    max_size=30,
)


def label(margin, is_relevant, **standard):
    return Label(margin=margin, standard=standard, is_relevant=is_relevant)


def test_without_answers_nothing_changes_to_the_last_bit():
    assert refit([]) == UNTUNED
    assert UNTUNED.shift({"theme": 3.7}) == 0.0


def test_answers_that_agree_with_the_line_hardly_move_it():
    agreed = refit([label(5.0, True), label(-5.0, False)] * 5)
    assert abs(agreed.offset) < 0.05


def test_yes_below_the_line_lowers_it_and_no_above_raises_it():
    assert refit([label(-1.0, True)] * 3).offset > 0.02
    assert refit([label(1.0, False)] * 3).offset < -0.01


def test_a_run_of_noes_alone_moves_the_line_little():
    noes = [label(0.5, False)] * 10
    alone, with_a_few_yeses = refit(noes).offset, refit([*noes, *[label(3.0, True)] * 3]).offset
    assert -0.1 < alone < 0
    assert with_a_few_yeses < 4 * alone


def test_a_missed_article_weighs_more_than_a_wrong_one():
    assert refit([label(0.0, True), label(0.0, False)]).offset > 0.01


def test_answers_a_good_line_explains_are_given_to_chance():
    rng = random.Random(8)  # noqa: S311 - repeatable, not secret
    margins = [rng.uniform(-4, 4) for _ in range(40)]
    good = refit([label(m, m > 0, theme=rng.gauss(0, 1)) for m in margins])
    off = refit([label(m, m > -2, theme=rng.gauss(0, 1)) for m in margins])
    assert abs(good.offset) < 0.3
    assert off.offset > 0.6


@given(st.floats(-1000, 1000), st.booleans(), st.fixed_dictionaries({"facet:a": NEAR, "theme": NEAR}))
def test_one_answer_moves_no_article_far(margin, is_relevant, standard):
    tuning = refit([Label(margin=margin, standard=standard, is_relevant=is_relevant)])
    assert abs(tuning.offset) <= 0.5
    assert all(abs(weight) <= 6 / 20 for _, weight in tuning.weights)


def test_a_feature_that_tells_the_answers_apart_gains_weight():
    rng = random.Random(3)  # noqa: S311 - repeatable, not secret
    labels = []
    for _ in range(40):
        told = rng.gauss(0, 2)
        labels.append(
            Label(margin=0.0, standard={"facet:a": told, "theme": rng.gauss(0, 2)}, is_relevant=told > 0)
        )
    weights = dict(refit(labels).weights)
    assert weights["facet:a"] > 0.9  # no firm prior lets it so far: the loose one has taken over
    assert abs(weights["theme"]) < 0.5


def test_few_answers_are_held_firmly_however_clear_they_are():
    clear = [Label(margin=0.0, standard={"facet:a": s}, is_relevant=s > 0) for s in (3.0, -3.0)] * 4
    assert 0 < dict(refit(clear).weights)["facet:a"] < 0.6


@given(LABELS)
def test_any_answers_give_finite_numbers_and_the_same_again(labels):
    tuning = refit(labels)
    assert tuning == refit(labels)
    assert all(abs(number) < 1e6 for number in (tuning.offset, *(w for _, w in tuning.weights)))
    assert tuning.answers == len(labels)
    assert "words" not in dict(tuning.weights)


@given(LABELS)
def test_the_order_of_answers_does_not_matter(labels):
    one, other = refit(labels), refit(labels[::-1])
    assert one.offset == pytest.approx(other.offset, abs=1e-4)


def test_json_gives_it_back():
    tuning = versioned(refit([label(-1.0, True, theme=0.1), label(0.3, False, theme=1 / 3)]), 7)
    assert Tuning.of_json(json.loads(json.dumps(tuning.to_json())), version=7) == tuning


def test_a_feature_an_article_lacks_moves_it_by_nothing():
    tuning = Tuning(version=1, offset=0.25, weights=(("theme", 2.0),), answers=3)
    assert tuning.shift({}) == 0.25
    assert tuning.shift({"theme": 0.5}) == 1.25
