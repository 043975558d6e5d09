"""Two roads into the database: what looks waits for no writer and stops none; what writes locks what it writes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from monitor.errors import BusyError, StoreError
from monitor.settings import StoreSettings
from monitor.store import Store, suppressed
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from monitor.store.schema import feeds, metadata
from monitor.store.transactions import PAGES, SENDING, WATCHING, WHOLE, WRITER_KEY, gathering, of_topics
from monitor.store.wordindex import NAME as WORD_INDEX
from tests.make import article


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """Open the same database once more: as another process would, that waits hardly at all for others."""
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else ""
    stores = []

    def again(*, wait_s=0.1):
        stores.append(Store.open(StoreSettings(url=url, busy_timeout_s=wait_s), tmp_path))
        return stores[-1]

    yield again
    for store in stores:
        store.close()


def add(connection, now, name="ann@example.org"):
    suppressed.add(connection, "trade", name, at=now, reason="unsubscribed")


def test_who_looks_or_starts_is_done_while_another_still_writes(opened, now):
    writer = opened()
    with writer.begin() as writing:
        add(writing, now)
        reader = opened()
        with reader.look() as looking:
            assert suppressed.everybody(looking) == ()
    with reader.look() as looking:
        assert len(suppressed.everybody(looking)) == 1


def test_who_would_write_waits_for_another_that_writes(opened, now):
    """The control: so did all that read before."""
    writer, reader = opened(), opened()
    with writer.begin() as writing:
        add(writing, now)
        with pytest.raises(StoreError, match="refused"), reader.begin() as connection:
            suppressed.everybody(connection)


def test_who_looks_keeps_no_writer_waiting_and_sees_one_state(opened, now):
    writer, reader = opened(), opened()
    with reader.look() as looking:
        assert suppressed.everybody(looking) == ()
        with writer.begin() as writing:
            add(writing, now)
        assert feeds_store.states(looking) == {}
        assert suppressed.everybody(looking) == ()


def test_who_looks_cannot_write(opened, now):
    store = opened()
    with pytest.raises((DBAPIError, StoreError), match=r"(?i)read-?only"), store.look() as looking:
        add(looking, now)
    with store.begin() as writing:
        add(writing, now)
    with store.look() as looking:
        assert len(suppressed.everybody(looking)) == 1


TRADE, FISH = of_topics("trade"), of_topics("fish")
KINDS = (
    TRADE,
    FISH,
    SENDING,
    WATCHING,
    PAGES,
    gathering(["bbc.example"]),
    gathering(["npr.example"]),
    TRADE | PAGES,
    WHOLE,
)


@pytest.fixture
def served(database_url, tmp_path):
    """A store on a server that waits hardly at all for others."""
    with Store.open(StoreSettings(url=database_url, busy_timeout_s=0.1), tmp_path) as store:
        yield store


def waits(store, kind):
    """Whether a write of this kind cannot begin now."""
    try:
        with store.begin(kind):
            return False
    except BusyError:
        return True


def test_on_a_server_who_writes_waits_for_those_that_write_the_same(served):
    for one in KINDS:
        with served.begin(one):
            for other in KINDS:
                expected = one.is_alone or other.is_alone or bool(one.locks & other.locks)
                assert waits(served, other) == expected, (one, other)
    apart = [TRADE, FISH, SENDING, WATCHING, PAGES, gathering(["bbc.example"])]
    assert sum(len(kind.locks) for kind in apart) == len(frozenset().union(*(kind.locks for kind in apart)))


def test_a_version_that_knows_no_kinds_is_alone(served):
    """An upgrade of several machines: the older one takes the one lock there was, as `WRITER_KEY` alone."""
    with served.engine.connect() as older, served.begin(TRADE):
        taken = older.connection.driver_connection.execute(
            f"SELECT pg_try_advisory_xact_lock({WRITER_KEY})"
        ).fetchone()
        assert taken == (False,)


def test_every_table_is_of_one_kind_but_those_of_pages():
    kinds = (gathering([]), TRADE, SENDING, WATCHING)
    named = sorted(name for kind in kinds for name in kind.tables)
    assert named == sorted(metadata.tables.keys() - {"marks"} | {WORD_INDEX}), "marks are set by who is alone"
    assert PAGES.tables < gathering([]).tables


@pytest.mark.parametrize("kind", [TRADE, SENDING, gathering(["bbc.example"])])
def test_writers_of_one_kind_lose_no_update(store, kind):
    with store.begin() as connection:
        connection.execute(feeds.insert().values(feed_id="a", failures=0))

    def add_twenty():
        for _ in range(20):
            with store.begin(replace(kind, tables=frozenset(("feeds",)))) as connection:
                seen = connection.execute(select(feeds.c.failures)).scalar_one()
                connection.execute(feeds.update().values(failures=seen + 1))

    together(add_twenty, add_twenty, add_twenty)
    with store.look() as connection:
        assert connection.execute(select(feeds.c.failures)).scalar_one() == 60


def test_who_changes_several_articles_in_any_order_waits_for_nobody_in_a_ring(store):
    with store.begin() as connection:
        made = articles_store.add_many(connection, {f"k{n}": article() for n in range(40)})
    ids = sorted(made.values())

    def change(order, kind):
        for _ in range(5):
            with store.begin(kind) as connection:
                articles_store.hold(connection, order)
                for each in order:
                    articles_store.put(connection, [article(id=each, title="changed")])

    together(lambda: change(ids, PAGES), lambda: change(ids[::-1], TRADE | PAGES))


def together(*calls):
    """Run them at once, and raise what any of them raises."""
    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result(timeout=120)
