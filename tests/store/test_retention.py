"""What is forgotten after its age, and what never is, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.model import Relevance, Stage
from monitor.settings import RetentionSettings
from monitor.store import articles as articles_store
from monitor.store import feedback, feeds, retention
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from monitor.store.feeds import Poll
from monitor.store.retention import Pruned
from tests.make import AT, article, score
from tests.store.rows import everything

AGES = RetentionSettings()
NOT_RELEVANT = Relevance(value=0.1, is_relevant=False)


@pytest.fixture
def corpus(store):
    """Articles of 10 and 100 days: scored by one topic, by two, answered, and not scored yet. Gives their ids by name."""
    ids = {}
    with store.begin() as connection:
        background = topics_store.add_background(
            connection, "trade", "{}", profile_version=1, documents=0, at=AT
        )

        def add(name, *, days, topics=(), stage=Stage.SCORED):
            seen = AT - timedelta(days=days)
            made = article(
                text=f"Text of {name}", summary="Short.", published=seen, seen_at=seen, stage=stage
            )
            ids[name] = articles_store.add(connection, made, key=name)
            articles_store.add_sightings(connection, [("ledger", name, ids[name])], at=seen)
            for topic, relevant in topics:
                values = {"article_id": ids[name], "topic": topic}
                if not relevant:
                    values |= {"relevance": NOT_RELEVANT, "story_id": None}
                scores_store.put(
                    connection,
                    score(**values),
                    at=seen,
                    published=seen,
                    profile_version=1,
                    background_id=background,
                    features_json="{}" if relevant else None,
                )

        for days in (10, 100, 400):
            add(f"off {days}", days=days, topics=[("trade", False)])
            add(f"on {days}", days=days, topics=[("trade", True)])
            add(f"on one {days}", days=days, topics=[("fish", True), ("trade", False)])
            add(f"unscored {days}", days=days, stage=Stage.READ)
            add(f"answered {days}", days=days, topics=[("trade", False)])
            feedback.put(connection, "trade", ids[f"answered {days}"], verdict="knew_it", at=AT)
            at = AT - timedelta(days=days)
            feeds.add_polls(
                connection,
                [Poll(feed_id="ledger", at=at, ok=True, http_status=200, status="ok", entries=1, new=1)],
            )
    return ids


def run(store, step, ages=AGES):
    with store.begin() as connection:
        return step(connection, ages, now=AT)


def texts(store, ids):
    with store.begin() as connection:
        found = articles_store.get(connection, ids.values())
    return {name for name, identity in ids.items() if found[identity].text}


def test_old_texts_of_irrelevant_articles_go_and_all_others_stay(store, corpus):
    run(store, retention.prune)
    assert set(corpus) - texts(store, corpus) == {"off 100", "off 400"}
    with store.begin() as connection:
        left = articles_store.get(connection, [corpus["off 100"]])[corpus["off 100"]]
        assert (left.title, left.summary) == ("A headline", "Short.")
        assert scores_store.of_article(connection, left.id)[0].score.relevance == NOT_RELEVANT


def test_old_polls_go(store, corpus):
    run(store, retention.prune)
    assert len(everything(store)["polls"]) == 1


def test_a_forgotten_sighting_makes_no_new_article(store, corpus):
    run(store, retention.prune)
    guids = {guid for _, guid, *_ in everything(store)["sightings"]}
    assert set(corpus) - guids == {"off 400", "unscored 400", "answered 400"}
    with store.begin() as connection:
        assert articles_store.ids_of(connection, ["off 400"]) == {"off 400": corpus["off 400"]}


def test_nothing_else_is_touched(store, corpus):
    before = everything(store)
    run(store, retention.prune)
    after = everything(store)
    touched = {"articles", "polls", "sightings"}
    assert {name for name in before if before[name] != after[name]} == touched
    assert len(after["articles"]) == len(before["articles"])


def test_counting_changes_nothing_and_says_what_pruning_does(store, corpus):
    before = everything(store)
    counted = run(store, retention.prunable)
    assert everything(store) == before
    assert counted == run(store, retention.prune)
    assert counted == Pruned(texts=2, text_chars=2 * len("Text of off 100"), polls=2, sightings=3)


def test_pruning_twice_forgets_nothing_more(store, corpus):
    run(store, retention.prune)
    before = everything(store)
    assert run(store, retention.prune) == Pruned()
    assert everything(store) == before


def test_zero_days_means_for_ever(store, corpus):
    ages = RetentionSettings(texts_days=0, polls_days=0, sightings_days=0)
    assert run(store, retention.prunable, ages) == Pruned()
