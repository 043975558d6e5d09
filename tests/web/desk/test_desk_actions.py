"""What changes something: an answer with its undo, and a feed asked now; by a form of ours alone."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.operations.desk.rooms import Rooms
from monitor.pipeline.judging import explain, feedback
from monitor.store import articles as articles_store
from monitor.store import befores
from monitor.store import feedback as feedback_store
from monitor.store import scores as scores_store
from monitor.web.desk.dispatch import Desk
from tests import make
from tests.fakes import FakeFetcher
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import Browser, Text

FEED = b"""<rss version="2.0"><channel><title>t</title><item><title>Herring quota of Northland agreed</title>
<link>http://example.org/new</link><guid>n1</guid><pubDate>Mon, 09 Mar 2026 06:00:00 GMT</pubDate></item></channel></rss>"""


def judged(context):
    """What waits: article -> its relevance, side of the line, and story."""
    with context.store.look() as connection:
        return {
            made.score.article_id: (
                made.score.relevance.value,
                made.score.relevance.is_relevant,
                made.score.story_id,
            )
            for made in scores_store.bare_open(connection, "fish")
        }


def waiting_rows(context):
    """The rows of what waits, whole."""
    with context.store.look() as connection:
        return befores.waiting_rows(connection, "fish")


def answers(context):
    with context.store.look() as connection:
        return feedback_store.verdicts(connection, "fish")


def waiting(context):
    return sorted(article for article, (_, is_relevant, _) in judged(context).items() if is_relevant)


def say(browser, article, verdict, back="/"):
    fields = {
        "token": browser.token(f"/articles/{article}"),
        "topic": "fish",
        "verdict": verdict,
        "back": back,
    }
    return browser.post(f"/articles/{article}/answer", fields)


def undo(browser, page):
    """Press the button on the page an answer led to."""
    after = browser.get(page.headers["Location"])
    article, fields = re.search(rb'action="/articles/(\d+)/undo">(.*?)>Undo', after.body, re.DOTALL).groups()
    names = {
        name.decode(): value.decode()
        for name, value in re.findall(rb'name="([^"]*)" value="([^"]*)"', fields)
    }
    return browser.post(f"/articles/{article.decode()}/undo", names)


def test_an_answer_is_kept_shown_and_learnt_from(open_desk, lived_in):
    article = waiting(lived_in)[0]
    title = re.search(rb"<h1[^>]*><bdi>([^<]+)<", open_desk.get(f"/articles/{article}").body)[1].decode()
    assert title in Text(open_desk.get("/")).text
    page = say(open_desk, article, "irrelevant", "/?topic=fish")
    assert (page.status, answers(lived_in)) == (303, {article: "irrelevant"})
    after = open_desk.get(page.headers["Location"])
    assert "not on topic. What waits was judged anew" in Text(after).text
    assert not judged(lived_in)[article][1]
    entries = re.findall(rb'<article class="entry">.*?</article>', after.body, re.DOTALL)
    assert not any(title.encode() in entry for entry in entries)  # the draft was made anew at once
    assert b'aria-pressed="true">Not on topic' in open_desk.get(f"/articles/{article}").body


def test_undo_gives_back_scores_and_draft_to_the_bit(open_desk, lived_in, rooms):
    before, rows = rooms.week("fish").digest, waiting_rows(lived_in)
    article = waiting(lived_in)[0]
    page = say(open_desk, article, "irrelevant")
    assert waiting_rows(lived_in) != rows
    back = undo(open_desk, page)
    assert answers(lived_in) == {}
    assert waiting_rows(lived_in) == rows
    assert Rooms(lived_in, lambda: lived_in.now).week("fish").digest == before
    assert explain.verify(lived_in, TOPIC).differing == ()
    assert "nothing. What waits" in Text(open_desk.get(back.headers["Location"])).text


def test_undo_after_another_answer_leaves_that_one_its_effect(open_desk, lived_in):
    first, second = waiting(lived_in)[:2]
    page = say(open_desk, first, "irrelevant")
    say(open_desk, second, "irrelevant")
    undo(open_desk, page)
    assert answers(lived_in) == {second: "irrelevant"}
    assert [judged(lived_in)[each][1] for each in (first, second)] == [True, False]
    assert explain.verify(lived_in, TOPIC).differing == ()


def test_undo_gives_back_no_score_that_was_made_anew_meanwhile(lived_in):
    article = waiting(lived_in)[0]
    answered = feedback.take_answer(lived_in, TOPIC, article, "irrelevant")
    stale = {key: {**row, "profile_version": 99} for key, row in answered.before.rows.items()}
    with lived_in.store.begin() as connection:
        assert befores.put_back(connection, "fish", stale) == 0
        assert befores.put_back(connection, "fish", answered.before.rows) == len(answered.before.rows) > 0


def test_undo_brings_an_earlier_answer_back(open_desk, lived_in):
    article = waiting(lived_in)[0]
    say(open_desk, article, "knew_it")
    page = say(open_desk, article, "irrelevant")
    assert "was=knew_it" in page.headers["Location"]
    undo(open_desk, page)
    assert answers(lived_in) == {article: "knew_it"}


def test_what_a_reader_answered_counts_again_after_undo(lived_in):
    article = waiting(lived_in)[0]
    feedback.take_answer(lived_in, TOPIC, article, "irrelevant", reader="a-mark-of-a-reader")
    feedback.take_answer(lived_in, TOPIC, article, "relevant")
    assert answers(lived_in) == {article: "relevant"}
    feedback.undo(lived_in, TOPIC, article, "")
    assert answers(lived_in) == {article: "irrelevant"}


def test_undo_about_nothing_is_refused(open_desk):
    token = {"token": open_desk.token("/articles/1")}
    assert open_desk.post("/articles/99999/undo", token | {"topic": "fish", "verdict": ""}).status == 404
    assert open_desk.post("/articles/1/undo", token | {"topic": "fish", "verdict": "yes"}).status == 400


@pytest.mark.parametrize(
    ("article", "fields", "status"),
    [
        ("1", {"topic": "other", "verdict": "relevant"}, 404),
        ("99999", {"topic": "fish", "verdict": "relevant"}, 404),
        ("1", {"topic": "fish", "verdict": "yes"}, 400),
        ("1", {"topic": "fish"}, 400),
    ],
)
def test_an_answer_about_nothing_is_refused(open_desk, lived_in, article, fields, status):
    page = open_desk.post(f"/articles/{article}/answer", {"token": open_desk.token("/articles/1")} | fields)
    assert (page.status, answers(lived_in)) == (status, {})


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"])
def test_an_answer_leads_back_to_the_desk_alone(open_desk, back):
    assert say(open_desk, 1, "relevant", back).headers["Location"].startswith("/?")


def test_an_answer_needs_a_form_of_ours(locked, lived_in):
    fields = {"token": "x", "topic": "fish", "verdict": "irrelevant", "back": "/"}
    assert locked.post("/articles/1/answer", fields).status == 403
    locked.log_in()
    assert locked.post("/articles/1/answer", fields).status == 403
    token = locked.token("/articles/1")
    assert (
        locked.post("/articles/1/answer", fields | {"token": token}, origin="https://evil.example").status
        == 403
    )
    assert locked.get("/articles/1/answer?topic=fish&verdict=irrelevant").status == 405
    assert answers(lived_in) == {}
    assert locked.post("/articles/1/answer", fields | {"token": token}).status == 303


@pytest.fixture
def asking(lived_in, guarded):
    """A desk whose feed answers, an hour later."""
    fetcher = FakeFetcher({make.feed().url: FEED})
    context = replace(lived_in, fetcher=fetcher, now=lived_in.now + timedelta(hours=1))
    return Browser(Desk(Rooms(context, lambda: context.now), guarded(password=""))), fetcher


def test_a_feed_is_asked_now_and_what_is_new_is_stored(asking, lived_in):
    browser, fetcher = asking
    page = browser.post("/feeds/ledger/check", {"token": browser.token("/feeds")})
    assert "Harbour Ledger: ok, 1 entries, 1 new" in Text(page).text
    assert len(fetcher.asked) == 1
    with lived_in.store.look() as connection:
        assert articles_store.stages(connection)["polled"] == 1


def test_a_feed_is_not_asked_twice_in_a_minute(asking):
    browser, fetcher = asking
    token = browser.token("/feeds")
    browser.post("/feeds/ledger/check", {"token": token})
    page = browser.post("/feeds/ledger/check", {"token": token})
    assert (page.status, "was asked a moment ago" in Text(page).text, len(fetcher.asked)) == (400, True, 1)


def test_a_feed_that_is_not_there_is_not_asked(asking):
    browser, fetcher = asking
    assert browser.post("/feeds/other/check", {"token": browser.token("/feeds")}).status == 404
    assert browser.post("/feeds/..%2Fx/check", {"token": browser.token("/feeds")}).status == 404
    assert fetcher.asked == []
