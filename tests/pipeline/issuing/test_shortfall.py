"""What did not arrive is seen: in the next issue, by number and without an address, and in `monitor status` with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.accounts import ledger as accounts
from monitor.digests.frame import Frame
from monitor.model import Shortfall
from monitor.operations import status
from monitor.pipeline.delivering import deliver
from monitor.pipeline.issuing import coverage
from monitor.settings import DeliverySettings
from monitor.store import suppressed
from tests import mailing
from tests.digests import samples
from tests.fakes import FakeMailer

ANN, BO, CY = "ann@example.org", "bo@example.org", "cy@example.org"
TOPIC = mailing.topic(ANN, BO, CY)


@pytest.fixture
def context(house):
    mailer = FakeMailer({BO: "failed", CY: "uncertain"})
    built = house(
        topics=[TOPIC], mailer=mailer, smtp=mailing.SMTP, delivery=DeliverySettings(on_uncertain="hold")
    )
    deliver.enter(built, TOPIC, mailing.frozen(built))
    deliver.send_due(built, TOPIC)
    return built


def found(context, *, number):
    at = context.now
    with context.store.begin() as connection:
        return coverage.count_coverage(
            connection,
            context,
            TOPIC,
            since=at - timedelta(days=7),
            until=at,
            relevant=(),
            stories=0,
            number=number,
        ).shortfall


def test_the_next_issue_counts_readers_the_one_before_did_not_reach(context):
    assert found(context, number=2) == Shortfall(issue=1, missed=2, readers=3)
    assert found(context, number=1) is None


def test_an_issue_that_reached_everybody_is_not_spoken_of(context):
    deliver.enter(context, TOPIC, mailing.frozen(context, number=2))
    deliver.send_due(replace(context, mailer=FakeMailer()), TOPIC)
    assert found(context, number=3) is None


def test_who_left_the_list_was_not_missed(context):
    with context.store.begin() as connection:
        suppressed.add(connection, "trade", ANN, at=context.now, reason="unsubscribed")
    two = mailing.frozen(context, number=2)
    with context.store.begin() as connection:
        from monitor.store import deliveries as ledger

        for row in ledger.of_issue(connection, 1):
            ledger.add(
                connection, [replace(row, issue_id=two.id, state="pending", message_id=f"<{row.recipient}>")]
            )
    deliver.send_due(replace(context, mailer=FakeMailer({BO: "failed"})), TOPIC)
    assert found(context, number=3) == Shortfall(issue=2, missed=1, readers=2)


@pytest.mark.parametrize(
    ("language", "shortfall", "said"),
    [
        ("en", Shortfall(issue=41, missed=1, readers=3), "No. 41 did not reach 1 of 3 readers."),
        ("en", Shortfall(issue=41, missed=1, readers=1), "No. 41 did not reach 1 of 1 reader."),
        ("zh-Hans", Shortfall(issue=41, missed=1, readers=3), "第 41 期未能送达 3 位读者中的 1 位。"),
    ],
)
def test_it_is_said_in_the_accounts(language, shortfall, said):
    digest = samples.digest()
    with_it = replace(digest, coverage=replace(digest.coverage, shortfall=shortfall))
    before, after = (accounts(one, Frame(language)).pages for one in (digest, with_it))
    assert after == f"{before} {said}".strip()


def test_status_names_what_did_not_arrive_and_what_to_do(context):
    with context.store.begin() as connection:
        suppressed.add(connection, "trade", "old@example.org", at=context.now, reason="bounced: no such user")
        suppressed.add(connection, "trade", "gone@example.org", at=context.now, reason="unsubscribed")
    seen = status.read_status(context)
    said = "\n".join(seen.lines())
    assert "trade issue 1 to bo@example.org: failed, rejected. said failed" in said
    assert "trade issue 1 to cy@example.org: held, perhaps it arrived." in said
    assert "`monitor issues resend 1 --topic trade --recipient cy@example.org` sends it again" in said
    assert "gets no more mail: old@example.org (trade), bounced: no such user" in said
    assert "gone@example.org" not in said
    assert ANN not in said
    assert {each["recipient"] for each in seen.values()["undelivered"]} == {BO, CY}


def test_status_says_when_a_message_is_tried_again(context):
    topic = mailing.topic(ANN, id="other")
    both = replace(
        context,
        settings=context.settings.model_copy(update={"topics": (topic,)}),
        mailer=FakeMailer({ANN: "deferred"}),
        jitter=lambda: 0.0,
    )
    deliver.enter(both, topic, mailing.frozen(both, topic="other"))
    assert "other issue 1 to ann@example.org: waits" in "\n".join(status.read_status(both).lines())
    deliver.send_due(both, topic)
    line = "other issue 1 to ann@example.org: pending after 1 attempts, next at 2026-03-09 08:01 UTC. said deferred"
    assert line in "\n".join(status.read_status(both).lines())
