"""The stored draft: made when something moved, read without composing, and never more than what the issue would be."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.daemon import due
from monitor.digests.frozen import from_json
from monitor.pipeline.issuing import digest, drafting, editing
from monitor.pipeline.judging import feedback, score
from monitor.store import drafts as drafts_store
from monitor.store import scores as scores_store
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import add, context_on, live

NEWS = ("Northland sinks two cod trawlers at sea",)


@pytest.fixture
def lived_in(store, tmp_path, now):
    return live(context_on(store, tmp_path, at=now - timedelta(days=7)), now)


@pytest.fixture
def composing(monkeypatch):
    """How often an issue is composed."""
    real, made = digest.composed, []

    def counted(*args):
        made.append(1)
        return real(*args)

    monkeypatch.setattr(digest, "composed", counted)
    return made


def stored(context):
    with context.store.look() as connection:
        return drafts_store.get(connection, TOPIC.id)


def scored_news(context, begin=100):
    ids = add(context, NEWS, at=context.now - timedelta(minutes=9), begin=begin)
    score.score_articles(context)
    return ids


def test_it_is_stored_once_and_read_without_composing(lived_in, composing):
    assert drafting.refresh(lived_in, TOPIC)
    assert stored(lived_in) == drafting.current(lived_in, TOPIC)
    assert not drafting.refresh(lived_in, TOPIC)
    assert not drafting.refresh(replace(lived_in, now=lived_in.now + drafting.AGE * 0.9), TOPIC)
    assert len(composing) == 1
    assert from_json(stored(lived_in).digest) == digest.draft(lived_in, TOPIC)


def one_more(context):
    scored_news(context)


def an_answer(context):
    with context.store.look() as connection:
        article = scores_store.waiting(connection, TOPIC.id, until=context.now)[0].article.id
    feedback.take_answer(context, TOPIC, article, "irrelevant")


def known_already(context):
    with context.store.look() as connection:
        article = scores_store.waiting(connection, TOPIC.id, until=context.now)[0].article.id
    feedback.take_answer(context, TOPIC, article, "knew_it")


def a_line(context):
    editing.decide(context, TOPIC, issue=2, kind="line", words="Mind the cod.", who="test")


def an_issue(context):
    digest.compose_issue(context, TOPIC, kind="issue")


@pytest.mark.parametrize("moved", [one_more, an_answer, known_already, a_line, an_issue])
def test_whatever_moves_the_issue_makes_it_stale(lived_in, moved):
    drafting.refresh(lived_in, TOPIC)
    before = stored(lived_in)
    moved(lived_in)
    assert drafting.current(lived_in, TOPIC).digest != before.digest
    assert stored(lived_in) == before, "who only looks stores nothing"
    assert drafting.refresh(lived_in, TOPIC)
    assert stored(lived_in).digest != before.digest


def test_an_edited_topic_and_an_hour_make_it_stale(lived_in):
    drafting.refresh(lived_in, TOPIC)
    edited = TOPIC.model_copy(update={"title": "Fish and more fish"})
    assert from_json(drafting.current(lived_in, edited).digest).title == "Fish and more fish"
    later = replace(lived_in, now=lived_in.now + drafting.AGE)
    assert drafting.current(later, TOPIC).at == later.now
    earlier = replace(lived_in, now=lived_in.now - timedelta(hours=2))
    assert drafting.current(earlier, TOPIC).at == earlier.now, "made by a clock that was ahead"


def test_control_a_draft_made_before_a_later_article_differs_from_the_issue(lived_in):
    drafting.refresh(lived_in, TOPIC)
    (article,) = scored_news(lived_in)
    issue = digest.compose_issue(lived_in, TOPIC, kind="issue").digest
    told = {each for entry in (*issue.top, *issue.also) for each in entry.shown_article_ids}
    assert article in told
    assert from_json(stored(lived_in).digest) != issue


def test_a_tick_makes_it_where_something_moved_and_not_where_nothing_did(lived_in, composing):
    due.run_due(lived_in)
    assert stored(lived_in).at == lived_in.now
    made = len(composing)
    for minute in range(1, 5):
        due.run_due(replace(lived_in, now=lived_in.now + timedelta(minutes=minute)))
    assert len(composing) == made
    later = replace(lived_in, now=lived_in.now + timedelta(minutes=9))
    scored_news(later)
    due.run_due(later)
    assert (stored(lived_in).at, len(composing)) == (later.now, made + 1)


def test_a_topic_of_which_nothing_was_learnt_has_none(store, tmp_path, now):
    context = context_on(store, tmp_path, at=now)
    assert not drafting.refresh(context, TOPIC)
    assert drafting.current(context, TOPIC) is None
