"""Quiet is what is longer than a feed's own silences; dead is what is gone or has not answered for a week."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import dead, quiet
from monitor.model import Feed, FeedState

NOW = datetime(2025, 4, 9, 12, 0, tzinfo=UTC)
FEED = Feed(id="f", name="Trade Office", url="https://s.example/feed")
DAILY = FeedState(feed_id="f", url=FEED.url, status="ok", ok_at=NOW, gap_s=2 * 86_400)


def silent(days, **values):
    return quiet(FEED, replace(DAILY, new_at=NOW - timedelta(days=days), **values), NOW)


def test_a_silence_longer_than_usual_is_told_with_what_is_usual():
    found = silent(9)
    assert (found.name, found.status, found.since) == ("Trade Office", "quiet", NOW - timedelta(days=9))
    assert found.detail == "nothing new for 9 days; 2 are usual at most"


@pytest.mark.parametrize("days", [0, 1, 2.9])
def test_a_usual_silence_is_not(days):
    assert silent(days) is None


def test_a_feed_with_news_by_the_minute_may_be_quiet_for_two_days():
    assert silent(1.9, gap_s=60.0) is None
    assert silent(2.1, gap_s=60.0).status == "quiet"


@pytest.mark.parametrize("values", [{"failures": 1}, {"disabled": True}, {"gap_s": None}])
def test_what_fails_or_is_not_known_is_not_called_quiet(values):
    assert silent(99, **values) is None


def test_a_feed_that_never_had_news_is_not_called_quiet():
    assert quiet(FEED, DAILY, NOW) is None


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({}, None),
        ({"failures": 3, "status": "unreachable"}, None),
        ({"failures": 3, "status": "unreachable", "ok_at": NOW - timedelta(days=8)}, "unreachable"),
        ({"failures": 4, "status": "broken", "ok_at": None}, None),
        ({"failures": 5, "status": "broken", "ok_at": None}, "broken"),
        ({"failures": 1, "status": "gone", "disabled": True}, "gone"),
    ],
)
def test_a_feed_is_dead_when_it_is_gone_or_gave_nothing_for_a_week(values, status):
    found = dead(FEED, replace(DAILY, **values), NOW)
    assert (found and found.status) == status
