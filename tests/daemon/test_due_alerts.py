"""Alerts by the daemon's own tick: when they go out, to whom, and what the issue makes of what they told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.digests.frozen import from_json
from monitor.operations import metrics, status
from monitor.operations.desk import rounds
from monitor.pipeline.delivering import deliver
from monitor.pipeline.issuing import editing
from monitor.pipeline.judging.explain import explain_score
from monitor.settings import AlertSettings
from monitor.store import drafts, suppressed
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from tests import exposition
from tests.daemon import alert_house
from tests.fakes import FakeMailer
from tests.pipeline.test_killed import TOPIC

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # an hour after the topic's moment
AT_ONCE = AlertSettings(name="breaking", when="at once", bar=0.0, at_most=2)
DAILY = AlertSettings(name="morning", when="daily", time="11:00")


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def opened(house, tmp_path):
    def open_with(*alerts, **values):
        topic = TOPIC.model_copy(update={"alerts": alerts} | values)
        return alert_house.week(house, tmp_path, topic).at(MONDAY)

    return open_with


def test_what_is_urgent_goes_out_in_the_tick_that_saw_it(opened):
    week = opened(AT_ONCE).tick()
    assert week.alerts() == []  # the alert is there from now on, and owes nobody what came before
    week.later(hours=2).tick()
    (digest,) = week.alerts()
    assert (digest.alert, digest.when, digest.issue) == ("breaking", "at once", -1)
    assert [row.state for row in week.ledger()] == ["sent", "sent"]
    assert {row.recipient for row in week.ledger()} == set(TOPIC.recipients)


def test_no_article_is_told_twice_and_no_more_often_a_day_than_wanted(opened):
    week = opened(AT_ONCE).tick()
    for _ in range(20):
        week.later(hours=3).tick()
    days = [digest.composed_at.date() for digest in week.alerts()]
    assert max(days.count(day) for day in days) == 2
    assert len(set(days)) > 1
    assert len(week.alerted()) == len(set(week.alerted()))


def test_what_passes_in_quiet_hours_goes_together_when_they_end(opened):
    quiet = AT_ONCE.model_copy(update={"quiet_hours": "21:00-07:00"})
    week = opened(quiet).tick().at(MONDAY.replace(hour=22))
    for _ in range(3):
        week.tick().later(hours=2)
    assert week.alerts() == []
    week.at(MONDAY.replace(hour=7) + timedelta(days=1)).tick()
    (digest,) = week.alerts()
    assert digest.composed_at.hour == 7
    assert len(digest.top) >= 1


def test_a_brief_is_made_once_a_day_of_what_came_since_the_last(opened):
    week = opened(DAILY).tick()
    for hour in (2, 3, 4, 20, 26, 27, 28, 40, 51):
        week.at(MONDAY + timedelta(hours=hour)).tick()
    found = week.alerts()
    assert [digest.composed_at.day for digest in found] == [9, 10, 11]
    assert len(week.alerted()) == len(set(week.alerted()))


def test_the_issue_calls_nothing_new_that_an_alert_told_and_its_accounts_add_up(opened):
    week = opened(AT_ONCE).tick()
    for _ in range(8):
        week.later(hours=8).tick()
    before = set(week.alerted())
    assert before
    week.at(MONDAY + timedelta(days=7)).tick()
    issue = week.weekly()[-1]
    shown = [story for entry in (*issue.top, *issue.also) for story in entry.shown]
    marked = [story for story in shown if before & set(story.article_ids)]
    assert marked
    assert {story.status for story in marked} <= {"sent", "updated"}
    assert all(story.sent_at is not None for story in marked)
    coverage = issue.coverage
    with week.context.store.look() as connection:
        fates = scores_store.fates(connection, TOPIC.id)
    assert fates.pop("waiting", 0) == 0
    assert sum(fates.values()) == sum(
        (coverage.told, coverage.below, coverage.known, coverage.sent, coverage.backlog, coverage.ruled)
    )


def test_who_left_gets_no_alert(opened):
    week = opened(AT_ONCE).tick()
    with week.context.store.begin() as connection:
        suppressed.add(connection, TOPIC.id, "a@example.org", at=week.context.now, reason="unsubscribed")
    week.later(hours=2).tick()
    assert [row.recipient for row in week.ledger()] == ["b@example.org"]


def test_an_alert_may_have_readers_of_its_own(opened):
    own = AT_ONCE.model_copy(update={"recipients": ("cleo@example.org",)})
    week = opened(own).tick().later(hours=2).tick()
    assert [row.recipient for row in week.ledger()] == ["cleo@example.org"]
    assert [row.state for row in week.ledger()] == ["sent"]


def test_an_alert_for_nobody_is_not_told(opened):
    week = opened(AT_ONCE, recipients=()).tick().later(hours=2).tick()
    assert week.alerts() == []


def test_an_alert_taken_out_of_the_file_goes_to_nobody_any_more(opened):
    week = opened(AT_ONCE).tick()
    mailer = week.context.mailer
    week.context = replace(week.context, mailer=lambda *_, **__: (_ for _ in ()).throw(OSError("down")))
    with pytest.raises(OSError, match="down"):
        week.later(hours=2).tick()
    gone = week.context.settings.model_copy(update={"topics": (TOPIC,)})
    week.context = replace(week.context, settings=gone, mailer=mailer)
    week.later(hours=2).tick()
    assert {row.reason for row in week.ledger()} == {"suppressed"}


# ------------------------------------------------------------------ what is said of them


def explained(week, article):
    with week.context.store.look() as connection:
        (scored,) = scores_store.of_article(connection, article)
    found = explain_score(week.context, scored)
    return "\n".join(found.lines()), found.values()


def test_explain_shows_the_number_that_alerts_go_by(opened):
    high = AT_ONCE.model_copy(update={"name": "rare", "bar": 1.0})
    week = opened(AT_ONCE, high).tick().later(hours=2).tick()
    (digest,) = week.alerts()
    story = digest.top[0]
    text, values = explained(week, story.article_ids[0])
    parts = dict(story.rank_parts)
    assert values["urgency"] == parts["relevance"] * parts["novelty"] * parts["consequence"]
    assert f"urgency     {values['urgency']:.2f}: relevance" in text
    assert "alert     breaking: passes its bar of 0.00" in text
    assert "alert     rare: below its bar of 1.00" in text
    assert "alert       breaking told its story on 2026-03-09 10:00 UTC" in text
    assert values["alerts"] == [{"alert": "breaking", "at": "2026-03-09T10:00:00+00:00"}]


def test_status_and_metrics_tell_of_alerts_and_of_what_waits(opened):
    week = opened(AT_ONCE, DAILY, AT_ONCE.model_copy(update={"name": "none", "bar": 1.0})).tick()
    week.context = replace(week.context, mailer=FakeMailer(dict.fromkeys(TOPIC.recipients, "deferred")))
    week.later(hours=2).tick()
    week.later(minutes=20)
    shown = status.read_status(week.context)
    text = "\n".join(shown.lines())
    assert (
        "alert      breaking, at once from urgency 0.00: told 1 times, last 2026-03-09 10:00; 2 still" in text
    )
    assert "alert      morning, daily at 11:00: told 0 times" in text
    assert "trade alert breaking to a@example.org: pending after 1 attempts" in text
    assert shown.values()["topics"][0]["alerts"][0]["sent"] == 1
    found = exposition.parse(metrics.metrics(week.context).body.decode())
    (waits,) = found["monitor_alert_waiting_seconds"].samples
    assert waits[2] == 20 * 60
    counted = {labels["alert"]: n for _, labels, n in found["monitor_alerts_total"].samples}
    assert counted == {"breaking": 1, "morning": 0, "none": 0}


def test_the_desk_shows_messages_of_alerts_by_their_name(opened):
    week = opened(AT_ONCE).tick().later(hours=2).tick()
    rows = rounds.deliveries(week.context).ledger
    assert {(row.issue, row.alert, row.state) for row in rows} == {(-1, "breaking", "sent")}


def test_what_failed_of_an_alert_can_be_sent_again(opened):
    week = opened(AT_ONCE).tick()
    week.context = replace(week.context, mailer=FakeMailer(dict.fromkeys(TOPIC.recipients, "failed")))
    week.later(hours=2).tick()
    week.context = replace(week.context, mailer=FakeMailer())
    with week.context.store.look() as connection:
        issue = issues_store.numbered(connection, TOPIC.id, -1)
    topic = week.context.settings.topics[0]
    assert set(deliver.release(week.context, topic, issue)) == set(TOPIC.recipients)
    deliver.send_due(week.context, topic)
    assert {row.state for row in week.ledger()} == {"sent"}


def kept_draft(week):
    with week.context.store.look() as connection:
        return drafts.get(connection, TOPIC.id)


def test_the_draft_of_a_tick_knows_what_its_alert_told(opened):
    week = opened(AT_ONCE).tick()
    week.later(hours=2).tick()
    (told,) = week.alerts()
    statuses = {entry.story_id: entry.status for entry in from_json(kept_draft(week).digest).top}
    assert {statuses[entry.story_id] for entry in told.top} == {"sent"}


@pytest.mark.parametrize("is_left_out", [True, False], ids=["left out", "the control"])
def test_no_alert_tells_what_the_editor_left_out(opened, is_left_out):
    week = opened(DAILY).tick()
    week.later(hours=2).tick()
    draft = from_json(kept_draft(week).digest)
    article = max(identity for entry in draft.top for identity in entry.article_ids)
    if is_left_out:
        topic = week.context.settings.topics[0]
        editing.decide(week.context, topic, issue=draft.issue, kind="out", article_ids=(article,), who="test")
    week.later(hours=1).tick()  # the brief is due, and no feed
    assert week.alerted() == ([] if is_left_out else [article])
