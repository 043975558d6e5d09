from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import verdict
from monitor.model import Entry, Feed, FeedDocument, FeedState, FetchResult, Rejected

NOW = datetime(2025, 4, 9, 12, 0, tzinfo=UTC)
URL = "https://s.example/feed"
FEED = Feed(id="f", name="F", url=URL)
STATE = FeedState(feed_id="f", url=URL)


def document(*days_ago: float | None) -> FeedDocument:
    dates = [None if d is None else NOW - timedelta(days=d) for d in days_ago]
    return FeedDocument(
        format="rss",
        entries=tuple(Entry(guid=str(n), url="", title="t", published=d) for n, d in enumerate(dates)),
    )


def answered(status: int = 200, **more) -> FetchResult:
    return FetchResult(url=URL, status=status, **more)


@pytest.mark.parametrize(
    ("result", "found", "status"),
    [
        (answered(), document(1, 90), "ok"),
        (answered(304), None, "ok"),
        (answered(), document(), "empty"),
        (answered(), Rejected("empty"), "empty"),
        (answered(), document(60, 90), "stale"),
        (answered(), document(None, None), "undated"),
        (answered(), document(None, 2), "ok"),
        (answered(), Rejected("html", "a web page"), "html"),
        (answered(), Rejected("not-a-feed"), "broken"),
        (answered(), Rejected("killed"), "broken"),
        (answered(), None, "broken"),
        (answered(permanent_url="https://n.example/"), document(1), "moved"),
        (answered(403), None, "forbidden"),
        (answered(401), None, "forbidden"),
        (answered(451), None, "forbidden"),
        (answered(404), None, "broken"),
        (answered(410), None, "gone"),
        (answered(429), None, "unreachable"),
        (answered(500), None, "unreachable"),
        (answered(0, error="timeout", detail="30 s"), None, "unreachable"),
    ],
)
def test_each_answer_has_its_word_and_an_advice(result, found, status):
    word, advice = verdict(FEED, STATE, result, found, NOW)
    assert word == status
    assert advice.endswith(".")
    assert "  " not in advice


def test_advice_says_what_was_seen():
    assert "403" in verdict(FEED, STATE, answered(403), None, NOW)[1]
    assert (
        "https://n.example/"
        in verdict(FEED, STATE, answered(permanent_url="https://n.example/"), document(1), NOW)[1]
    )
    assert "2025-02-08" in verdict(FEED, STATE, answered(), document(60), NOW)[1]
    assert (
        "timeout: 30 s"
        in verdict(FEED, STATE, answered(0, error="timeout", detail="30 s"), None, NOW)[1].lower()
    )


def test_a_fallback_is_named_until_it_is_in_use():
    feed = Feed(id="f", name="F", url=URL, fallback_url="https://b.example/feed")
    assert "https://b.example/feed" in verdict(feed, STATE, answered(404), None, NOW)[1]
    assert "fallback" not in verdict(feed, STATE, answered(), document(1), NOW)[1]
    in_use = FeedState(feed_id="f", url="https://b.example/feed")
    assert "fallback" not in verdict(feed, in_use, answered(404), None, NOW)[1]


def test_an_unchanged_feed_grows_stale_and_stays_empty():
    old = FeedState(feed_id="f", url=URL, status="ok", new_at=NOW - timedelta(days=60))
    assert verdict(FEED, old, answered(304), None, NOW)[0] == "stale"
    empty = FeedState(feed_id="f", url=URL, status="empty")
    assert verdict(FEED, empty, answered(304), None, NOW)[0] == "empty"
    recovered = FeedState(feed_id="f", url=URL, status="unreachable")
    assert verdict(FEED, recovered, answered(304), None, NOW)[0] == "ok"
