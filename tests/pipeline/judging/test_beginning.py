"""A topic as it would be: seeds from pages and texts, sides, questions on both sides of the line, and what answers do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.articles.clean import seed_text
from monitor.errors import InputError
from monitor.model import Seed
from monitor.pipeline.judging.beginning import (
    QUESTIONS,
    Corpus,
    Outline,
    checked,
    gather,
    seed_file,
    seed_of,
    taught_seeds,
)
from monitor.pipeline.judging.corpus import known_seeds
from monitor.settings import TopicSettings
from monitor.topics import build_profile
from tests import make
from tests.cli.beekeeping import entries, page, story
from tests.fakes import FakeFetcher

SEEDS = tuple(
    Seed(name=str(n), title=title, text="\n".join(text))
    for n, (title, text) in enumerate(story("bees", n) for n in range(5))
)
OUTLINE = Outline(title="Bees", sentence="Beekeeping.", seeds=SEEDS)


def articles():
    for number, (subject, which) in enumerate(entries(), start=1):
        title, text = story(subject, 100 + which)
        url = f"http://example.org/{subject}/{which}"
        yield make.article(id=number, url=url, title=title, summary=text[0], text="\n".join(text))


@pytest.fixture(scope="module")
def corpus():
    return Corpus(tuple(articles()))


def test_questions_lie_on_both_sides_of_the_line_and_none_is_asked_twice(corpus):
    asked = corpus.outlook(OUTLINE, {}).questions
    assert len(asked) == QUESTIONS
    assert {each.is_relevant for each in asked} == {True, False}
    assert len({each.title for each in asked}) == len(asked)
    first = {asked[0].article_id: True, asked[1].article_id: False}
    later = corpus.outlook(OUTLINE, first).questions
    assert len(later) == QUESTIONS - 2
    assert first.keys().isdisjoint(each.article_id for each in later)


def test_an_answer_stands_for_its_article(corpus):
    before = corpus.outlook(OUTLINE, {})
    on = next(each for each in before.newest)
    after = corpus.outlook(OUTLINE, {on.article_id: False})
    assert on.article_id not in {each.article_id for each in after.newest}


def test_sides_tell_what_they_bring_in_and_cut_off(corpus):
    found = corpus.outlook(OUTLINE, {})
    subject = next(side for side in found.sides if side.name == "Subject")
    assert found.looked_at == len(entries())
    assert subject.brings >= found.on_topic - subject.cuts > 0


def test_a_seed_file_is_read_back_as_the_seed():
    [article] = list(articles())[:1]
    seed = seed_of(article)
    read = seed_text(seed_file(seed), name=seed.name)
    assert (read.title, read.url, read.outlet, read.is_known) == (seed.title, seed.url, seed.outlet, False)
    assert read.text.split() == seed.text.split()


def test_what_only_teaches_is_no_old_news():
    profile = build_profile(
        TopicSettings(id="a", title="A", sentence="B"), (*SEEDS, *taught_seeds(articles()))
    )
    assert known_seeds(profile) == SEEDS


def test_pages_and_texts_become_seeds_in_their_order_and_the_rest_is_named(house):
    context = replace(house(), fetcher=FakeFetcher({"http://example.org/1": page("bees", 1).encode()}))
    title, text = story("bees", 2)
    pasted = {"pasted.txt": title + "\n\n" + "\n\n".join(text), "thin.txt": "Too little."}
    found = gather(context, ["http://example.org/1", "http://example.org/2", "javascript:x"], pasted)
    assert [seed.title for seed in found.seeds] == [story("bees", 1)[0], title]
    assert [what for what, _ in found.refused] == ["javascript:x", "http://example.org/2", "thin.txt"]


@pytest.mark.parametrize(
    "change", [{"title": " "}, {"sentence": ""}, {"seeds": SEEDS[:2]}, {"seeds": SEEDS * 3}]
)
def test_what_cannot_become_a_topic_is_refused(change):
    with pytest.raises(InputError):
        checked(replace(OUTLINE, **change))
    assert checked(OUTLINE) is OUTLINE
