"""What a story is shown by: the right lead, and nothing said twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Nearest
from monitor.pipeline.issuing.candidates import _lead, _led_by, _quotes, _said, reported
from monitor.pipeline.issuing.newness import is_another, is_known, status
from monitor.store.scores import Scored
from monitor.stories import WhatsNew
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


@pytest.mark.parametrize("title", ["Commentary: Time to talk", "PD Commentary: No winners", "Op-ed: Enough"])
def test_an_opinion_stands_for_a_story_only_where_there_is_no_other_full_text(title):
    rows = [scored(1, title, origin="page"), scored(2, "Beijing raises its duty", origin="page")]
    assert _lead(rows).id == 2
    assert _lead([scored(1, title, origin="page"), scored(2, "Beijing raises its duty")]).id == 1


def of_relevance(number, title, value, hours):
    made = scored(number, title, published=make.AT + timedelta(hours=hours))
    relevance = replace(made.score.relevance, value=value)
    return replace(made, score=replace(made.score, relevance=relevance))


def test_the_event_leads_before_an_answer_that_is_closer_to_the_topic():
    event = of_relevance(1, "US adds 14 companies to export list", 0.75, 0)
    answer = of_relevance(2, "Ministry urges US to remove 14 companies from list", 0.95, 9)
    assert _lead([answer, event]).id == 1


def test_what_is_hardly_on_topic_leads_only_alone():
    aside = of_relevance(1, "Shares slide", 0.45, 0)
    assert _lead([aside, of_relevance(2, "Beijing raises its duty", 0.9, 9)]).id == 2
    assert _lead([aside]).id == 1


CAPTION = "Gao Invented, a spokesman of the ministry, holds a press conference on July 12."
REPORT = "China lodged a complaint on Monday over the proposed duties on imports, the ministry said."


def test_a_caption_is_never_quoted_and_the_report_behind_it_is():
    lead = make.article(title="A complaint", text=f"{CAPTION} [Photo/VCG] {REPORT}")
    assert [quote.text for quote in _quotes(lead, ())] == [REPORT]


def test_the_next_sentence_stands_in_for_a_caption():
    lead = make.article(id=7, title="A complaint", text=f"{CAPTION} [Photo/VCG] {REPORT}")
    news = WhatsNew(status="updated", sentences=((7, CAPTION, 0.9),), ranked=((7, CAPTION), (7, REPORT)))
    assert reported(news, {7: lead}) == [(7, REPORT)]
    plain = WhatsNew(status="updated", sentences=((7, REPORT, 0.9),))
    assert reported(plain, {7: lead}) == [(7, REPORT)]


def test_a_dateline_is_quoted_neither_as_opening_nor_as_news():
    lead = make.article(id=7, title="A complaint", text=f"BEIJING (Meridian Wire) — {REPORT} More follows.")
    assert [quote.text for quote in _quotes(lead, ())] == [REPORT]
    whole = f"BEIJING (Meridian Wire) — {REPORT}"
    assert reported(WhatsNew(status="updated", sentences=((7, whole, 0.9),)), {7: lead}) == [(7, REPORT)]


def test_a_question_is_no_opening():
    lead = make.article(
        title="A complaint", text=f"Who will pay for the new duties on steel imports? {REPORT}"
    )
    assert [quote.text for quote in _quotes(lead, ())] == [REPORT]


def test_a_told_story_with_nothing_to_show_for_itis_known():
    news = WhatsNew(status="updated")
    assert verdict_of(news, was_told=True, can_be_shown=False) == "known"
    assert verdict_of(news, was_told=True) == "updated"
    assert verdict_of(news, was_told=True, is_retelling=True) == "known"


def verdict_of(news, **facts):
    return status(
        news,
        **{
            "was_told": False,
            "can_be_shown": True,
            "is_known": False,
            "is_further": False,
            "is_retelling": False,
        }
        | facts,
    )


@pytest.mark.parametrize(("novelty", "verdict"), [(0.24, "known"), (0.26, "new")])
def test_a_story_no_issue_told_is_known_where_all_its_reports_are(novelty, verdict):
    known = is_known(None, novelty)
    assert verdict_of(WhatsNew(status="new"), is_known=known) == verdict


@pytest.mark.parametrize(
    ("kind", "overlap", "novelty", "verdict"),
    [
        ("issue", 0.46, 0.4, "known"),
        ("known", 0.46, 0.4, "known"),
        ("article", 0.46, 0.4, "new"),  # nobody was sent it
        ("issue", 0.46, 0.6, "new"),
        ("issue", 0.44, 0.4, "new"),
        ("issue", 0.81, 0.9, "known"),
    ],
)
def test_what_an_issue_said_nearly_so_is_known_where_little_in_it_is_new(kind, overlap, novelty, verdict):
    news = WhatsNew(status="new", nearest=Nearest(kind=kind, title="x", published=None, overlap=overlap))
    assert verdict_of(news, is_known=is_known(news.nearest, novelty)) == verdict


@pytest.mark.parametrize(
    ("days", "overlap", "expected"), [(20, 0.46, True), (30, 0.46, False), (30, 0.96, True)]
)
def test_a_bare_headline_is_not_known_by_what_was_sent_long_ago(days, overlap, expected, now):
    sent = Nearest(kind="issue", title="x", published=now - timedelta(days=days), overlap=overlap)
    assert is_known(sent, 0.4, now) is expected


TEXT = "The United States raised its tariff on Chinese steel to 30 percent. Beijing called the measure groundless on Friday."


@pytest.mark.parametrize("was_told", [True, False])
def test_no_sentence_is_shown_twice(was_told):
    from monitor.pipeline.issuing.candidates import _quote

    lead = make.article(text=TEXT)
    newest = [
        _quote(lead, TEXT.split(". ", maxsplit=1)[0] + "."),
        _quote(lead, "Beijing called the measure groundless on Friday."),
    ]
    quotes, fresh = _said(lead, newest, was_told=was_told)
    texts = [quote.text for quote in (*quotes, *fresh)]
    assert len(set(texts)) == len(texts) == 2
    assert (fresh != ()) == was_told


def test_an_earlier_date_does_not_take_the_lead():
    first = of_relevance(1, "Washington raises duty", 0.9, 0)
    late = of_relevance(2, "Duty raised, says blog", 0.9, -48)
    late = replace(late, article=replace(late.article, seen_at=late.article.seen_at + timedelta(hours=3)))
    assert _lead([late, first]).id == 1


def test_what_an_aggregator_carries_counts_as_its_publishers():
    ledger = make.feed(id="ledger", url="https://ledger.example/feed", hosts=())
    search = make.feed(id="search", url="https://news.google.com/rss", hosts=())
    lister = make.feed(id="lister", url="https://lister.example/feed", hosts=(), aggregator=True)
    feeds = {feed.id: feed for feed in (ledger, search, lister)}
    page = "https://www.paper.example/a"
    leads = {
        ("ledger", page): ("ledger", "paper.example"),
        ("search", "https://news.google.com/articles/1"): ("", ""),
        ("lister", page): ("", "paper.example"),
        ("a feed that is gone", page): ("a feed that is gone", "paper.example"),
    }
    for (feed, url), counted in leads.items():
        assert _led_by(make.article(feed_id=feed, url=url), feeds) == counted


@pytest.mark.parametrize(
    ("status", "novelty", "was_told", "expected"),
    [
        ("known", 0.25, False, True),
        ("known", 0.24, False, False),
        ("known", 0.9, True, False),  # the very story: nothing changed
        ("updated", 0.9, False, False),  # it goes on with what was told, and says what changed
    ],
)
def test_what_only_resembles_a_told_story_is_another_when_it_is_new(status, novelty, was_told, expected):
    assert is_another(WhatsNew(status=status), novelty, was_told=was_told) is expected
