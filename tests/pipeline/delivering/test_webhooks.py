"""An issue over a webhook: behind the same ledger as mail, with the same promises, and a receiver can prove whom it is from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.pipeline.delivering import deliver
from monitor.settings import DeliverySettings
from monitor.store import deliveries as ledger
from tests import mailing
from tests.deliver.webhooks import answering, said

WELL = said("200 OK")
SENT_LATER = ("pending", "sent", 2, 2)  # at once, in the end, attempts, times the receiver heard it whole
FAULTS = {
    "nobody listens": (None, ("pending", "sent", 2, 1)),
    "500": (said("500 Oops"), SENT_LATER),
    "503": (said("503 Busy"), SENT_LATER),
    "408": (said("408 Timeout"), SENT_LATER),
    "429": (said("429 Slow down"), SENT_LATER),
    "400": (said("400 Bad"), ("failed", "failed", 1, 1)),
    "410": (said("410 Gone"), ("failed", "failed", 1, 1)),
    "redirect": (said("302 Found", b"Location: http://127.0.0.1:9/"), ("failed", "failed", 1, 1)),
    "hangs up without an answer": (lambda _: None, ("uncertain", "sent", 2, 2)),
}


@pytest.fixture
def store(file_store):
    """What a server does has nothing to do with the database."""
    return file_store


@pytest.fixture
def hooked(house):
    """`hooked(url)`: an issue entered for one webhook and no reader."""

    def build(url, **values):
        topic = mailing.topic(webhooks=({"name": "archive", "url": url},))
        context = house(topics=[topic], **values)
        context = replace(context, webhook_secret="secret", wall=lambda: context.now)
        deliver.enter(context, topic, mailing.frozen(context))
        return context, topic

    return build


def row(context):
    with context.store.begin() as connection:
        (found,) = ledger.of_issue(connection, 1)
    return found


def run(context, topic, **time):
    return deliver.send_due(replace(context, now=context.now + timedelta(**time)), topic)


def parts(request):
    """Headers in small letters, body."""
    head, _, body = request.partition(b"\r\n\r\n")
    lines = (line.decode().partition(": ") for line in head.split(b"\r\n")[1:])
    return {name.lower(): value for name, _, value in lines}, body


def test_the_issue_arrives_as_json_with_an_id_and_a_signature_as_the_documentation_checks_it(hooked):
    with answering(WELL) as (url, heard):
        context, topic = hooked(url)
        run(context, topic)
    headers, body = parts(heard[0])
    issue = json.loads(body)
    assert (issue["topic"], issue["issue"], issue["format"]) == ("trade", 1, 1)
    assert issue["id"] == headers["x-monitor-delivery"] == row(context).message_id
    assert headers["content-type"] == "application/json"
    assert (row(context).state, row(context).channel) == ("sent", "webhook")
    expected = hmac.new(b"secret", headers["x-monitor-timestamp"].encode() + b"." + body, hashlib.sha256)
    assert headers["x-monitor-signature"] == f"sha256={expected.hexdigest()}"
    assert headers["x-monitor-timestamp"] == str(int(context.now.timestamp()))


def documented(name):
    """One of the receiver's checks in docs/configuration.md, as a function."""
    from pathlib import Path

    text = (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()
    (code,) = re.findall(rf"```python\n(def {name}\(.*?)```", text, flags=re.DOTALL)
    found = {}
    exec(code, {"hmac": hmac, "hashlib": hashlib, "base64": base64}, found)  # noqa: S102 - our own documentation
    return found[name]


def test_the_check_of_the_documentation_takes_ours_and_refuses_forged_and_old_ones(hooked):
    with answering(WELL) as (url, heard):
        context, topic = hooked(url)
        run(context, topic)
    headers, body = parts(heard[0])
    given = {
        "X-Monitor-Timestamp": headers["x-monitor-timestamp"],
        "X-Monitor-Signature": headers["x-monitor-signature"],
    }
    is_ours, now = documented("is_from_monitor"), context.now.timestamp()
    assert is_ours(given, body, secret=b"secret", now=now)
    assert not is_ours(given, body + b" ", secret=b"secret", now=now)
    assert not is_ours(given, body, secret=b"other", now=now)
    assert not is_ours(given, body, secret=b"secret", now=now + 3600)
    later = given | {"X-Monitor-Timestamp": str(int(now) + 3600)}
    assert not is_ours(later, body, secret=b"secret", now=now + 3600)


def test_the_standard_check_of_the_documentation_takes_ours_and_refuses_forged_and_old_ones(hooked):
    with answering(WELL) as (url, heard):
        context, topic = hooked(url)
        run(context, topic)
    headers, body = parts(heard[0])
    is_ours, now = documented("is_from_monitor_by_the_standard"), context.now.timestamp()
    assert headers["webhook-id"] == row(context).message_id
    assert is_ours(headers, body, key=b"secret", now=now)
    assert not is_ours(headers, body + b" ", key=b"secret", now=now)
    assert not is_ours(headers, body, key=b"other", now=now)
    assert not is_ours(headers, body, key=b"secret", now=now + 3600)
    assert not is_ours(headers | {"webhook-id": "another"}, body, key=b"secret", now=now)


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_ends_as_tabled(hooked, name):
    fault, (at_once, in_the_end, attempts, heard_whole) = FAULTS[name]
    answers = [WELL] if fault is None else [fault, WELL]
    with answering(*answers) as (url, heard):
        context, topic = hooked("http://127.0.0.1:9/closed" if fault is None else url)
        run(context, topic)
        assert (row(context).state, row(context).attempts) == (at_once, 1)
        moved = mailing.topic(webhooks=({"name": "archive", "url": url},))
        run(context, moved, seconds=40)
        assert row(context).attempts == 1, "it was tried again before its time"
        run(context, moved, seconds=61)
    assert (row(context).state, row(context).attempts, len(heard)) == (in_the_end, attempts, heard_whole)
    bodies = {parts(request)[1] for request in heard}
    ids = {parts(request)[0]["x-monitor-delivery"] for request in heard}
    assert (len(bodies), len(ids)) == (1, 1)


def test_a_wish_of_the_receiver_sets_the_next_attempt(hooked):
    with answering(said("429 Slow down", b"Retry-After: 600"), WELL) as (url, heard):
        context, topic = hooked(url)
        run(context, topic)
        run(context, topic, seconds=599)
        assert len(heard) == 1
        run(context, topic, seconds=721)
    assert row(context).state == "sent"


@pytest.mark.parametrize(("dot", "state"), [(False, "sent"), (True, "sent")])
def test_what_a_dead_process_left_is_posted_again_with_the_same_id(hooked, dot, state):
    with answering(WELL) as (url, heard):
        context, topic = hooked(url)
        waiting = row(context)
        with context.store.begin() as connection:
            claimed = ledger.claim(connection, waiting, now=context.now)
            if dot:
                assert ledger.mark_dot(connection, claimed)
        run(context, topic)
    assert (row(context).state, row(context).attempts) == (state, 2)
    assert parts(heard[0])[1] == claimed.message


def test_with_hold_a_lost_answer_waits_for_the_operator(hooked):
    with answering(lambda _: None) as (url, heard):
        context, topic = hooked(url, delivery=DeliverySettings(on_uncertain="hold"))
        for day in range(4):
            run(context, topic, days=day)
    assert (row(context).state, len(heard)) == ("uncertain", 1)
    assert deliver.undelivered(context)[0].is_held


def test_a_webhook_that_was_taken_out_of_the_topic_file_gets_nothing_more(hooked):
    with answering(WELL) as (url, heard):
        context, _ = hooked(url)
        run(context, mailing.topic("ann@example.org"))
    assert heard == []
    assert (row(context).state, row(context).reason) == ("failed", "suppressed")


def test_a_webhook_and_readers_do_not_stop_each_other(house):
    with answering(said("500 Oops")) as (url, _):
        topic = mailing.topic("ann@example.org", webhooks=({"name": "archive", "url": url},))
        context = house(topics=[topic], smtp=mailing.SMTP)
        deliver.enter(context, topic, mailing.frozen(context))
        states = {receipt.recipient: receipt.state for receipt in deliver.send_due(context, topic).receipts}
    assert states == {"ann@example.org": "sent", "archive": "deferred"}


def test_without_a_secret_nothing_is_signed(hooked):
    with answering(WELL) as (url, heard):
        context, topic = hooked(url)
        run(replace(context, webhook_secret=""), topic)
    assert not {"x-monitor-signature", "webhook-signature"} & parts(heard[0])[0].keys()


class DeadError(BaseException):
    """The process ended here: nothing of ours may catch it."""


class DyingStore:
    """A store whose process ends at the n-th write: just before its commit, or just after it."""

    def __init__(self, store, *, at, when):
        self.store, self.left, self.when = store, at, when
        self.look, self.held = store.look, store.held

    @contextmanager
    def begin(self, *kind):
        self.left -= 1
        with self.store.begin(*kind) as connection:
            yield connection
            if self.left == 0 and self.when == "before":
                raise DeadError
        if self.left == 0:
            raise DeadError


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 8))
def test_a_death_at_any_commit_loses_nothing_and_repeats_only_after_the_mark(hooked, at, when):
    with answering(WELL, WELL) as (url, heard):
        context, topic = hooked(url)
        dying = replace(context, store=DyingStore(context.store, at=at, when=when))
        with suppress(DeadError):
            deliver.send_due(dying, topic)
        was = row(context)
        with context.store.begin() as connection:
            frozen = ledger.message_of(connection, was)
        deliver.send_due(context, topic)
    whole = [parts(request)[1] for request in heard if parts(request)[1] == frozen]
    assert row(context).state == "sent"
    assert 1 <= len(whole) <= (2 if was.dot else 1), "lost, or a repeat without a mark"
