"""The database: migrations add up to the schema, promises of the pragmas, clear refusals."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, select, text

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store, deliveries, migrate, suppressed, wordindex
from monitor.store.schema import feeds, metadata


def test_schema_is_the_sum_of_its_migrations(store):
    with store.engine.connect() as connection:
        # The index of words is no table of ours: tests/store/test_search.py holds what is in it.
        ours = {"include_name": lambda name, kind, _: kind != "table" or not name.startswith(wordindex.NAME)}
        context = MigrationContext.configure(connection, opts=ours)
        assert compare_metadata(context, metadata) == []


def test_opening_twice_changes_nothing(data):
    for _ in range(2):
        with Store.open(StoreSettings(), data) as store:
            assert migrate.current(store.engine) == migrate.HEAD


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_sqlite_keeps_its_promises(file_store, pragma, value):
    with file_store.begin() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_step_of_many_transactions_writes_the_log_back_once(file_store):
    log = file_store.file.with_name(file_store.file.name + "-wal")

    def write(name):
        with file_store.begin() as connection:
            connection.execute(feeds.insert().values(feed_id=name, failures=0))

    with file_store.held():
        write("a")
        assert log.stat().st_size > 0
        write("b")
    assert not log.exists()
    write("c")
    assert not log.exists()  # the control: written back after each


def test_concurrent_writers_lose_no_update(store):
    with store.begin() as connection:
        connection.execute(feeds.insert().values(feed_id="a", failures=0))

    def add_fifty():
        for _ in range(50):
            with store.begin() as connection:
                seen = connection.execute(select(feeds.c.failures)).scalar_one()
                connection.execute(feeds.update().values(failures=seen + 1))

    threads = [threading.Thread(target=add_fifty) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.begin() as connection:
        assert connection.execute(select(feeds.c.failures)).scalar_one() == 200


def test_times_come_back_aware_in_utc(store):
    moment = datetime(2026, 3, 9, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
    with store.begin() as connection:
        connection.execute(feeds.insert().values(feed_id="a", polled_at=moment))
        found = connection.execute(select(feeds.c.polled_at)).scalar_one()
    assert found == moment
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(store):
    with pytest.raises(Exception, match="naive time"), store.begin() as connection:
        connection.execute(feeds.insert().values(feed_id="a", polled_at=datetime(2026, 3, 9)))  # noqa: DTZ001


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path):
    (tmp_path / "monitor.db").write_bytes(b"this is no database, " * 500)
    with pytest.raises(StoreError, match="not a database") as refused:
        Store.open(StoreSettings(), tmp_path)
    assert "There is no good backup" in str(refused.value)
    assert (tmp_path / "monitor.db").read_bytes().startswith(b"this is no database")


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot write to the data folder") as refused:
        Store.open(StoreSettings(), tmp_path / "file" / "data")
    assert "MONITOR_DATA" in str(refused.value)


def test_a_failed_transaction_leaves_nothing(store):
    def fail_half_way():
        with store.begin() as connection:
            connection.execute(feeds.insert().values(feed_id="a"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        fail_half_way()
    with store.begin() as connection:
        assert connection.execute(select(feeds.c.feed_id)).all() == []


def test_what_only_reads_sees_the_state_it_began_with_and_stops_no_writer(store, now):
    with store.look() as reader:
        assert suppressed.everybody(reader) == ()
        with store.begin() as writer:  # neither waits for the other
            suppressed.add(writer, "trade", "ann@example.org", at=now, reason="unsubscribed")
        assert suppressed.everybody(reader) == ()
    with store.look() as reader:
        assert len(suppressed.everybody(reader)) == 1


def test_no_ledger_is_read_whole_for_a_token_a_stranger_invents(store):
    plans = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            plan = "EXPLAIN" if store.file is None else "EXPLAIN QUERY PLAN"
            plans.append(
                " ".join(str(row) for row in cursor.connection.execute(f"{plan} {statement}", parameters))
            )

    with store.begin() as connection:
        if store.file is None:
            connection.execute(
                text("SET LOCAL enable_seqscan = off")
            )  # it reads small tables whole, as it should
        event.listen(connection, "before_cursor_execute", explain)
        assert deliveries.addressed(connection, "ab" * 20) is None
        assert deliveries.by_message_id(connection, "<a@example.org>") is None
    assert len(plans) == 2
    assert [
        plan for plan in plans if "ix_deliveries_message_id" not in plan or "SCAN deliveries" in plan
    ] == []
