"""Real daemons told to read their configuration again: all of it or nothing; but a broken topic is that topic's trouble alone."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.operations import alarms
from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store import topics as topics_store
from tests.cli.conftest import MAIN, TOPIC
from tests.cli.daemons import TICKED, ended_well, silent_feed, with_feed, write_main
from tests.ports import free_port


def fetched(port, path):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_new_configuration_is_taken_as_a_whole(place, daemon):
    first, second, numbers = free_port(), free_port(), free_port()
    write_main(place, f"[web]\nport = {first}\nops_port = {numbers}\n")
    running = daemon()
    running.until(TICKED)
    assert fetched(first, "/healthz")[0] == 200
    (place / "config" / "topics" / "other.toml").write_text(TOPIC)
    write_main(place, f'[web]\nport = {second}\nops_port = {numbers}\n[log]\nlevel = "debug"\n')
    running.process.send_signal(signal.SIGHUP)
    assert running.until("config.reloaded")["topics"] == ["other", "trade"]
    running.until(TICKED)
    assert fetched(second, "/healthz") == (200, "ok\n")
    assert fetched(second, "/metrics")[0] == fetched(second, "/readyz")[0] == 404
    status, said = fetched(numbers, "/metrics")
    assert status == 200
    assert 'topic="other"' in said
    with pytest.raises(OSError, match="refused"):
        fetched(first, "/healthz")
    running.until("web.request")  # an event of level debug
    ended_well(running)


BROKEN = {
    "a file that is no TOML": ("config/monitor.toml", "[fetch\n", "not valid TOML"),
    "no topic that can be used": (
        "config/topics/trade.toml",
        TOPIC.replace("title", "titel"),
        "the key 'title' is missing",
    ),
    "a feed of an unknown topic": (
        "config/feeds.toml",
        '[[feed]]\nname = "x"\nurl = "http://127.0.0.1/x"\ntopics = ["y"]\n',
        "unknown topic",
    ),
    "another database": (
        "config/monitor.toml",
        MAIN + '[store]\nurl = "sqlite:///other.db"\n',
        "database or the data folder",
    ),
}


def test_a_configuration_with_a_fault_is_refused_as_a_whole(place, daemon):
    port = free_port()
    write_main(place, f"[web]\nport = {port}\n")
    running = daemon(environment={"MONITOR_LOG_LEVEL": "debug"})  # else only the first tick is told
    running.until(TICKED)
    for file, content, said in BROKEN.values():
        before = (place / file).read_text() if (place / file).exists() else None
        (place / file).write_text(content)
        running.process.send_signal(signal.SIGHUP)
        assert said in running.until("config.refused")["error"]
        if before is None:
            (place / file).unlink()
        else:
            (place / file).write_text(before)
        running.until(TICKED)
        assert fetched(port, "/healthz")[0] == 200
    with socket.create_server(("127.0.0.1", 0)) as taken:
        write_main(place, f"[web]\nport = {taken.getsockname()[1]}\n")
        running.process.send_signal(signal.SIGHUP)
        assert "cannot listen" in running.until("config.refused")["error"]
    assert fetched(port, "/healthz")[0] == 200
    ended_well(running)


def test_a_broken_topic_goes_on_as_it_was_and_the_others_are_taken_anew(place, daemon):
    write_main(place)
    topics = place / "config" / "topics"
    (topics / "other.toml").write_text(TOPIC)
    running = daemon()
    running.until(TICKED)
    (topics / "other.toml").write_text(TOPIC.replace("title", "titel"))
    (topics / "unseeded.toml").write_text(TOPIC.replace('seeds = "seeds"', 'seeds = "nowhere"'))
    (topics / "trade.toml").write_text(TOPIC.replace('"Trade"', '"Trade anew"'))
    running.process.send_signal(signal.SIGHUP)
    assert running.until("config.reloaded")["topics"] == ["other", "trade", "unseeded"]
    told = {e["topic"]: e["is_served"] for e in running.events if e["event"] == "topic.broken"}
    assert told == {"other": True, "unseeded": False}
    running.until("alarm.begun")
    running.until("alarm.begun")
    running.until(TICKED)
    ended_well(running)
    with Store.open(StoreSettings(), place / "data") as store, store.begin() as connection:
        assert topics_store.profile_of(connection, "trade").title == "Trade anew"
        assert topics_store.profile_of(connection, "other").title == "Trade"
        assert topics_store.profile_of(connection, "unseeded") is None
        assert sorted(each.name for each in alarms.noted(connection)) == ["topic:other", "topic:unseeded"]


@pytest.mark.faults
def test_many_reloads_at_once_are_a_few_and_none_is_lost(place, daemon):
    write_main(place)
    running = daemon()
    running.until(TICKED)
    for _ in range(20):
        running.process.send_signal(signal.SIGHUP)
    running.until("config.reloaded")
    (place / "config" / "topics" / "other.toml").write_text(TOPIC)
    running.process.send_signal(signal.SIGHUP)
    while running.until("config.reloaded")["topics"] != ["other", "trade"]:
        pass
    running.until(TICKED)
    assert len(list(Path(f"/proc/{running.process.pid}/fd").iterdir())) < 60
    ended_well(running)


@pytest.mark.faults
def test_a_reload_waits_for_the_tick_at_hand(place, daemon, server):
    feed = server(silent_feed)
    write_main(place)
    with_feed(place, feed.port)
    running = daemon()
    assert feed.reached.wait(60)
    running.process.send_signal(signal.SIGHUP)
    running.until("config.reloaded")
    assert running.process.poll() is None
    ended_well(running)


@pytest.mark.faults
def test_a_replay_is_alive_by_the_machines_clock(place, daemon):
    """Its own clock shows another year; a heartbeat measured with that one would be dead or unborn."""
    port = free_port()
    write_main(place, f"[web]\nport = {port}\n")
    running = daemon("--now", "2018-07-02T12:00:00Z")
    running.until(TICKED)
    assert fetched(port, "/healthz")[0] == 200
    health = subprocess.run(
        [sys.executable, "-m", "monitor", "health"], cwd=place, capture_output=True, check=False
    )
    assert health.returncode == 0, health.stderr
    running.process.send_signal(signal.SIGSTOP)  # a daemon that stands still writes no heartbeat
    file = place / "data" / "heartbeat"
    stale = datetime.now(UTC) - timedelta(seconds=91)
    file.write_text(stale.isoformat())
    health = subprocess.run(
        [sys.executable, "-m", "monitor", "health"], cwd=place, capture_output=True, check=False
    )
    assert health.returncode == 1
    running.process.send_signal(signal.SIGCONT)
    ended_well(running)


def test_a_port_that_is_taken_ends_no_daemon(place, daemon):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        write_main(place, f"[web]\nport = {taken.getsockname()[1]}\n")
        running = daemon()
        assert "cannot listen" in running.until("web.refused")["error"]
        running.until(TICKED)
    ended_well(running)
