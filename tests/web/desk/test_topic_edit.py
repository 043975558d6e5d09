"""A topic's file in the browser: preview, save, undo; what cannot be saved comes back in its form, and secrets stay where they are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.operations.desk.rooms import Rooms
from monitor.settings import load
from monitor.store import topics as topics_store
from monitor.web.desk.dispatch import Desk
from tests.web.desk.conftest import Browser

FILE = """title = "Fish"
sentence = "Fishing quotas of Northland"
seeds = "seeds"

[[facets]]
name = "Northland"
aliases = ["northland", "nord*"]

[[facets]]
name = "Fish"
aliases = ["cod", "herring", "fish*", "quota*"]
"""
EDIT = "/topics/fish/edit"


@pytest.fixture
def filed(lived_in):
    """The house with a configuration of its own; its one topic as a file."""
    config = lived_in.settings.root / "config"
    (config / "topics").mkdir(parents=True)
    (config / "monitor.toml").write_text("")
    (config / "topics" / "fish.toml").write_text(FILE)
    return replace(lived_in, settings=load(config, data=lived_in.settings.data))


@pytest.fixture
def browser(filed, guarded):
    return Browser(Desk(Rooms(filed, lambda: filed.now), guarded(password="", tokens="")))


@pytest.fixture
def file(filed):
    return filed.settings.config / "topics" / "fish.toml"


def form(browser, page=EDIT):
    """What the page's form carries, and its text."""
    html = browser.get(page).body.decode()
    told = {name: html.split(f'name="{name}" value="')[1].split('"')[0] for name in ("token", "mark")}
    text = html.split('maxlength="100000">\n')[1].split("</textarea>")[0]
    return told | {"text": text.replace("&#34;", '"')}


def test_preview_save_and_undo(browser, file, filed):
    asked = form(browser)
    assert asked["text"] == FILE
    edited = FILE.replace('"cod", ', "").replace("\n", "\r\n")  # as browsers send it
    shown = browser.post("/topics/fish/preview", asked | {"text": edited})
    assert shown.status == 200
    assert b"<b>0</b> would come on topic" in shown.body
    assert b"Northland cuts its cod quota" in shown.body or b"would leave it" in shown.body
    assert file.read_text() == FILE, "a preview changes nothing"
    saved = browser.post("/topics/fish/save", asked | {"text": edited})
    assert (saved.status, saved.headers["Location"]) == (303, f"{EDIT}?saved=1")
    assert file.read_text() == FILE.replace('"cod", ', "")
    with filed.store.look() as connection:
        assert "cod" not in topics_store.profile_of(connection, "fish").facets[1].aliases
    page = browser.get(saved.headers["Location"]).body.decode()
    assert "Undo" in page
    version = page.split('name="version" value="')[1].split('"')[0]
    undone = browser.post("/topics/fish/restore", {"token": form(browser)["token"], "version": version})
    assert undone.status == 303
    assert file.read_text() == FILE
    assert form(browser, f"{EDIT}?version=000002")["text"] == FILE.replace('"cod", ', "")


def test_no_edit_is_nothing_in_and_nothing_out(browser):
    shown = browser.post("/topics/fish/preview", form(browser)).body
    assert b"<b>0</b> would come on topic, <b>0</b> would leave it" in shown
    assert b"The same entries." in shown


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (FILE.replace('"Fish"', "3", 1), "cannot be 3"),
        ('title = "x', "not valid TOML"),
        ("", "missing"),
        (FILE.replace("aliases", "alias"), "'aliases' is missing"),
        ('id = "other"\n' + FILE, "id"),
        (FILE + '\n[[webhooks]]\nname = "a"\nurl = "https://example.org/secret"\n', "webhooks"),
        (FILE.replace('"seeds"', '"nowhere"'), "no folder of seeds"),
    ],
)
def test_what_cannot_be_used_is_named_and_comes_back_in_its_form(browser, file, text, told):
    for path in ("preview", "save"):
        page = browser.post(f"/topics/fish/{path}", form(browser) | {"text": text})
        assert page.status == 400
        assert told in page.body.decode().replace("&#39;", "'")
        assert (
            text.splitlines()[0:1] == [] or text.splitlines()[-1].replace('"', "&#34;") in page.body.decode()
        )
    assert file.read_text() == FILE


def test_an_edit_of_a_text_that_is_gone_is_refused(browser, file):
    asked = form(browser)
    file.write_text(FILE + "# by hand\n")
    page = browser.post("/topics/fish/save", asked | {"text": FILE + "# by a page\n"})
    assert page.status == 400
    assert b"changed meanwhile" in page.body
    assert b"# by a page" in page.body
    assert file.read_text() == FILE + "# by hand\n"


def test_a_file_with_secrets_is_not_shown(browser, file, filed, guarded):
    secret = FILE + '\n[[webhooks]]\nname = "a"\nurl = "https://example.org/secret"\n'
    file.write_text(secret)
    settings = load(filed.settings.config, data=filed.settings.data)
    rooms = Rooms(replace(filed, settings=settings), lambda: filed.now)
    page = Browser(Desk(rooms, guarded(password="", tokens=""))).get(EDIT)
    assert page.status == 200
    assert b"secret" not in page.body.replace(b"are secrets that", b"")


def test_a_version_or_topic_that_is_not_there_is_not_found(browser):
    assert browser.get(f"{EDIT}?version=000009").status == 404
    assert browser.get(f"{EDIT}?version=../../config").status == 404
    assert browser.get("/topics/nobody/edit").status == 404
    token = form(browser)["token"]
    assert browser.post("/topics/fish/restore", {"token": token, "version": "../x"}).status == 404


def test_a_hostile_text_is_shown_and_does_nothing(browser):
    hostile = FILE + "# </textarea><script>alert(1)</script>\n"
    for path in ("preview", "save"):
        browser.post(f"/topics/fish/{path}", form(browser) | {"text": hostile})
        page = browser.post(f"/topics/fish/{path}", form(browser) | {"text": hostile + "x"}).body
        assert b"<script" not in page
        assert b"&lt;/textarea&gt;&lt;script&gt;" in page
