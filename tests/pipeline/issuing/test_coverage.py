"""The accounts name the feeds that failed and those that have fallen silent, and no others."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import FeedState
from monitor.pipeline.issuing import coverage
from monitor.settings import TopicSettings
from monitor.store import feeds as feeds_store
from tests import make

TOPIC = TopicSettings(id="t", title="T", sentence="T.")


def test_failing_and_unusually_quiet_feeds_are_named(house, now):
    day = timedelta(days=1)
    feeds = [make.feed(id=name, name=name) for name in ("well", "slow", "silent", "down", "unasked")]
    context = house(feeds=feeds)
    states = [
        FeedState(feed_id="well", ok_at=now, new_at=now - day, gap_s=86_400.0),
        FeedState(feed_id="slow", ok_at=now, new_at=now - 20 * day, gap_s=30 * 86_400.0),
        FeedState(feed_id="silent", ok_at=now, new_at=now - 9 * day, gap_s=2 * 86_400.0),
        FeedState(feed_id="down", ok_at=now - day, failures=3, status="unreachable"),
    ]
    with context.store.begin() as connection:
        feeds_store.put_states(connection, states)
        accounts = coverage.count_coverage(
            connection, context, TOPIC, since=now - 7 * day, until=now, relevant=(), stories=0
        )
    assert [(each.name, each.status) for each in accounts.failing] == [
        ("down", "unreachable"),
        ("silent", "quiet"),
    ]
