"""Where SQLite and PostgreSQL differ by nature, the store gives the same."""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store, deliveries, feedback, schema
from monitor.store import articles as articles_store
from monitor.store.articles import MAX_NAME_BYTES, fitting
from tests.make import AT, article
from tests.store.rows import everything, fill

ODD = "a\0b é 贸易 𝄞 %_\\ 'quoted' \"too\"\r\n\t"


def test_every_kind_of_value_comes_back_as_it_went_in(store):
    fill(store)
    found = everything(store)
    assert found["features"][0][1] == bytes(range(1, 256))
    assert found["deliveries"][0][2:4] == ("state 1 é 贸易"[:12], False)
    assert found["reported"][0][3] == ["sentences", 1, "é 贸易 \x01"]
    assert found["slots"][0][1] == AT + timedelta(days=1, microseconds=1)


def test_text_loses_only_its_nuls(store):
    made = article(title=ODD, text=ODD, authors=(ODD.replace("\0", ""),))
    with store.begin() as connection:
        identity = articles_store.add(connection, made, key="a\0b")
        found = articles_store.get(connection, [identity])[identity]
        plain = ODD.replace("\0", "")
        assert found == dataclasses.replace(made, id=identity, title=plain, text=plain)
        assert articles_store.ids_of(connection, ["a\0b"]) == {"a\0b": identity}


@pytest.mark.parametrize("character", ["x", "贸", "𝄞"])
def test_keys_and_guids_of_any_length_are_found_again(store, character):
    names = [character * 2000 + end for end in ("1", "2")]
    with store.begin() as connection:
        ids = articles_store.add_many(connection, {name: article() for name in names})
        assert set(ids) == set(names)
        assert len(set(ids.values())) == 2
        articles_store.add_sightings(connection, [("f", name, ids[name]) for name in names], at=AT)
        seen = articles_store.seen_as(connection, [("f", name) for name in names])
        assert {key: found.id for key, found in seen.items()} == {("f", name): ids[name] for name in names}
        assert articles_store.find(connection, key=names[1]).id == ids[names[1]]
        assert articles_store.add_many(connection, {names[0]: article()}) == {names[0]: ids[names[0]]}


@given(st.text(), st.text())
def test_a_fitting_name_fits_and_is_told_from_others(one, other):
    long = one * 999 or "x"
    for name in (one, long):
        fit = fitting(name)
        assert len(fit.encode()) <= MAX_NAME_BYTES
        assert "\0" not in fit
        assert fitting(fit) == fit
    if one.replace("\0", "") != other.replace("\0", ""):
        assert fitting(one) != fitting(other)


def test_lists_longer_than_a_statement_are_asked_in_parts(store):
    with store.begin() as connection:
        ids = articles_store.add_many(connection, {f"k{n}": article() for n in range(1201)})
        assert len(articles_store.get(connection, ids.values())) == 1201
        assert articles_store.ids_of(connection, []) == {}


def test_numbers_are_given_by_the_database_and_only_upwards(store):
    with store.begin() as connection:
        first = articles_store.add(connection, article(), key="1")
        articles_store.add_many(connection, {"1": article()})  # there already
        second = articles_store.add(connection, article(), key="2")
    assert second > first > 0


def test_a_moment_in_any_zone_is_the_same_moment(store):
    east = datetime(2026, 3, 29, 3, 30, tzinfo=timezone(timedelta(hours=8)))
    with store.begin() as connection:
        articles_store.add(connection, article(published=east), key="1")
        (found,) = articles_store.at_stage(connection, "polled")
    assert found.published == east
    assert found.published.tzinfo is UTC


def test_a_broken_reference_is_refused(store):
    with pytest.raises(IntegrityError), store.begin() as connection:
        feedback.put(connection, "trade", 404, verdict="relevant", at=AT)


def test_of_eight_who_claim_a_delivery_one_gets_it(store):
    fill(store, count=2)
    with store.begin() as connection:
        connection.execute(schema.bodies.delete())  # made up, and no bytes of anything
        connection.execute(schema.deliveries.delete())
    row = deliveries.Delivery(
        issue_id=1,
        recipient="r@example.org",
        state="pending",
        dot=False,
        attempts=0,
        message_id="<1>",
        message=b"x",
    )
    with store.begin() as connection:
        deliveries.add(connection, [row, row])
    got = []

    def claim():
        with store.begin() as connection:
            got.append(deliveries.claim(connection, row, now=AT) is not None)

    threads = [threading.Thread(target=claim) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_who_waits_too_long_for_another_writer_is_told(kind, request, tmp_path):
    url = request.getfixturevalue("database_url") if kind == "postgresql" else ""
    settings = StoreSettings(url=url, busy_timeout_s=0.1)
    with (
        Store.open(settings, tmp_path) as one,
        Store.open(settings, tmp_path) as other,
        one.begin(),
        pytest.raises(StoreError, match="refused") as refused,
        other.begin(),
    ):
        pass
    assert "Another process is writing" in str(refused.value)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path):
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError, match="refused") as refused:
        Store.open(StoreSettings(url="postgresql://monitor:hunter2@127.0.0.1:1/monitor"), tmp_path)
    assert "hunter2" not in str(refused.value)
    assert "that the server is up" in str(refused.value)


def test_a_store_goes_on_after_its_server_was_restarted(postgresql, database_url, tmp_path):
    if not hasattr(postgresql, "stop"):
        pytest.skip("the server is not ours to stop")
    with Store.open(StoreSettings(url=database_url), tmp_path) as store:
        fill(store, count=2)
        before = everything(store)
        postgresql.stop("immediate")
        try:
            with pytest.raises(StoreError), store.begin():
                pass
        finally:
            postgresql.start()
        assert everything(store) == before
