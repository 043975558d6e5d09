"""Each place of the desk over a lived-in house: it says what is stored, and looking changes nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

from monitor.operations.desk import shelves
from monitor.operations.desk.rooms import Rooms
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain
from monitor.settings import Settings
from monitor.store import scores as scores_store
from monitor.web.desk.dispatch import ROUTES, Desk
from tests.pipeline.issuing.test_draft import everything
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import Browser, Text


def said(browser, path):
    page = browser.get(path)
    assert page.status == 200, page.body
    return Text(page).text


def test_this_week_shows_what_the_next_issue_would_hold(open_desk):
    text = said(open_desk, "/")
    assert "Draft of issue 2" in text
    assert "Northland raises its cod quota to 40,000 tonnes" in text
    assert "museum" not in text


def test_a_topic_of_which_nothing_was_learnt_has_no_draft_yet(house, guarded):
    context = house(topics=[TOPIC])
    before = everything(context.store)
    assert digest.draft(context, TOPIC) is None
    browser = Browser(Desk(Rooms(context, lambda: context.now), guarded(password="")))
    assert "Nothing was learnt of this topic yet" in said(browser, "/")
    assert "None has passed yet" in said(browser, "/deliveries")
    assert everything(context.store) == before


def test_a_house_without_topics_says_what_to_do(house, guarded):
    context = house()
    browser = Browser(Desk(Rooms(context, lambda: context.now), guarded(password="")))
    for path in ("/", "/topic"):
        assert "No topic is configured" in said(browser, path)
    for path in ("/issues", "/stories", "/search", "/search?q=fish", "/feeds", "/deliveries"):
        said(browser, path)


def test_issues_are_listed_and_shown_as_they_were_frozen(open_desk, lived_in):
    assert "1 issues of Fish" in said(open_desk, "/issues")
    text = said(open_desk, "/issues/fish/1")
    look = shelves.issue(lived_in, TOPIC, 1)
    assert " ".join(look.text.split()) in text
    sent = open_desk.get("/issues/fish/1/sent")
    assert sent.body.decode().replace('<base target="_blank">', "") == look.html
    assert "sandbox" in sent.headers["Content-Security-Policy"]
    assert open_desk.get("/issues/fish/2").status == 404
    assert open_desk.get("/issues/other/1").status == 404


def relevant(context):
    with context.store.look() as connection:
        return scores_store.waiting(connection, "fish", until=context.now)


def test_an_article_shows_its_text_and_why_computed_again(open_desk, lived_in):
    scored = relevant(lived_in)[0]
    text = said(open_desk, f"/articles/{scored.article.id}")
    assert "said the ministry of fish in Northland" in text
    assert "computed again from its stored parts: the same" in text
    for line in explain.explain_score(lived_in, scored).lines():
        assert " ".join(line.split()) in text
    assert open_desk.get("/articles/999999").status == 404


def test_search_finds_marks_and_filters(open_desk):
    page = open_desk.get("/search?q=%22cod+quota%22")
    assert b"<mark>cod quota</mark>" in page.body
    assert "2 found" in Text(page).text
    assert "1 found" in said(open_desk, "/search?q=%22cod+quota%22&since=2026-03-06")
    assert "1 found" in said(open_desk, "/search?q=%22cod+quota%22&sent=1")
    assert "Nothing found" in said(open_desk, "/search?q=submarine")
    assert b"<details><summary>Filters" in open_desk.get("/search?q=cod&outlet=&since=").body
    assert b"<details open><summary>Filters" in open_desk.get("/search?q=cod&relevant=1").body
    wrong = open_desk.get("/search?q=%22open")
    assert (wrong.status, "is not closed" in Text(wrong).text) == (400, True)
    assert open_desk.get("/search?q=cod&since=soon").status == 400
    assert open_desk.get("/search?q=cod&topic=other").status == 400


def test_more_hits_are_a_link_away(open_desk):
    page = open_desk.get("/search?q=quota*&n=1")
    assert "1 or more found" in Text(page).text
    link = re.search(rb'class="button" href="([^"]+)"', page.body)[1].decode().replace("&amp;", "&")
    assert "2 or more found" in said(open_desk, link)


def test_a_search_is_an_atom_feed(open_desk):
    page = open_desk.get("/search.atom?q=cod")
    assert page.content_type.startswith("application/atom+xml")
    assert page.body.count(b"<entry>") == 4
    assert b'href="http://127.0.0.1:8090/search.atom?q=cod"' in page.body
    assert open_desk.get("/search.atom?q=").status == 400


def test_feeds_deliveries_topic_and_stories(open_desk):
    assert "1 feeds · 1 well" in said(open_desk, "/feeds")
    deliveries = said(open_desk, "/deliveries")
    assert "topic fish:" in deliveries
    topic = said(open_desk, "/topic")
    assert "Fishing quotas of Northland" in topic
    assert "northland" in topic
    stories = said(open_desk, "/stories")
    assert "Northland" in stories
    assert "stories, those that went on last first" in stories


def test_a_story_tells_what_was_told_when(open_desk, lived_in):
    told = shelves.stories(lived_in, TOPIC, weeks=8)
    first = next(each for each in told if each.issues)
    text = said(open_desk, f"/stories/fish/{first.id}")
    assert "Issue 1" in text
    assert first.headline in text
    assert "told in issue 1" in text
    assert open_desk.get("/stories/fish/999").status == 404


def places():
    """A path of every GET, of something that is there."""
    for route in ROUTES:
        if route.method == "GET":
            path = re.sub(r"\{(\w+)\}", lambda part: "fish" if part[1] == "topic" else "1", route.path)
            yield path + "?q=cod"


def test_no_get_changes_anything(open_desk, lived_in):
    before = everything(lived_in.store)
    for path in places():
        assert open_desk.get(path).status in (200, 303), path
    assert everything(lived_in.store) == before


def test_several_topics_have_a_row_of_links_and_pages_of_their_own(lived_in, guarded):
    tea = TOPIC.model_copy(update={"id": "tea", "title": "Tea & <cakes>"})
    settings = lived_in.settings.model_copy(update={"topics": (TOPIC, tea)})
    context = replace(lived_in, settings=settings)
    browser = Browser(Desk(Rooms(context, lambda: context.now), guarded(password="")))
    page = browser.get("/?topic=tea")
    assert b'<a href="/?topic=tea" aria-current="true">Tea &amp; &lt;cakes&gt;</a>' in page.body
    assert b'href="/issues?topic=tea"' in page.body  # the places keep to the topic
    assert "Nothing was learnt" in Text(page).text
    assert "There is no issue yet" in said(browser, "/issues?topic=tea")
    assert "issues of Fish" in said(browser, "/issues")
    assert "Tea & <cakes>" in said(browser, "/topic?topic=tea")
    assert b'<option value="tea" selected>' in browser.get("/search?q=cod&topic=tea").body
    assert "fish relevance" in said(browser, "/search?q=cod")
    assert browser.get("/?topic=other").status == 400


class Nested(HTMLParser):
    """Complains of an element that ends where another one is open, and of an id that stands twice."""

    VOID = frozenset("meta link input br img hr base".split())

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.complaints = [], [], []
        self.feed(html)
        self.close()
        self.complaints += [f"{tag} is never closed" for tag in self.open]
        self.complaints += [f"id {each} twice" for each in self.ids if self.ids.count(each) > 1]

    def handle_starttag(self, tag, attrs):
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.complaints.append(f"</{tag}> at {self.getpos()}")


def test_every_element_of_every_page_is_closed(open_desk):
    pages = [path for path in places() if not re.search(r"api|atom|desk\.|sent|healthz|login", path)]
    assert len(pages) > 8
    found = {path: Nested(open_desk.get(path).body.decode()).complaints for path in [*pages, "/nothing"]}
    assert {path: said for path, said in found.items() if said} == {}


def test_control_an_element_that_is_not_closed_is_found():
    assert Nested("<p><b>x</p>").complaints
    assert Nested("<p>x").complaints
    assert Nested("<p id=a><i id=a></i></p>").complaints
    assert Nested("<p>x<br></p>").complaints == []


def test_no_page_waits_for_a_writer(open_desk, lived_in):
    """A page that wrote would wait here for thirty seconds, and then fail."""
    lived_in.store.engine.dispose()
    with lived_in.store.begin():
        for path in places():
            assert open_desk.get(path).status in (200, 303), path


def test_times_are_those_of_the_topic(lived_in, guarded):
    schedule = TOPIC.schedule.model_copy(update={"time_zone": "Asia/Shanghai"})
    moved = TOPIC.model_copy(update={"schedule": schedule})
    settings = Settings(**(dict(lived_in.settings) | {"topics": (moved,)}))
    context = replace(lived_in, settings=settings)
    browser = Browser(Desk(Rooms(context, lambda: context.now), guarded(password="")))
    assert "Times are those of Asia/Shanghai" in said(browser, "/stories")
