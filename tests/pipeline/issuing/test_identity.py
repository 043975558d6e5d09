"""A topic keeps its issues, answers and opt-outs whatever its file is called; and who is off the list, or gone, gets no mail."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.errors import SettingsError
from monitor.operations import alarms, doctor, status
from monitor.pipeline.delivering import deliver
from monitor.pipeline.issuing import identity
from monitor.pipeline.judging import learn
from monitor.store import deliveries as ledger
from monitor.store import suppressed
from tests import mailing
from tests.daemon import due_house
from tests.digests import samples
from tests.fakes import FakeMailer

ANN, BO, CY = "Ann@example.org", "bo@example.org", "cy@example.org"
OLD = mailing.topic(ANN, BO)
MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(file_store):
    return file_store


def renamed(*readers, **values):
    """The same topic in a file of another name."""
    return mailing.topic(*(readers or OLD.recipients), **({"id": "trade-2027"} | values)).named_by_file()


@pytest.fixture
def context(house):
    """Issue 1 of trade went out; Bo has left."""
    built = house(topics=[OLD], smtp=mailing.SMTP, mailer=FakeMailer())
    deliver.enter(built, OLD, mailing.frozen(built))
    deliver.send_due(built, OLD)
    with built.store.begin() as connection:
        suppressed.add(connection, "trade", BO, at=built.now, reason="unsubscribed")
    return built


def with_topics(context, *topics, **time):
    settings = context.settings.model_copy(update={"topics": topics})
    return replace(context, settings=settings, now=context.now + timedelta(**time))


def alike(context, topic):
    with context.store.begin() as connection:
        return identity.looks_like(connection, context, topic)


def troubles(context):
    with context.store.begin() as connection:
        return {each.name: each for each in alarms.troubles(connection, context)}


@pytest.mark.parametrize(
    "topic",
    [
        renamed(),
        renamed(CY, title=samples.digest().title),  # the title is the same
        renamed(title="Other", sentence="Other."),  # the readers are
        renamed(ANN, BO, CY, title="Other", sentence="Other."),
    ],
)
def test_a_topic_that_looks_like_one_that_is_gone_makes_no_issue_until_told(context, topic):
    here = with_topics(context, topic)
    assert alike(here, topic) == "trade"
    with here.store.begin() as connection, pytest.raises(SettingsError) as refused:
        identity.refuse_renamed(connection, here, topic)
    assert 'id = "trade"' in str(refused.value)
    assert 'id = "trade-2027"' in str(refused.value)
    found = troubles(here)["renamed:trade-2027"]
    assert 'id = "trade"' in found.advice
    assert any(f.what == "topics" and "looks like trade" in f.detail for f in doctor.examine(here))


@pytest.mark.parametrize(
    ("topics", "asked"),
    [
        ((OLD,), OLD),
        ((OLD, renamed()), renamed()),  # the old one is still there
        (
            (mailing.topic(ANN, BO, id="trade-2027"),),
            mailing.topic(ANN, BO, id="trade-2027"),
        ),  # its id is given
        ((renamed(CY, title="Fish", sentence="Fish."),), renamed(CY, title="Fish", sentence="Fish.")),
    ],
)
def test_the_control_other_topics_are_let_be(context, topics, asked):
    here = with_topics(context, *topics)
    assert alike(here, asked) == ""
    assert not [name for name in troubles(here) if name.startswith("renamed")]


def test_who_left_is_not_mailed_by_the_topic_under_another_name(context):
    """Before, the renamed file mailed Bo again."""
    told = mailing.topic(ANN, BO, CY, id="trade-2027")
    later = with_topics(context, told, weeks=1)
    deliver.enter(later, told, mailing.frozen(later, topic="trade-2027"))
    with later.store.begin() as connection:
        assert ledger.recipients(connection, 2) == {ANN, CY}
        assert "which is gone" in identity.off(connection, later, told)[BO]
        suppressed.forget(connection, BO)
    deliver.enter(later, told, mailing.frozen(later, number=2, topic="trade-2027"))
    with later.store.begin() as connection:
        assert ledger.recipients(connection, 3) == {ANN, BO, CY}


def test_an_opt_out_of_one_topic_is_none_of_another_that_was_there_all_the_time(context):
    other = mailing.topic(ANN, BO, id="fish")
    both = with_topics(context, OLD, other)
    deliver.enter(both, other, mailing.frozen(both, topic="fish"))
    later = with_topics(context, other, weeks=1)  # trade is removed
    with later.store.begin() as connection:
        assert identity.off(connection, later, other) == {}


def test_who_is_taken_off_the_list_gets_no_waiting_mail(house):
    context = house(topics=[OLD], smtp=mailing.SMTP, mailer=FakeMailer())
    issue = mailing.frozen(context)
    deliver.enter(context, OLD, issue)
    shorter = mailing.topic("ann@EXAMPLE.org")  # the same address in other letters is the same reader
    deliver.send_due(context, shorter)
    assert [to for to, _ in context.mailer.sent] == [ANN]
    with context.store.begin() as connection:
        (row,) = (r for r in ledger.of_issue(connection, issue.id) if r.recipient == BO)
    assert (row.state, row.reason) == ("failed", "suppressed")
    assert "does not name this reader" in row.detail
    assert deliver.release(context, shorter, issue) == ()
    assert not [name for name in troubles(context) if name.startswith("undelivered")]


def test_mail_of_a_topic_that_is_gone_is_an_alarm_named_by_status_and_doctor(house):
    context = house(topics=[OLD], smtp=mailing.SMTP)
    deliver.enter(context, OLD, mailing.frozen(context))
    assert "removed:trade" not in troubles(context)
    here = with_topics(context)
    assert "2 messages of trade wait" in troubles(here)["removed:trade"].detail
    assert any("2 messages of trade wait" in f.detail for f in doctor.examine(here))
    assert any("2 messages wait of trade" in line for line in status.read_status(here).lines())


def test_a_renamed_file_stops_its_own_issues_and_with_its_old_id_goes_on_where_it_was(house, tmp_path):
    """The whole way: before, issue 1 came a second time, and who had left got it."""
    week = due_house.week(house, tmp_path).at(MONDAY.replace(day=4)).tick().at(MONDAY).tick()
    (topic,) = week.context.settings.topics
    with week.context.store.begin() as connection:
        suppressed.add(connection, topic.id, topic.recipients[0], at=MONDAY, reason="unsubscribed")
    moved = topic.model_copy(update={"id": "renamed"}).named_by_file()
    week.context = with_topics(week.context, moved)
    learn.learn_topic(week.context, moved)
    week.later(days=1).tick().later(days=6)  # the first slot of a topic that is new is nobody's
    with pytest.raises(SettingsError, match="looks like"):
        week.tick()
    assert [(row.topic, row.number) for row in week.issues()] == [(topic.id, 1)]
    assert "renamed:renamed" in troubles(week.context)
    week.context = with_topics(week.context, topic)  # id = "trade" in the renamed file
    week.tick()
    assert [(row.topic, row.number) for row in week.issues()] == [(topic.id, 1), (topic.id, 2)]
    with week.context.store.begin() as connection:
        assert topic.recipients[0] not in ledger.recipients(connection, 2)
