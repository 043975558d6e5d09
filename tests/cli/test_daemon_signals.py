"""Real daemons told to end in the middle of something that hangs, and told to read their configuration again."""

from __future__ import annotations

import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import select, text

from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store.schema import deliveries
from tests.cli.conftest import MAIN, TOPIC

END_S = 5.0  # the bar: from SIGTERM to the end
STARTED, TICKED = "daemon.started", "read.done"
STORY = (
    "The United States will raise its tariff on Chinese batteries, the commerce department said on Tuesday. Beijing called the "
    "trade measure groundless and announced duties of its own on American soybeans."
)


class Daemon:
    """`monitor run` and what it says, read as it comes."""

    def __init__(self, place, *arguments, environment=()):
        command = [sys.executable, "-m", "monitor", "run", "--tick-s", "0.5", *arguments]
        self.process = subprocess.Popen(
            command, cwd=place, env=os.environ | dict(environment), stderr=subprocess.PIPE, text=True
        )
        self.events = []
        self._lines = queue.SimpleQueue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stderr:
            self._lines.put(json.loads(line) if line.startswith("{") else {"event": line})
        self._lines.put(None)

    def until(self, event, *, limit_s=60):
        """Wait for an event, and give it."""
        end = time.monotonic() + limit_s
        while (said := self._lines.get(timeout=max(0.01, end - time.monotonic()))) is not None:
            self.events.append(said)
            if said["event"] == event:
                return said
        raise AssertionError(f"it ended without {event}: {self.events[-20:]}")

    def end(self, number=signal.SIGTERM):
        """Send a signal; give the exit status and the seconds that took."""
        begun = time.monotonic()
        self.process.send_signal(number)
        return self.process.wait(30), time.monotonic() - begun

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


@pytest.fixture
def daemon(place):
    started = []

    def start(*arguments, **options):
        started.append(Daemon(place, *arguments, **options))
        return started[-1]

    yield start
    for each in started:
        each.close()


class Server:
    """Answers each connection by `answer(connection)` in a thread of its own; `reached` is set by whoever hangs."""

    def __init__(self, answer):
        self.reached = threading.Event()
        self._answer = answer
        self._open = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                talk, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(talk)
            threading.Thread(target=self._one, args=(talk,), daemon=True).start()

    def _one(self, talk):
        with suppress(OSError):
            self._answer(self, talk)

    def hang(self, talk):
        """Say nothing more, until the other side goes."""
        self.reached.set()
        talk.recv(1)

    def close(self):
        self._listener.close()
        for talk in self._open:
            talk.close()


@pytest.fixture
def server():
    opened = []

    def start(answer):
        opened.append(Server(answer))
        return opened[-1]

    yield start
    for each in opened:
        each.close()


def silent_feed(server, talk):
    talk.recv(65536)
    server.hang(talk)


def feed_of_one_story(_server, talk):
    """A feed with one story on topic, of an hour ago; no page behind it."""
    now = datetime.now(UTC)
    item = (
        f"<item><title>Washington raises tariff on Chinese batteries</title><link>http://127.0.0.1:1/a</link><guid>a</guid>"
        f"<description>{STORY}</description><pubDate>{format_datetime(now)}</pubDate></item>"
    )
    body = f"<rss version='2.0'><channel><title>x</title>{item}</channel></rss>".encode()
    talk.recv(65536)
    talk.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )


def mail_server_that_hangs_at(step):
    """Takes a message politely, and falls silent at one step: the greeting, the recipient, or the final dot."""

    def answer(server, talk):
        lines = talk.makefile("rb")
        if step == "greeting":
            server.hang(talk)
            return
        talk.sendall(b"220 here\r\n")
        for line in lines:
            word = line.split()[0].upper() if line.split() else b""
            if word == b"DATA":
                talk.sendall(b"354 go on\r\n")
                while lines.readline() not in (b".\r\n", b""):
                    pass
                server.hang(talk)
                return
            if word == b"RCPT" and step == "recipient":
                server.hang(talk)
                return
            talk.sendall(b"250 fine\r\n")

    return answer


def write_main(place, extra=""):
    (place / "config" / "monitor.toml").write_text(
        MAIN.replace("[fetch]\n", "[fetch]\ntimeout_s = 60.0\n").replace("timeout_s = 2.0\n", "") + extra
    )


def with_feed(place, port):
    (place / "config" / "feeds.toml").write_text(
        f'[[feed]]\nid = "one"\nname = "one"\nurl = "http://127.0.0.1:{port}/feed.xml"\nis_trusted = true\n'
    )


def with_mail(place, port):
    write_main(
        place,
        f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "m@example.org"\ntimeout_s = 60.0\n',
    )
    (place / "config" / "topics" / "trade.toml").write_text('recipients = ["a@example.org"]\n' + TOPIC)


def owing(place):
    """Open the store as an earlier start left it: the slot before the last one is dealt with, so the last one is due."""
    with Store.open(StoreSettings(), place / "data") as store, store.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO slots (topic, slot, state, at) VALUES ('trade', '2026-01-05 07:00:00.000000', 'skipped', '2026-01-05 08:00:00.000000')"
            )
        )


def ended_well(daemon):
    status, took_s = daemon.end()
    assert status == 0
    assert took_s < END_S
    return took_s


@pytest.mark.faults
def test_ends_while_a_feed_hangs(place, daemon, server):
    feed = server(silent_feed)
    write_main(place)
    with_feed(place, feed.port)
    running = daemon()
    assert feed.reached.wait(60)
    ended_well(running)


@pytest.mark.parametrize(
    "step", [*(pytest.param(step, marks=pytest.mark.faults) for step in ("greeting", "recipient")), "dot"]
)
def test_ends_while_a_mail_server_hangs_and_loses_nothing(place, daemon, server, step):
    feed, mail = server(feed_of_one_story), server(mail_server_that_hangs_at(step))
    with_mail(place, mail.port)
    with_feed(place, feed.port)
    owing(place)
    running = daemon()
    assert mail.reached.wait(60)
    ended_well(running)
    with Store.open(StoreSettings(), place / "data") as store, store.begin() as connection:
        [row] = connection.execute(select(deliveries)).all()
    assert (row.state, row.dot) == (
        "sending",
        step == "dot",
    )  # recovered at the next start, marked where it may have arrived


HANGS = """
import sys, time
from monitor import cli
{patch}
sys.argv = ["monitor", "run", "--tick-s", "0.5"]
cli.main()
"""
STUCK = '    print(\'{"event": "stuck"}\', file=sys.stderr, flush=True)\n'
IN_SCORE = (
    "from monitor.pipeline.scorer import Scorer\n"
    "def stuck(self, article):\n" + STUCK + "    while True: pass\n"
    "Scorer.score = stuck"
)
IN_PARSE = (
    "import pickle\n"
    "import monitor.work.worker as work\n"
    "real = work._Child._hand_over\n"
    "def handed(self, job):\n" + STUCK + "    return real(self, pickle.dumps((time.sleep, 60)))\n"
    "work._Child._hand_over = handed"
)


@pytest.mark.faults
def test_ends_while_scoring_goes_on_for_ever(place, server):
    feed = server(feed_of_one_story)
    write_main(place)
    with_feed(place, feed.port)
    running = hanging(place, IN_SCORE)
    try:
        running.until("stuck")
        ended_well(running)
    finally:
        running.close()


@pytest.mark.faults
def test_ends_while_a_worker_parses_for_ever(place, server):
    feed = server(feed_of_one_story)
    write_main(place, "[read]\nworker_timeout_s = 60.0\n")
    with_feed(place, feed.port)
    running = hanging(place, IN_PARSE)
    try:
        running.until("stuck")
        ended_well(running)
    finally:
        running.close()


def hanging(place, patch):
    """A daemon in which one step never ends."""
    running = Daemon.__new__(Daemon)
    running.process = subprocess.Popen(
        [sys.executable, "-c", HANGS.format(patch=patch)], cwd=place, stderr=subprocess.PIPE, text=True
    )
    running.events, running._lines = [], queue.SimpleQueue()
    threading.Thread(target=running._read, daemon=True).start()
    return running


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


@pytest.mark.faults
def test_ends_while_a_web_request_hangs(place, daemon):
    port = free_port()
    write_main(place, f"[web]\nport = {port}\n")
    running = daemon()
    running.until(TICKED)
    with socket.create_connection(("127.0.0.1", port), timeout=5) as half:
        half.sendall(b"POST /unsubscribe/trade/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
        ended_well(running)


CONTROL = """
import signal, socket, sys
asked = []
signal.signal(signal.SIGTERM, lambda *_: asked.append(1))
talk = socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=60)
print("reading", flush=True)
while True:
    talk.recv(1)
    if asked:
        break
"""


@pytest.mark.faults
def test_the_control_a_handler_that_only_sets_a_flag_stays_in_the_read(server):
    """PEP 475: the interrupted read is taken up again, and the flag is never looked at."""
    deaf = server(lambda it, talk: it.hang(talk))
    with subprocess.Popen(
        [sys.executable, "-c", CONTROL, str(deaf.port)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "reading\n"
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(END_S)
        process.kill()


# ------------------------------------------------------------------ SIGHUP


def fetched(port, path):
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_new_configuration_is_taken_as_a_whole(place, daemon):
    first, second = free_port(), free_port()
    write_main(place, f"[web]\nport = {first}\n")
    running = daemon()
    running.until(TICKED)
    assert fetched(first, "/healthz")[0] == 200
    (place / "config" / "topics" / "other.toml").write_text(TOPIC)
    write_main(place, f'[web]\nport = {second}\n[log]\nlevel = "debug"\n')
    running.process.send_signal(signal.SIGHUP)
    assert running.until("config.reloaded")["topics"] == ["other", "trade"]
    running.until(TICKED)
    status, said = fetched(second, "/metrics")
    assert status == 200
    assert 'topic="other"' in said
    with pytest.raises(OSError, match="refused"):
        fetched(first, "/healthz")
    running.until("web.request")  # an event of level debug
    ended_well(running)


BROKEN = {
    "a file that is no TOML": ("config/monitor.toml", "[fetch\n", "not valid TOML"),
    "an unknown key": (
        "config/topics/trade.toml",
        TOPIC.replace("title", "titel"),
        "the key 'title' is missing",
    ),
    "a topic without seeds": (
        "config/topics/other.toml",
        TOPIC.replace('seeds = "seeds"', 'seeds = "nowhere"'),
        "nowhere",
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
    running = daemon()
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
