"""Readers a server refuses: one alone fails, and two issues in a row take one off."""

from __future__ import annotations

import pytest

from monitor.model import Receipt
from monitor.pipeline.delivering import deliver
from monitor.store import suppressed
from tests import mailing
from tests.pipeline.delivering.posting import ANN, BO, CY, ScriptedMailer, later, rows

REFUSED = Receipt(recipient="", state="failed", detail="550 5.1.1 no such user", cause="recipient")


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
