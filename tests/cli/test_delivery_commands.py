"""`monitor send`, `issues resend`, `bounces` and `suppressed` from the command line, with a real mail server on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest

from monitor import app
from monitor.pipeline.delivering import deliver
from monitor.store import deliveries as ledger
from monitor.store import suppressed
from monitor.store.lock import sending_lock
from tests import bounced, mailing
from tests.deliver.servers import Sink, serving

ANN, BO = "ann@example.org", "bo@example.org"


@dataclass
class Post:
    """A configured house whose first issue waits in the ledger, and the mail server's mind."""

    place: object
    sink: Sink

    def rows(self):
        with app.opened(data=self.place / "data") as context, context.store.begin() as connection:
            return {row.recipient: row for row in ledger.of_issue(connection, 1)}


@pytest.fixture
def post(place):
    sink = Sink()
    with serving(sink) as port:
        topic = place / "config" / "topics" / "trade.toml"
        topic.write_text(f'recipients = ["{ANN}", "{BO}"]\n' + topic.read_text())
        main = place / "config" / "monitor.toml"
        mail = (
            f'[smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "monitor@example.org"\n'
        )
        main.write_text(f'{main.read_text()}{mail}[delivery]\non_uncertain = "hold"\n')
        with app.opened(data=place / "data") as context:
            deliver.enter(context, context.settings.topics[0], mailing.frozen(context))
        yield Post(place=place, sink=sink)


def test_send_says_what_came_of_each_message(post, monitor):
    post.sink.answers[BO] = "550 5.1.1 no such user"
    done = monitor("send")
    assert done.code == 1
    assert f"trade: {ANN} sent" in done.out
    assert f"trade: {BO} failed 550 5.1.1 no such user" in done.out
    assert monitor("send").out == "nothing waits to be sent\n"
    status = monitor("status").out
    assert f"trade issue 1 to {BO}: failed, refused. 550 5.1.1 no such user" in status


def test_send_leaves_it_to_a_process_that_is_sending(post, monitor):
    with app.opened(data=post.place / "data") as context:
        lock = sending_lock(context.settings.store, context.settings.data)
    with lock:
        assert lock.take()
        done = monitor("send")
    assert (done.code, done.out) == (0, f"{deliver.BUSY}\n")
    assert post.sink.taken == []
    assert monitor("send").code == 0
    assert len(post.sink.taken) == 2


def test_a_held_message_is_shown_and_sent_again_by_hand(post, monitor):
    post.sink.drop_after_dot = True
    assert monitor("send").code == 1
    assert {row.state for row in post.rows().values()} == {"uncertain"}
    assert monitor("send").out == "nothing waits to be sent\n"
    assert f"`monitor issues resend 1 --topic trade --recipient {ANN}`" in monitor("status").out
    post.sink.drop_after_dot = False
    done = monitor("issues", "resend", "1", "--recipient", ANN)
    assert (done.code, done.out) == (0, f"{ANN} sent 250 taken\n")
    assert [row.state for row in post.rows().values()] == ["sent", "uncertain"]
    first, again = (message for _, to, message in post.sink.taken if to == [ANN])
    assert first == again
    refused = monitor("issues", "resend", "1", "--recipient", ANN)
    assert refused.code == 2
    assert "monitor status" in refused.err


def test_a_bounce_takes_a_reader_off_and_forgetting_lets_them_back(post, monitor):
    monitor("send")
    report = bounced.standard(post.rows()[ANN].message_id, ANN)
    done = monitor("bounces", stdin=report)
    assert (done.code, done.out) == (
        0,
        f"suppressed: {ANN} gets no more mail of trade: 550 5.1.1 no such user\n",
    )
    assert ANN in monitor("suppressed").out
    ((only),) = json.loads(monitor("suppressed", "--json").out)
    assert (only["recipient"], only["reason"]) == (ANN, "bounced: 550 5.1.1 no such user")
    assert monitor("suppressed", "--forget", ANN).code == 0
    assert monitor("suppressed").out == "nobody is suppressed\n"
    again = monitor("suppressed", "--forget", ANN)
    assert (again.code, "is not suppressed" in again.err) == (2, True)


def test_a_bounce_of_nothing_is_wrong_use(post, monitor):
    done = monitor("bounces")
    assert (done.code, "standard input is empty" in done.err) == (2, True)


def test_an_issue_nobody_is_left_for_is_no_success(post, monitor):
    """Before: exit 0, and silence."""
    for reader in (ANN, BO):
        with app.opened(data=post.place / "data") as context, context.store.begin() as connection:
            suppressed.add(connection, "trade", reader, at=context.now, reason="bounced: no such user")
    done = monitor("digest", "--send")
    assert done.code == 1
    assert "nobody is left" in done.out
    assert ANN in monitor("doctor").out
