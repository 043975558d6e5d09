"""Real daemons, and servers that hang where they are told to: for the tests of signals."""

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
from datetime import UTC, datetime
from email.utils import format_datetime

from sqlalchemy import text

from monitor.settings import StoreSettings
from monitor.store import Store
from tests.cli.conftest import MAIN, TOPIC
from tests.promised import ends

END_S = 5.0  # the bar: from SIGTERM to the end
STARTED, TICKED = "daemon.started", "tick.done"
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
        """Send a signal; give the exit status."""
        self.process.send_signal(number)
        return self.process.wait()

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()


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
        MAIN.replace("[fetch]\n", "[fetch]\ntimeout_s = 60.0\n").replace("timeout_s = 20.0\n", "") + extra
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
    with ends(idle_s=END_S):
        assert daemon.end() == 0
