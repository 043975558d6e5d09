"""Whose fault a refusal is, over readers and issues: a mail server that refuses us takes no reader off."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.deliver.smtp import send
from monitor.operations import alarms, doctor, status
from monitor.pipeline.delivering import deliver
from monitor.store import deliveries as ledger
from monitor.store import suppressed
from tests import mailing
from tests.deliver.servers import Sink, serving

READERS = ("ann@example.org", "bo@example.org", "cy@example.org")
# Each is said to every reader in two issues running; before, each took all three off for good.
SITUATIONS = {
    "log-in wanted": "530 5.7.0 Authentication required",
    "no relaying": "554 5.7.1 <{}>: Relay access denied",
    "no relaying, with a reader's code": "550 5.1.1 <{}>: relaying denied",
    "policy": "550 5.7.1 rejected by local policy",
    "quota of sending": "550 5.4.5 Daily user sending quota exceeded",
    "spam": "550 5.7.1 our filter takes this for spam",
    "on a list of bad senders": "550 5.7.1 client host [192.0.2.1] blocked using bl.example",
    "mailbox full": "552 5.2.2 mailbox full",
    "a table of users that is empty": "550 5.1.1 <{}>: User unknown in virtual mailbox table",
}


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def two_issues(house):
    """Send two issues, a week apart, through a server with these answers; gives the context at the end."""

    def run(answers, readers=READERS):
        topic = mailing.topic(*readers)
        with serving(Sink(answers)) as port:
            smtp = mailing.SMTP.model_copy(update={"port": port})
            mailer = partial(send, sender=smtp.sender, settings=smtp, password="")
            context = house(topics=[topic], mailer=mailer, smtp=smtp)
            for number in (1, 2):
                at = replace(context, now=context.now + timedelta(weeks=number))
                deliver.enter(at, topic, mailing.frozen(at, number=number))
                for hours in (0, 1, 2):  # a server that refuses us is left alone after three
                    deliver.send_due(replace(at, now=at.now + timedelta(hours=hours)), topic)
        return at

    return run


def off(context):
    with context.store.begin() as connection:
        return set(suppressed.of(connection, "trade"))


def troubles(context):
    with context.store.begin() as connection:
        return {each.name: each for each in alarms.troubles(connection, context)}


@pytest.mark.parametrize("said", SITUATIONS.values(), ids=SITUATIONS)
def test_what_every_reader_is_refused_for_takes_nobody_off(two_issues, said):
    context = two_issues({reader: said.format(reader) for reader in READERS})
    assert off(context) == set()


def test_the_control_any_5xx_twice_takes_everybody_off_in_every_situation(two_issues, monkeypatch):
    monkeypatch.setattr("monitor.deliver.smtp.whose", lambda _: "reader")
    monkeypatch.setattr("monitor.pipeline.delivering.deliver.is_common", lambda _: False)
    context = two_issues({reader: SITUATIONS["no relaying"].format(reader) for reader in READERS})
    assert off(context) == set(READERS)


def test_one_reader_who_is_gone_is_taken_off_and_the_others_are_not(two_issues):
    context = two_issues({READERS[0]: "550 5.1.1 no such user"})
    assert off(context) == {READERS[0]}


def test_mail_that_waits_because_the_server_refuses_us_is_an_alarm_with_its_words(two_issues):
    context = two_issues(dict.fromkeys(READERS, "530 5.7.0 Authentication required"))
    found = troubles(context)["mail:trade"]
    assert "530 5.7.0 Authentication required" in found.detail
    assert "[smtp]" in found.advice
    with context.store.begin() as connection:
        assert {row.state for row in ledger.of_issue(connection, 2)} == {"pending"}


def test_when_nobody_is_left_it_is_an_alarm_and_doctor_names_them(house):
    topic = mailing.topic(*READERS)
    context = house(topics=[topic], smtp=mailing.SMTP)
    assert "nobody:trade" not in troubles(context)
    with context.store.begin() as connection:
        for reader in READERS:
            assert "nobody:trade" not in {each.name for each in alarms.troubles(connection, context)}
            suppressed.add(
                connection, "trade", reader.upper(), at=context.now, reason="bounced: no such user"
            )
    found = troubles(context)["nobody:trade"]
    assert "3 of 3" in found.detail
    assert "monitor suppressed" in found.advice
    (mail,) = (f for f in doctor.examine(context) if f.what == "readers of trade")
    assert not mail.ok
    assert all(reader in mail.detail for reader in READERS)
    assert all(reader in "".join(status.read_status(context).lines()) for reader in READERS)


def test_doctor_names_one_suppressed_reader_of_the_topic_file_and_nobody_else(house):
    context = house(topics=[mailing.topic(*READERS)], smtp=mailing.SMTP)
    with context.store.begin() as connection:
        for reader in (READERS[0], "elsewhere@example.org"):
            suppressed.add(connection, "trade", reader, at=context.now, reason="unsubscribed")
    (mail,) = (f for f in doctor.examine(context) if f.what == "readers of trade")
    assert mail.ok, "it is the reader's wish"
    assert READERS[0] in mail.detail
    assert "unsubscribed" in mail.detail
    assert "elsewhere" not in mail.detail
