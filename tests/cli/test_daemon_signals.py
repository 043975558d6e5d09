"""Real daemons told to end in the middle of something that hangs."""

from __future__ import annotations

import queue
import socket
import subprocess
import sys
import threading

import pytest
from sqlalchemy import select

from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store.schema import deliveries
from tests.cli.daemons import (
    END_S,
    TICKED,
    Daemon,
    ended_well,
    feed_of_one_story,
    mail_server_that_hangs_at,
    owing,
    silent_feed,
    with_feed,
    with_mail,
    write_main,
)
from tests.ports import free_port


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
    "from monitor.pipeline.judging.scorer import Scorer\n"
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


@pytest.mark.faults
def test_ends_while_a_web_request_hangs(place, daemon):
    port = free_port()
    write_main(place, f"[web]\nport = {port}\n")
    running = daemon()
    running.until(TICKED)
    with socket.create_connection(("127.0.0.1", port), timeout=60) as half:
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
