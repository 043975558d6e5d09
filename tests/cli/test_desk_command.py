"""`monitor web`: serves until told to end, takes a changed configuration, and refuses to stand open to others."""

from __future__ import annotations

import http.client
import queue
import re
import signal
import subprocess
import sys
import threading

import pytest

from monitor.web.desk.guard import Password

LIMIT_S = 90


class Served:
    """A `monitor web` of this machine, and its lines as they come."""

    def __init__(self, place, *arguments):
        command = [sys.executable, "-m", "monitor", "web", "--port", "0", *arguments]
        self.process = subprocess.Popen(
            command, cwd=place, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines = queue.SimpleQueue()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self._lines.put(line)

    def until(self, pattern):
        """Wait for a line, and give what the pattern finds in it."""
        while True:
            line = self._lines.get(timeout=LIMIT_S)
            if found := re.search(pattern, line):
                return found

    def port(self):
        return int(self.until(r"the desk is at http://127\.0\.0\.1:(\d+)/")[1])

    def get(self, port, path):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.getheaders())
        finally:
            connection.close()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=LIMIT_S)


@pytest.fixture
def served(place):
    started = Served(place)
    yield started
    started.process.kill()
    started.process.wait()
    started.reader.join(LIMIT_S)
    started.process.stdout.close()


def test_the_desk_is_served_until_sigterm_and_takes_a_changed_configuration(served, place):
    port = served.port()
    status, body, headers = served.get(port, "/topic")
    assert (status, "Trade between the United States and China." in body) == (200, True)
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    file = place / "config" / "topics" / "trade.toml"
    good = file.read_text()
    (place / "config" / "monitor.toml").write_text("no = toml = at all")
    served.process.send_signal(signal.SIGHUP)
    served.until("config.refused")
    assert served.get(port, "/healthz")[:2] == (200, "ok\n")
    (place / "config" / "monitor.toml").write_text("")
    file.write_text(good.replace("Trade between", "Commerce between"))
    served.process.send_signal(signal.SIGHUP)
    assert "Commerce between" in served.get(served.port(), "/topic")[1]
    assert served.end() == 0


def test_an_address_others_reach_is_refused_without_a_password(monitor):
    run = monitor("web", "--host", "0.0.0.0", "--port", "0")  # noqa: S104 - to see it refused
    assert run.code == 2
    assert "has no password" in run.err
    assert "MONITOR_WEB_PASSWORD" in run.err


def test_a_password_is_turned_into_its_hash(monitor):
    run = monitor("web", "--hash", stdin=b"quite a long password\n")
    assert run.code == 0
    assert Password.read(run.out.strip()).is_of("quite a long password")
    assert monitor("web", "--hash").code == 2
    assert monitor("web", "--hash", stdin=b"short\n").code == 2


def test_the_daemon_imports_no_page_of_the_desk(place):
    code = (
        "import sys; sys.argv = ['monitor', 'run', '--once']\n"
        "from monitor.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "import monitor.daemon, monitor.web, monitor.daemon.due, monitor.web.front\n"
        "print([name for name in sys.modules if 'desk' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=place, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stdout + done.stderr
