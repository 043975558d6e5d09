"""Reading: the page's text when there is one, the feed's own with a reason when not; nothing is dropped."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from monitor.model import FetchResult, Page, Rejected, Stage
from monitor.pipeline.gathering import read
from monitor.store import articles as articles_store
from tests import make
from tests.fakes import FakeFetcher

URL = "http://example.org/a"
PARAGRAPH = "<p>The ministry said on Thursday that eleven firms would need licences for the equipment they sell abroad.</p>"
PAGE = f"<html><head><title>t</title></head><body><article><h1>A headline</h1>{PARAGRAPH * 8}</article></body></html>".encode()


def add(context, **values):
    with context.store.begin() as connection:
        article = make.article(**values)
        return articles_store.add(connection, article, key=article.url or "none")


def only(context):
    with context.store.begin() as connection:
        return articles_store.at_stage(connection, Stage.READ)[0]


def test_a_page_becomes_the_articles_text(house):
    context = house(answers={URL: PAGE}, feeds=[make.feed()])
    add(context)
    report = read.read_pages(context)
    assert (report.pages, report.feed_only) == (1, 0)
    assert "eleven firms would need licences" in only(context).text
    assert only(context).origin == "page"


class Counting:
    """A store that counts writes."""

    def __init__(self, store):
        self.store, self.count = store, 0
        self.look, self.held = store.look, store.held

    @contextmanager
    def begin(self, *kind):
        self.count += 1
        with self.store.begin(*kind) as connection:
            yield connection


@pytest.mark.parametrize(("at_once", "transactions"), [(False, 5), (True, 1)])
def test_pages_that_have_come_together_are_stored_together(house, at_once, transactions):
    addresses = [f"{URL}{n}" for n in range(5)]
    context = house(feeds=[make.feed()])
    fetcher = FakeFetcher(dict.fromkeys(addresses, PAGE), at_once=at_once)
    context = replace(context, fetcher=fetcher, store=Counting(context.store))
    for address in addresses:
        with context.store.store.begin() as connection:
            articles_store.add(connection, make.article(url=address, title="A headline"), key=address)
    assert read.read_pages(context).pages == 5
    assert context.store.count == transactions
    with context.store.look() as connection:
        read_now = articles_store.at_stage(connection, Stage.READ)
    assert [each.origin for each in read_now] == ["page"] * 5
    assert {"eleven firms" in each.text for each in read_now} == {True}


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (FetchResult(url=URL, final_url=URL, status=403), "HTTP 403"),
        (FetchResult(url=URL, error="timeout"), "timeout"),
        (FetchResult(url=URL, error="robots"), "robots"),
    ],
)
def test_a_blocked_page_leaves_the_feeds_own_text_and_says_why(house, answer, note):
    context = house(answers={URL: answer}, feeds=[make.feed()])
    add(context, summary="What the feed said.")
    read.read_pages(context)
    assert (only(context).origin, only(context).note, only(context).summary) == (
        "feed",
        note,
        "What the feed said.",
    )


def test_a_page_that_must_be_killed_leaves_the_feeds_own_text(house):
    context = house(answers={URL: PAGE}, feeds=[make.feed()], kills=("extract",))
    add(context)
    read.read_pages(context)
    assert only(context).note == "extraction stopped: timeout"


def test_aggregator_links_are_never_fetched(house):
    context = house(answers={URL: PAGE}, feeds=[make.feed(group="query")])
    add(context)
    read.read_pages(context)
    assert context.fetcher.asked == []
    assert only(context).note == "aggregator link"


def test_a_page_that_a_search_feed_leads_to_is_read(house):
    """As an alert's link that was unwrapped: only the aggregator's own addresses cannot be resolved."""
    query = make.feed(group="query", url="https://www.google.com/alerts/feeds/1", hosts=())
    context = house(answers={URL: PAGE}, feeds=[query])
    add(context)
    read.read_pages(context)
    assert only(context).origin == "page"


def test_pages_over_the_limit_keep_the_feeds_text(house):
    context = house(feeds=[make.feed()], read={"max_pages": 1})
    add(context)
    add(context, url="http://example.org/b")
    report = read.read_pages(context)
    assert len(context.fetcher.asked) == 1
    assert dict(report.notes) == {"over the limit of pages": 1, "timeout": 1}


def test_reading_twice_reads_nothing_twice(house):
    context = house(answers={URL: PAGE}, feeds=[make.feed()])
    add(context)
    read.read_pages(context)
    read.read_pages(context)
    assert len(context.fetcher.asked) == 1


def test_the_longer_of_page_and_feed_is_kept_when_the_page_is_thin():
    article = make.article(summary="A summary that is longer than the page behind it.")
    thin = read.merged(article, Page(text="Subscribe.", paywall=True), min_chars=500)
    assert (thin.origin, thin.note, thin.paywall) == ("feed", "thin", True)


def test_a_rejected_page_says_its_reason():
    assert read.merged(make.article(), Rejected("consent"), min_chars=500).note == "consent"


def test_the_feeds_date_stands_and_the_pages_fills_a_gap():
    page = Page(text="x" * 600, published=make.AT)
    dated = read.merged(make.article(published=make.AT.replace(day=1)), page, min_chars=500)
    assert dated.published == make.AT.replace(day=1)
    late = make.AT.replace(day=6)
    undated = read.merged(
        make.article(published=late, seen_at=late, published_is_approximate=True), page, min_chars=500
    )
    assert (undated.published, undated.published_is_approximate) == (make.AT, False)


@pytest.mark.parametrize("part", [1, 2, 100])
def test_what_waits_is_chosen_alike_however_much_is_looked_at_together(house, monkeypatch, part):
    monkeypatch.setattr(read, "PART", part)
    context = house(feeds=[make.feed()], read={"max_pages": 2})
    with context.store.begin() as connection:
        for number, address in enumerate("aabacb"):
            articles_store.add(connection, make.article(url=f"{URL}/{address}"), key=f"{number}")
    report = read.read_pages(context)
    assert dict(report.notes) == {
        "over the limit of pages": 1,
        "same address as another entry": 3,
        "timeout": 2,
    }
    assert [each.url for each in context.fetcher.asked] == [f"{URL}/a", f"{URL}/b"]
    with context.store.look() as connection:
        assert len(articles_store.at_stage(connection, Stage.READ)) == 6
