"""What became of what issues told: a headline that changed after it was sent stands in the next issue, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.frozen import to_json
from monitor.digests.render import render
from monitor.pipeline.issuing import aftermath
from monitor.settings import TopicSettings
from monitor.store import articles as articles_store
from monitor.store import issues as issues_store
from tests import make
from tests.digests import samples

TOPIC = TopicSettings(id="trade", title="Trade", sentence="Trade.")
COMPOSED = make.AT + timedelta(days=1)


@pytest.fixture
def sent(store):
    """Issue 1, which carried "Duties rise"; its article's id."""
    with store.begin() as connection:
        article_id = articles_store.add(connection, make.article(title="Duties rise"), key="a")
        story = replace(samples.top_story(1), article_ids=(article_id,), headline="Duties rise")
        digest = replace(
            samples.digest(), topic="trade", issue=1, top=(story,), also=(), composed_at=COMPOSED
        )
        issues_store.freeze(
            connection,
            topic="trade",
            number=1,
            since=digest.since,
            until=digest.until,
            composed_at=COMPOSED,
            digest=to_json(digest),
            rendered=render(digest),
            told=[(1, "Duties rise", ())],
        )
    return article_id


def revised(store, *, until):
    with store.begin() as connection:
        return aftermath.revised(connection, TOPIC, issues_store.newest(connection, "trade"), until=until)


def test_a_headline_changed_after_it_was_sent_is_found(store, sent):
    at = COMPOSED + timedelta(days=2)
    with store.begin() as connection:
        articles_store.revise(connection, sent, at=at, field="title", old="Duties rise", new="Duties fall")
    (found,) = revised(store, until=at + timedelta(days=1))
    assert (found.before, found.headline, found.issue, found.at) == ("Duties rise", "Duties fall", 1, at)


@pytest.mark.parametrize(
    ("days", "why"),
    [
        (-2, "before the issue was composed: it carried the new one"),
        (9, "after the period"),
    ],
)
def test_other_changes_are_not(store, sent, days, why):
    at = COMPOSED + timedelta(days=days)
    with store.begin() as connection:
        articles_store.revise(connection, sent, at=at, field="title", old="Duties rise", new="Duties fall")
    assert revised(store, until=COMPOSED + timedelta(days=7)) == [], why


def test_articles_no_issue_showed_are_not_watched(store, sent):
    at = COMPOSED + timedelta(days=2)
    with store.begin() as connection:
        other = articles_store.add(connection, make.article(url="http://example.org/b", title="Tea"), key="b")
        articles_store.revise(connection, other, at=at, field="title", old="Tea", new="Coffee")
    assert revised(store, until=at + timedelta(days=1)) == []


def test_without_an_issue_nothing_changed(store):
    with store.begin() as connection:
        assert aftermath.revised(connection, TOPIC, None, until=COMPOSED) == []
