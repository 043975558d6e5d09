"""PostgreSQL goes away in the middle of a tick, or stands still: the tick ends with a clear error, and a later one loses nothing."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread

import psycopg
import pytest

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store.patience import ANSWER_S
from tests import postgres
from tests.faults.house import House
from tests.faults.zygote import LIMIT_S
from tests.promised import ends

WATCHDOG_S = 26.0  # on an idle machine


@pytest.fixture(scope="module")
def own_server():
    """A server of our own, which may be stopped and frozen; skips where the tests use somebody else's."""
    if "://" in postgres.wanted():
        pytest.skip(f"{postgres.VARIABLE} names a server that is not ours to stop")
    server = postgres.OwnServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def grown(memory, own_server):
    """A house on that server, one week old."""
    with House(memory, url=own_server.database()) as house:
        house.warm_up()
        house.site.publish(2, at=house.now - timedelta(hours=1))
        assert house.tick().code == 0
        yield house


@pytest.fixture
def house(grown):
    """The same in the moment before its next issue is due; nothing of earlier tests is in the way."""
    for server in (grown.site, grown.sink):
        server.hooks.clear()
    grown.now = (
        max(grown.now, grown.first) + timedelta(weeks=1) - (grown.now - grown.first) % timedelta(weeks=1)
    )
    grown.site.publish(2, at=grown.now - timedelta(hours=1))
    return grown


def members(server):
    """The server and all its processes."""
    first = int((server.folder / "data" / "postmaster.pid").read_text().split()[0])
    found = [first]
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended
        if int(words[1]) == first:
            found.append(int(status.parent.name))
    return found


@contextmanager
def frozen(server):
    """All its processes stand still; the kernel keeps their connections open."""
    stopped = members(server)
    for process in stopped:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


def once(action):
    """A hook that acts the first time it is met."""
    met = Event()

    def hook():
        if not met.is_set():
            met.set()
            action()

    return hook


def at_word(house, where, action):
    """Act when the tick comes to a page it reads ("read"), or to a word it says to the mail server."""
    if where == "read":
        house.site.hooks[house.site.published[-2].path] = once(action)
    else:
        house.sink.hooks[where] = once(action)


def comes_to_rest(house):
    """An hour later everything is done, whatever was left behind."""
    house.passes(hours=1)
    house.site.publish(1, at=house.now)
    house.settle()
    assert house.check().wrong == {}


@pytest.mark.faults
@pytest.mark.parametrize("where", ["read", "RCPT", "BODY", "TAKEN"])
def test_a_server_that_crashes_in_mid_tick_and_is_gone_for_an_hour(house, own_server, where):
    at_word(house, where, own_server.stop)
    ticked = house.tick()
    assert ticked.code == 1, ticked.log
    assert "refused" in ticked.log
    assert "Traceback" not in ticked.log
    for _ in range(2):
        house.passes(minutes=20)
        away = house.tick()
        assert away.code == 1
        assert "Check the address under [store] url, and that the server is up" in away.log
    own_server.start()
    house.note_uncertain()
    comes_to_rest(house)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "where",
    [pytest.param("read", marks=pytest.mark.faults), pytest.param("BODY", marks=pytest.mark.faults_long)],
)
def test_a_tick_on_a_server_that_stands_still_ends_by_itself(house, own_server, where):
    stop = Event()

    def freeze():
        def hold():
            with frozen(own_server):
                is_still.set()
                stop.wait(LIMIT_S)

        is_still = Event()
        thread = Thread(target=hold, daemon=True)
        thread.start()
        threads.append(thread)
        is_still.wait(60)

    threads = []
    at_word(house, where, freeze)
    ticked = house.tick()
    stop.set()
    threads[0].join()
    print(f"frozen at {where}: the tick ended after {ticked.took_s:.1f} s")  # noqa: T201
    assert ticked.code == 1
    assert ticked.took_s > ANSWER_S
    assert "The server hangs, or the way to it is cut; nothing was lost" in ticked.log
    house.note_uncertain()
    comes_to_rest(house)


@pytest.fixture
def store(own_server, memory):
    with Store.open(StoreSettings(), memory, url=own_server.database()) as opened:
        yield opened


def asked(store, *, patience_s):
    store.engine.get_execution_options()["patience"].answer_s = patience_s
    with pytest.raises(StoreError) as refused, store.begin():
        pass
    return str(refused.value)


@pytest.mark.faults
def test_a_frozen_connection_is_given_up_and_works_again_when_thawed(store, own_server):
    with store.begin():
        pass  # there is a connection now
    with frozen(own_server):
        with ends(idle_s=WATCHDOG_S):
            said = asked(store, patience_s=0.5)
        again = asked(store, patience_s=0.5)
    assert "timeout" in said
    assert "a moment ago" in again, "a server that did not answer is left alone for a while"
    store.engine.get_execution_options()["patience"]._away_until = 0.0
    with store.begin():
        pass


@pytest.mark.faults
def test_without_the_watchdog_the_wait_has_no_end(store, own_server):
    """The control: the server's own limit says nothing while the server stands still."""
    url = store.engine.url
    with psycopg.connect(
        host=url.query["host"], dbname=url.database, user="postgres", options="-c statement_timeout=200", keepalives_idle=1,
        keepalives_interval=1, keepalives_count=1, tcp_user_timeout=500,
    ) as plain:  # fmt: skip
        answered = Event()

        def ask():
            plain.execute("SELECT 1")
            answered.set()

        with frozen(own_server):
            thread = Thread(target=ask, daemon=True)
            thread.start()
            assert not answered.wait(3)
        thread.join(10)
        assert answered.is_set()
