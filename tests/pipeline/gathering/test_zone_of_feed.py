"""A feed's own time zone for dates that state none."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from monitor.cli.feeds import _remark
from monitor.feeds import parse
from monitor.model import FeedState, Stage
from monitor.pipeline.gathering import poll
from monitor.pipeline.gathering.intake import article_of
from monitor.settings import FeedSettings
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from tests import make
from tests.conftest import NOW
from tests.fakes import FakeFetcher


def published(written, **feed):
    body = f"<rss version='2.0'><channel><title>Q</title><item><title>T</title><link>https://q.example/1</link><pubDate>{written}</pubDate></item></channel></rss>"
    [entry] = parse(body.encode(), url="https://q.example/feed").entries
    return f"{article_of(entry, make.feed(**feed), NOW).published:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("written", "feed", "wanted"),
    [
        ("2026-03-05 15:20", {"time_zone": "America/Chicago"}, "2026-03-05 21:20"),
        ("2025-07-05 15:20", {"time_zone": "America/Chicago"}, "2025-07-05 20:20"),
        ("2026-03-05 15:20", {"time_zone": "Europe/Berlin", "country": "CN"}, "2026-03-05 14:20"),
        ("2026-03-05 15:20 CST", {"time_zone": "Asia/Shanghai"}, "2026-03-05 07:20"),
        ("2026-03-05 15:20 CST", {"country": "CN"}, "2026-03-05 07:20"),
        ("2026-03-05 15:20 CST", {"country": "US"}, "2026-03-05 21:20"),
        ("Thu, 05 Mar 2026 15:20:00 GMT", {"time_zone": "America/Chicago"}, "2026-03-05 15:20"),
        ("Thu, 05 Mar 2026 15:20:00 +0100 (CET)", {"country": "CN"}, "2026-03-05 14:20"),
        ("Thu, 05 Mar 2026 15:20:00 GMT (Greenwich)", {"time_zone": "Asia/Tokyo"}, "2026-03-05 15:20"),
        ("2026-03-05 15:20", {}, "2026-03-05 15:20"),
    ],
)
def test_a_local_time_is_meant_in_the_feeds_zone(written, feed, wanted):
    assert published(written, **feed) == wanted


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="unknown time zone"):
        FeedSettings(name="Q", url="https://q.example/", time_zone="Berlin")


def local(moment, hours=8):
    return f"{moment + timedelta(hours=hours):%Y-%m-%d %H:%M:%S}"


def document(*rows):
    items = "".join(
        f"<item><title>Ports open, part {n}</title><link>https://q.example/{n}</link><guid>{n}</guid><pubDate>{date}</pubDate></item>"
        for n, date in rows
    )
    return f"<rss version='2.0'><channel><title>Q</title>{items}</channel></rss>".encode()


def polled_hourly(context, hours, dated):
    """Poll every hour: at hour n there is one more entry, published ten minutes before and dated by `dated(moment, n)`."""
    rows = []
    for number in range(hours):
        now = NOW + timedelta(hours=number)
        rows.insert(0, (number, dated(now - timedelta(minutes=10), number)))
        fetcher = FakeFetcher({"http://127.0.0.1/ledger.xml": document(*rows)})
        poll.poll_feeds(replace(context, now=now, fetcher=fetcher), everything=True)
    with context.store.begin() as connection:
        found = articles_store.at_stage(connection, Stage.POLLED)
        return {int(a.url.rpartition("/")[2]): a for a in found}, feeds_store.states(connection)["ledger"]


def test_a_zone_is_learnt_from_what_comes_from_the_future(house):
    with capture_logs() as said:
        found, state = polled_hourly(house(feeds=[make.feed()]), 9, lambda moment, _: local(moment))
    assert state.offset_s == 8 * 3600
    assert [(line["zone"], line["before"]) for line in said if line["event"] == "feed.zone_learnt"] == [
        ("UTC+8", "UTC+0")
    ]
    for number in (7, 8):
        assert found[number].published == NOW + timedelta(hours=number, minutes=-10)
        assert not found[number].published_is_approximate
    assert found[1].published == NOW + timedelta(hours=1), "before, its first sight was the date"


@pytest.mark.parametrize(
    ("feed", "dated"),
    [
        ({}, lambda moment, n: local(moment, 8 if n == 3 else 0)),
        ({}, lambda moment, n: local(moment, 24 * n)),
        ({}, lambda moment, _: f"{moment + timedelta(hours=8):%Y-%m-%dT%H:%M:%SZ}"),
        ({"time_zone": "Asia/Shanghai"}, lambda moment, _: local(moment)),
        ({"country": "CN"}, lambda moment, _: local(moment)),
    ],
    ids=[
        "one scheduled post",
        "dates of events",
        "a stated zone",
        "a zone in feeds.toml",
        "a country's zone",
    ],
)
def test_nothing_else_teaches_a_zone(house, feed, dated):
    _, state = polled_hourly(house(feeds=[make.feed(**feed)]), 12, dated)
    assert state.offset_s == 0


def test_feeds_list_tells_the_zone():
    plain = FeedState(feed_id="ledger", status="ok", detail="Nothing to do.")
    said = _remark(make.feed(), replace(plain, offset_s=19800.0))
    assert "learnt to be UTC+5:30: `time_zone` in feeds.toml says it for good" in said
    assert _remark(make.feed(), plain) == "Nothing to do."
