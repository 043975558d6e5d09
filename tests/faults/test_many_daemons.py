"""Several daemons and commands at once on one database, over a slot with thirty readers: each gets one message.

The leader is killed in the middle of sending: a standby goes on within five seconds, and only the message whose answer was lost comes twice.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from threading import Event, Thread

import pytest

from monitor.store.schema import deliveries, issues
from tests.faults.house import ROOT, House
from tests.promised import BUSY

READERS = tuple(f"reader{n:02}@example.org" for n in range(30))
TAKEOVER_S = 1.5  # on an idle machine
PATIENCE_S = 60.0
pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


class Program:
    """A real `monitor` process, and what it said with the moment it did."""

    def __init__(self, house, data, *words):
        command = [
            sys.executable,
            "-m",
            "monitor",
            "--config",
            house.folder / "config",
            "--data",
            data,
            *words,
        ]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=os.environ | {"MONITOR_DATABASE_URL": house.url}, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.said = {}
        self.lines = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.lines.append(line)
            if line.startswith("{"):
                self.said.setdefault(json.loads(line)["event"], time.monotonic())

    def end(self, number):
        """Send it a signal; gives its exit code."""
        self.process.send_signal(number)
        return self.finish()

    def finish(self):
        """Wait for its end; gives its exit code."""
        code = self.process.wait(PATIENCE_S)
        self._reader.join(10)
        self.process.stderr.close()
        return code


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request, tmp_path):
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else ""
    with House(tmp_path, url=url, recipients=READERS, delay_s=0.01) as one:
        for hours in (
            0,
            24 * 7 - 1,
        ):  # before the second Monday all is read: who comes first makes the whole issue
            one.now = one.first + timedelta(hours=hours)
            one.site.publish(4, at=one.now - timedelta(hours=1))
            ticked = one.tick()
            assert ticked.code == 0, ticked.log
        assert one.sink.taken() == []
        one.passes(hours=1)
        yield one


def daemon(house, number):
    """On a server each daemon has a folder of its own, as on a machine of its own."""
    data = house.folder / f"daemon{number}" if house.url else house.data
    return Program(house, data, "run", "--tick-s", "0.5", "--now", house.now.isoformat())


def until(question, *, patience_s=PATIENCE_S):
    """Ask again and again; gives whether it came true in time."""
    end = time.monotonic() + patience_s
    while not question():
        if time.monotonic() > end:
            return False
        subprocess.run(["/bin/sleep", "0.1"], check=True)
    return True


def all_sent(house):
    states = Counter(state for (state,) in house.live_rows(deliveries.c.state))
    return states == {"sent": len(READERS)}


@pytest.mark.parametrize("count", [2, 8])
def test_daemons_and_commands_at_once_send_each_reader_one_message(house, count):
    programs = [daemon(house, n) for n in range(count)]
    commands = [
        Program(house, programs[0].process.args[6], "digest", "--send", "--now", house.now.isoformat(), "--out", house.folder / f"out{n}")
        for n in range(2)
    ]  # fmt: skip
    try:
        codes = [command.finish() for command in commands]
        is_sent = until(lambda: all_sent(house))
        leaders = sum("daemon.started" in program.said for program in programs)
    finally:
        ends = [program.end(signal.SIGTERM) for program in programs]
    said = "".join(line for program in (*programs, *commands) for line in program.lines)
    got = Counter(mail.recipient for mail in house.sink.taken())
    print(f"{count} daemons, 2 commands: {got.total()} messages to {len(got)} readers")  # noqa: T201
    assert is_sent, (
        f"{house.live_rows(issues.c.id, issues.c.number)} {house.live_rows(deliveries.c.state)}\n{said}"
    )
    assert got == dict.fromkeys(READERS, 1)
    assert len(house.rows(issues.c.id)) == 1
    assert ends == [0] * count, said
    assert codes == [0, 0], said
    assert "Traceback" not in said, said
    assert leaders == 1


def test_a_standby_goes_on_within_seconds_when_the_leader_is_killed_in_mid_send(house):
    killed, is_second_there = [], Event()

    def kill():
        if len(house.sink.taken()) >= 10 and not killed:
            is_second_there.wait(PATIENCE_S)
            killed.append(time.monotonic())
            leader.process.kill()
            leader.process.wait()

    house.sink.hooks["TAKEN"] = kill
    leader = daemon(house, 1)
    assert until(lambda: "daemon.started" in leader.said)
    standby = daemon(house, 2)
    assert until(lambda: "daemon.standby" in standby.said)
    is_second_there.set()
    try:
        assert until(lambda: killed and "daemon.started" in standby.said)
        took_s = standby.said["daemon.started"] - killed[0]
        is_sent = until(lambda: all_sent(house) or _waits(house))
    finally:
        code = standby.end(signal.SIGTERM)
        leader.end(signal.SIGKILL)
    house.passes(hours=2)  # what is uncertain is put off
    house.settle()
    found = house.check()
    print(f"took over after {took_s:.1f} s; {found.repeats} repeats")  # noqa: T201
    assert is_sent
    assert code == 0
    assert took_s < BUSY * TAKEOVER_S
    assert {name: value for name, value in found.wrong.items() if name != "unexplained"} == {}
    assert found.repeats == 1, "the one message whose answer the leader did not live to hear"


def _waits(house):
    """All but what the killed leader left uncertain."""
    states = Counter(state for (state,) in house.live_rows(deliveries.c.state))
    return states["sent"] == len(READERS) - 1 and states["uncertain"] == 1


def test_two_who_ask_for_no_lock_send_twice(house):
    """The control: they read what is due, send it, and mark it afterwards."""
    assert house.tick(variant="send nothing").code == 0
    with House(house.folder / "twin", url=house.url, recipients=READERS, data=house.data) as twin:
        for name in ("monitor.toml", "feeds.toml"):
            shutil.copy(house.folder / "config" / name, twin.folder / "config")
        twin.now = house.now
        house.sink.delay_s = 0.1  # time enough for the other to look
        for each in (house, twin):  # both are awake before they begin
            assert each.tick(arguments=("--version",)).code == 0
        other = Thread(target=lambda: twin.tick(variant="send then mark the batch"))
        other.start()
        house.tick(variant="send then mark the batch")
        other.join()
    got = Counter(mail.recipient for mail in house.sink.taken())
    print(f"two without a lock: {got.total()} messages to {len(got)} readers")  # noqa: T201
    assert got.total() > len(READERS)
