"""One leader: the folder's lock and the server's, given up with their process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from sqlalchemy import make_url, text

from monitor.settings import StoreSettings
from monitor.store.lock import FileLock, ServerLock, leader_locks, sending_lock

HOLD = """
import sys
from pathlib import Path
from monitor.settings import StoreSettings
from monitor.store.lock import leader_locks
locks = leader_locks(StoreSettings(url=sys.argv[1]), Path(sys.argv[2]))
print(all(lock.take() for lock in locks), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request):
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else ""
    return StoreSettings(url=url)


@pytest.fixture
def holder(settings, tmp_path):
    """Another process that holds all locks of the same database."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, settings.url, tmp_path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "True\n"
    yield process
    process.kill()
    process.communicate()


def taken(settings, data):
    locks = leader_locks(settings, data)
    try:
        return all(lock.take() for lock in locks)
    finally:
        for lock in locks:
            lock.close()


def test_a_lock_is_held_by_one_and_free_when_let_go(settings, tmp_path):
    first = leader_locks(settings, tmp_path)
    assert [lock.is_held() for lock in first] == [False] * len(first)
    assert all(lock.take() for lock in first)
    assert all(lock.take() for lock in first), "taking it again is no other taking"
    assert all(lock.is_held() for lock in first)
    assert not taken(settings, tmp_path)
    for lock in first:
        lock.close()
    assert taken(settings, tmp_path)


def test_a_killed_process_leaves_no_lock_behind(settings, tmp_path, holder):
    assert not taken(settings, tmp_path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert _soon(lambda: taken(settings, tmp_path))


def _soon(question, *, tries=100):
    """PostgreSQL notices the end of a session a moment later."""
    return any(question() or _wait() for _ in range(tries))


def _wait():
    subprocess.run(["/bin/sleep", "0.05"], check=True)
    return False


def test_one_process_sends_at_a_time_and_who_leads_has_nothing_to_do_with_it(settings, tmp_path, holder):
    with sending_lock(settings, tmp_path) as first, sending_lock(settings, tmp_path) as second:
        assert not taken(settings, tmp_path), "a daemon leads"
        assert first.take()
        assert not second.take()
        first.close()
        assert second.take()


def test_on_a_server_machines_of_their_own_share_the_lock_for_sending(database_url, tmp_path):
    settings = StoreSettings(url=database_url)
    with sending_lock(settings, tmp_path / "one") as one, sending_lock(settings, tmp_path / "other") as other:
        assert (one.take(), other.take()) == (True, False)


def test_on_a_server_two_folders_are_one_database(database_url, tmp_path):
    settings = StoreSettings(url=database_url)
    one, other = (leader_locks(settings, tmp_path / name) for name in ("one", "other"))
    assert [lock.take() for lock in one] == [True, True]
    assert [lock.take() for lock in other] == [True, False]
    for lock in (*one, *other):
        lock.close()


def test_a_lock_file_says_who_holds_it_and_is_lost_when_taken_away(tmp_path):
    with FileLock(tmp_path / "monitor.lock") as lock:
        assert lock.take()
        assert lock.holder() == str(os.getpid())
        lock.file.unlink()
        assert not lock.is_held()
        with FileLock(tmp_path / "monitor.lock") as other:
            assert other.take()
        assert not lock.is_held()


def test_a_server_that_drops_the_session_is_noticed(database_url, server_store):
    with ServerLock(make_url(database_url)) as lock:
        assert lock.take()
        with server_store.begin() as connection:
            connection.execute(
                text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
                {"name": make_url(database_url).database},
            )
        assert not lock.is_held()
