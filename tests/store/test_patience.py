"""A PostgreSQL server that does not answer is given up after a while; one that is at work for us is waited for."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import text

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store.database import _migrating
from monitor.store.patience import ANSWER_S


@pytest.fixture
def patience(server_store):
    found = server_store.engine.get_execution_options()["patience"]
    yield found
    found.restore()  # the tables are emptied next, on a busy machine too


def sleep(store, seconds):
    with store.begin() as connection:
        connection.execute(text("SELECT pg_sleep(:s)"), {"s": seconds})


def test_an_answer_that_takes_too_long_is_an_error_and_the_next_one_comes(server_store, patience):
    patience.answer_s = 0.3
    with pytest.raises(StoreError, match="no answer from the server for 0 s") as refused:
        sleep(server_store, 3)
    assert "The server hangs" in str(refused.value)
    sleep(server_store, 0)


def test_the_same_wait_is_borne_by_a_patient_one(server_store, patience):
    """The control."""
    patience.answer_s = 30.0
    sleep(server_store, 1)


def test_another_writer_is_waited_for_longer_than_an_answer(database_url, tmp_path):
    with Store.open(StoreSettings(busy_timeout_s=10), tmp_path, url=database_url) as store:
        store.engine.get_execution_options()["patience"].answer_s = 0.2
        has_begun, order = threading.Event(), []

        def write():
            has_begun.wait(60)
            with store.begin():
                order.append("wrote")

        writer = threading.Thread(target=write)
        writer.start()
        with store.begin() as connection:
            has_begun.set()
            for _ in range(10):
                connection.execute(text("SELECT pg_sleep(0.1)"))
            order.append("gave way")
        writer.join()
    assert order == ["gave way", "wrote"]


def test_a_migration_may_take_what_it_takes(server_store, patience):
    with _migrating(server_store.engine, None) as before:
        assert patience.answer_s == ANSWER_S
        before("0001")
        assert patience.answer_s == float("inf")
    assert patience.answer_s == ANSWER_S


def test_who_did_not_answer_a_new_connection_is_left_alone_for_a_moment(server_store, patience):
    patience._away_until = time.monotonic() + 60
    server_store.engine.dispose()
    with pytest.raises(StoreError, match="no answer from the server a moment ago"):
        sleep(server_store, 0)
    patience._away_until = 0.0
    sleep(server_store, 0)
