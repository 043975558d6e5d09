"""When a message is tried again, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Receipt
from monitor.pipeline.delivering import deliver, retries
from monitor.settings import DeliverySettings
from tests.pipeline.delivering.posting import ANN, ScriptedMailer, later, rows

# --------------------------------------------------------------------------- trying again


def test_a_refusal_for_now_is_tried_again_after_a_minute_and_not_before(entered):
    later_please = Receipt(recipient="", state="deferred", detail="451 not now")
    context, topic = entered(ANN, mailer=ScriptedMailer(later_please))
    deliver.send_due(context, topic)
    assert (rows(context)[ANN].state, rows(context)[ANN].detail) == ("pending", "451 not now")
    deliver.send_due(later(context, seconds=40), topic)
    assert context.mailer.tried == [ANN]
    deliver.send_due(later(context, seconds=61), topic)
    assert (rows(context)[ANN].state, rows(context)[ANN].attempts) == ("sent", 2)


@pytest.mark.parametrize(("asked_s", "waits_s"), [(300, 300), (5, 60), (7200, 4000)])
def test_the_wish_of_a_server_sets_the_next_attempt_within_bounds(entered, asked_s, waits_s):
    wish = Receipt(recipient="", state="deferred", detail="450 greylisted", retry_s=asked_s)
    context, topic = entered(ANN, mailer=ScriptedMailer(wish))
    deliver.send_due(replace(context, jitter=lambda: 0.0), topic)
    assert rows(context)[ANN].next_attempt_at == context.now + timedelta(seconds=waits_s)


@given(st.integers(0, 10_000), st.floats(0, 1e9), st.floats(0, 1))
def test_a_wait_is_never_shorter_than_48_s_nor_longer_than_4000_s_and_keeps_a_wish(attempts, asked_s, jitter):
    wait_s = retries.retry_s(attempts, asked_s=asked_s, jitter=jitter)
    assert 48 <= wait_s <= 4000
    if 60 <= asked_s <= 4000:
        assert wait_s >= asked_s


def test_after_its_days_it_is_over_and_said_so(entered):
    busy = Receipt(recipient="", state="deferred", detail="451 not now")
    short = DeliverySettings(give_up_days=0.5)
    context, topic = entered(ANN, mailer=ScriptedMailer(*[busy] * 1000), delivery=short)
    at = context
    while rows(at)[ANN].state == "pending":
        at = replace(at, now=rows(at)[ANN].next_attempt_at or at.now)
        deliver.send_due(at, topic)
    assert timedelta(days=0.5) <= at.now - context.now < timedelta(days=0.5, seconds=4000)
    assert rows(at)[ANN].reason == "given_up"
    assert rows(at)[ANN].detail == "given up after 0.5 days: 451 not now"
    assert 15 < rows(at)[ANN].attempts < 25
    assert deliver.send_due(later(at, days=1), topic).receipts == ()
    assert DeliverySettings().give_up_days == 5


def test_a_message_found_after_a_long_silence_of_our_own_is_tried_once_more(entered):
    context, topic = entered(ANN)
    assert [r.state for r in deliver.send_due(later(context, days=30), topic).receipts] == ["sent"]


def test_a_row_that_does_not_say_since_when_it_waits_begins_to_wait_now(entered):
    from monitor.store.schema import deliveries

    busy = Receipt(recipient="", state="deferred", detail="451 not now")
    context, topic = entered(ANN, mailer=ScriptedMailer(busy))
    with context.store.begin() as connection:
        connection.execute(deliveries.update().values(entered_at=None))
    at = later(context, days=30)
    deliver.send_due(at, topic)
    assert (rows(at)[ANN].state, rows(at)[ANN].entered_at) == ("pending", at.now)


def test_a_clock_that_came_back_from_2036_stops_nobodys_mail(entered):
    busy = Receipt(recipient="", state="deferred", detail="451 not now")
    context, topic = entered(ANN, mailer=ScriptedMailer(busy, busy))
    deliver.send_due(later(context, days=3650), topic)
    assert rows(context)[ANN].next_attempt_at > context.now + timedelta(days=3650)
    deliver.send_due(context, topic)
    assert (rows(context)[ANN].attempts, rows(context)[ANN].entered_at) == (2, context.now)
    deliver.send_due(later(context, seconds=130), topic)
    assert rows(context)[ANN].state == "sent"
