"""The ledger in action: what each word of a mail server, each crash and each second process makes of a delivery."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.errors import DeliveryError, StoreError
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver, retries
from monitor.settings import DeliverySettings, SmtpSettings
from monitor.store import deliveries as ledger
from monitor.store.lock import sending_lock
from tests import mailing
from tests.fakes import FakeMailer
from tests.pipeline.delivering.posting import ANN, BO, CY, ScriptedMailer, later, rows

HOLD = DeliverySettings(on_uncertain="hold")


def crash(context, recipient, *, dot):
    """Leave a row as a process does that died while sending it."""
    with context.store.begin() as connection:
        row = next(
            r for r in ledger.due(connection, topic="trade", now=context.now) if r.recipient == recipient
        )
        claimed = ledger.claim(connection, row, now=context.now)
        if dot:
            assert ledger.mark_dot(connection, claimed)
    return claimed


# --------------------------------------------------------------------------- one process sends


def test_who_finds_another_process_sending_sends_nothing_and_says_so(entered):
    context, topic = entered(ANN)
    with sending_lock(context.settings.store, context.settings.data) as lock:
        assert lock.take()
        assert deliver.send_due(context, topic) == deliver.Delivered(is_busy=True)
    assert context.mailer.out == []
    assert [r.state for r in deliver.send_due(context, topic).receipts] == ["sent"]


def test_without_anything_to_send_nobody_is_busy(entered):
    context, topic = entered(ANN)
    deliver.send_due(context, topic)
    with sending_lock(context.settings.store, context.settings.data) as lock:
        assert lock.take()
        assert deliver.send_due(context, topic) == deliver.Delivered()


def test_a_row_being_sent_is_not_taken_by_who_has_no_lock(entered):
    context, topic = entered(ANN)
    crash(context, ANN, dot=False)
    with sending_lock(context.settings.store, context.settings.data) as lock:
        assert lock.take()
        assert deliver.send_due(context, topic).is_busy
    assert rows(context)[ANN].state == "sending"


def test_what_was_entered_while_others_were_sent_goes_out_too(entered):
    context, topic = entered(ANN)
    mailer = context.mailer

    def entering(message, *, recipient, before_dot):
        if not mailer.out:
            deliver.enter(context, topic, mailing.frozen(context, number=2))
        return mailer(message, recipient=recipient, before_dot=before_dot)

    assert len(deliver.send_due(replace(context, mailer=entering), topic).receipts) == 2


def test_a_process_that_lost_its_row_sends_no_dot_and_changes_nothing(entered):
    """It was frozen for so long that its lock was lost and another one took over."""
    context, topic = entered(ANN)

    def frozen(message, *, recipient, before_dot):
        with context.store.begin() as connection:
            ledger.recover(connection, "trade", again=lambda _: None)
            (row,) = ledger.due(connection, topic="trade", now=context.now)
            assert ledger.claim(connection, row, now=context.now)
        before_dot()
        raise AssertionError("the dot went out")

    with pytest.raises(StoreError, match="another process took over"):
        deliver.send_due(replace(context, mailer=frozen), topic)
    assert (rows(context)[ANN].state, rows(context)[ANN].dot, rows(context)[ANN].attempts) == (
        "sending",
        False,
        2,
    )


def test_a_result_that_comes_after_another_process_took_over_is_not_written_down(entered):
    context, _ = entered(ANN)
    mine = crash(context, ANN, dot=True)
    with context.store.begin() as connection:
        (row,) = ledger.recover(connection, "trade", again=lambda _: None)
        assert ledger.claim(connection, row, now=context.now)
        assert not ledger.settle(connection, mine, state="failed", detail="late")
        assert not ledger.mark_dot(connection, mine)


# --------------------------------------------------------------------------- crashes


def test_a_crash_before_the_mark_is_surely_not_sent_and_sent_at_once(entered):
    context, topic = entered(ANN)
    crash(context, ANN, dot=False)
    assert [r.state for r in deliver.send_due(context, topic).receipts] == ["sent"]
    assert rows(context)[ANN].attempts == 2


def test_a_crash_after_the_mark_is_uncertain_and_the_same_bytes_go_out_again(entered):
    context, topic = entered(ANN)
    claimed = crash(context, ANN, dot=True)
    deliver.send_due(context, topic)
    assert context.mailer.out == [(ANN, claimed.message)]
    assert rows(context)[ANN].state == "sent"


def test_with_hold_a_crash_after_the_mark_waits_until_somebody_decides(entered):
    context, topic = entered(ANN, BO, delivery=HOLD)
    crash(context, ANN, dot=True)
    for day in range(10):
        deliver.send_due(later(context, days=day), topic)
    assert context.mailer.tried == [BO]
    assert (rows(context)[ANN].state, rows(context)[ANN].dot) == ("uncertain", True)
    (held,) = deliver.undelivered(context)
    assert (held.recipient, held.state, held.is_held) == (ANN, "uncertain", True)
    with context.store.begin() as connection:
        from monitor.store import issues

        issue = issues.numbered(connection, "trade", 1)
    late = later(context, days=10)
    assert deliver.release(late, topic, issue) == (ANN,)
    assert [r.state for r in deliver.send_due(late, topic).receipts] == ["sent"]
    assert deliver.release(late, topic, issue) == ()
    assert deliver.undelivered(late) == ()


def test_a_message_that_crashes_the_process_again_and_again_comes_to_wait(entered):
    context, topic = entered(ANN)
    waits = []
    for _ in range(6):
        crash(context, ANN, dot=True)
        with context.store.begin() as connection:
            (row,) = ledger.recover(
                connection, topic.id, again=partial(retries.after_crash, now=context.now, jitter=0)
            )
        wait = row.next_attempt_at and row.next_attempt_at - context.now
        waits.append(wait)
        context = replace(context, now=context.now + (wait or timedelta()))
    assert waits == [None, None, None, *(timedelta(seconds=s) for s in (60, 120, 240))]


def test_an_uncertain_message_goes_out_again_with_the_same_bytes(entered):
    lost = Receipt(recipient="", state="uncertain", detail="no answer after the final dot")
    context, topic = entered(ANN, mailer=ScriptedMailer(lost))
    deliver.send_due(context, topic)
    assert (rows(context)[ANN].state, rows(context)[ANN].dot) == ("uncertain", True)
    deliver.send_due(later(context, seconds=61), topic)
    assert rows(context)[ANN].state == "sent"
    assert len(context.mailer.out) == 2
    assert len(set(context.mailer.out)) == 1


def test_a_mail_server_that_does_not_answer_is_left_alone_after_three_attempts(entered):
    nobody = Receipt(recipient="", state="deferred", detail="timed out", cause="server")
    readers = [f"{name}@example.org" for name in "abcdefgh"]
    context, topic = entered(*readers, mailer=ScriptedMailer(*[nobody] * 3))
    assert len(deliver.send_due(context, topic).receipts) == 3
    assert {row.attempts for row in rows(context).values()} == {0, 1}
    deliver.send_due(later(context, seconds=61), topic)
    assert {row.state for row in rows(context).values()} == {"sent"}


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("no such host name", is_permanent=True), "failed"),
        (UnicodeError("label too long"), "pending"),
        (RuntimeError("nobody foresaw it"), "pending"),
    ],
)
def test_trouble_with_the_first_message_stops_no_other(entered, error, state):
    """Before, it was raised there and then, in every run anew."""

    def troubled(message, *, recipient, before_dot):
        if recipient == ANN:
            raise error
        return inner(message, recipient=recipient, before_dot=before_dot)

    inner = ScriptedMailer()
    context, topic = entered(ANN, BO, CY, mailer=troubled)
    with contextlib.suppress(UnicodeError, RuntimeError):
        deliver.send_due(context, topic)
    assert inner.tried == [BO, CY]
    assert rows(context)[ANN].state == state
    assert str(error) in rows(context)[ANN].detail


def test_trouble_nobody_foresaw_after_the_mark_is_uncertain(entered):
    def troubled(message, *, recipient, before_dot):
        before_dot()
        raise RuntimeError("nobody foresaw it")

    context, topic = entered(ANN, mailer=troubled, delivery=HOLD)
    with pytest.raises(RuntimeError):
        deliver.send_due(context, topic)
    assert rows(context)[ANN].state == "uncertain"


def test_settings_that_cannot_work_put_the_message_off_and_are_an_error(entered):
    def refuse(message, *, recipient, before_dot):
        raise DeliveryError("no password for 'monitor'")

    context, topic = entered(ANN, BO, mailer=refuse)
    with pytest.raises(DeliveryError, match="no password"):
        deliver.send_due(context, topic)
    assert {row.state for row in rows(context).values()} == {"pending"}
    assert rows(context)[ANN].detail == "no password for 'monitor'"


def test_without_a_mail_server_readers_are_an_error(house):
    topic = mailing.topic(ANN)
    context = house(topics=[topic], smtp=SmtpSettings())
    with pytest.raises(DeliveryError, match="no mail server"):
        deliver.enter(context, topic, mailing.frozen(context))


def test_entering_again_changes_nothing(entered):
    context, topic = entered(ANN, mailer=FakeMailer())
    deliver.send_due(context, topic)
    with context.store.begin() as connection:
        from monitor.store import issues

        issue = issues.numbered(connection, "trade", 1)
    before = rows(context)
    deliver.enter(later(context, days=1), topic, issue)
    assert rows(context) == before
