"""Slots, alarms and what servers said of our clock, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.model import RenderedDigest
from monitor.store import alarms, deliveries, feeds, issues, slots
from monitor.store.alarms import Alarm
from monitor.store.deliveries import Delivery
from monitor.store.feeds import Poll

SLOT = datetime(2026, 3, 9, 7, 0, tzinfo=UTC)
WEEK = timedelta(weeks=1)
BLANK = RenderedDigest(subject="s", html="h", text="t", markdown="m", json="{}")


def frozen(connection):
    return issues.freeze(
        connection, topic="trade", number=1, since=SLOT - WEEK, until=SLOT, composed_at=SLOT, digest="{}", rendered=BLANK, told=[]
    ).id  # fmt: skip


def test_a_slot_is_dealt_with_once(store):
    with store.begin() as connection:
        assert slots.put(connection, "trade", SLOT, state="quiet", at=SLOT) is True
        assert slots.put(connection, "trade", SLOT, state="missed", at=SLOT) is False
        assert slots.put(connection, "other", SLOT, state="missed", at=SLOT) is True
        assert slots.of(connection, "trade", SLOT).state == "quiet"
        assert slots.of(connection, "trade", SLOT + WEEK) is None
        assert slots.counts(connection) == {"quiet": 1, "missed": 1}


def test_slots_of_the_future_are_no_newest_ones(store):
    with store.begin() as connection:
        for weeks in (0, 1, 500):
            slots.put(connection, "trade", SLOT + weeks * WEEK, state="done", at=SLOT)
        assert slots.newest(connection, "trade", until=SLOT + 3 * WEEK) == SLOT + WEEK
        assert slots.newest(connection, "trade", until=SLOT - WEEK) is None


def test_what_is_frozen_is_unfinished_until_it_is_finished(store):
    with store.begin() as connection:
        number = frozen(connection)
        slots.put(connection, "trade", SLOT + WEEK, state="again", at=SLOT, issue_id=number)
        slots.put(connection, "trade", SLOT, state="frozen", at=SLOT, issue_id=number)
        slots.put(connection, "trade", SLOT - WEEK, state="missed", at=SLOT, issue_id=number)
        rows = slots.unfinished(connection, "trade")
        assert [(row.slot, row.state) for row in rows] == [(SLOT, "frozen"), (SLOT + WEEK, "again")]
        for row in rows:
            slots.finish(connection, row, at=SLOT)
            slots.finish(connection, row, at=SLOT)  # again: no effect
        assert slots.unfinished(connection, "trade") == ()
        assert slots.counts(connection) == {"done": 1, "repeat": 1, "missed": 1}


def test_the_deliveries_of_an_issue_are_counted_by_state(store):
    with store.begin() as connection:
        number = frozen(connection)
        rows = [
            Delivery(
                issue_id=number, recipient=f"{n}@example.org", state=state, dot=False, attempts=0, message_id=f"<{n}>", message=b"x"
            )
            for n, state in enumerate(["sent", "sent", "failed", "pending"])
        ]  # fmt: skip
        deliveries.add(connection, rows)
        assert slots.deliveries_of(connection, number) == {"sent": 2, "failed": 1, "pending": 1}
        assert slots.deliveries_of(connection, number + 1) == {}


def test_an_alarm_is_noted_told_and_ended(store):
    alarm = Alarm(name="clock", since=SLOT, detail="2 hours behind")
    with store.begin() as connection:
        alarms.put(connection, alarm)
        assert alarms.everything(connection) == (alarm,)
        alarms.told(connection, "clock", at=SLOT + WEEK)
        assert alarms.everything(connection)[0].told_at == SLOT + WEEK
        alarms.put(connection, Alarm(name="clock", since=SLOT, detail="3 hours behind"))
        assert [(each.detail, each.told_at) for each in alarms.everything(connection)] == [
            ("3 hours behind", None)
        ]
        alarms.end(connection, "clock")
        alarms.end(connection, "clock")
        assert alarms.everything(connection) == ()


def poll(feed, minutes, skew_s):
    at = SLOT + timedelta(minutes=minutes)
    return Poll(feed_id=feed, at=at, ok=True, http_status=200, status="ok", entries=0, new=0, skew_s=skew_s)


def test_of_each_feed_the_last_word_on_our_clock_counts(store):
    said = [
        poll("a", 0, 5.0),
        poll("a", 10, -3600.5),
        poll("a", 20, None),
        poll("b", 5, 0.0),
        poll("c", 99, 1.0),
    ]
    with store.begin() as connection:
        feeds.add_polls(connection, said)
        assert feeds.skews(connection, since=SLOT, until=SLOT + timedelta(minutes=30)) == {
            "a": -3600.5,
            "b": 0.0,
        }


def test_when_feeds_were_asked_around_a_moment(store):
    with store.begin() as connection:
        assert feeds.polls_around(connection, SLOT) == (None, None)
        feeds.add_polls(
            connection, [poll("a", -10, None), poll("a", -5, None), poll("b", 7, None), poll("b", 70, None)]
        )
        assert feeds.polls_around(connection, SLOT) == (
            SLOT - timedelta(minutes=5),
            SLOT + timedelta(minutes=7),
        )
