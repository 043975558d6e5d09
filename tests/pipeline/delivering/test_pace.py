"""The pace of mail: messages a minute, and pauses the mail server asks for. Order is kept, nothing goes twice, and the rest waits in the ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.deliver.smtp import send
from monitor.model import Receipt
from monitor.pipeline.delivering import deliver
from monitor.store import deliveries as ledger
from monitor.store.schema import deliveries
from tests import mailing
from tests.deliver.servers import Sink, serving

READERS = tuple(f"{letter}@example.org" for letter in "abcdefgh")
SLOW = Receipt(recipient="", state="deferred", detail="421 4.7.0 slow down", cause="pace")
SENT = Receipt(recipient="", state="sent", detail="250 taken")


@pytest.fixture
def store(file_store):
    return file_store


class Post:
    """An issue for eight readers, a clock of its own, and a mailer that gives the receipts of a list, then sends."""

    def __init__(self, house, *, per_minute=0, answers=(), takes_s=1.0):
        self.answers, self.takes_s = list(answers), takes_s
        self.tried, self.out = [], []  # each (seconds since the start, reader)
        self.topic = mailing.topic(*READERS)
        smtp = mailing.SMTP.model_copy(update={"per_minute": per_minute})
        context = house(topics=[self.topic], mailer=self.mail, smtp=smtp)
        self.begun = self.clock = context.now
        self.context = replace(context, wall=lambda: self.clock)
        deliver.enter(self.context, self.topic, mailing.frozen(self.context))

    def mail(self, message, *, recipient, before_dot):  # noqa: ARG002 - the real one's signature
        at_s = (self.clock - self.begun).total_seconds()
        receipt = self.answers.pop(0) if self.answers else SENT
        self.tried.append((at_s, recipient))
        if receipt.state == "sent":
            before_dot()
            self.out.append((at_s, recipient))
        self.clock += timedelta(seconds=self.takes_s)
        return replace(receipt, recipient=recipient)

    def wait(self, seconds):
        self.clock += timedelta(seconds=seconds)
        return True

    def run(self, *, pause=None):
        """Deliver what is due now; `pause` as a command has it, or None as the daemon has."""
        context = replace(self.context, now=self.clock)
        return deliver.send_due(replace(context, pause=pause) if pause else context, self.topic)

    def tick(self, *, until_s):
        """A daemon's looks, half a minute apart."""
        while (self.clock - self.begun).total_seconds() < until_s:
            before = self.clock
            self.run()
            self.clock = max(self.clock, before + timedelta(seconds=30))

    @property
    def readers(self):
        return tuple(reader for _, reader in self.out)

    def rows(self):
        with self.context.store.begin() as connection:
            return {row.recipient: row for row in ledger.of_issue(connection, 1)}


def most_in_a_minute(moments):
    return max((sum(start <= at < start + 60 for at in moments) for start in moments), default=0)


def test_a_command_waits_for_its_turn_and_sends_everything(house):
    post = Post(house, per_minute=3)
    done = post.run(pause=post.wait)
    assert post.readers == READERS
    assert [at for at, _ in post.out] == [0, 1, 2, 61, 62, 63, 122, 123]  # counted from when each was taken
    assert (done.left, done.failed) == (0, ())


def test_a_daemon_waits_for_nobody_and_goes_on_at_its_next_look(house):
    post = Post(house, per_minute=3)
    done = post.run()
    assert (post.readers, done.left, done.rest) == (READERS[:3], 5, "")
    assert {row.attempts for row in post.rows().values()} == {0, 1}
    post.tick(until_s=300)
    assert post.readers == READERS
    assert most_in_a_minute([at for at, _ in post.out]) == 3


def test_the_control_without_a_pace_all_go_at_once(house):
    post = Post(house)
    post.run()
    assert most_in_a_minute([at for at, _ in post.out]) == 8


def test_another_process_keeps_the_pace_of_the_one_before(house):
    """What is remembered stands in the ledger: each run here begins anew."""
    post = Post(house, per_minute=3)
    for _ in range(3):
        post.run()
    assert len(post.out) == 3
    with post.context.store.begin() as connection:
        sent = connection.execute(deliveries.select().where(deliveries.c.state == "sent")).mappings().all()
    assert sorted((row["sent_at"] - post.begun).total_seconds() for row in sent) == [0, 1, 2]


def test_a_server_that_asks_for_a_pause_gets_one_and_keeps_its_words(house):
    post = Post(house, answers=[SENT, SENT, SLOW])
    done = post.run()
    assert [reader for _, reader in post.tried] == list(READERS[:3])
    assert (len(done.receipts), done.left, done.rest) == (3, 5, "a pause was asked for: 421 4.7.0 slow down")
    row = post.rows()[READERS[2]]
    assert (row.state, row.reason, row.detail) == ("pending", "pace", "421 4.7.0 slow down")
    post.clock = post.begun + timedelta(seconds=40)
    again = post.run()
    assert (again.receipts, again.left) == ((), 5)
    assert "was asked for: 421 4.7.0 slow down" in again.rest
    post.clock = post.begun + timedelta(seconds=70)
    post.run()
    assert post.readers == READERS
    assert [row.attempts for row in post.rows().values()] == [1, 1, 2, 1, 1, 1, 1, 1]


def test_pauses_grow_while_they_are_asked_for(house):
    post = Post(house, answers=[SLOW] * 6, takes_s=0.0)
    post.tick(until_s=4000)
    gaps = [round(b - a) for (a, _), (b, _) in zip(post.tried, post.tried[1:7], strict=False)]
    assert gaps == sorted(gaps)
    assert gaps[0] >= 54
    assert gaps[4] >= 400
    assert sorted(post.readers) == sorted(READERS)


def test_one_message_that_always_asks_for_a_pause_holds_the_others_for_minutes_only(house):
    """A server may say 451 for what is in one message: after three pauses the others go before it."""
    post = Post(house)
    asked = count()

    def mail(message, *, recipient, before_dot):
        if recipient == READERS[0]:
            next(asked)
            return replace(SLOW, recipient=recipient)
        return post.mail(message, recipient=recipient, before_dot=before_dot)

    post.context = replace(post.context, mailer=mail)
    post.tick(until_s=1800)
    assert post.readers == READERS[1:]
    assert next(asked) >= 4


def test_a_pause_is_for_all_topics(house):
    post = Post(house, answers=[SLOW])
    other = mailing.topic("z@example.org", id="other")
    deliver.enter(post.context, other, mailing.frozen(post.context, topic="other"))
    post.run()
    done = deliver.send_due(replace(post.context, now=post.clock), other)
    assert (done.receipts, done.left) == ((), 1)


def test_greylisting_of_one_reader_is_no_pause(house):
    grey = Receipt(recipient="", state="deferred", detail="450 greylisted", retry_s=300)
    post = Post(house, answers=[grey])
    post.run()
    assert post.readers == READERS[1:]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("MAIL", "421 4.7.0 too many messages, slow down"),
        (READERS[0], "451 4.3.0 local trouble"),
        (".", "454 Throttling failure: Maximum sending rate exceeded."),
    ],
)
def test_a_real_server_is_left_alone_after_its_first_word(house, where, said):
    sink, topic = Sink({where: said}), mailing.topic(*READERS)
    with serving(sink) as port:
        smtp = mailing.SMTP.model_copy(update={"port": port})
        mailer = partial(send, sender=smtp.sender, settings=smtp, password="")
        context = house(topics=[topic], mailer=mailer, smtp=smtp)
        deliver.enter(context, topic, mailing.frozen(context))
        done = deliver.send_due(context, topic)
        assert [(r.recipient, r.detail) for r in done.receipts] == [(READERS[0], said)]
        assert said in done.rest
        sink.answers.clear()
        deliver.send_due(replace(context, now=context.now + timedelta(seconds=61)), topic)
    assert [to for _, (to,), _ in sink.taken] == list(READERS)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    per_minute=st.integers(0, 4),
    slow=st.lists(st.booleans(), max_size=12),
    takes_s=st.sampled_from([0.0, 1.0, 7.5, 25.0]),
    is_waiting=st.lists(st.booleans(), min_size=1, max_size=4),
)
def test_whatever_a_server_asks_for_each_message_goes_once_in_order_and_in_time(
    house, per_minute, slow, takes_s, is_waiting
):
    with house().store.begin() as connection:
        for table in reversed(deliveries.metadata.sorted_tables):
            connection.execute(table.delete())
    post = Post(
        house, per_minute=per_minute, answers=[SLOW if each else SENT for each in slow], takes_s=takes_s
    )
    for waits in (*is_waiting, *[False] * 400):
        post.run(pause=post.wait if waits else None)
        post.clock += timedelta(seconds=30)
        if len(post.out) == len(READERS):
            break
    first = [reader for _, reader in post.tried]
    is_stubborn = any(first.count(reader) > 3 for reader in READERS)
    assert sorted(post.readers) == sorted(READERS)
    assert is_stubborn or post.readers == READERS
    if per_minute:
        assert most_in_a_minute([at for at, _ in post.out]) <= per_minute
