"""Everything a mail server can do wrong, each once, over the whole way of a delivery: ledger, SMTP, ledger.

What surely was not taken is tried again after the wait and not before, what was refused for good is not, and only where the answer to
the whole message was lost a message comes twice, with the same bytes. Controls: the two orders that peers use.
"""

from __future__ import annotations

import contextlib
import smtplib
import threading
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import pytest

from monitor.pipeline.delivering import deliver
from monitor.settings import DeliverySettings, SmtpSettings
from monitor.store import deliveries as ledger
from tests import mailing
from tests.faults import naive
from tests.faults.mail_sender import mail
from tests.faults.mail_server import BLACKHOLE, DRIP, DROP, REFUSED, SILENCE, FaultyServer
from tests.promised import ends

PATIENCE_S = 0.6
ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.org"
SENT_LATER = ("pending", "sent", 2, 1)  # at once, in the end, attempts, times the server kept it
FAILED = ("failed", "failed", 1, 0)
AT_ONCE = ("sent", "sent", 1, 1)
TWICE = ("uncertain", "sent", 2, 2)
PERHAPS = ("uncertain", "sent", 2, 1)
FAULTS = {
    "connection refused": ({"connect": REFUSED}, SENT_LATER),
    "blackhole": ({"connect": BLACKHOLE}, SENT_LATER),
    "silent banner": ({"banner": SILENCE}, SENT_LATER),
    "dripping banner": ({"banner": DRIP}, SENT_LATER),
    "hangs up at once": ({"banner": DROP}, SENT_LATER),
    "no mail server": ({"banner": b"\x00\xff HTTP/1.1 400 what"}, SENT_LATER),
    "421 banner": ({"banner": b"421 4.3.2 busy"}, SENT_LATER),
    "421 to EHLO": ({"EHLO": b"421 4.3.2 busy"}, SENT_LATER),
    "502 to EHLO": ({"EHLO": b"502 what"}, AT_ONCE),
    "421 to MAIL": ({"MAIL": b"421 4.3.2 closing"}, SENT_LATER),
    "452 to MAIL": ({"MAIL": b"452 4.3.1 no room"}, SENT_LATER),
    "552 to MAIL": ({"MAIL": b"552 5.3.4 too big"}, FAILED),
    "450 to RCPT": ({"RCPT": b"450 4.2.0 busy"}, SENT_LATER),
    "550 to RCPT": ({"RCPT": b"550 5.1.1 no such user"}, FAILED),
    "hangs up at RCPT": ({"RCPT": DROP}, SENT_LATER),
    "451 to DATA": ({"DATA": b"451 4.3.0 not now"}, SENT_LATER),
    "554 to DATA": ({"DATA": b"554 5.5.1 no"}, FAILED),
    "hangs up at DATA": ({"DATA": DROP}, SENT_LATER),
    "hangs up in the body": ({"body": DROP}, ("pending|uncertain", "sent", 2, 1)),
    "451 to the dot": ({"dot": b"451 4.3.0 not now"}, SENT_LATER),
    "554 to the dot": ({"dot": b"554 5.7.1 spam"}, FAILED),
    "hangs up at the dot, keeps nothing": ({"dot": DROP}, PERHAPS),
    "keeps it and hangs up": ({"kept": DROP}, TWICE),
    "keeps it and is silent": ({"kept": SILENCE}, TWICE),
    "keeps it and drips": ({"kept": DRIP}, TWICE),
    "hangs up at QUIT": ({"QUIT": DROP}, AT_ONCE),
}


@pytest.fixture
def store(file_store):
    """What a server does has nothing to do with the database."""
    return file_store


@dataclass
class Post:
    """A house that mails one issue through a faulty server."""

    context: object
    topic: object
    server: FaultyServer

    def run(self, **time):
        """Deliver what is due so much later."""
        deliver.send_due(replace(self.context, now=self.context.now + timedelta(**time)), self.topic)

    def row(self, recipient=ANN):
        with self.context.store.begin() as connection:
            return next(r for r in ledger.of_issue(connection, 1) if r.recipient == recipient)


@pytest.fixture
def post(house):
    """`post(fault, ...)`: an issue entered for the readers, and a server that does these things wrong."""
    opened = []

    def build(*faults, readers=(ANN,), on_uncertain="resend", **smtp):
        server = FaultyServer(*faults)
        opened.append(server)
        settings = mailing.SMTP.model_copy(
            update={"port": server.port, "timeout_s": PATIENCE_S, "answer_timeout_s": PATIENCE_S} | smtp
        )
        topic = mailing.topic(*readers)
        context = house(
            topics=[topic],
            smtp=settings,
            mailer=partial(mail, settings),
            delivery=DeliverySettings(on_uncertain=on_uncertain),
        )
        deliver.enter(context, topic, mailing.frozen(context))
        return Post(context=context, topic=topic, server=server)

    yield build
    for server in opened:
        server.__exit__()


def meet(post, fault, **values):
    """Run once with the fault; afterwards the server is well."""
    where = fault.get("connect")
    one = post(*([] if where else [fault]), **values)
    if where is BLACKHOLE:
        one.server.swallow()
    elif where is None:
        one.server.open()
    one.run()
    if where is not None:
        one.server.open()
    return one


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_ends_as_tabled(post, name):
    fault, (at_once, in_the_end, attempts, kept) = FAULTS[name]
    with ends(idle_s=2):
        one = meet(post, fault)
    assert one.row().state in at_once.split("|")
    assert one.row().attempts == 1
    one.run(seconds=40)
    assert one.row().attempts == 1, "it was tried again before its time"
    one.run(seconds=61)
    assert (one.row().state, one.row().attempts, len(one.server.taken)) == (in_the_end, attempts, kept)
    assert len(set(one.server.taken)) == min(kept, 1), "a repeat has other bytes"
    one.run(days=9)
    assert len(one.server.taken) == kept


@pytest.mark.parametrize("name", [name for name, (_, ends) in FAULTS.items() if ends in (TWICE, PERHAPS)])
def test_with_hold_nothing_is_sent_twice_and_the_operator_sees_it(post, name):
    fault, (_, _, _, kept) = FAULTS[name]
    one = meet(post, fault, on_uncertain="hold")
    for day in range(8):
        one.run(days=day)
    assert (one.row().state, one.row().attempts, len(one.server.taken)) == (
        "uncertain",
        1,
        min(kept, 1) if kept == 2 else 0,
    )
    (shown,) = deliver.undelivered(one.context)
    assert shown.is_held


def test_there_are_more_than_sixteen_faults():
    assert len(FAULTS) >= 16


def test_one_refused_of_three_is_the_only_one(post):
    one = post({}, {"RCPT": b"550 5.1.1 no such user"}, {}, readers=(ANN, BO, CY))
    one.server.open()
    one.run()
    assert [one.row(each).state for each in (ANN, BO, CY)] == ["sent", "failed", "sent"]
    assert len(one.server.taken) == 2
    (shown,) = deliver.undelivered(one.context)
    assert (shown.recipient, shown.reason) == (BO, "refused")


def test_a_greylisted_message_comes_back_when_it_was_asked_to(post):
    one = post({"RCPT": b"450 4.7.1 Greylisted, please try again in 5 minutes"})
    one.server.open()
    one.run()
    for early_s in (61, 200, 299):
        one.run(seconds=early_s)
        assert one.row().attempts == 1
    one.run(seconds=361)  # the wish, and up to a fifth more
    assert (one.row().state, one.row().attempts, len(one.server.taken)) == ("sent", 2, 1)


@pytest.mark.faults_long
@pytest.mark.parametrize("fault", [{"connect": BLACKHOLE}, {"banner": DRIP}], ids=["blackhole", "drip"])
def test_no_server_holds_a_message_longer_than_thirty_seconds_by_default(post, fault):
    defaults = SmtpSettings()
    with ends(idle_s=26):
        one = meet(post, fault, timeout_s=defaults.timeout_s, answer_timeout_s=defaults.answer_timeout_s)
    assert one.row().state == "pending"
    one.run(seconds=61)
    assert one.row().state == "sent"


def test_control_the_order_mark_then_send_loses_what_was_put_off(post):
    one = post({"MAIL": b"452 4.3.1 no room"})
    one.server.open()
    for _ in range(3):
        naive.mark_then_send(one.context, one.topic)
    assert (one.row().state, len(one.server.taken)) == ("sent", 0)


class DiedError(BaseException):
    """The process ended here."""


def dying_at(recipient, mailer):
    """A mailer whose process dies before it sends this reader's message."""

    def send(message, *, recipient_=recipient, recipient, before_dot):
        if recipient == recipient_:
            raise DiedError
        return mailer(message, recipient=recipient, before_dot=before_dot)

    return send


@pytest.mark.parametrize(
    ("deliver_all", "kept"),
    [(deliver.send_due, 2), (naive.send_then_mark_the_batch, 3)],
    ids=["ours", "control"],
)
def test_a_death_between_two_readers_repeats_nothing_but_with_send_then_mark(post, deliver_all, kept):
    one = post(readers=(ANN, BO))
    one.server.open()
    with pytest.raises(DiedError):
        deliver_all(replace(one.context, mailer=dying_at(BO, one.context.mailer)), one.topic)
    deliver_all(one.context, one.topic)
    assert len(one.server.taken) == kept


def test_control_without_the_wish_a_greylisted_message_comes_too_early(post):
    """The same greylist, which names no time: the usual minute is kept instead, and the server refuses again."""
    busy = {"RCPT": b"450 4.7.1 Greylisted"}
    one = post(busy, busy)
    one.server.open()
    one.run()
    one.run(seconds=61)
    assert (one.row().state, one.row().attempts) == ("pending", 2)


def test_control_one_transaction_for_all_readers_hides_the_one_refused():
    """smtplib's own way of sending raises nothing when only some are refused: who does not look calls all of them sent."""
    server = FaultyServer(refuses=BO)
    server.open()
    with server, smtplib.SMTP("127.0.0.1", server.port, timeout=60) as naive_client:
        refused = naive_client.sendmail(
            "monitor@example.org", [ANN, BO, CY], b"Subject: Issue 1\r\n\r\nx\r\n"
        )
    assert list(refused) == [BO], "an answer, and no error"
    assert len(server.taken) == 1


def test_control_a_timeout_for_each_read_never_ends_a_drip():
    """smtplib alone, with the same patience: still waiting after five times as long."""
    server = FaultyServer({"banner": DRIP})
    server.open()
    naive_client = threading.Thread(target=_greeted, args=(server.port,), daemon=True)
    with server:
        naive_client.start()
        naive_client.join(5 * PATIENCE_S)
        assert naive_client.is_alive()
    naive_client.join(5)
    assert not naive_client.is_alive()


def _greeted(port):
    with contextlib.suppress(OSError, smtplib.SMTPException, ValueError):
        smtplib.SMTP("127.0.0.1", port, timeout=PATIENCE_S)
