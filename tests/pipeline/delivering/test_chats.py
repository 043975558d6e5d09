"""An issue over each chat: behind the same ledger as mail and webhooks, with the same promises."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.deliver.channels import registry
from monitor.pipeline.delivering import deliver
from monitor.store import deliveries as ledger
from tests import mailing
from tests.deliver.chats import SERVICES
from tests.pipeline.delivering.test_webhooks import DeadError, DyingStore


@pytest.fixture
def store(file_store):
    """What a server does has nothing to do with the database."""
    return file_store


@pytest.fixture(params=SERVICES)
def service(request):
    with SERVICES[request.param]() as opened:
        yield opened


@pytest.fixture
def chat(house):
    """`chat(service)`: an issue entered for one place of it."""

    def build(service, *readers):
        topic = mailing.topic(*readers, channels=("desk",))
        context = house(topics=[topic], channels=(service.place(),), smtp=mailing.SMTP)
        deliver.enter(context, topic, mailing.frozen(context))
        return context, topic

    return build


def row(context, recipient="desk"):
    with context.store.begin() as connection:
        return next(each for each in ledger.of_issue(connection, 1) if each.recipient == recipient)


def run(context, topic, **time):
    return deliver.send_due(replace(context, now=context.now + timedelta(**time)), topic)


def bodies(service):
    return {body for _, _, _, body in service.heard}


def test_an_issue_goes_out_once_and_is_not_entered_again(service, chat):
    context, topic = chat(service)
    run(context, topic)
    with context.store.begin() as connection:
        issue = deliver.ledger.of_issue(connection, 1)
    assert [(each.channel, each.state) for each in issue] == [(service.kind, "sent")]
    run(context, topic, hours=1)
    assert len(service.taken) == 1


@pytest.mark.parametrize("answer", [(500, {}, b"Oops"), (429, {"Retry-After": "60"}, b"slow down"), None])
def test_trouble_is_tried_again_with_the_same_bytes(service, chat, answer):
    context, topic = chat(service)
    service.answers.append(answer)
    run(context, topic)
    assert row(context).state == ("uncertain" if answer is None else "pending")
    run(context, topic, seconds=40)
    assert len(service.heard) == 1, "it was tried again before its time"
    run(context, topic, seconds=100)
    assert (row(context).state, len(service.heard), len(bodies(service))) == ("sent", 2, 1)


def test_a_refusal_is_final_and_keeps_no_reader_from_their_mail(service, chat):
    service.answers.append((404, {}, b'{"ok":false,"error_code":404}'))
    context, topic = chat(service, "ann@example.org")
    run(context, topic)
    assert (row(context).state, row(context).reason) == ("failed", "refused")
    assert row(context, "ann@example.org").state == "sent"
    run(context, topic, days=1)
    assert len(service.heard) == 1


def test_a_place_that_is_gone_or_of_another_kind_by_now_gets_nothing(service, chat):
    context, topic = chat(service)
    other = SERVICES["slack" if service.kind != "slack" else "teams"]()
    changed = context.settings.model_copy(update={"channels": (other.place(),)})
    run(replace(context, settings=changed), topic)
    assert (row(context).state, row(context).reason) == ("failed", "suppressed")
    assert f"no such {service.kind} any more" in row(context).detail
    assert service.heard == []
    other._server.server_close()


def test_what_waits_goes_to_the_new_address_of_a_place(service, chat):
    context, topic = chat(service)
    service.answers.append((503, {}, b""))
    run(context, topic)
    with type(service)() as moved:
        changed = context.settings.model_copy(update={"channels": (moved.place(),)})
        run(replace(context, settings=changed), topic, hours=1)
        assert len(moved.taken) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("at", range(1, 8))
@pytest.mark.parametrize("kind", ["slack", "matrix"])
def test_a_death_at_any_commit_loses_nothing_and_repeats_only_after_the_mark(chat, kind, at, when):
    with SERVICES[kind]() as service:
        context, topic = chat(service)
        dying = replace(context, store=DyingStore(context.store, at=at, when=when))
        with suppress(DeadError):
            deliver.send_due(dying, topic)
        was = row(context)
        deliver.send_due(context, topic)
        assert row(context).state == "sent"
        most = 2 if was.dot and kind != "matrix" else 1  # a server of Matrix knows the transaction
        assert 1 <= len(service.taken) <= most, "lost, or a repeat without a mark"
        assert len(bodies(service)) == 1


def test_a_topic_with_channels_alone_needs_no_mail_server(house):
    with SERVICES["slack"]() as service:
        topic = mailing.topic(channels=("desk",))
        context = house(topics=[topic], channels=(service.place(),))
        deliver.enter(context, topic, mailing.frozen(context))
        run(context, topic)
        assert len(service.taken) == 1


def test_a_folder_gets_each_issue_once_and_is_tried_again_when_it_cannot_be_written_to(house, tmp_path):
    kind = registry.kinds()["file"]
    place = kind(kind="file", name="shelf", folder="shelf", format="json")
    topic = mailing.topic(channels=("shelf",))
    context = house(topics=[topic], channels=(place,))
    deliver.enter(context, topic, mailing.frozen(context))
    (tmp_path / "shelf").write_text("no folder")
    run(context, topic)
    assert row(context, "shelf").state == "pending"
    (tmp_path / "shelf").unlink()
    run(context, topic, hours=1)
    assert [path.name for path in (tmp_path / "shelf").iterdir()] == ["trade-issue-1.json"]
    assert row(context, "shelf").detail == str(Path(tmp_path / "shelf" / "trade-issue-1.json"))
