"""Hostile strings in every value the desk shows, and in what visitors send: every page keeps the elements it has with plain words.

The values are those of a lived-in house with each string of theirs replaced, so that a field somebody adds is tried, too.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass, replace
from datetime import datetime
from enum import Enum
from urllib.parse import quote
from xml.etree import ElementTree as ET

import pytest

from monitor.model.desk import Sought
from monitor.text.normalise import clean
from monitor.web.desk.dispatch import Desk
from tests.hostile.test_payloads import PAYLOADS
from tests.web.desk.conftest import Browser, Text

FORMS = (
    "{}",
    '"> {}',
    "' autofocus onfocus=alert(1) x='{}",
    "{{{{ 7*7 }}}}{{% include 'x' %}}{}",
    "</p></main>{}<!--",
)
STRINGS = [form.format(payload) for payload in PAYLOADS for form in FORMS]
PLAIN = "plain words"
# What the house itself says, in words of its own: ids, states, zones.
OURS = {
    "time_zone",
    "id",
    "topic",
    "health",
    "mode",
    "status",
    "state",
    "how",
    "origin",
    "kind",
    "field",
    "html",
}
PAGES = [
    "/",
    "/issues",
    "/issues/fish/1",
    "/stories",
    "/stories/fish/1",
    "/articles/1",
    "/search?q=cod",
    "/topic",
    "/feeds",
    "/deliveries",
]


def poisoned(value, string, name=""):
    """The same value with every string that came from outside replaced."""
    if isinstance(value, str):
        return value if name in OURS or isinstance(value, Enum) else string
    if isinstance(value, datetime) or not (is_dataclass(value) or isinstance(value, tuple | list | dict)):
        return value
    if is_dataclass(value):
        return replace(
            value,
            **{f.name: poisoned(getattr(value, f.name), string, f.name) for f in fields(value) if f.init},
        )
    if isinstance(value, dict):
        return {key: poisoned(each, string, name) for key, each in value.items()}
    return tuple(poisoned(each, string, name) for each in value)


class Poisoned:
    """A house whose every answer is full of one string."""

    def __init__(self, known):
        self.known = known
        self.string = PLAIN

    def __getattr__(self, name):
        def ask(*_arguments, **_options):
            value = self.known[name]
            if name in (
                "topics",
                "week",
            ):  # `topics` names the topics; of a week only what is composed is from outside
                return (
                    value if name == "topics" else replace(value, digest=poisoned(value.digest, self.string))
                )
            return poisoned(value, self.string)

        return ask


@pytest.fixture
def house(rooms):
    deliveries = rooms.deliveries()
    return Poisoned(
        {
            "topics": rooms.topics(),
            "week": rooms.week("fish"),
            "issues": rooms.issues("fish"),
            "issue": rooms.issue("fish", 1),
            "stories": rooms.stories("fish", weeks=52),
            "story": rooms.story("fish", 1),
            "article": rooms.article(1),
            "search": rooms.search(Sought(words="cod")),
            "feeds": rooms.feeds(),
            "deliveries": deliveries,
            "topic": rooms.topic("fish"),
        }
    )


@pytest.fixture
def poisoned_desk(house, guarded):
    return Browser(Desk(house, guarded(password="", tokens="")))


def shape(page):
    """A page's elements in order, and the names of its attributes."""
    parsed = Text(page)
    return parsed.tags, [name for name, _ in parsed.attributes]


def links(page):
    return [value for name, value in Text(page).attributes if name in ("href", "src", "action")]


def test_there_are_three_hundred():
    assert len(set(STRINGS)) >= 300


@pytest.mark.parametrize("path", PAGES)
def test_no_page_changes_its_elements(poisoned_desk, house, path):
    house.string = PLAIN
    plain = shape(poisoned_desk.get(path))
    assert plain[0].count("li") > 3
    for string in STRINGS:
        house.string = " ".join(clean(string).split()) or PLAIN  # in one line: line ends make paragraphs
        page = poisoned_desk.get(path)
        assert page.status == 200
        assert shape(page) == plain, string
        assert all(link.startswith(("/", "#")) for link in links(page)), string
        house.string = string  # as it is: with line ends and what nobody sees
        raw = poisoned_desk.get(path)
        tags, names = shape(raw)
        assert set(tags) <= set(plain[0]) | {"p"}, string
        assert set(names) <= set(plain[1]), string
        assert not any(name.startswith("on") or name == "style" for name in names)


def test_control_a_template_that_forgets_to_escape_is_found(poisoned_desk, house):
    house.string = PLAIN
    page = poisoned_desk.get("/")
    broken = replace(page, body=page.body.replace(PLAIN.encode(), b"<b onclick=alert(1)>x</b>"))
    assert shape(broken) != shape(page)


@pytest.mark.parametrize("string", STRINGS[:: len(FORMS)])
def test_what_is_shown_is_the_string_itself(poisoned_desk, house, string):
    house.string = string
    assert " ".join(clean(string).split()) in Text(poisoned_desk.get("/stories")).text


def strings(value):
    """All strings in a value from JSON."""
    if isinstance(value, str):
        return {value}
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set().union(*map(strings, inner))


@pytest.mark.parametrize(
    "path",
    [
        "/topics/fish",
        "/topics/fish/draft",
        "/articles/1",
        "/search?q=cod",
        "/feeds",
        "/topics/fish/stories/1",
    ],
)
def test_json_holds_them_as_strings(poisoned_desk, house, path):
    for string in STRINGS:
        house.string = string.encode("utf-8", "replace").decode()  # what a database can hold
        page = poisoned_desk.get(f"/api/v1{path}")
        assert (page.status, page.content_type) == (200, "application/json")
        assert house.string in strings(json.loads(page.body))


def test_the_atom_feed_stays_well_formed(poisoned_desk, house):
    for string in STRINGS:
        house.string = string
        document = ET.fromstring(poisoned_desk.get("/search.atom?q=cod").body)  # noqa: S314 - our own
        names = {element.tag.rpartition("}")[2] for element in document.iter()}
        assert names <= {
            "feed",
            "title",
            "id",
            "updated",
            "author",
            "name",
            "link",
            "entry",
            "published",
            "summary",
        }


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=%s",
        "/search?q=cod&outlet=%s",
        "/search?q=cod&topic=%s",
        "/search?q=cod&since=%s",
        "/stories?weeks=%s",
    ],
)
def test_what_visitors_send_comes_back_dead(open_desk, path):
    name = path.partition("?")[0]
    known = {
        tag
        for page in (
            open_desk.get(name),
            open_desk.get("/search?q=cod"),
            open_desk.get("/search?q=%22"),
            open_desk.get("/search?q=no"),
        )
        for tag in Text(page).tags
    }
    for string in STRINGS[::2]:
        page = open_desk.get(path % quote(string.encode("utf-8", "replace")))
        assert page.status in (200, 400)
        parsed = Text(page)
        assert set(parsed.tags) <= known | {"h1", "a", "p"}
        assert not any(key.startswith("on") or key == "style" for key, _ in parsed.attributes)
        assert all(link.startswith(("/", "#")) for link in links(page))


def test_an_address_to_go_on_to_comes_back_dead(locked):
    for string in STRINGS:
        page = locked.get(f"/login?next={quote(string.encode('utf-8', 'replace'))}")
        assert Text(page).tags == Text(locked.get("/login")).tags


def test_no_page_shows_a_readers_address_to_programs(poisoned_desk, rooms):
    """Deliveries have them, so the API has no deliveries; of a topic it says how many there are."""
    for path in ("/topics", "/topics/fish", "/topics/fish/issues", "/topics/fish/draft"):
        assert b"recipient" not in poisoned_desk.get(f"/api/v1{path}").body
