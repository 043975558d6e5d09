"""Several real daemons on one database: one leads, the others wait; kill -9 of the leader, and a standby leads within five seconds."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import select

from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store.schema import slots
from tests.promised import ends

MONDAY = "2026-03-16T12:00:00Z"
STARTED, STANDBY, TICKED = "daemon.started", "daemon.standby", "tick.done"


class Daemon:
    """`monitor run` in a process of its own, and what it said so far."""

    def __init__(self, place, data, environment):
        command = [sys.executable, "-m", "monitor", "--data", data, "run", "--tick-s", "0.5", "--now", MONDAY]
        self.process = subprocess.Popen(
            command, cwd=place, env=os.environ | environment, stderr=subprocess.PIPE, text=True
        )
        self.said = []

    def until(self, *events):
        """Read what it says up to one of these; gives that one, or None at its end."""
        for line in self.process.stderr:
            self.said.append(json.loads(line)["event"])
            if self.said[-1] in events:
                return self.said[-1]
        return None

    def end(self, number):
        self.process.send_signal(number)
        self.until()
        return self.process.wait(60)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue("database_url") if request.param == "postgresql" else ""


@pytest.fixture
def daemon(place, url):
    """Start one more daemon; on a server each has a data folder of its own, as on machines of their own."""
    started = []

    def start():
        data = place / (f"data{len(started)}" if url else "data")
        started.append(Daemon(place, data, {"MONITOR_DATABASE_URL": url}))
        return started[-1]

    yield start
    for each in started:
        each.process.kill()
        each.process.communicate()


def other(*arguments, place, url):
    """A command that runs once, beside the daemons."""
    command = [sys.executable, "-m", "monitor", *arguments]
    environment = os.environ | {"MONITOR_DATABASE_URL": url}
    return subprocess.run(command, cwd=place, env=environment, capture_output=True, text=True, check=False)


def test_a_standby_leads_soon_after_a_kill(place, url, daemon):
    leader = daemon()
    assert leader.until(STARTED, STANDBY) == STARTED
    standby = daemon()
    assert standby.until(STARTED, STANDBY) == STANDBY
    assert leader.until(TICKED) == TICKED
    status = other("status", "--json", place=place, url=url)
    assert status.returncode == 0, status.stderr
    assert standby.process.poll() is None
    with ends(idle_s=1.5):  # it asks every second
        leader.process.send_signal(signal.SIGKILL)
        assert standby.until(STARTED) == STARTED
    assert standby.until(TICKED) == TICKED
    assert standby.end(signal.SIGTERM) == 0
    assert _slots(place, url) == 1


def _slots(place, url):
    with Store.open(StoreSettings(url=url), place / "data") as store, store.begin() as connection:
        return len(connection.execute(select(slots)).all())


def test_a_standby_that_is_told_to_stop_stops(daemon):
    assert daemon().until(STARTED) == STARTED
    standby = daemon()
    assert standby.until(STANDBY) == STANDBY
    with ends(idle_s=1):
        assert standby.end(signal.SIGTERM) == 0
    assert STARTED not in standby.said


@pytest.mark.parametrize("url", [""])  # PostgreSQL is restored by its own tools
def test_nothing_is_restored_under_a_daemon(place, daemon, url):
    leader = daemon()
    assert leader.until(STARTED) == STARTED
    assert other("backup", "--out", "copy.db", place=place, url="").returncode == 0
    refused = other("restore", "copy.db", place=place, url="")
    assert refused.returncode == 1
    assert f"process {leader.process.pid}" in refused.stderr
    assert leader.end(signal.SIGTERM) == 0
    assert other("restore", "copy.db", place=place, url="").returncode == 0


def test_a_leader_that_loses_its_lock_ends_with_a_failure(database_url, place, monkeypatch):
    """Its session is closed by the server's administrator; the supervisor starts it again, as standby or leader."""
    from monitor.daemon import leading as module
    from monitor.errors import StoreError
    from monitor.store.lock import ServerLock

    monkeypatch.setattr(module, "BEAT_S", 0.1)
    monkeypatch.setenv("MONITOR_DATABASE_URL", database_url)
    monkeypatch.setattr(ServerLock, "is_held", lambda _: False)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    with pytest.raises(StoreError, match="lock on the database was lost"):
        module.run(config=place / "config", data=place / "data", tick_s=30)
