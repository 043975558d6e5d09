"""The daemon's log, as somebody reads it who was woken at night."""

from __future__ import annotations

import pytest

from tests.cli.daemons import TICKED, ended_well, feed_of_one_story, with_feed


@pytest.fixture
def ticks(place, daemon, server):
    """What a daemon says in a tick that finds an article, and in three that find nothing: a list of events for each tick."""
    with_feed(place, server(feed_of_one_story).port)
    main = place / "config" / "monitor.toml"
    main.write_text(main.read_text().replace("min_interval_s = 0", "min_interval_s = 3600"))
    running = daemon(environment={"MONITOR_LOG_LEVEL": "debug"})
    for _ in range(4):
        running.until(TICKED)
    ended_well(running)
    found = {}
    for event in running.events:
        if "tick" in event:
            found.setdefault(event["tick"], []).append(event)
    before = [event for event in running.events if "tick" not in event]
    assert {event["event"] for event in before} <= {"topic.learnt", "daemon.started", "profile.stored"}
    return list(found.values())[:4]


def told(events):
    return [event["event"] for event in events if event["level"] != "debug"]


def test_each_line_of_a_tick_carries_its_id_and_an_idle_tick_says_nothing(ticks):
    busy, *idle = ticks
    assert told(busy)[:2] == ["feed.polled", "poll.done"]
    assert told(busy)[-1] == TICKED
    assert {"read.done", "score.done"} <= set(told(busy))
    assert [told(each) for each in idle] == [[], [], []]
    assert all(each[-1]["event"] == TICKED for each in ticks)
