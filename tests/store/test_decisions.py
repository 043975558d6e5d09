"""Decisions of an editor as rows: the newest stands, what is taken back gives way to the one before it. And drafts, and proofs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.store import decisions, drafts, proofs
from monitor.store.decisions import IN, LINE, OUT, TOP
from monitor.store.drafts import Draft
from monitor.store.transactions import SENDING, of_topics
from tests.make import AT


@pytest.fixture
def decide(store):
    """Write down what was decided of an article, for issue 2 of fish."""

    def write(kind, article_id=7, *, issue=2, words="A headline", ids=None):
        with store.begin(of_topics("fish")) as connection:
            return decisions.add(
                connection,
                "fish",
                issue,
                kind=kind,
                article_id=article_id,
                article_ids=ids or (article_id,),
                words=words,
                who="the desk",
                at=AT,
            )

    return write


def standing(store, issue=2):
    with store.look() as connection:
        return [
            (each.kind, each.article_id, each.words) for each in decisions.standing(connection, "fish", issue)
        ]


def take_back(store, identity, *, issue=2, topic="fish"):
    with store.begin(of_topics("fish")) as connection:
        return decisions.take_back(connection, topic, identity, issue=issue, who="the desk", at=AT)


def test_the_newest_stands_and_taking_it_back_brings_the_one_before(store, decide):
    first, second = decide(TOP), decide(OUT)
    decide(IN, 8)
    assert standing(store) == [("out", 7, "A headline"), ("in", 8, "A headline")]
    assert take_back(store, second)
    assert standing(store) == [("top", 7, "A headline"), ("in", 8, "A headline")]
    assert take_back(store, first)
    assert standing(store) == [("in", 8, "A headline")]


def test_saying_again_what_stands_is_no_second_decision(store, decide):
    assert decide(TOP) == decide(TOP)
    assert decide(LINE, 0, words="Mind the cod") == decide(LINE, 0, words="Mind the cod")
    assert decide(LINE, 0, words="Mind the herring") != decide(LINE, 0, words="Mind the cod")
    assert standing(store)[-1] == ("line", 0, "Mind the cod")


def test_they_belong_to_one_issue_and_one_topic(store, decide):
    identity = decide(TOP)
    assert standing(store, issue=3) == []
    assert not take_back(store, identity, issue=3)
    assert not take_back(store, identity, topic="tea")
    assert take_back(store, identity)
    assert not take_back(store, identity), "what was taken back once stands no more"


def test_a_draft_is_one_row_a_topic(store):
    for number in (1, 2):
        made = Draft(topic="fish", number=number, at=AT, mark=str(number), digest="{}")
        with store.begin(of_topics("fish")) as connection:
            drafts.put(connection, made)
        with store.look() as connection:
            assert drafts.get(connection, "fish") == made
            assert drafts.get(connection, "tea") is None
            assert drafts.state(connection, "fish") == drafts.state(connection, "fish")


def test_a_proof_of_the_same_draft_is_claimed_once_in_a_while(store):
    def claim(to="Ann@example.org", mark="a", minutes=0):
        at = AT + timedelta(minutes=minutes)
        with store.begin(SENDING) as connection:
            return proofs.claim(connection, "fish", to, mark=mark, at=at, after=at - timedelta(minutes=1))

    assert [claim(), claim(), claim("ann@example.org")] == [True, False, False]
    assert claim("bob@example.org")
    assert claim(mark="b"), "another draft"
    assert claim(mark="b", minutes=2)
    assert claim(mark="b", minutes=-5), "claimed by a clock that was ahead"
