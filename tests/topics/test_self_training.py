"""One pass of self-training over the stream, for a topic known by its seeds only."""

from __future__ import annotations

import json
import random

from monitor.model import Seed
from monitor.settings import TopicSettings
from monitor.topics import Background, Judge, build_profile, fit, read, recompute
from tests.make import article

SEEDS = [
    Seed(
        name=f"{i}.md",
        title=f"Beekeepers count {word}",
        text=f"The hives lost honey and queens to mites this spring, keepers said of the {word}. " * 3,
    )
    for i, word in enumerate(["swarms", "combs", "losses", "colonies", "frames"])
]
OTHERS = ["Tram line opens in the south", "Bank closes branch at the port", "Opera sings again for the town"]
FEED = [f"{text} {i}" for text in OTHERS for i in range(40)]
CLEAR = [f"Keepers lost hives and honey to mites this spring, varroa treatment {i} failed" for i in range(30)]
UNSAID_BY_SEEDS = "Varroa treatment failed"


def profile_of(**values):
    return build_profile(
        TopicSettings(**{"id": "bees", "title": "Bees", "sentence": "What it is about"} | values), SEEDS
    )


def fitted(earlier=(), feed=FEED, profile=None):
    return fit([read(text) for text in feed], profile or profile_of(), [read(text) for text in earlier])


def value(background, title):
    return Judge(profile_of(), background).relevance(article(title=title)).value


def test_clear_texts_teach_words_that_no_seed_holds():
    alone, taught = fitted(), fitted(CLEAR)
    assert not alone.stream
    assert {"varroa", "treatment", "hive"} <= {term for term, _ in taught.stream}
    assert value(taught, UNSAID_BY_SEEDS) > value(alone, UNSAID_BY_SEEDS)
    assert value(taught, "Tram line opens") < 0.5


def test_words_of_the_seeds_alone_are_not_enough_to_be_carried_off():
    taught = fitted([*CLEAR, *(f"Opera sings for the town {i}" for i in range(100))])
    assert "opera" not in dict(taught.stream)


def test_too_few_clear_texts_teach_nothing():
    assert fitted(CLEAR[:19]) == fitted()
    assert fitted(CLEAR[:20]) != fitted()


def test_a_text_that_comes_again_is_one_example():
    assert fitted(CLEAR[:1] * 100) == fitted()
    assert fitted(CLEAR * 2) == fitted(CLEAR)
    assert fitted(CLEAR, feed=[*FEED, *CLEAR]) == fitted(feed=[*FEED, *CLEAR])


def test_the_order_of_what_came_before_does_not_matter():
    mixed = random.Random(4).sample(CLEAR, len(CLEAR))  # noqa: S311 - repeatable, not secret
    assert fitted(mixed) == fitted(CLEAR)


def test_every_pass_starts_again_from_the_seeds():
    taught = fitted(CLEAR)
    judge = Judge(profile_of(), taught)
    passed = [text for text in (*CLEAR, *FEED) if judge.relevance(article(title=text)).is_relevant]
    assert fitted(passed) == taught


def test_values_come_back_from_stored_state_to_the_last_bit_and_say_why():
    taught = fitted(CLEAR)
    stored = Background.of_json(json.loads(json.dumps(taught.to_json())))
    assert stored == taught
    for title in (CLEAR[0], UNSAID_BY_SEEDS, FEED[0], ""):
        found = Judge(profile_of(), stored).relevance(article(title=title))
        assert "stream" in dict(found.features)
        assert recompute(found.features, stored, profile_of()) == found.value
    assert (
        "worded just like clear articles before it"
        in Judge(profile_of(), taught).relevance(article(title=CLEAR[0])).why
    )
    assert (
        "worded little like clear articles before it (0.00)"
        in Judge(profile_of(), taught).relevance(article(title=FEED[0])).why
    )


def test_a_background_stored_before_there_was_such_a_pass_is_read_as_one_without():
    old = fitted().to_json()
    del old["stream"]
    assert Background.of_json(old) == fitted()


def test_a_topic_with_facets_of_its_own_does_not_learn():
    own = profile_of(facets=[{"name": "Bees", "aliases": ["hive*", "honey"]}])
    assert fitted(CLEAR, profile=own) == fitted(profile=own)


def test_seeds_without_a_common_word_teach_nothing():
    strangers = [Seed(name=f"{i}", title=word, text=word) for i, word in enumerate(["Tram", "Opera", "Bank"])]
    profile = build_profile(TopicSettings(id="odd", title="Odd", sentence="What"), strangers)
    assert not fitted(FEED, profile=profile).stream
