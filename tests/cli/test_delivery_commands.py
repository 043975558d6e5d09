"""`monitor send`, `issues resend`, `bounces`, `suppressed` and `revoke` from the command line, with a real mail server on loopback."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

import pytest

from monitor import app
from monitor.digests import keys, personal
from monitor.digests.frozen import to_json
from monitor.digests.render import render
from monitor.pipeline.delivering import deliver
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import suppressed
from monitor.store.lock import sending_lock
from tests import bounced, mailing, make
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


def test_send_keeps_the_pace_and_says_that_it_waits(post, monitor, monkeypatch):
    waited = []
    monkeypatch.setattr("monitor.cli.opening.sleep", waited.append)
    monkeypatch.setenv("MONITOR_SMTP_PER_MINUTE", "1")
    done = monitor("send")
    assert (done.code, len(post.sink.taken)) == (0, 2)
    assert [round(seconds / 10) for seconds in waited] == [6]
    assert "to keep the pace of [smtp]" in done.err


def test_send_says_that_a_server_asked_for_a_pause_and_what_it_said(post, monitor):
    post.sink.answers["MAIL"] = "421 4.7.0 slow down"
    first, second = monitor("send"), monitor("send")
    assert (first.code, second.code) == (1, 1)
    assert f"trade: {ANN} deferred 421 4.7.0 slow down" in first.out
    assert "trade: 1 still to be sent: a pause was asked for: 421 4.7.0 slow down" in first.out
    assert "trade: 1 still to be sent: a pause until" in second.out
    assert BO not in first.out + second.out


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


@pytest.fixture
def asked(post):
    """The second issue asked Ann and Bo about two articles, and both answered all."""
    main, base = post.place / "config" / "monitor.toml", "https://digest.example"
    main.write_text(f'{main.read_text()}[digest]\nbase_url = "{base}"\n[web]\nport = 8080\n')
    with app.opened(data=post.place / "data") as context:
        sample = mailing.samples.digest(top=1, also=0)
        with context.store.begin() as connection:
            ids = [articles_store.add(connection, make.article(id=n), key=str(n)) for n in (1, 2)]
            probes = tuple(
                replace(probe, article_id=each, answer_url=personal.question("trade", 2, each, secret=context.link_key, base_url=base))
                for probe, each in zip(mailing.samples.UNSURE, ids, strict=False)
            )  # fmt: skip
            digest = replace(
                sample, topic="trade", issue=2, composed_at=context.now, probes=probes, base_url=base
            )
            issue = issues_store.freeze(
                connection, topic="trade", number=2, since=digest.since, until=digest.until,
                composed_at=digest.composed_at, digest=to_json(digest), rendered=render(digest), told=[],
            )  # fmt: skip
            for who in (ANN, BO):
                mark = keys.mark_of(keys.token_for(context.link_key, who))
                for each in ids:
                    feedback_store.put(
                        connection, "trade", each, verdict="irrelevant", at=context.now, reader=mark
                    )
        deliver.enter(context, context.settings.topics[0], issue)


TOOK = "{} back 2 links to answer by, of 1 issue; links to leave stay good, the next issue brings new ones to answer by"


def test_a_readers_links_are_taken_back_and_the_answers_forgotten(asked, monitor):
    would = monitor("revoke", ANN, "--forget-answers", "--dry-run")
    assert would.lines == [TOOK.format("would take"), "would forget 2 answers (trade 2)"]
    done = monitor("revoke", ANN)
    assert done.lines == [TOOK.format("took"), "2 answers (trade 2) kept: --forget-answers forgets them"]
    again = monitor("revoke", ANN, "--forget-answers")
    assert (again.code, again.lines[0][:17], again.lines[1]) == (
        0,
        "took back 0 links",
        "forgot 2 answers (trade 2)",
    )
    other = monitor("revoke", BO, "--forget-answers", "--dry-run")
    assert other.lines == [TOOK.format("would take"), "would forget 2 answers (trade 2)"]


def test_a_reader_nobody_knows_is_wrong_use_and_the_nearest_is_named(asked, monitor):
    for who, advice in (("am@example.org", f"Did you mean {ANN}?"), ("nobody", "`recipients`")):
        done = monitor("revoke", who)
        assert (done.code, advice in done.err) == (2, True), done.err


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
