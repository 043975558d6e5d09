"""Many readers of one issue: what their mails share is kept once, and each gets the bytes that were frozen for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select, update

from monitor.deliver.message import build
from monitor.digests import personal
from monitor.digests.frozen import from_json, to_json
from monitor.digests.render import render
from monitor.digests.words import phrases
from monitor.errors import StoreError
from monitor.pipeline.delivering import deliver
from monitor.settings import DigestSettings
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store.schema import bodies, deliveries
from tests import mailing
from tests.digests import samples
from tests.fakes import FakeMailer

READERS = 500
ROW_BYTES = 6000  # 60 MB for 10,000 readers


def full_issue(context):
    """An issue as large as they get, frozen."""
    digest = replace(samples.digest(top=5, also=40), topic="trade", issue=1, composed_at=context.now)
    with context.store.begin() as connection:
        return issues_store.freeze(
            connection, topic="trade", number=1, since=digest.since, until=digest.until,
            composed_at=digest.composed_at, digest=to_json(digest), rendered=render(digest), told=[],
        )  # fmt: skip


def readers(count):
    return tuple(f"reader.number.{n}@department-{n % 7}.example.org" for n in range(count))


def entered(house, count, **values):
    topic = mailing.topic(*readers(count))
    context = house(topics=[topic], smtp=mailing.SMTP, mailer=FakeMailer(), **values)
    context = replace(context, link_key=b"k" * 32)
    issue = full_issue(context)
    deliver.enter(context, topic, issue)
    return context, topic, issue


def as_built(context, topic, issue, row):
    digest, secret = from_json(issue.digest), context.link_key
    base_url = context.settings.digest.base_url
    return build(
        personal.for_reader(issue.rendered, digest, row.recipient, secret=secret),
        digest=digest,
        sender=context.settings.smtp.sender,
        recipient=row.recipient,
        message_id=row.message_id,
        date=issue.composed_at,
        leave_url=personal.leaving(topic.id, row.recipient, secret=secret, base_url=base_url),
        leave_words=phrases("en")["leave_link"],
    )


def test_every_reader_gets_the_bytes_that_were_built_for_them_first_and_again(house):
    context, topic, issue = entered(house, 30, digest=DigestSettings(base_url="https://digest.example"))
    with context.store.begin() as connection:
        rows = {row.recipient: row for row in ledger.of_issue(connection, issue.id)}
    context.mailer.states = dict.fromkeys(rows, "uncertain")
    deliver.send_due(context, topic)
    first = dict(context.mailer.sent)
    context.mailer.states, context.mailer.sent = {}, []
    with context.store.begin() as connection:
        connection.execute(update(deliveries).values(next_attempt_at=None))
    deliver.send_due(context, topic)
    assert dict(context.mailer.sent) == first
    assert first == {name: as_built(context, topic, issue, row) for name, row in rows.items()}


def test_500_readers_cost_six_kilobytes_each_at_most(house):
    """Control: whole messages, as they were kept before, are some ten times over it."""
    context, _, issue = entered(house, READERS)
    with context.store.begin() as connection:
        own, count = connection.execute(
            select(func.sum(func.length(deliveries.c.message)), func.count())
        ).one()
        shared = connection.execute(select(func.sum(func.length(bodies.c.content)))).scalar_one()
        (row, *_) = ledger.of_issue(connection, issue.id)
        whole = ledger.message_of(connection, row)
    assert count == READERS
    assert (own + shared) / READERS < ROW_BYTES / 4
    assert len(whole) > ROW_BYTES


def test_what_an_older_version_entered_whole_is_sent_as_it_is(house):
    context, topic, issue = entered(house, 2)
    with context.store.begin() as connection:
        row, other = ledger.of_issue(connection, issue.id)
        old = b"Message-ID: <old@example.org>\r\n\r\nwhole\r\n"
        connection.execute(
            update(deliveries)
            .where(deliveries.c.recipient == row.recipient)
            .values(message=old, body_id=None)
        )
    deliver.send_due(context, topic)
    assert dict(context.mailer.sent)[row.recipient] == old
    assert other.recipient in dict(context.mailer.sent)


def test_a_damaged_body_is_refused_and_nothing_of_it_sent(house):
    context, topic, _ = entered(house, 2)
    with context.store.begin() as connection:
        connection.execute(update(bodies).values(content=b"damaged"))
    with pytest.raises(StoreError, match="sha256"):
        deliver.send_due(context, topic)
    assert context.mailer.sent == []


def test_entering_goes_on_where_it_was_cut_off(house, monkeypatch):
    topic = mailing.topic(*readers(250))
    context = house(topics=[topic], smtp=mailing.SMTP)
    issue = full_issue(context)
    original, calls = ledger.add, []

    def dying(connection, rows):
        calls.append(len(rows))
        if len(calls) == 2:
            raise KeyboardInterrupt
        original(connection, rows)

    monkeypatch.setattr(ledger, "add", dying)
    with pytest.raises(KeyboardInterrupt):
        deliver.enter(context, topic, issue)
    deliver.enter(context, topic, issue)
    assert calls == [deliver.BATCH, deliver.BATCH, deliver.BATCH, 50]
    with context.store.begin() as connection:
        assert ledger.recipients(connection, issue.id) == set(topic.recipients)
