"""What a story is shown by: the right lead, and nothing said twice."""

from __future__ import annotations

import pytest

from monitor.pipeline.candidates import _lead, _said
from monitor.store.scores import Scored
from tests import make


def scored(number, title, **values):
    article = make.article(id=number, title=title, url=f"http://example.org/{number}", **values)
    score = make.score(article_id=number)
    return Scored(article=article, score=score, profile_version=1, background_id=1, issue_id=None)


@pytest.mark.parametrize(
    "title",
    [
        "Business live US job creation beats forecasts, as trade war with China begins - as it happened",
        "Tariff day – live",
        "US-China talks: live updates",
    ],
)
def test_a_live_blog_does_not_stand_for_a_story(title):
    assert _lead([scored(1, title), scored(2, "How a trade war can hurt growth")]).id == 2


def test_a_lively_headline_is_no_live_blog():
    assert _lead([scored(1, "Live cattle exports to China resume"), scored(2, "Cattle ships sail")]).id == 1


def test_open_access_and_full_text_come_first():
    rows = [scored(1, "A", paywall=True, origin="page"), scored(2, "B"), scored(3, "C", origin="page")]
    assert _lead(rows).id == 3


TEXT = "The United States raised its tariff on Chinese steel to 30 percent. Beijing called the measure groundless on Friday."


@pytest.mark.parametrize("was_told", [True, False])
def test_no_sentence_is_shown_twice(was_told):
    from monitor.pipeline.candidates import _quote

    lead = make.article(text=TEXT)
    newest = [
        _quote(lead, TEXT.split(". ", maxsplit=1)[0] + "."),
        _quote(lead, "Beijing called the measure groundless on Friday."),
    ]
    quotes, fresh = _said(lead, newest, was_told=was_told)
    texts = [quote.text for quote in (*quotes, *fresh)]
    assert len(set(texts)) == len(texts) == 2
    assert (fresh != ()) == was_told
