"""Two and eight processes deliver the same 300 messages at once, on both databases: each message is taken once by a real mail server.

Controls: the same processes without the lock for sending, and with the order "send, then mark the batch".
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import pytest

from monitor.pipeline.delivering import deliver
from tests import mailing
from tests.conftest import NOW
from tests.faults import mail_sender
from tests.faults.sink import Sink

READERS = 300
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue("database_url") if request.param == "postgresql" else ""


@pytest.fixture
def sink(memory):
    with Sink(memory / "processes.jsonl") as one:
        one.forget()
        yield one


@pytest.fixture
def data_in_memory(memory):
    """A data folder of one's own where a commit does not wait for a disk."""
    return Path(tempfile.mkdtemp(dir=memory))


def delivered(sink, url, data, *, processes, readers=READERS, variant="real"):
    """What the processes said, and how often each message was taken, and the states in the ledger."""
    topic = mailing.topic(*(f"reader{n}@example.org" for n in range(readers)))
    with mail_sender.house(data, url, sink.port, now=NOW) as house:
        deliver.enter(house, topic, mailing.frozen(house))
        said = together(processes, data, url, sink, variant)
        with house.store.begin() as connection:
            states = Counter(row.state for row in deliver.ledger.of_issue(connection, 1))
    return said, Counter(mail.id for mail in sink.taken()), states


def together(processes, data, url, sink, variant):
    """Start the processes, let them go while the first one sends, and give what each said.

    For a control the server keeps the first message to itself until the others have ended: all of them meet it half sent.
    """
    port = str(sink.port)
    command = [
        sys.executable,
        "-m",
        "tests.faults.mail_sender",
        data,
        url,
        port,
        variant,
        NOW.isoformat(),
    ]
    with ExitStack() as stack:
        started = []
        for _ in range(processes):
            process = stack.enter_context(
                subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            started.append(process)
            assert process.stdout.readline() == "ready\n"
        begun, others_ended = Event(), Event()  # the others come when the first one is at it

        def hold_the_first():
            if not begun.is_set():
                begun.set()
                others_ended.wait(60)

        sink.hooks["TAKEN" if variant == "real" else "BODY"] = (
            begun.set if variant == "real" else hold_the_first
        )
        for process in started:
            process.stdin.write("go\n")
            process.stdin.flush()
            assert begun.wait(60)
        said = [process.communicate(timeout=250)[0] for process in started[1:]]
        others_ended.set()
        return [json.loads(each) for each in (started[0].communicate(timeout=250)[0], *said)]


@pytest.mark.parametrize("processes", [2, 8])
def test_processes_that_deliver_at_once_send_each_message_once(sink, url, data_in_memory, processes):
    said, taken, states = delivered(sink, url, data_in_memory, processes=processes)
    assert len(taken) == READERS
    assert sum(taken.values()) == READERS, "a message was taken twice"
    assert states == {"sent": READERS}
    assert sum(each["sent"] for each in said) == READERS
    assert [each["error"] for each in said if each["error"]] == []
    found_busy = sum(each["is_busy"] for each in said)
    print(f"{processes} processes: {READERS} of {READERS} once, {found_busy} found another one sending")  # noqa: T201


@pytest.mark.parametrize("variant", ["naive", "unlocked"])
def test_control_without_the_lock_or_the_fence_messages_come_twice(sink, data_in_memory, variant):
    _, taken, _ = delivered(sink, "", data_in_memory, processes=8, readers=60, variant=variant)
    assert len(taken) == 60
    repeats = sum(taken.values()) - len(taken)
    print(f"control {variant}: {repeats} repeats of 60")  # noqa: T201
    assert repeats > 0
