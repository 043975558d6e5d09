"""Facts told, as rows: the first to tell one stays the first, and a question is answered for one moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.store import articles as articles_store
from monitor.store import told
from tests.make import AT, article


@pytest.fixture
def ids(store):
    """Two articles, the second of three days later."""
    with store.begin() as connection:
        return [
            articles_store.add(connection, article(published=AT + timedelta(days=days)), key=f"k{days}")
            for days in (0, 3)
        ]


def before(store, keys, *, topic="fish", days=9, without=()):
    with store.begin() as connection:
        return told.before(
            connection, topic, frozenset(keys), until=AT + timedelta(days=days), without=without
        )


def add(store, keys, article_id, *, topic="fish"):
    with store.begin() as connection:
        told.add(connection, [(topic, article_id, keys)])


def test_what_an_article_told_is_told_for_later_ones_of_the_same_topic(store, ids):
    add(store, [1, -2], ids[0])
    assert before(store, [1, -2, 3]) == {1, -2}
    assert before(store, [1], topic="meat") == frozenset()


def test_an_article_of_the_issue_itself_or_of_later_told_nothing_yet(store, ids):
    add(store, [1], ids[0])
    add(store, [2], ids[1])
    assert before(store, [1, 2], without={ids[0]}) == {2}
    assert before(store, [1, 2], days=2) == {1}


def test_the_first_to_tell_stays_the_first_when_it_is_told_or_scored_again(store, ids):
    add(store, [1], ids[0])
    add(store, [1, 1], ids[0])
    add(store, [1, 2], ids[1])
    assert before(store, [1, 2], days=2) == {1}
    assert before(store, [1, 2], without={ids[1]}) == {1}


def test_more_keys_than_one_question_holds_are_asked_for(store, ids):
    add(store, range(1200), ids[0])
    assert len(before(store, range(-10, 2000))) == 1200


def test_nothing_is_asked_and_nothing_told(store, ids):
    add(store, [], ids[0])
    assert before(store, []) == frozenset()
