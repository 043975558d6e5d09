"""Meaning: nearness to examples less nearness to counterexamples, only where words alone are undecided."""

from __future__ import annotations

import json
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Seed
from monitor.settings import FacetSettings, TopicSettings
from monitor.topics import (
    Background,
    Judge,
    build_profile,
    fit,
    meaning,
    read,
    recompute,
    seed_passages,
    with_examples,
)
from monitor.topics.meaning import EDGE, LINE, shift
from monitor.topics.relevance import margin
from tests.make import article

TOPIC = TopicSettings(
    id="fish",
    title="Fish",
    sentence="Fishing quotas of Northland",
    facets=(
        FacetSettings(name="Northland", aliases=("northland", "nord*")),
        FacetSettings(name="Fish", aliases=("cod", "herring", "fish*", "quota*")),
    ),
)
SEEDS = [
    Seed(
        name="a.md", title="Northland sets cod quota", text="Northland sets its cod quota for the year. " * 20
    )
]
SURE = ["Northland cod quota cut before northland herring quota", "Nordic fish quota: Northland cuts cod"]
OFF = ["Tram line opens late", "Bank raises rates again", "Museum buys a painting", "Storm closes schools"]
EDGE_CASE = "Fish market opens in the old town"
PROFILE = build_profile(TOPIC, SEEDS)
READINGS = [read(title) for title in (*SURE, EDGE_CASE, *OFF * 5)]
BACKGROUND = with_examples(fit(READINGS, PROFILE), READINGS, PROFILE)

vectors = st.lists(st.floats(-1, 1), min_size=3, max_size=3).map(
    lambda v: [x / (sqrt(sum(y * y for y in v)) or 1) for x in v]
)


@given(vectors, st.lists(vectors, max_size=30), st.lists(vectors, max_size=30))
def test_the_order_of_examples_does_not_matter(text, examples, others):
    found = meaning(text, examples, others)
    assert found == meaning(text, examples[::-1], others[::-1])
    assert -1.5001 <= found <= 1.5001


def test_only_the_ten_nearest_count():
    near, far = (1.0, 0.0), (0.0, 1.0)
    assert meaning(near, [near] * 10 + [far] * 50, []) == 1
    assert meaning(near, [near] * 5 + [far] * 50, []) == 0.5
    assert meaning(near, [near] * 10, [near] * 10) == 0.5


def test_examples_are_what_words_alone_are_sure_of():
    assert BACKGROUND.examples == (SURE[0], "Nordic fish quota Northland cuts cod")
    assert set(BACKGROUND.others) == set(OFF)
    assert EDGE_CASE not in (*BACKGROUND.examples, *BACKGROUND.others)


def test_a_background_with_examples_survives_json_and_one_without_has_none():
    assert Background.of_json(json.loads(json.dumps(BACKGROUND.to_json()))) == BACKGROUND
    assert Background.of_json(json.loads(json.dumps(fit(READINGS, PROFILE).to_json()))).others is None


def test_passages_hold_the_sentence_the_titles_and_all_words_of_the_seeds():
    passages = seed_passages(PROFILE)
    assert passages[:2] == ("Fishing quotas of Northland", "Northland sets cod quota")
    assert " ".join(passages[2:]).split() == list(read("", SEEDS[0].text).words)
    assert max(len(passage.split()) for passage in passages) <= 40


def asked(title, value):
    """The relevance of a headline whose meaning is `value`, and how often it was asked for."""
    calls = []

    def measured(reading):
        calls.append(reading)
        return value

    return Judge(PROFILE, BACKGROUND, meaning=measured).relevance(article(title=title)), len(calls)


@pytest.mark.parametrize("title", [SURE[0], OFF[0]])
def test_what_words_decide_is_not_asked_about(title):
    found, calls = asked(title, 0.0)
    assert (found, calls) == (Judge(PROFILE, BACKGROUND).relevance(article(title=title)), 0)
    assert abs(margin(found.features, BACKGROUND, PROFILE)) >= EDGE


def test_what_words_leave_open_is_moved_by_its_meaning_and_says_so():
    plain = Judge(PROFILE, BACKGROUND).relevance(article(title=EDGE_CASE))
    for value, side in [(LINE + 0.2, "for it"), (LINE - 0.2, "against it")]:
        found, calls = asked(EDGE_CASE, value)
        assert calls == 1
        assert f"its meaning speaks {side}" in found.why
        assert (found.value > plain.value) == (side == "for it")
        assert margin(found.features, BACKGROUND, PROFILE) == pytest.approx(
            margin(plain.features, BACKGROUND, PROFILE) + shift(value)
        )


def test_the_value_comes_out_of_stored_features_without_the_encoder():
    found, _ = asked(EDGE_CASE, 0.41)
    stored = json.loads(json.dumps(found.features))
    again = Background.of_json(json.loads(json.dumps(BACKGROUND.to_json())))
    assert recompute([(name, value) for name, value in stored], again, PROFILE) == found.value


def test_a_users_own_rule_comes_before_its_meaning():
    profile = build_profile(TOPIC.model_copy(update={"never": ("old town",)}), SEEDS)
    calls = []
    found = Judge(profile, BACKGROUND, meaning=calls.append).relevance(article(title=EDGE_CASE))
    assert (found.value, calls) == (0, [])
