"""Answers and tunings as rows."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.store import articles as articles_store
from monitor.store import feedback
from tests.make import AT, article


@pytest.fixture
def ids(store):
    with store.begin() as connection:
        return [
            articles_store.add(
                connection, article(title=f"Title {n}", text=text, summary="Short."), key=f"k{n}"
            )
            for n, text in enumerate(["", "Long."])
        ]


def test_the_newest_answer_stands_and_the_earlier_one_is_told(store, ids):
    with store.begin() as connection:
        said = [
            feedback.put(connection, "fish", ids[0], verdict=verdict, at=AT + timedelta(days=n))
            for n, verdict in enumerate(["relevant", "knew_it", "irrelevant"])
        ]
        feedback.put(connection, "tea", ids[0], verdict="relevant", at=AT)
        assert said == [None, "relevant", "knew_it"]
        assert feedback.verdicts(connection, "fish") == {ids[0]: "irrelevant"}
        assert feedback.verdicts(connection, "wine") == {}


def test_an_answer_is_taken_back_for_one_reader_alone(store, ids):
    with store.begin() as connection:
        feedback.put(connection, "fish", ids[0], verdict="relevant", at=AT)
        feedback.put(connection, "fish", ids[0], verdict="irrelevant", at=AT, reader="mark")
        assert feedback.given(connection, "fish", ids[0]) == "relevant"
        assert feedback.given(connection, "fish", ids[1]) == ""
        assert feedback.withdraw(connection, "fish", ids[0]) == "relevant"
        assert feedback.withdraw(connection, "fish", ids[0]) is None
        assert feedback.verdicts(connection, "fish") == {ids[0]: "irrelevant"}


def test_known_articles_come_with_their_text_or_else_their_summary(store, ids):
    with store.begin() as connection:
        for identity in ids:
            feedback.put(connection, "fish", identity, verdict="knew_it", at=AT)
        known = feedback.known(connection, "fish")
        assert [(k.title, k.text, k.published) for k in known] == [
            ("Title 0", "Short.", AT),
            ("Title 1", "Long.", AT),
        ]
        assert feedback.known(connection, "tea") == ()


def test_an_answer_about_no_article_is_refused(store):
    with pytest.raises(IntegrityError), store.begin() as connection:
        feedback.put(connection, "fish", 404, verdict="relevant", at=AT)


def test_a_tuning_gets_a_version_only_when_it_differs_from_the_newest(store):
    with store.begin() as connection:
        assert feedback.tuning(connection, "fish") is None
        assert [feedback.add_tuning(connection, "fish", body, at=AT) for body in "aabba"] == [1, 1, 2, 2, 3]
        assert feedback.add_tuning(connection, "tea", "a", at=AT) == 1
        assert feedback.tuning(connection, "fish").body == "a"
        assert feedback.tuning(connection, "fish", version=2).body == "b"
        assert feedback.tuning(connection, "fish", version=9) is None
