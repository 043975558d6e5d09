"""SIGKILL of a process that delivers to Slack and Matrix, when a server has the whole of a message and has not answered.

Nothing is lost. Slack gets a message twice only when the kill fell between the durable mark and the answer, and then with the same bytes;
Matrix never does, for it knows the transaction.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.pipeline.delivering import deliver
from tests import mailing
from tests.conftest import NOW
from tests.deliver.chats import Service
from tests.faults import chat_sender

ROOT = Path(__file__).parents[2]
KILLS = 16
pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


class Listener(Service):
    """Takes everything, and calls `kill` between the last byte of a message and its answer."""

    def __init__(self):
        super().__init__()
        self.bodies = {}  # path -> bodies taken
        self.kill = lambda: None

    def answer(self, method, path, headers, body):  # noqa: ARG002
        self.bodies.setdefault(path, []).append(body)
        self.kill()
        return 200, {}, json.dumps({"event_id": "$1"}).encode()


def uncertain(context):
    """Recipients whose message may have gone out when the process ended, by the ledger alone."""
    with context.store.begin() as connection:
        rows = deliver.ledger.of_issue(connection, 1)
    return [row.recipient for row in rows if row.state == "sending" and row.dot]


def test_a_killed_sender_loses_nothing_and_repeats_only_what_its_mark_explains(tmp_path):
    with Listener() as slack, Listener() as matrix:
        windows, kills, now = Counter(), 0, NOW
        with chat_sender.house(tmp_path, slack.url, matrix.url, now=NOW) as context:
            deliver.enter(context, context.settings.topics[0], mailing.frozen(context))
        for round_ in range(KILLS + 2):
            process = start(tmp_path, slack, matrix, now)
            left = [1 + round_ % 3] if round_ < KILLS else [-1]

            def kill(process=process, left=left):
                left[0] -= 1
                if left[0] == 0:
                    process.kill()
                    process.wait()

            slack.kill = matrix.kill = kill
            process.communicate("go\n", timeout=120)
            with chat_sender.house(tmp_path, slack.url, matrix.url, now=now) as context:
                if process.returncode == -9:
                    kills += 1
                    windows.update(uncertain(context))
            now += timedelta(hours=2)
        with (
            chat_sender.house(tmp_path, slack.url, matrix.url, now=now) as context,
            context.store.begin() as c,
        ):
            states = Counter(row.state for row in deliver.ledger.of_issue(c, 1))
    repeats = {path: len(found) - 1 for path, found in slack.bodies.items()}
    print(f"{kills} kills, {windows.total()} in a window, {sum(repeats.values())} repeats in Slack")  # noqa: T201
    assert kills >= KILLS // 2
    assert states == {"sent": 2 * chat_sender.PLACES}
    assert len(slack.bodies) == len(matrix.bodies) == chat_sender.PLACES, "lost"
    assert all(len(set(found)) == 1 for found in (*slack.bodies.values(), *matrix.bodies.values()))
    for path, count in repeats.items():
        name = f"slack{path.rpartition('/')[2]}"
        assert count <= windows[name], f"{name} came twice, and no mark explains it"


def start(data, slack, matrix, now):
    """A sender that waits for its word."""
    command = [sys.executable, "-m", "tests.faults.chat_sender", data, slack.url, matrix.url, now.isoformat()]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process
