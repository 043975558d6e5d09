from __future__ import annotations

import json
from math import isclose, log

import pytest

from monitor.model import Seed
from monitor.settings import TopicSettings
from monitor.text.vectors import Vocabulary
from monitor.topics import Background, Judge, build_profile, fit, read, recompute
from monitor.topics.relevance import combined
from monitor.topics.seeded import emphasised, learn
from tests.make import article

SEEDS = [
    Seed(
        name=f"{i}.md",
        title=f"Beekeepers count {word}",
        text=f"The hives lost honey and queens to mites this spring, keepers said of the {word}. " * 3,
    )
    for i, word in enumerate(["swarms", "combs", "losses", "colonies", "frames"])
]
FEED = [
    f"{what} {where} number {i}"
    for i, (what, where) in enumerate(
        [("Tram line opens", "in the south"), ("Bank closes branch", "at the port"), ("Opera sings", "again")]
        * 40
    )
]


def setting(**values):
    return TopicSettings(**{"id": "bees", "title": "Bees", "sentence": "What it is about"} | values)


def judged(feed):
    profile = build_profile(setting(), SEEDS)
    background = fit([read(text) for text in feed], profile)
    return profile, background, Judge(profile, background)


def test_terms_of_the_title_count_three_times():
    assert emphasised(read("Honey theft", "Honey was stolen")) == {"honey": 4, "theft": 3, "stolen": 1}


def test_what_is_learnt_is_scaled_by_the_seeds_themselves():
    vocabulary = Vocabulary.of(read(text).terms for text in FEED)
    learnt = learn([read(s.title, s.text) for s in SEEDS], "What it is about", vocabulary, 10.0)
    assert isclose(sum(weight for _, weight in learnt.theme), 1)
    assert isclose(sum(weight**2 for _, weight in learnt.centroid), 1)
    assert all(0.02 <= reached <= 1 for _, reached in learnt.anchors)
    assert learn([], "", vocabulary, 10.0).theme == ()


def test_words_of_the_topic_sentence_join_the_theme():
    vocabulary = Vocabulary.of(read(text).terms for text in FEED)
    theme = dict(
        learn([read(s.title, s.text) for s in SEEDS], "Pesticides and pollination", vocabulary, 10.0).theme
    )
    assert "pesticid" in theme
    assert "and" not in theme


def test_seeds_are_about_as_close_as_left_out_seeds():
    profile, background, judge = judged(FEED)
    for seed in SEEDS:
        found = judge.relevance(article(title=seed.title, text=seed.text))
        assert found.is_relevant
        assert abs(combined(dict(found.features), background, profile)) < log(2)


def test_a_topic_that_fills_the_feeds_does_not_make_its_own_texts_less_close():
    texts = [f"Keepers mourn hives and honey lost to mites, spring {i}" for i in range(20)]
    quiet, busy = judged(FEED), judged(FEED + texts)
    for profile, background, judge in (quiet, busy):
        found = judge.relevance(article(title=texts[0]))
        assert combined(dict(found.features), background, profile) > log(0.55)
        assert found.value == recompute(found.features, background, profile)
    assert quiet[2].relevance(article(title=texts[0])).is_relevant
    assert busy[2].relevance(article(title=texts[0])).is_relevant


def test_values_come_back_from_stored_state_to_the_last_bit():
    profile, background, judge = judged(FEED)
    stored = Background.of_json(json.loads(json.dumps(background.to_json())))
    assert stored == background
    for title in (*FEED[:5], "Honey harvest", "Keepers lose hives to mites", ""):
        found = judge.relevance(article(title=title))
        assert recompute(found.features, stored, profile) == found.value


def test_the_first_article_needs_no_background_to_be_left_out():
    judge = Judge(build_profile(setting(), SEEDS), Background())
    assert not judge.relevance(article(title="Tram line opens")).is_relevant


@pytest.mark.parametrize("count", [1, 2])
def test_a_topic_may_have_a_single_seed(count):
    profile = build_profile(setting(), SEEDS[:count])
    judge = Judge(profile, fit([read(text) for text in FEED], profile))
    assert judge.relevance(article(title=SEEDS[0].title, text=SEEDS[0].text)).is_relevant
    assert not judge.relevance(article(title=FEED[0])).is_relevant
