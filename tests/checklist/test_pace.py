"""Rows 12 to 20 and 25 to 28: when a feed is asked again. The clock is ours, the answers are the server's."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from monitor.feeds import dead, next_state
from monitor.model import FeedDocument, FeedState, FetchResult
from monitor.pipeline.issuing import coverage
from monitor.settings import FetchSettings, TopicSettings
from tests.checklist.watch import DAY_S, HOUR_S, NOT_MODIFIED, feed, not_modified, targets
from tests.conftest import NOW
from tests.fetch.server import reply, serving

ETAG = (b"ETag", b'"1"')
DATE = (b"Date", b"Mon, 09 Mar 2026 08:00:00 GMT")  # the moment the tests begin at


def test_row_12_never_more_often_than_hourly_restarts_included(watch, server):
    server.default = reply(200, feed(1))
    watch.poll()
    for _ in range(2):
        watch.restart()
        watch.poll(minutes=29)
    assert len(server.requests) == 1
    watch.restart()
    watch.poll(minutes=3)
    assert len(server.requests) == 2


def test_row_13_max_age_is_respected(watch, server):
    server.default = reply(200, feed(1), [(b"Cache-Control", b"public, max-age=7200")])
    watch.poll()
    assert watch.poll(minutes=119) == []
    assert len(watch.poll(minutes=1)) == 1


def test_row_14_max_age_is_respected_on_a_304_as_well(watch, server):
    server.default = reply(200, feed(1), [ETAG])
    watch.poll()
    server.default = not_modified((b"Cache-Control", b"max-age=21600"))
    watch.poll(hours=1)
    assert watch.poll(minutes=359) == []
    assert len(watch.poll(minutes=1)) == 1


@pytest.mark.parametrize("status", [429, 503])
def test_row_15_the_longer_of_retry_after_and_max_age_counts(watch, server, status):
    for retry_after, max_age in ((3600, 172_800), (259_200, 60)):
        said = [(b"Retry-After", b"%d" % retry_after), (b"Cache-Control", b"max-age=%d" % max_age)]
        server.default = reply(status, b"", said)
        watch.poll(days=9)
        assert watch.wait_s() == max(retry_after, max_age)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (
            [(b"Expires", b"Tue, 01 Apr 2025 05:00:00 GMT"), (b"Date", b"Tue, 01 Apr 2025 00:00:00 GMT")],
            5 * HOUR_S,
        ),
        ([(b"Expires", b"Mon, 09 Mar 2026 12:00:00 GMT")], 4 * HOUR_S),
        ([(b"Expires", b"Mon, 09 Mar 2026 20:00:00 GMT"), DATE, (b"Cache-Control", b"max-age=7200")], 7200),
    ],
    ids=["by the server's clock", "by ours when it tells no time", "max-age is stronger"],
)
def test_row_16_expires_counts_without_max_age_against_the_servers_own_date(watch, server, headers, seconds):
    server.default = reply(200, feed(1), headers)
    watch.poll()
    assert watch.wait_s() == seconds


@pytest.mark.parametrize(
    "header",
    [
        (b"Cache-Control", b"no-cache"),
        (b"Cache-Control", b"no-store, must-revalidate"),
        (b"Cache-Control", b"max-age=0"),
        (b"Expires", b"0"),
        (b"Pragma", b"no-cache"),
    ],
    ids=lambda header: header[1].decode(),
)
def test_row_17_words_about_caches_neither_speed_polls_up_nor_stop_conditions(watch, server, header):
    server.default = reply(200, feed(1), [ETAG, header])
    watch.poll()
    assert watch.wait_s() == HOUR_S
    [request] = watch.poll(hours=1)
    assert request.header(b"if-none-match") == b'"1"'


@pytest.mark.parametrize(
    ("channel", "seconds"),
    [
        ("<ttl>180</ttl>", 3 * HOUR_S),
        ("<ttl>1440</ttl>", DAY_S),
        ("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 6 * HOUR_S),
        ("<sy:updatePeriod>daily</sy:updatePeriod>", DAY_S),
        ("<skipHours><hour>9</hour><hour>10</hour><hour>11</hour></skipHours>", 4 * HOUR_S),
        ("<skipDays><day>Monday</day><day>Tuesday</day></skipDays>", 40 * HOUR_S),
    ],
)
def test_row_18_what_the_document_asks_for_is_a_lower_bound_also_after_a_304(watch, server, channel, seconds):
    server.default = reply(200, feed(1, channel=channel), [ETAG])
    watch.poll()
    assert watch.wait_s() == seconds
    watch.now += timedelta(days=7) - timedelta(hours=1)
    server.default = NOT_MODIFIED
    watch.poll(hours=1)
    assert watch.wait_s() >= seconds


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        (b"5", HOUR_S),
        (b"604800", 7 * DAY_S),
        (b"1209600", 14 * DAY_S),
        (b"Wed, 11 Mar 2026 08:00:00 GMT", 2 * DAY_S),
        (b"soon", HOUR_S),
        (b"-1", HOUR_S),
        (b"1000000000000", 30 * DAY_S),
    ],
)
def test_row_19_retry_after_counts_in_seconds_and_as_a_date_long_ones_too(
    watch, server, status, said, seconds
):
    server.default = reply(status, b"", [(b"Retry-After", said), DATE])
    watch.poll()
    assert watch.wait_s() == seconds
    assert said.decode() in watch.state().detail


def test_row_20_a_429_silences_the_whole_host_longer_each_time(watch, server):
    with serving() as other:
        watch.name("/a", "/b", "/c")
        watch.feeds.append(replace(watch.feeds[0], id="elsewhere", url=other.url("/feed")))
        server.default = reply(429, b"")
        other.default = reply(200, feed(1))
        asked = [len(watch.poll(minutes=30)) for _ in range(24)]  # twelve hours
        assert asked[:16] == [1, 0, 1, 0, 0, 0, 1, *[0] * 7, 1, 0]
        assert sum(asked) == 4
        assert len(other.requests) == 12
        assert watch.state("elsewhere").failures == 0
        server.default = reply(200, feed(1))
        watch.poll(days=2)
    assert {watch.state(name).status for name in "abc"} == {"ok"}


def test_row_25_a_feed_that_is_gone_is_asked_no_more_and_reported(watch, server):
    server.default = reply(410)
    assert sum(len(watch.poll(days=1)) for _ in range(30)) == 1
    assert (watch.state().disabled, watch.state().status) == (True, "gone")
    assert dead(watch.feeds[0], watch.state(), watch.now).status == "gone"
    topic = TopicSettings(id="t", title="T", sentence="T.")
    context = watch.context()
    with context.store.begin() as connection:
        accounts = coverage.count_coverage(
            connection, context, topic, since=NOW, until=watch.now, relevant=(), stories=0
        )
    assert [(each.name, each.status) for each in accounts.failing] == [("Harbour Ledger", "gone")]


@pytest.mark.parametrize("status", [401, 403, 404])
def test_row_26_refusals_back_off_to_a_day_under_one_name(watch, server, status):
    server.default = reply(status)
    waits = []
    for _ in range(50):
        watch.poll(days=1)
        waits.append(watch.wait_s())
    assert waits[:4] == [HOUR_S, 2 * HOUR_S, 4 * HOUR_S, 8 * HOUR_S]
    assert 0.8 * DAY_S <= waits[-1] <= DAY_S
    assert len(server.requests) == 50
    assert len({request.header(b"user-agent") for request in server.requests}) == 1
    assert not watch.state().disabled


def test_row_27_trouble_backs_off_with_jitter_and_is_not_repeated_at_once(watch, server):
    numbers = random.Random(1)  # noqa: S311 -- repeatable
    spread = numbers.random
    waits = []
    for answer in (reply(500), reply(503), server.hang, reply(502), reply(500)):
        server.default = answer
        watch.limit(timeout_s=0.3)
        assert len(watch.poll(days=1, jitter=spread)) == 1
        waits.append(watch.wait_s())
    bases = [wait / base for wait, base in zip(waits, (1, 2, 4, 6, 6), strict=True)]
    assert all(HOUR_S <= base <= 1.2 * HOUR_S for base in bases)
    assert len(set(bases)) == 5
    server.default = lambda *_: None  # hangs up: nothing was answered, so one more try is no second question
    assert len(watch.poll(days=1)) <= 2


def test_row_28_a_thousand_feeds_drift_apart_and_start_in_turn(watch):
    numbers = random.Random(7)  # noqa: S311 -- repeatable
    settings = FetchSettings()
    document = FeedDocument(format="rss")
    states, seconds = [FeedState(feed_id=str(n), url="http://example.org/") for n in range(1000)], Counter()
    for hour in range(8):
        at = {state: state.next_poll_at or NOW for state in states}
        if hour > 1:
            seconds.update(int(moment.timestamp()) for moment in at.values())
        states = [
            next_state(
                state,
                FetchResult(url=state.url, status=200),
                document,
                new_entries=0,
                now=moment,
                settings=settings,
                jitter=numbers.random(),
            )
            for state, moment in at.items()
        ]
    assert max(seconds.values()) <= 10  # without jitter: 1,000
    with serving() as crowded:
        watch.server = crowded
        watch.feeds = [
            replace(watch.feeds[0], id=str(n), url=f"http://h{n % 40}.example:{crowded.port}/{n}")
            for n in range(120)
        ]
        watch.resolver = lambda *_: ["127.0.0.1"]
        watch.limit(concurrency=8, min_gap_s=0.05)
        assert len(watch.poll()) == 120
        assert crowded.at_once <= 8
        by_host = Counter(request.header(b"host") for request in crowded.requests)
        assert set(by_host.values()) == {3}
        for name in by_host:
            turns = [request for request in crowded.requests if request.header(b"host") == name]
            assert all(after.began_at - before.ended_at >= 0.049 for before, after in pairwise(turns))


def test_row_29_one_request_at_a_time_and_a_gap_between_two_of_a_host(watch, server):
    watch.name(*(f"/{n}" for n in range(5)))
    watch.limit(min_gap_s=0.15)
    assert len(watch.poll()) == 5
    assert server.at_once == 1
    assert min(b.began_at - a.ended_at for a, b in pairwise(server.requests)) >= 0.149
    assert FetchSettings().per_host == 1
    assert FetchSettings().min_gap_s >= 1
    assert sorted(targets(server.requests)) == ["/0", "/1", "/2", "/3", "/4"]
