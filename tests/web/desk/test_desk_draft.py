"""This week by hand: pins, omissions and a line by forms of ours alone, taken back by a button; the stored draft read at each look."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.operations.desk.rooms import Rooms
from monitor.pipeline.issuing import digest, drafting
from monitor.pipeline.judging import score
from monitor.store import decisions as decisions_store
from monitor.store import drafts as drafts_store
from monitor.web.desk.dispatch import Desk
from tests.pipeline.issuing.test_draft import everything
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import Browser, Text, add


def leads(page):
    """The articles that lead the entries under "Would be sent", in order."""
    top = page.body.decode().partition('id="top"')[2].partition("</section>")[0]
    return [int(each) for each in re.findall(r'<h3[^>]*><a href="/articles/(\d+)"', top)]


def decide(browser, kind, article="", issue="2", **fields):
    own = {"token": browser.token("/"), "issue": issue, "kind": kind, "article": str(article)}
    return browser.post("/draft/fish/decide", own | fields)


def standing(context, issue=2):
    with context.store.look() as connection:
        return [(each.kind, each.who) for each in decisions_store.standing(connection, "fish", issue)]


def take_back(browser):
    """Press the first such button of the page."""
    page = browser.get("/").body.decode()
    decision = re.search(r'name="decision" value="(\d+)"', page)[1]
    fields = {"token": browser.token("/"), "issue": "2", "decision": decision}
    return browser.post("/draft/fish/take-back", fields)


def test_a_look_reads_the_stored_draft_and_composes_nothing(lived_in, open_desk, monkeypatch):
    drafting.refresh(lived_in, TOPIC)
    composed = []
    monkeypatch.setattr(digest, "composed", lambda *_: composed.append(1))
    assert "Northland raises its cod quota to 40,000 tonnes" in Text(open_desk.get("/")).text
    assert composed == []


def test_a_stale_draft_is_made_for_the_look_and_the_next_ones_and_not_stored(lived_in, monkeypatch):
    real, composed, now = digest.composed, [], [lived_in.now]

    def counted(*args):
        composed.append(1)
        return real(*args)

    monkeypatch.setattr(digest, "composed", counted)
    rooms, before = Rooms(lived_in, lambda: now[0]), everything(lived_in.store)
    first = rooms.week("fish")
    now[0] += drafting.AGE * 0.9
    assert (rooms.week("fish").at, len(composed)) == (first.at, 1)
    now[0] += drafting.AGE * 0.2
    assert (rooms.week("fish").at, len(composed)) == (now[0], 2)
    assert everything(lived_in.store) == before


def test_a_story_is_pinned_and_left_out_and_each_is_taken_back(lived_in, open_desk):
    news = ("A harbour of Northland bars trawlers of herring for a month", "Northland jails a cod smuggler")
    add(lived_in, news, at=lived_in.now - timedelta(hours=5), begin=50)
    score.score_articles(lived_in)
    first, second = leads(open_desk.get("/"))[:2]
    page = decide(open_desk, "top", second)
    assert (page.status, page.headers["Location"]) == (303, "/?topic=fish#decided")
    after = open_desk.get("/")
    assert leads(after)[:2] == [second, first]
    assert "Pinned to the top:" in Text(after).text
    assert b'value="top" aria-pressed="true">Pin to the top' in after.body
    assert standing(lived_in) == [("top", "the desk, from 192.0.2.7")]
    decide(open_desk, "out", first)
    assert first not in leads(open_desk.get("/"))
    assert take_back(open_desk).status == 303
    assert [kind for kind, _ in standing(lived_in)] == ["out"]
    assert take_back(open_desk).status == 303
    assert leads(open_desk.get("/"))[:2] == [first, second]
    assert standing(lived_in) == []


def test_a_decision_stores_the_draft_anew_and_another_desk_shows_it(lived_in, open_desk, guarded):
    decide(open_desk, "line", words="Mind the <b>cod</b>")
    with lived_in.store.look() as connection:
        assert "Mind the <b>cod</b>" in drafts_store.get(connection, "fish").digest
    restarted = replace(lived_in, indexes={})
    other = Browser(Desk(Rooms(restarted, lambda: restarted.now), guarded(password="")))
    page = other.get("/")
    assert "From the editor: Mind the <b>cod</b>" in Text(page).text
    assert b"<b>cod</b>" not in page.body
    issue = digest.compose_issue(lived_in, TOPIC, kind="issue")
    assert issue.digest.editor == "Mind the <b>cod</b>"
    later = replace(lived_in, now=lived_in.now + timedelta(minutes=1))
    spent = Browser(Desk(Rooms(later, lambda: later.now), guarded(password="")))
    assert "You decided of this issue" not in Text(spent.get("/")).text


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("out", {"article": "99999"}, "no such story"),
        ("out", {"article": "x"}, "no such story"),
        ("aside", {"article": "1"}, "no such story"),
        ("line", {"words": ""}, "characters"),
        ("line", {"words": "x" * 281}, "281 characters"),
        ("line", {"words": "Too late", "issue": "1"}, "not the next one"),
        ("line", {"words": "Too late", "issue": "two"}, "not the next one"),
    ],
)
def test_what_cannot_be_decided_is_refused_in_words(open_desk, lived_in, kind, fields, said):
    page = decide(open_desk, kind, **fields)
    assert (page.status, said in Text(page).text, standing(lived_in)) == (400, True, [])


def test_a_decision_about_nothing_is_not_there(open_desk, lived_in):
    token = {"token": open_desk.token("/"), "issue": "2"}
    assert open_desk.post("/draft/other/decide", token | {"kind": "line", "words": "x"}).status == 404
    assert open_desk.post("/draft/fish/take-back", token | {"decision": "7"}).status == 404


@pytest.mark.parametrize("form", ["decide", "take-back", "test", "send"])
def test_a_form_of_the_draft_is_one_of_ours_or_changes_nothing(locked, lived_in, form):
    fields = {"kind": "line", "words": "x", "issue": "2", "decision": "1", "to": "a@example.org"}
    before = everything(lived_in.store)
    assert locked.post(f"/draft/fish/{form}", fields | {"token": "x"}).status == 403
    locked.log_in()
    token = {"token": locked.token("/")}
    for forged in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}):
        assert locked.post(f"/draft/fish/{form}", fields | token, **forged).status == 403
    assert locked.post(f"/draft/fish/{form}", fields | {"token": "x"}).status == 403
    assert locked.get(f"/draft/fish/{form}?issue=2&kind=line&words=x").status == 405
    assert everything(lived_in.store) == before
