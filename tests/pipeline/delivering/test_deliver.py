"""The ledger in action: what each word of a mail server, each crash and each second process makes of a delivery."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import DeliveryError, StoreError
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver, retries
from monitor.settings import DeliverySettings, SmtpSettings
from monitor.store import deliveries as ledger
from monitor.store import suppressed
from monitor.store.lock import sending_lock
from tests import mailing
from tests.fakes import FakeMailer

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.org"
HOLD = DeliverySettings(on_uncertain="hold")
REFUSED = Receipt(recipient="", state="failed", detail="550 5.1.1 no such user", cause="recipient")


class ScriptedMailer:
    """Gives the receipts of a list, one after the other, then sends everything. Keeps what went out to the dot."""

    def __init__(self, *receipts):
        self.receipts = list(receipts)
        self.tried, self.out = [], []

    def __call__(self, message, *, recipient, before_dot):
        receipt = self.receipts.pop(0) if self.receipts else Receipt(recipient=recipient, state="sent")
        self.tried.append(recipient)
        if receipt.state in ("sent", "uncertain"):
            before_dot()
            self.out.append((recipient, message))
        return replace(receipt, recipient=recipient)


@pytest.fixture
def entered(house):
    """An issue entered for some readers: `entered(ANN, BO, mailer=..., delivery=...)` -> (context, topic)."""

    def build(*readers, mailer=None, delivery=None, **values):
        one = mailing.topic(*readers, **values)
        context = house(
            topics=[one],
            mailer=mailer or ScriptedMailer(),
            smtp=mailing.SMTP,
            delivery=delivery or DeliverySettings(),
        )
        deliver.enter(context, one, mailing.frozen(context))
        return context, one

    return build


def rows(context):
    with context.store.begin() as connection:
        return {row.recipient: row for number in (1, 2, 3) for row in ledger.of_issue(connection, number)}


def later(context, **time):
    return replace(context, now=context.now + timedelta(**time))


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


# --------------------------------------------------------------------------- readers


def test_one_refused_reader_of_three_fails_alone_and_is_shown(entered):
    context, topic = entered(ANN, BO, CY, mailer=ScriptedMailer(Receipt(recipient="", state="sent"), REFUSED))
    done = deliver.send_due(context, topic)
    assert [r.state for r in done.receipts] == ["sent", "failed", "sent"]
    (missed,) = deliver.undelivered(context)
    assert (missed.topic, missed.issue, missed.recipient, missed.state) == ("trade", 1, BO, "failed")
    assert (missed.reason, missed.detail) == ("refused", "550 5.1.1 no such user")


def issues_to(context, topic, count):
    """Send issues 2, 3, ... of later weeks."""
    for number in range(2, count + 2):
        at = later(context, weeks=number)
        deliver.enter(at, topic, mailing.frozen(at, number=number))
        deliver.send_due(at, topic)


def who_is_off(context):
    with context.store.begin() as connection:
        return suppressed.of(connection, "trade")


def test_an_address_refused_in_two_issues_in_a_row_gets_no_more(entered):
    context, topic = entered(ANN, mailer=ScriptedMailer(REFUSED, REFUSED))
    deliver.send_due(context, topic)
    assert who_is_off(context) == {}
    issues_to(context, topic, 2)
    assert who_is_off(context) == {ANN: "refused in 2 issues in a row: 550 5.1.1 no such user"}
    assert context.mailer.tried == [ANN, ANN]


@pytest.mark.parametrize(
    "between",
    [Receipt(recipient="", state="sent"), Receipt(recipient="", state="failed", detail="554 5.7.1 spam")],
    ids=["one arrived", "one was refused for what it said"],
)
def test_refusals_that_are_not_in_a_row_or_not_the_readers_take_nobody_off(entered, between):
    context, topic = entered(ANN, mailer=ScriptedMailer(REFUSED, between, REFUSED))
    deliver.send_due(context, topic)
    issues_to(context, topic, 2)
    assert len(context.mailer.tried) == 3
    assert who_is_off(context) == {}


def test_who_unsubscribes_while_a_message_waits_does_not_get_it(entered):
    context, topic = entered(ANN, BO)
    with context.store.begin() as connection:
        suppressed.add(connection, "trade", ANN, at=context.now, reason="unsubscribed")
    deliver.send_due(context, topic)
    assert context.mailer.tried == [BO]
    assert (rows(context)[ANN].state, rows(context)[ANN].detail) == ("failed", "not sent: unsubscribed")


def test_an_address_no_server_takes_stops_nobody_else(entered):
    """The configuration refuses it today; a ledger or a file of an older version may hold it."""
    context, topic = entered(BO)
    broken = topic.model_copy(update={"recipients": ("änn@example.org", BO)})
    deliver.enter(context, broken, mailing.frozen(context, number=2))
    deliver.send_due(context, broken)
    assert {r: row.state for r, row in rows(context).items()} == {"änn@example.org": "failed", BO: "sent"}
    assert "not ASCII" in rows(context)["änn@example.org"].detail


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
