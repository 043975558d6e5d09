"""Somebody else holds the database: a tick waits for him, and says so when that takes too long."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import timedelta
from threading import Timer

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from monitor.store.transactions import WRITER_KEY
from tests.faults.house import House
from tests.promised import ends

HELD_S = 3.0
SHORT_S = 1.0  # a busy timeout that is over before


@contextmanager
def _file_held(house):
    with closing(
        sqlite3.connect(house.data / "monitor.db", isolation_level=None, check_same_thread=False)
    ) as other:
        other.execute("BEGIN IMMEDIATE")
        yield lambda: other.execute("COMMIT")


@contextmanager
def _server_held(house):
    engine = create_engine(house.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as other:
        other.execute(text(f"SELECT pg_advisory_lock({WRITER_KEY})"))
        yield lambda: other.execute(text(f"SELECT pg_advisory_unlock({WRITER_KEY})"))


def held(house, seconds=None):
    """The database is held by somebody else for that long, or for all of the block; entered when he has it."""
    return _held(_server_held(house) if house.url else _file_held(house), seconds)


@contextmanager
def _held(holder, seconds):
    with holder as let_go:
        timer = Timer(seconds or 0, let_go)
        if seconds is not None:
            timer.start()
        try:
            yield
        finally:
            if seconds is None:
                timer.start()
            timer.join()


def grown(house):
    """Bring a house to the moment before its first issue is due."""
    house.warm_up()
    house.site.publish(2, at=house.now - timedelta(hours=1))
    assert house.tick().code == 0
    house.passes(weeks=1)
    house.site.publish(2, at=house.now - timedelta(hours=1))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return "" if request.param == "sqlite" else request.getfixturevalue("database_url")


@pytest.mark.faults
def test_a_database_held_for_three_seconds_is_waited_for(tmp_path, url):
    with House(tmp_path, url=url) as house:
        grown(house)
        with held(house, HELD_S):
            ticked = house.tick()
        assert ticked.code == 0, ticked.log
        assert ticked.took_s > HELD_S * 0.8
        house.settle()
        assert house.check().wrong == {}
        assert len(house.sink.taken()) == len(house.recipients)


@pytest.mark.faults
def test_a_database_held_for_longer_than_we_wait_is_told(tmp_path, url):
    with House(tmp_path, url=url, busy_timeout_s=SHORT_S) as house:
        grown(house)
        with held(house):
            ticked = house.tick()
        assert ticked.code == 1
        assert "Another process is writing; try again, or stop the second daemon." in ticked.log
        assert "Traceback" not in ticked.log
        assert house.sink.taken() == []
        house.settle()
        assert house.check().wrong == {}


def test_who_does_not_wait_fails_at_once(tmp_path):
    """The control: SQLite without our timeout, and without BEGIN IMMEDIATE even with one."""
    file = tmp_path / "a.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as one:
        one.execute("PRAGMA journal_mode=WAL")
        one.execute("CREATE TABLE t (n)")
        with closing(sqlite3.connect(file, isolation_level=None, timeout=30)) as deferred:
            deferred.execute("BEGIN")
            deferred.execute("SELECT * FROM t").fetchall()
            one.execute("INSERT INTO t VALUES (1)")
            with ends(idle_s=0.1), pytest.raises(sqlite3.OperationalError, match="locked"):
                deferred.execute("INSERT INTO t VALUES (2)")
            deferred.execute("ROLLBACK")
        one.execute("BEGIN IMMEDIATE")
        with (
            closing(sqlite3.connect(file, timeout=0)) as impatient,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            impatient.execute("INSERT INTO t VALUES (3)")
        one.execute("COMMIT")
