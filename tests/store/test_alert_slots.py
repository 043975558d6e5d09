"""What alerts told stands beside the issues, and in no list of them; their moments are dealt with once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import RenderedDigest
from monitor.store import alert_slots, arrears, deliveries, issues
from monitor.store.deliveries import Delivery
from tests.make import AT

TEXTS = RenderedDigest(subject="s", html="h", text="t", markdown="m", json="j")
TOPIC, NAME = "us-china-trade", "breaking"
HOUR = timedelta(hours=1)


def frozen(connection, number, *, alert="", story=1, at=AT):
    return issues.freeze(
        connection,
        topic=TOPIC,
        number=number,
        since=at - HOUR,
        until=at,
        composed_at=at,
        digest="{}",
        rendered=TEXTS,
        told=[(story, f"story {story}", ("A sentence.",))],
        alert=alert,
    )


@pytest.fixture
def connection(store):
    with store.begin() as connection:
        yield connection


def test_an_alert_is_no_issue(connection):
    frozen(connection, 1)
    first = frozen(connection, issues.next_alert_number(connection, TOPIC), alert=NAME, story=2)
    second = frozen(connection, issues.next_alert_number(connection, TOPIC), alert=NAME, story=3)
    frozen(connection, 2, story=4)
    assert (first.number, second.number, second.alert) == (-1, -2, NAME)
    newest = issues.newest(connection, TOPIC)
    assert newest is not None
    assert newest.number == 2
    assert [each.number for each in issues.recent(connection, TOPIC, limit=9)] == [2, 1]
    assert [each.number for each in issues.overview(connection, TOPIC)] == [2, 1]
    assert issues.counts(connection) == {TOPIC: 2}
    assert issues.alert_counts(connection) == {(TOPIC, NAME): (2, AT)}
    assert issues.alerts_of(connection, [1, 2, 3, 4]) == {2: NAME, 3: NAME}
    assert [each.number for each in issues.alerted_since(connection, TOPIC, 1)] == [-1, -2]
    assert issues.alerted_since(connection, TOPIC, 0) == ()
    assert issues.alerted_since(connection, TOPIC, 2) == ()


def test_what_an_alert_told_belongs_to_the_time_after_the_issue_before_it(connection):
    frozen(connection, -1, alert=NAME, story=1)
    frozen(connection, 1, story=2)
    frozen(connection, -2, alert=NAME, story=3)
    told = [(each.issue, each.alert, each.story_id) for each in issues.told(connection, TOPIC)]
    assert told == [(0, NAME, 1), (1, "", 2), (1, NAME, 3)]


def entered(connection, issue, *, state="failed", at=AT):
    row = Delivery(
        issue_id=issue.id,
        recipient="ann@example.org",
        state=state,
        dot=False,
        attempts=0,
        message_id=f"m{issue.id}",
        message=b"x",
        entered_at=at,
    )
    deliveries.add(connection, [row])
    return row


def test_failures_of_alerts_hide_none_of_the_newest_issue(connection):
    entered(connection, frozen(connection, 1))
    entered(connection, frozen(connection, -1, alert=NAME))
    unsent = [number for number, _ in arrears.unsent(connection, TOPIC)]
    assert unsent == [1, -1]
    found = arrears.shortfall(connection, TOPIC, before_issue=2)
    assert found is not None
    assert found.issue == 1


def test_two_refusals_of_one_day_are_one_sign(connection):
    issue = entered(connection, frozen(connection, 1))
    early = entered(connection, frozen(connection, -1, alert=NAME), at=AT + HOUR)
    late = entered(connection, frozen(connection, -2, alert=NAME), at=AT + timedelta(days=2))
    second = entered(connection, frozen(connection, 2), at=AT + timedelta(days=7))

    def before(row):
        found = deliveries.before(connection, TOPIC, row)
        return None if found is None else found.issue_id

    assert before(early) is None
    assert before(late) == early.issue_id
    assert before(second) == issue.issue_id


def test_a_moment_is_dealt_with_once(connection):
    put = {"state": alert_slots.QUIET, "at": AT}
    assert alert_slots.put(connection, TOPIC, NAME, AT, **put)
    assert not alert_slots.put(connection, TOPIC, NAME, AT, **put)
    issue = frozen(connection, -1, alert=NAME)
    later = AT + HOUR
    alert_slots.put(connection, TOPIC, NAME, later, state=alert_slots.FROZEN, at=later, issue_id=issue.id)
    (row,) = alert_slots.unfinished(connection, TOPIC)
    assert alert_slots.newest(connection, TOPIC, NAME, until=AT) == AT
    assert alert_slots.newest(connection, TOPIC, NAME, until=later) == later
    assert alert_slots.sent_since(connection, TOPIC, NAME, AT) == 1
    alert_slots.finish(connection, row, at=later)
    alert_slots.finish(connection, replace(row, state="x"), at=later)
    assert alert_slots.unfinished(connection, TOPIC) == ()


def test_another_rule_has_looked_at_nothing(connection):
    assert alert_slots.in_force(connection, TOPIC, NAME) is None
    alert_slots.put_in_force(connection, TOPIC, NAME, "at once", since=AT)
    alert_slots.looked(connection, TOPIC, NAME, at=AT + HOUR)
    known = alert_slots.in_force(connection, TOPIC, NAME)
    assert known == alert_slots.AlertInForce(rule="at once", since=AT, looked_at=AT + HOUR)
    alert_slots.put_in_force(connection, TOPIC, NAME, "daily 07:30", since=AT + HOUR)
    known = alert_slots.in_force(connection, TOPIC, NAME)
    assert known == alert_slots.AlertInForce(rule="daily 07:30", since=AT + HOUR, looked_at=None)
