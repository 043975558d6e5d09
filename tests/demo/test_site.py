"""What the demo's server answers."""

from __future__ import annotations

import http.client
import io
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import feedparser
import pytest

from monitor.demo.article_pages import NOISE
from monitor.demo.site import WINDOW, Site, serve
from monitor.demo.week import ITEMS, NOW, NOW_WEEK_TWO, SOURCES, WEEK_ONE, Source

READABLE = [source for source in SOURCES if source.answer not in ("error", "html", "json")]
PAYWALLED = next(item for item in ITEMS if item.paywall)
BY_ANSWER = {source.answer: source for source in SOURCES}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve(NOW) as served:
        yield served


def get(site: Site, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=60)
    try:
        connection.request(
            "GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode()
    finally:
        connection.close()


def links(text: str) -> list[str]:
    entries = feedparser.parse(io.BytesIO(text.encode())).entries
    return [urlsplit(entry.link).path for entry in entries]


def expected(source: Source, now=NOW) -> list[str]:
    return [i.path for i in reversed(ITEMS) if i.outlet == source.id and now - WINDOW <= i.published <= now]


@pytest.mark.parametrize("source", READABLE, ids=lambda source: source.answer)
def test_a_feed_shows_the_last_eight_days_newest_first(site: Site, source: Source) -> None:
    status, _, text = get(site, source.path)
    assert status == 200
    assert links(text) == expected(source)
    assert len(expected(source)) >= 6


@pytest.mark.parametrize("source", READABLE, ids=lambda source: source.answer)
def test_every_entry_has_a_title_a_summary_and_a_date(site: Site, source: Source) -> None:
    for entry in feedparser.parse(io.BytesIO(get(site, source.path)[2].encode())).entries:
        assert entry.title
        assert entry.summary
        assert entry.get("published_parsed") or entry.get("updated_parsed")


def test_the_json_feed_is_json_with_all_items(site: Site) -> None:
    import json

    source = BY_ANSWER["json"]
    feed = json.loads(get(site, source.path)[2])
    assert [urlsplit(item["url"]).path for item in feed["items"]] == expected(source)


def test_the_broken_feed_is_not_well_formed_and_still_readable(site: Site) -> None:
    text = get(site, BY_ANSWER["broken"].path)[2]
    assert "Gulf & river" in text
    assert text.count("<item>") == text.count("</item>") + 1
    assert feedparser.parse(io.BytesIO(text.encode())).bozo


def test_one_feed_fails_and_one_is_a_page(site: Site) -> None:
    assert get(site, BY_ANSWER["error"].path)[0] == 500
    status, headers, text = get(site, BY_ANSWER["html"].path)
    assert status == 200
    assert headers["content-type"].startswith("text/html")
    assert text.startswith("<!doctype html>")


@pytest.mark.parametrize("path", [SOURCES[0].path, ITEMS[0].path])
def test_an_unchanged_answer_is_a_304_without_a_body(site: Site, path: str) -> None:
    _, headers, _ = get(site, path)
    status, _, text = get(site, path, If_None_Match=headers["etag"])
    assert (status, text) == (304, "")


def test_a_page_holds_its_article_between_noise(site: Site) -> None:
    item = next(item for item in ITEMS if item.story == "battery-tariff")
    text = get(site, item.path)[2]
    assert f'<link rel="canonical" href="{site.base_url}{item.path}">' in text
    assert item.published.isoformat() in text
    assert all(noise in text for noise in NOISE)
    assert text.index(NOISE[2]) < text.index(item.paragraphs[0]) < text.index(NOISE[3])


def test_a_paywalled_page_has_no_article(site: Site) -> None:
    text = get(site, PAYWALLED.path)[2]
    assert "Subscribe to continue" in text
    assert '"isAccessibleForFree": false' in text
    assert PAYWALLED.summary not in text


def test_moving_the_clock_replaces_week_one_by_week_two() -> None:
    source = SOURCES[0]
    with serve(NOW) as site:
        later = next(item for item in ITEMS if item.published > NOW + timedelta(hours=1))
        assert get(site, later.path)[0] == 404
        site.set_now(NOW_WEEK_TWO)
        assert get(site, later.path)[0] == 200
        shown = links(get(site, source.path)[2])
    assert shown == expected(source, NOW_WEEK_TWO)
    old = {i.path for i in ITEMS if i.published < WEEK_ONE[1] - timedelta(days=1)}
    assert not old & set(shown)


def test_requests_are_remembered_with_their_status() -> None:
    with serve(NOW) as site:
        get(site, "/robots.txt")
        get(site, "/nowhere")
        assert site.requests == [("/robots.txt", 200), ("/nowhere", 404)]
