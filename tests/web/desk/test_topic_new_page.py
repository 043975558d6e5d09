"""A topic begun in the browser: links and texts, questions, and a topic that is there; what fails comes back in its form."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from monitor.operations.desk.rooms import Rooms
from monitor.settings import load
from monitor.web.desk.dispatch import Desk
from tests.cli.beekeeping import page, story
from tests.fakes import FakeFetcher
from tests.web.desk.conftest import Browser
from tests.web.desk.test_topic_edit import FILE

GIVEN = {"title": "Bees", "sentence": "Beekeeping.", "links": "http://example.org/1\r\nhttp://example.org/2"}


@pytest.fixture
def filed(lived_in):
    config = lived_in.settings.root / "config"
    (config / "topics").mkdir(parents=True)
    (config / "monitor.toml").write_text("")
    (config / "topics" / "fish.toml").write_text(FILE)
    pages = {f"http://example.org/{n}": page("bees", n).encode() for n in (1, 2)}
    return replace(lived_in, settings=load(config, data=lived_in.settings.data), fetcher=FakeFetcher(pages))


@pytest.fixture
def browser(filed, guarded):
    return Browser(Desk(Rooms(filed, lambda: filed.now), guarded(password="", tokens="")))


def pasted(*numbers):
    return "\r\n===\r\n".join(
        "\r\n\r\n".join([title, *text]) for title, text in (story("bees", n) for n in numbers)
    )


def begun(browser, **more):
    token = browser.token("/new-topic")
    return browser.post("/new-topic", GIVEN | {"token": token, "texts": pasted(3, 4)} | more)


def test_links_and_texts_become_a_topic_with_its_page(browser, filed):
    shown = begun(browser)
    html = shown.body.decode()
    assert shown.status == 200
    assert html.count(" words</span>") == 4
    asked = re.findall(r'name="answer-(\d+)" value="yes"', html)
    assert asked
    fields = {name: html.split(f'name="{name}" value="')[1].split('"')[0] for name in ("token", "key")}
    made = browser.post("/new-topic/save", fields | {f"answer-{asked[0]}": "no"})
    assert (made.status, made.headers["Location"]) == (303, "/topic?topic=bees")
    assert (filed.settings.config / "topics" / "bees.toml").exists()
    assert len(list((filed.settings.root / "seeds" / "bees").iterdir())) == 4
    assert b"Beekeeping." in browser.get("/topic?topic=bees").body
    again = browser.post("/new-topic/save", fields)
    assert again.status == 409, "a form that is sent twice makes one topic"


def test_too_few_articles_come_back_in_the_form_with_the_reason(browser, filed):
    shown = begun(browser, texts="", links="http://example.org/1\nhttp://example.org/9")
    assert shown.status == 400
    assert b"http://example.org/9: timeout" in shown.body
    assert b'value="Bees"' in shown.body
    assert b"http://example.org/1\nhttp" in shown.body
    assert [file.name for file in (filed.settings.config / "topics").iterdir()] == ["fish.toml"]


def test_a_chosen_side_is_written_and_nonsense_is_passed_over(browser, filed):
    html = begun(browser).body.decode()
    fields = {name: html.split(f'name="{name}" value="')[1].split('"')[0] for name in ("token", "key")}
    more = {"side-1": "1", "side-99": "1", "answer-x": "yes", "answer-1": "perhaps", "answer-999999": "yes"}
    assert browser.post("/new-topic/save", fields | more).status == 303
    assert "must = []" not in (filed.settings.config / "topics" / "bees.toml").read_text()


def test_hostile_words_do_nothing(browser):
    shown = begun(browser, title="<script>alert(1)</script>", sentence='"><img src=x onerror=alert(1)>')
    assert b"<script" not in shown.body
    assert b"<img" not in shown.body
