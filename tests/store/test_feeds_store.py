"""What is remembered of feeds and of the hosts that want to be left alone."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import FeedState
from monitor.store import feeds as feeds_store
from tests.make import AT

HOUR = timedelta(hours=1)


def put(store, at, **hours):
    with store.begin() as connection:
        wishes = {host: at + wanted * HOUR for host, wanted in hours.items()}
        feeds_store.put_rests(connection, wishes, at=at)


def resting(store, at):
    with store.look() as connection:
        return {host: (until - AT) / HOUR for host, until in feeds_store.rests(connection, now=at).items()}


def test_a_host_is_left_alone_as_long_as_it_asked_at_most(store):
    put(store, AT, a=5, b=1)
    assert resting(store, AT) == {"a": 5, "b": 1}
    put(store, AT + HOUR, a=1, c=2)
    assert resting(store, AT + HOUR) == {"a": 5, "c": 3}
    put(store, AT + HOUR, a=9)
    assert resting(store, AT + HOUR) == {"a": 10, "c": 3}
    assert resting(store, AT + 4 * HOUR) == {"a": 10}


def test_a_wish_of_a_clock_that_was_ahead_gives_way(store):
    put(store, AT + 1000 * HOUR, a=100)
    put(store, AT, a=1)
    assert resting(store, AT) == {"a": 1}
    assert resting(store, AT + HOUR) == {}


def test_states_are_read_by_the_ids_of_their_feeds(store):
    every = {f"f{n}": FeedState(feed_id=f"f{n}", url=f"http://{n}.example/") for n in range(1100)}
    with store.begin() as connection:
        feeds_store.put_states(connection, list(every.values()))
    wanted = {f"f{n}" for n in range(0, 1200, 2)}
    with store.look() as connection:
        assert feeds_store.states(connection) == every
        assert feeds_store.states(connection, wanted) == {k: v for k, v in every.items() if k in wanted}
        assert feeds_store.states(connection, ()) == {}
