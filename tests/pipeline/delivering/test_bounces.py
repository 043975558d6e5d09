"""Mail that came back: the ledger says so, who does not exist gets no more, and nobody else can be taken off by a forged report."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.pipeline.delivering import bounces, deliver
from monitor.store import deliveries as ledger
from monitor.store import suppressed
from tests import bounced, mailing
from tests.deliver.test_deliver_replies import answer

ANN, BO = "Ann@example.org", "bo@example.org"
TOPIC = mailing.topic(ANN, BO)


@pytest.fixture
def context(house):
    built = house(topics=[TOPIC], smtp=mailing.SMTP)
    send(built, 1)
    return built


def send(context, number):
    deliver.enter(context, TOPIC, mailing.frozen(context, number=number))
    deliver.send_due(context, TOPIC)


def row(context, recipient=ANN, *, number=1):
    with context.store.begin() as connection:
        return next(r for r in ledger.of_issue(connection, number) if r.recipient == recipient)


def everything(context):
    with context.store.begin() as connection:
        rows = [r for number in (1, 2) for r in ledger.of_issue(connection, number)]
        return rows, suppressed.everybody(connection)


def off(context):
    with context.store.begin() as connection:
        return suppressed.of(connection, "trade")


@pytest.mark.parametrize("shape", bounced.SHAPES)
def test_a_reader_who_does_not_exist_gets_no_more_mail(context, shape):
    report = bounced.SHAPES[shape](row(context).message_id, "ann@example.org")
    (done,) = bounces.take_bounces(context, report)
    assert (done.outcome, done.recipient) == ("suppressed", ANN)
    assert (row(context).state, row(context).reason) == ("failed", "bounced")
    assert row(context).detail.startswith("bounced: ")
    assert "no such user" in off(context)["ann@example.org"]
    before = everything(context)
    bounces.take_bounces(context, report)
    assert everything(context) == before, "a report that comes twice changes nothing more"
    send(context, 2)
    with context.store.begin() as connection:
        assert [r.recipient for r in ledger.of_issue(connection, 2)] == [BO]
    assert row(context, BO, number=2).state == "sent"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("5.2.2", "552 5.2.2 mailbox full"),
        ("5.7.1", "554 5.7.1 looks like spam"),
        ("5.1.1", "550 5.1.1 blocked by policy"),
        ("5.0.0", "550 no"),
    ],
)
def test_what_is_no_fault_of_the_reader_takes_nobody_off_however_often(context, status, said):
    for number in (1, 2, 3):
        if number > 1:
            send(context, number)
        identity = row(context, number=number).message_id
        (done,) = bounces.take_bounces(context, bounced.standard(identity, ANN, status=status, said=said))
        assert (done.outcome, row(context, number=number).state, off(context)) == ("bounced", "failed", {})


def test_an_issue_that_came_back_from_everybody_takes_nobody_off(context):
    (first,) = bounces.take_bounces(context, bounced.standard(row(context).message_id, ANN))
    assert first.outcome == "suppressed"
    (second,) = bounces.take_bounces(context, bounced.standard(row(context, BO).message_id, BO))
    assert (second.outcome, off(context)) == ("bounced", {})


def test_a_delay_is_noted_and_nothing_else(context):
    (done,) = bounces.take_bounces(
        context,
        bounced.standard(
            row(context).message_id, ANN, status="4.4.1", action="delayed", said="no answer yet"
        ),
    )
    assert done.outcome == "noted"
    assert (row(context).state, row(context).detail, off(context)) == ("sent", "delayed: no answer yet", {})


def test_a_server_that_gave_up_says_nothing_about_the_address(context):
    for number in (1, 2):
        bounces.take_bounces(
            context,
            bounced.standard(row(context, number=number).message_id, ANN, status="4.4.7", said="expired"),
        )
        assert (row(context, number=number).state, row(context, number=number).reason) == (
            "failed",
            "given_up",
        )
        if number == 1:
            send(context, 2)
    assert off(context) == {}


@pytest.mark.parametrize(
    ("identity", "recipient"),
    [
        ("<forged@example.org>", ANN),
        ("<0000000000000000000000000000000000000000@example.org>", "bo@example.org"),
    ],
)
def test_a_report_about_a_message_we_never_sent_changes_nothing_and_says_so(context, identity, recipient):
    """Control: going by the address alone, as many do, the same report would take a reader off."""
    before = everything(context)
    (done,) = bounces.take_bounces(context, bounced.standard(identity, recipient))
    assert done.outcome == "unknown"
    assert "never sent" in done.line()
    assert everything(context) == before
    (naive,) = bounces.take_bounces(
        context, bounced.standard(identity, recipient, returned="Subject: Issue 1\n")
    )
    assert naive.outcome == "suppressed"


def test_without_the_message_the_newest_one_to_the_address_is_meant(context):
    send(context, 2)
    (done,) = bounces.take_bounces(
        context, bounced.standard(recipient="ANN@example.org", returned="Subject: Issue\n")
    )
    assert done.outcome == "suppressed"
    assert (row(context).state, row(context, number=2).state) == ("sent", "failed")


def test_an_address_nothing_was_sent_to_is_unknown(context):
    before = everything(context)
    (done,) = bounces.take_bounces(
        context, bounced.standard(recipient="eve@example.net", returned="Subject: Issue\n")
    )
    assert (done.outcome, everything(context)) == ("unknown", before)


def test_a_message_that_is_no_report_changes_nothing_and_says_so(context):
    before = everything(context)
    (done,) = bounces.take_bounces(context, b"Subject: lunch?\n\nAt noon?\n")
    assert "no delivery report" in done.line()
    assert everything(context) == before


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.binary(max_size=300), st.integers(0, 1500), st.integers(0, 200))
def test_junk_changes_nothing(context, junk, at, cut):
    """Bytes of chance, and a report about somebody else's message with a hole in it."""
    before = everything(context)
    strange = bounced.standard("<somebody@elsewhere.example>", "carol@elsewhere.example")
    bounces.take_bounces(context, junk)
    bounces.take_bounces(context, strange[:at] + junk + strange[at + cut :])
    assert everything(context) == before


def test_an_answer_with_the_word_takes_its_writer_off_the_topic_of_the_mail_it_answers(context):
    mail = answer("unsubscribe", **{"From": "ann@EXAMPLE.org", "In-Reply-To": row(context).message_id})
    (done,) = bounces.take_bounces(context, mail)
    assert (done.outcome, done.recipient, off(context)) == (
        "unsubscribed",
        ANN,
        {"ann@example.org": "unsubscribed"},
    )
    assert row(context).state == "sent", "it did arrive"
    before = everything(context)
    bounces.take_bounces(context, mail)
    assert everything(context) == before


def test_a_mail_with_the_word_as_its_subject_is_about_the_topic_it_names(context):
    other = mailing.topic(ANN, id="fish_catch")
    deliver.enter(context, other, mailing.frozen(context, topic="fish_catch"))
    deliver.send_due(context, other)
    mail = {"From": ANN, "In-Reply-To": None}
    bounces.take_bounces(context, answer("", **mail, Subject="unsubscribe trade"))
    assert off(context) == {"ann@example.org": "unsubscribed"}
    bounces.take_bounces(context, answer("", **mail, Subject="unsubscribe fish-catch"))
    with context.store.begin() as connection:
        assert set(suppressed.of(connection, "fish_catch")) == {"ann@example.org"}


@pytest.mark.parametrize(
    "mail",
    [
        {"From": "eve@example.net"},  # somebody else has the mail, and writes from elsewhere
        {"From": "bo@example.org"},  # another reader
        {"In-Reply-To": "<another@list.example>"},  # it answers another list
        {"Auto-Submitted": "auto-replied"},
    ],
    ids=str,
)
def test_nobody_else_and_no_program_takes_a_reader_off(context, mail):
    before = everything(context)
    (done,) = bounces.take_bounces(
        context, answer("unsubscribe", **{"From": ANN, "In-Reply-To": row(context).message_id} | mail)
    )
    assert done.outcome in ("unknown", "no report")
    assert everything(context) == before


def test_reports_and_answers_of_one_mbox_are_both_read(context):
    one = bounced.standard(row(context).message_id, ANN)
    two = answer("unsubscribe", **{"From": BO, "In-Reply-To": row(context, BO).message_id})
    done = bounces.take_bounces(context, b"From a\n" + one + b"\nFrom b\n" + two)
    assert [each.outcome for each in done] == ["suppressed", "unsubscribed"]


def test_who_was_taken_off_can_be_let_back_on(context):
    bounces.take_bounces(context, bounced.standard(row(context).message_id, ANN))
    with context.store.begin() as connection:
        (gone,) = suppressed.forget(connection, ANN)
        assert (gone.recipient, gone.topic) == ("ann@example.org", "trade")
        assert suppressed.forget(connection, ANN) == ()
    send(context, 2)
    assert row(context, number=2).state == "sent"
