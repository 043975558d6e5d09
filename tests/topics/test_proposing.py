"""Sides proposed for a new topic: words that stand in the texts, places first, nothing that feeds say all the time."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.aliases import lexicon
from monitor.topics import read
from monitor.topics.proposing import companions, propose
from tests.cli.beekeeping import WORDS, story

SEEDS = [read(title, "\n".join(text)) for title, text in (story("bees", n) for n in range(5))]
STREAM = [
    read(title, text[0])
    for title, text in (story(subject, n) for n in range(20, 120) for subject in ("trams", "common"))
]


def test_what_seeds_say_and_feeds_do_not_is_the_subject():
    subject = next(each for each in propose(SEEDS, STREAM) if each.name == "Subject")
    assert subject.of_seeds == 1.0
    said = {word for alias in subject.aliases for word in alias.split()}
    assert "honey" in said
    assert said <= set(WORDS["bees"])


def test_a_place_that_most_seeds_name_is_a_side_of_its_own():
    seeds = [read("Bees of Poland", f"Beekeepers near Warsaw counted {n} hives in Poland.") for n in range(3)]
    first = propose(seeds, STREAM)[0]
    assert (first.name, first.of_seeds) == ("Poland", 1.0)


def test_an_abbreviation_stays_in_capitals_and_names_keep_theirs():
    texts = [read("Word of it", f"The NSA told Snowden and his lawyers number {n} of it.") for n in range(3)]
    names = next(each for each in propose(texts, STREAM) if each.name == "Names")
    assert {"NSA", "Snowden"} <= set(names.aliases)


def test_companions_go_with_the_topic_and_stand_in_no_seed():
    later = [read("Hornets", f"Hornets raid hives and honey colonies again, {n} times.") for n in range(4)]
    assert companions(SEEDS, later, STREAM)[0].lower() == "hornets"
    assert companions(SEEDS, [], STREAM) == ()


def test_without_seeds_nothing_is_proposed():
    assert propose([], STREAM) == ()


@given(st.lists(st.text(max_size=200), max_size=5), st.lists(st.text(max_size=80), max_size=5))
def test_whatever_the_texts_each_proposed_word_stands_in_a_seed(seeds, stream):
    read_seeds = [read("", seed) for seed in seeds]
    for side in propose(read_seeds, [read(text) for text in stream]):
        said = side.aliases if side.name in ("Subject", "Names") else ()
        assert all(any(lexicon((word,)).find(seed.words) for seed in read_seeds) for word in said)
