"""JSON Feed 1 and 1.1 as their specifications describe them (https://www.jsonfeed.org/version/1.1/); the samples are our own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from monitor.feeds import parse
from monitor.model import Entry, FeedDocument

URL = "https://ledger.example/feed.json"
ONE = {
    "version": "https://jsonfeed.org/version/1",
    "title": "Ledger",
    "home_page_url": "https://ledger.example/",
    "feed_url": URL,
    "user_comment": "for people",
    "author": {"name": "The desk", "url": "https://ledger.example/desk"},
    "expired": False,
    "items": [
        {
            "id": 17,
            "url": "https://ledger.example/17",
            "title": "Kettles &amp; trays",
            "content_html": "<p>First.</p><p>Second <b>and</b> last.</p>",
            "summary": "In short.",
            "image": "https://ledger.example/17.png",
            "date_published": "2025-04-07T09:30:00+02:00",
            "date_modified": "2025-04-08T09:30:00Z",
            "author": {"name": "Ann Ode"},
            "tags": ["trade", "kettles"],
            "attachments": [{"url": "https://ledger.example/17.mp3", "mime_type": "audio/mpeg"}],
            "_ledger": {"about": "an extension"},
        },
        {
            "id": "https://ledger.example/18",
            "content_text": "A note without a title.",
            "external_url": "https://other.example/a",
        },
    ],
}
ONE_ONE = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Ledger",
    "language": "de-AT",
    "authors": [{"name": "Lou Pen"}, {"name": "Kim Ito"}],
    "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    "items": [
        {
            "id": "a",
            "url": "/a",
            "title": "Zölle",
            "content_text": "Eins.\nZwei.",
            "date_published": "2025-04-07T09:30:00Z",
        },
        {
            "id": "b",
            "url": "/b",
            "title": "Quota",
            "content_html": "<p>x</p>",
            "language": "en",
            "authors": [{"name": "Ann Ode"}],
        },
    ],
}


def read(data, encode=json.dumps):
    document = parse(encode(data).encode(), url=URL, content_type="application/feed+json")
    assert isinstance(document, FeedDocument)
    return document


def test_version_1_is_read_whole():
    document = read(ONE)
    assert (document.format, document.title, document.url, document.warnings) == (
        "json",
        "Ledger",
        "https://ledger.example/",
        (),
    )
    assert document.entries[0] == Entry(
        guid="17",
        url="https://ledger.example/17",
        title="Kettles & trays",
        summary="In short.",
        content="First.\nSecond and last.",
        published=datetime(2025, 4, 7, 7, 30, tzinfo=UTC),
        updated=datetime(2025, 4, 8, 9, 30, tzinfo=UTC),
        authors=("Ann Ode",),
        tags=("trade", "kettles"),
    )


def test_an_item_may_have_nothing_but_an_id_and_a_text():
    second = read(ONE).entries[1]
    assert (second.guid, second.url, second.title) == (
        "https://ledger.example/18",
        "https://other.example/a",
        "A note without a title.",
    )
    assert (second.authors, second.published, second.updated) == (("The desk",), None, None)


def test_version_1_1_has_languages_and_several_authors():
    first, second = read(ONE_ONE).entries
    assert (first.url, first.content, first.language, first.authors) == (
        "https://ledger.example/a",
        "Eins.\nZwei.",
        "de",
        ("Lou Pen", "Kim Ito"),
    )
    assert (second.language, second.authors) == ("en", ("Ann Ode",))


def test_a_byte_order_mark_and_raw_letters_do_no_harm():
    assert read(ONE_ONE, lambda data: "\ufeff" + json.dumps(data, ensure_ascii=False)) == read(ONE_ONE)


@pytest.mark.parametrize("wrong", [None, 5, "x", [], {}, [None, 3], [{"name": 4}]])
def test_a_field_of_a_wrong_type_is_passed_over(wrong):
    for name in (
        "title",
        "url",
        "content_html",
        "summary",
        "date_published",
        "author",
        "authors",
        "tags",
        "id",
    ):
        [entry] = read(
            {
                "version": ONE["version"],
                "items": [{"id": "a", "url": "https://ledger.example/a", name: wrong}],
            }
        ).entries
        assert entry.guid
