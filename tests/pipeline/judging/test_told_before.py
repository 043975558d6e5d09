"""A name of spring is no news in autumn: what scoring stores of facts, and what an issue asks of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Stage
from monitor.pipeline.judging import learn, score
from monitor.pipeline.judging.knowledge import judging, memory
from monitor.pipeline.judging.scorer import whats_new
from monitor.store import articles as articles_store
from monitor.store import told
from monitor.stories import describe
from tests import make
from tests.pipeline.judging.northland import SEED, TOPIC

NAMED = "Northland keeps its cod quota, said Ada Holm, head of the fish board. Boats fish for herring."


@pytest.fixture
def told_in_spring(house, tmp_path, now):
    """A house whose one article, twenty weeks old, names Ada Holm."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "one.md").write_text(SEED)
    context = house(topics=[TOPIC])
    learn.learn_topic(context, TOPIC)
    with context.store.begin() as connection:
        old = make.article(
            title="Northland sets its cod quota",
            text=NAMED,
            url="http://example.org/1",
            published=now - timedelta(weeks=20),
            seen_at=now - timedelta(weeks=20),
            stage=Stage.READ,
        )
        articles_store.add(connection, old, key="example.org/1")
    assert score.score_articles(context).relevant == 1
    return context


def facts(context, *, without=()):
    """What an issue would show of an article of today that names her too."""
    new = make.article(id=2, title="Northland fears for its cod", text=NAMED, published=context.now)
    judged = judging(context, TOPIC)
    with context.store.begin() as connection:
        known = memory(connection, context, TOPIC, judged, without=without, before=1)
        assert all(item.kind == "seed" for item in known.window.items)
        news = whats_new([(new, describe(new))], known, judged.profile, was_told=True)
    return {fact.value for fact in news.facts}


def test_a_name_told_before_the_memory_reaches_back_is_no_fact(told_in_spring):
    assert "Ada Holm" not in facts(told_in_spring)


def test_the_article_an_issue_is_made_of_does_not_tell_its_own_facts_before(told_in_spring):
    assert "Ada Holm" in facts(told_in_spring, without={1})


def test_scoring_again_tells_nothing_twice(told_in_spring):
    keys = describe(make.article(text=NAMED)).told_keys
    for _ in range(2):
        with told_in_spring.store.begin() as connection:
            found = told.before(connection, TOPIC.id, keys, until=told_in_spring.now, without=())
        assert found == keys
        score.score_articles(told_in_spring)
