"""An issue sent at once goes the way of its slot, once; a proof of its draft goes to one of ours, says so, and leaves the ledger alone."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from threading import Barrier

import pytest
from sqlalchemy import select

from monitor.errors import DeliveryError, InputError, MonitorError
from monitor.pipeline.delivering import at_once, finishing
from monitor.pipeline.issuing import drafting, editing
from monitor.settings import FetchSettings, SmtpSettings
from monitor.store import suppressed as suppressed_store
from monitor.store.lock import sending_lock
from monitor.store.schema import deliveries, issues, slots
from tests.daemon import due_house
from tests.faults.newsroom import Newsroom
from tests.pipeline.test_killed import TOPIC

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
SOON = timedelta(minutes=1)
READERS = ["a@example.org", "b@example.org"]


@pytest.fixture
def room(house, tmp_path):
    """A house on a Thursday with six events that were read and scored, and two readers."""
    week = due_house.week(
        house, tmp_path, fetch=FetchSettings(min_interval_s=0, max_interval_s=1), mailer=None
    )
    made = Newsroom(replace(week.context, now=MONDAY))
    made.publish(-SOON)
    made.tick().later(days=3)
    for _ in range(6):
        made.publish(-SOON, is_event=True)
    return made.tick()


def sent(room):
    return Counter(recipient for recipient, _ in room.context.mailer.sent)


def ledger(room):
    """Everything that tells what was frozen, owed and sent."""
    with room.context.store.look() as connection:
        return [connection.execute(select(table)).all() for table in (issues, deliveries, slots)]


def test_it_freezes_the_draft_sends_it_and_the_slot_that_follows_mails_nobody(room):
    drafting.refresh(room.context, TOPIC)
    draft = drafting.current(room.context, TOPIC)
    done = at_once.send_now(room.context, TOPIC, issue=1)
    assert done.line == "Issue 1 is frozen, and went to 2 of 2."
    (issue,) = room.issues()
    assert draft.digest == done.outcome.issue.digest
    assert set(room.fates().values()) <= {"told", "below", "known", "backlog"}, "as a slot, it closes all"
    assert sent(room) == Counter(READERS)
    assert list(room.context.settings.root.glob("out/*issue-1.txt"))
    room.later(days=4).tick()
    assert [each.issue for each in room.issues()] == [issue.issue]
    assert sent(room) == Counter(READERS)
    room.sums()


def test_the_slot_that_follows_tells_what_came_since(room):
    at_once.send_now(room.context, TOPIC, issue=1)
    first = {i for c in (*room.issues()[0].top, *room.issues()[0].also) for i in c.article_ids}
    room.publish(-SOON, is_event=True)
    room.later(days=4).tick()
    second = room.issues()[1]
    assert second.top
    assert not first & {i for c in (*second.top, *second.also) for i in c.article_ids}
    assert sent(room) == Counter(READERS * 2)


def test_pressed_twice_it_is_sent_once(room):
    at_once.send_now(room.context, TOPIC, issue=1)
    room.publish(-SOON, is_event=True)
    room.later(hours=1).tick()
    with pytest.raises(InputError, match="made already"):
        at_once.send_now(room.context, TOPIC, issue=1)
    assert (len(room.issues()), sent(room)) == (1, Counter(READERS))


def test_pressed_in_four_browsers_at_the_same_moment_it_is_sent_once(room):
    start = Barrier(4)

    def press(number):
        context = replace(room.context, indexes={}, now=room.now + timedelta(microseconds=number))
        start.wait()
        try:
            return at_once.send_now(context, TOPIC, issue=1).outcome.digest.issue
        except MonitorError as error:
            return str(error)

    with ThreadPoolExecutor(4) as crowd:
        found = list(crowd.map(press, range(4)))
    assert found.count(1) == 1, found
    assert all("made already" in each for each in found if each != 1), found
    room.later(minutes=2).tick()
    assert (len(room.issues()), sent(room)) == (1, Counter(READERS))


def test_ended_after_the_freeze_it_is_finished_by_the_daemon(room, monkeypatch):
    def ended(*_):
        raise SystemExit

    monkeypatch.setattr(at_once, "finish_all", ended)
    with pytest.raises(SystemExit):
        at_once.send_now(room.context, TOPIC, issue=1)
    assert sent(room) == Counter()
    room.later(minutes=1).tick()
    assert (len(room.issues()), sent(room)) == (1, Counter(READERS))
    finishing.finish_all(room.context, TOPIC)
    assert sent(room) == Counter(READERS)


def test_without_a_mail_server_or_anything_to_tell_nothing_is_frozen(room):
    bare = room.context.settings.model_copy(update={"smtp": SmtpSettings()})
    before = ledger(room)
    with pytest.raises(DeliveryError, match="no mail server"):
        at_once.send_now(replace(room.context, settings=bare), TOPIC, issue=1)
    for entry in (*from_draft(room).top, *from_draft(room).also):
        editing.decide(room.context, TOPIC, issue=1, kind="out", article_ids=entry.article_ids, who="test")
    while shown := from_draft(room).top:
        editing.decide(room.context, TOPIC, issue=1, kind="out", article_ids=shown[0].article_ids, who="test")
    with pytest.raises(InputError, match="nothing to tell"):
        at_once.send_now(room.context, TOPIC, issue=1)
    assert ledger(room) == before


def from_draft(room):
    return at_once.from_json(drafting.current(room.context, TOPIC).digest)


@pytest.mark.parametrize("to", ["a@example.org", " A@Example.org ", "monitor@example.org"])
def test_a_proof_goes_to_one_of_ours_says_so_and_leaves_the_ledger_alone(room, to):
    before = ledger(room)
    receipt = at_once.send_proof(room.context, TOPIC, to)
    assert (receipt.state, receipt.recipient) == ("sent", to.strip().lower())
    assert ledger(room) == before
    ((recipient, message),) = room.context.mailer.sent
    mail = message_from_bytes(message, policy=policy.default)
    assert (recipient, mail["To"]) == (to.strip().lower(), to.strip().lower())
    assert mail["Subject"].startswith("[TEST] ")
    text = mail.get_body(("plain",)).get_content()
    assert "This is a test of the draft" in " ".join(text.split())
    assert from_draft(room).top[0].headline in " ".join(text.split())
    at_once.send_now(room.context, TOPIC, issue=1)
    same = [m for r, m in room.context.mailer.sent[1:] if r == recipient]
    ids = {message_from_bytes(each)["Message-ID"] for each in (message, *same)}
    assert len(ids) == 1 + len(same), "a reader's program would hide the issue as a repeat"


def test_a_proof_of_the_same_draft_goes_once_in_a_minute_and_again_when_it_changed(room):
    assert at_once.send_proof(room.context, TOPIC, READERS[0]) is not None
    assert at_once.send_proof(room.context, TOPIC, READERS[0]) is None
    editing.decide(room.context, TOPIC, issue=1, kind="line", words="Mind the cod", who="test")
    assert at_once.send_proof(room.context, TOPIC, READERS[0]) is not None
    later = replace(room.context, now=room.now + at_once.AGAIN)
    assert at_once.send_proof(later, TOPIC, READERS[0]) is not None
    assert sent(room) == Counter({READERS[0]: 3})


def test_a_proof_pressed_in_four_browsers_at_the_same_moment_goes_once(room):
    drafting.refresh(room.context, TOPIC)
    start = Barrier(4)

    def press(_):
        context = replace(room.context, indexes={})
        start.wait()
        try:
            return at_once.send_proof(context, TOPIC, READERS[0])
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(press, range(4)))
    assert sent(room) == Counter({READERS[0]: 1})


def test_a_proof_goes_to_nobody_else_and_to_none_who_left(room):
    for to in (
        "eve@example.net",
        "",
        "a@example.org, eve@example.net",
        "a@example.org\nBcc: eve@example.net",
    ):
        with pytest.raises(InputError, match="a reader of ours"):
            at_once.send_proof(room.context, TOPIC, to)
    with room.context.store.begin() as connection:
        suppressed_store.add(connection, TOPIC.id, READERS[0], at=room.now, reason="left")
    with pytest.raises(InputError, match="no mail of this topic"):
        at_once.send_proof(room.context, TOPIC, READERS[0])
    with sending_lock(room.context.settings.store, room.context.settings.data) as lock:
        assert lock.take()
        with pytest.raises(InputError, match="another process is sending"):
            at_once.send_proof(room.context, TOPIC, READERS[1])
    assert sent(room) == Counter()
