"""What a container's health check asks: a daemon that stands still, and one whose issue stays out, are unhealthy."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from monitor.operations import heartbeat
from monitor.operations.heartbeat import Red

HOUR = timedelta(hours=1)


@pytest.fixture
def beat(place):
    """Write a heartbeat `age` old, with what turns red when."""
    (place / "data").mkdir()

    def write(age=timedelta(), red=()):
        now = datetime.now(UTC)
        rows = [Red(now + since, what) for since, what in red]
        heartbeat.write(place / "data" / "heartbeat", now - age, red=rows)

    return write


def test_a_young_heartbeat_is_healthy(monitor, beat):
    beat(timedelta(seconds=80), red=[(HOUR, "the issue of trade has not gone out")])
    run = monitor("health")
    assert (run.code, run.out.startswith("ok: heartbeat 8")) == (0, True)


def test_an_old_heartbeat_is_not(monitor, beat):
    beat(timedelta(seconds=100))
    run = monitor("health")
    assert run.code == 1
    assert "the last heartbeat is 100 s old" in run.err
    assert "restart it" in run.err


def test_an_issue_that_stays_out_is_unhealthy_although_the_heart_beats(monitor, beat):
    beat(red=[(-HOUR, "the issue of trade that was due has not gone out"), (HOUR, "something later")])
    run = monitor("health")
    assert run.code == 1
    assert "the issue of trade that was due has not gone out" in run.err
    assert "later" not in run.err
    assert "`monitor status`" in run.err


def test_the_control_the_age_alone_is_fine(place, beat):
    beat(red=[(-HOUR, "the issue has not gone out")])
    assert heartbeat.age_s(place / "data" / "heartbeat", datetime.now(UTC)) < heartbeat.STALE_S


def test_no_heartbeat_is_unhealthy(monitor, place):
    run = monitor("health")
    assert run.code == 1
    assert "Start the daemon" in run.err


def test_asking_is_light(place, beat):
    """A health check every half minute: no database, no HTTP client, no parser is loaded."""
    beat()
    code = "import sys; from monitor.cli import main; sys.argv = ['monitor', 'health']\ntry: main()\nexcept SystemExit: pass\n"
    heavy = (
        "print([m for m in ('sqlalchemy', 'aiohttp', 'lxml', 'jinja2', 'apscheduler') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code + heavy], cwd=place, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
