"""What is due: one issue per slot, whatever happened to the machine and its clock in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from monitor.errors import DeliveryError, MonitorError
from monitor.operations import alarms, clock
from monitor.pipeline.gathering import poll
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn
from monitor.schedule import slots
from monitor.schedule.weekly import latest_slot
from monitor.settings import DigestSettings
from monitor.store import feeds as feeds_store
from monitor.store import slots as slots_store
from monitor.store.schema import deliveries
from tests.daemon import due_house
from tests.fakes import FakeMailer
from tests.operations.test_alarms import refuse
from tests.pipeline.test_killed import TOPIC

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # an hour after the topic's moment


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def week(house, tmp_path):
    return due_house.week(house, tmp_path).at(MONDAY)


def notices(week):
    return " ".join(due_house_digest(week).notices)


def due_house_digest(week):
    from monitor.digests.frozen import from_json

    return from_json(week.issues()[-1].digest)


# ------------------------------------------------------------------ slots


def test_a_fresh_installation_owes_nobody_the_past(week):
    week.tick()
    assert (week.states(), week.issues()) == (["skipped"], [])


def test_a_new_topic_owes_nobody_the_slots_before_it(week):
    week.tick().later(days=9).tick()  # Wednesday: the first topic's issue of Monday is made
    told = week.context.settings.topics[0]
    other = told.model_copy(
        update={"id": "other", "title": "Fish", "sentence": "Cod quotas", "recipients": ()}
    )
    both = week.context.settings.model_copy(update={"topics": (told, other)})
    week.context = replace(week.context, settings=both)
    learn.all_topics(week.context)
    week.tick().later(days=4).tick()  # Sunday
    assert [row.topic for row in week.issues()] == [told.id]
    week.later(days=1, hours=2).tick()
    assert sorted(row.topic for row in week.issues()) == sorted([told.id, told.id, other.id])


def test_each_week_makes_one_issue_and_every_later_tick_none(week):
    week.tick()
    for _ in range(3):
        week.later(days=7).tick()
        for _ in range(4):
            week.later(seconds=30).tick()
        week.later(seconds=-120)
    assert week.states() == ["skipped", "done", "done", "done"]
    assert len(week.issues()) == 3
    assert [state for _, state in week.sent()] == ["sent"] * 6


@pytest.mark.parametrize(("down", "missed"), [(timedelta(days=1), 0), (timedelta(weeks=5), 4)])
def test_after_a_time_down_exactly_one_issue_covers_it_all(week, down, missed):
    week.tick()
    week.at(MONDAY + timedelta(days=6, hours=20)).tick()  # four hours before the next moment
    before = week.context.now
    for _ in range(6):
        week.at(max(week.context.now + timedelta(seconds=30), before + down)).tick()
    [issue] = week.issues()
    assert week.states() == ["skipped", *["missed"] * missed, "done"]
    assert {number for _, number in week.slots().values()} == {None, issue.id}
    assert issue.until - issue.since >= timedelta(days=7)
    assert len(week.sent()) == 2


def test_the_issue_says_from_when_to_when_nobody_looked(week):
    week.tick().later(days=7).tick()  # issue 1, on 16 March
    week.later(weeks=5).tick()
    assert (
        "This issue covers 5 weeks: the service was not running from 16 March 2026 to 20 April 2026."
        in notices(week)
    )


def test_weeks_missed_by_a_running_service_are_not_called_downtime(week):
    week.tick().later(days=7).tick()
    held = timedelta(hours=3)
    for _ in range(15):
        week.skew = held
        week.later(days=1).tick()
    week.skew = timedelta()
    week.later(hours=2).tick()
    assert "1 issue before this one was due and could not be made" in notices(week)
    assert "not running" not in notices(week)


def test_an_issue_a_day_late_says_when_it_was_due(week):
    week.tick().later(days=8).tick()
    assert "This issue is late: it was due on 16 March 2026." in notices(week)


def test_an_issue_in_time_says_nothing_of_it(week):
    week.tick().later(days=7).tick()
    assert "late" not in notices(week)


def test_the_control_a_job_that_must_not_be_late_loses_the_week(week):
    """APScheduler's way: at the fire time or not at all. Down over it, the week has no issue."""
    made = 0
    for now in (MONDAY + timedelta(days=6, hours=20), MONDAY + timedelta(days=8)):
        slot = latest_slot(TOPIC.schedule, now)
        made += now - slot < timedelta(seconds=1)
    assert made == 0


def test_of_two_processes_one_makes_the_issue(week):
    week.tick().later(days=7)
    with week.context.store.begin() as connection:
        what = slots.due(connection, TOPIC, week.context.now)
    week.tick()
    with week.context.store.begin() as connection, pytest.raises(MonitorError, match="another process"):
        slots.bind(connection, TOPIC, what, state="frozen", at=week.context.now, issue_id=None)
    assert len(week.issues()) == 1


def test_files_that_cannot_be_written_keep_no_mail_and_are_written_later(week, tmp_path):
    week.tick().later(days=7)
    (tmp_path / "out").write_text("a file where the folder should be")
    with pytest.raises(DeliveryError, match="cannot write the digest"):
        week.tick()
    assert week.states() == ["skipped", "frozen"]
    assert [state for _, state in week.sent()] == ["sent", "sent"]
    (tmp_path / "out").unlink()
    week.later(minutes=1).tick()
    assert week.states() == ["skipped", "done"]
    assert len(week.context.mailer.sent) == 2
    assert len(list((tmp_path / "out").glob("*.txt"))) == 1


def test_without_a_mail_server_the_files_are_written_and_the_deliveries_entered_later(week, tmp_path):
    smtp = week.context.settings.smtp
    broken = week.context.settings.model_copy(update={"smtp": smtp.model_copy(update={"host": ""})})
    good = week.tick().later(days=7).context.settings
    week.context = replace(week.context, settings=broken)
    with pytest.raises(DeliveryError, match="no mail server"):
        week.tick()
    assert len(list((tmp_path / "out").glob("*.txt"))) == 1
    week.context = replace(week.context, settings=good)
    week.later(minutes=1).tick()
    assert (week.states(), len(week.issues()), len(week.sent())) == (["skipped", "done"], 1, 2)


def test_a_quiet_week_the_topic_wants_no_issue_of_is_counted(house, tmp_path):
    topic = TOPIC.model_copy(update={"quiet": "skip", "recipients": ()})
    week = due_house.week(house, tmp_path, topic=topic).at(MONDAY)
    week.tick().later(days=7)
    week._answer = lambda feed: replace(due_house.Week._answer(week, feed), status=304, body=b"")
    for _ in range(3):
        week.later(seconds=30).tick()
    assert week.states()[-1] in ("quiet", "done")
    assert len(week.states()) == 2


def test_a_topic_without_seeds_stops_no_other_and_is_told(week):
    other = TOPIC.model_copy(update={"id": "other", "seeds": "nowhere", "recipients": ()})
    settings = week.context.settings.model_copy(update={"topics": (other, TOPIC)})
    week.tick().later(days=7)
    with week.context.store.begin() as connection:
        slots_store.put(connection, "other", MONDAY - timedelta(days=7), state="skipped", at=MONDAY)
    week.context = replace(week.context, settings=settings)
    week.tick()
    with week.context.store.begin() as connection:
        told = {each.name: each.detail for each in alarms.noted(connection)}
    assert "no folder of seeds" in told["topic:other"]
    assert [row.topic for row in week.issues()] == ["trade"]
    assert len(week.sent()) == 2


# ------------------------------------------------------------------ the clock


@pytest.mark.parametrize(
    "skew", [timedelta(hours=-1.1), timedelta(hours=2), timedelta(days=-3650), timedelta(days=3650)]
)
def test_a_digest_is_held_while_the_clock_is_wrong_and_goes_out_when_it_is_right(week, skew):
    week.tick().at(MONDAY + timedelta(days=7) - skew)  # our clock, when the true one says a week later
    week.skew = skew
    for _ in range(3):
        week.later(seconds=30).tick()
    assert (week.issues(), week.states()) == ([], ["skipped"])
    week.skew = timedelta()
    week.at(week.context.now + skew).later(minutes=1).tick()
    now = week.context.now
    is_due = latest_slot(TOPIC.schedule, now) > MONDAY
    week.at(max(now, MONDAY + timedelta(days=7, hours=1))).tick() if abs(skew) < timedelta(
        days=1
    ) or not is_due else week
    assert len(week.issues()) == 1
    assert len(week.sent()) == 2


def test_an_hour_is_borne(week):
    week.tick().later(days=7)
    week.skew = timedelta(minutes=59)
    week.tick()
    assert len(week.issues()) == 1


def test_the_control_without_the_comparison_a_clock_in_2036_makes_an_issue_of_ten_years(week):
    week.context = replace(week.context, is_live=False)
    week.tick().at(datetime(2036, 6, 2, 8, tzinfo=UTC)).tick()
    assert len(week.issues()) == 1
    assert len(week.states()) > 500


@pytest.mark.parametrize("seconds", [1, 50, 3600])
def test_a_command_that_began_before_the_daemons_issue_makes_no_second_one(week, seconds):
    week.tick().later(days=7).tick()
    week.later(seconds=-seconds)  # it was started then, and has polled since
    outcome = digest.compose_issue(week.context, TOPIC, kind="issue")
    assert (outcome.kind, len(week.issues())) == ("repeat", 1)


def test_a_clock_that_was_in_2036_blocks_no_later_slot_and_makes_no_second_issue(week):
    """Nothing could be compared then: no server answered."""
    week.tick().later(days=7).tick()
    assert len(week.issues()) == 1
    week.is_down = True
    week.at(datetime(2036, 6, 2, 8, tzinfo=UTC)).tick().later(minutes=1).tick()
    made = len(week.issues())
    week.is_down = False
    week.at(MONDAY + timedelta(days=9)).tick()
    assert len(week.issues()) == made  # its slot was dealt with on Monday
    for weeks in (2, 3):
        week.at(MONDAY + timedelta(weeks=weeks)).tick().later(minutes=1).tick()
        assert len(week.issues()) == made + weeks - 1
    last = week.issues()[-1]
    assert (last.since, last.until) == (MONDAY + timedelta(weeks=2), MONDAY + timedelta(weeks=3))


def test_mail_put_off_by_a_clock_in_2036_is_tried_when_it_is_right_again(week):
    refuse(week)
    week.tick().later(days=7).tick()
    week.is_down = True
    with week.context.store.begin() as connection:  # as a tick of another clock leaves it
        connection.execute(update(deliveries).values(next_attempt_at=datetime(2036, 6, 2, tzinfo=UTC)))
    week.context = replace(week.context, mailer=FakeMailer())
    week.later(minutes=1).tick()
    assert [state for _, state in week.sent()] == ["sent", "sent"]


def test_no_mail_is_given_up_by_a_clock_that_is_wrong(week):
    refuse(week)
    week.tick().later(days=7).tick()
    week.skew = timedelta(days=-30)
    week.later(days=30).tick()
    assert [state for _, state in week.sent()] == ["pending", "pending"]
    week.skew = timedelta()
    week.later(days=-30, hours=2).tick()
    assert [state for _, state in week.sent()] == ["pending", "pending"]


def test_a_clock_that_began_in_1970_ends_in_one_issue(week):
    week.is_down = True
    week.at(datetime(1970, 1, 1, tzinfo=UTC)).tick()
    week.is_down = False
    week.at(MONDAY).tick().later(minutes=1).tick()
    assert len(week.issues()) == 1
    week.later(days=7).tick()
    assert len(week.issues()) == 2


@pytest.mark.parametrize("hours", [1, -2])
def test_a_clock_put_on_or_back_over_a_slot_makes_no_second_issue_of_it(week, hours):
    week.tick()
    slot = MONDAY + timedelta(days=7, hours=-1)
    for minutes in range(-130, 150, 60):
        week.at(slot + timedelta(minutes=minutes)).tick()
        week.at(slot + timedelta(minutes=minutes, hours=hours)).tick()
    assert (len(week.issues()), week.states()) == (1, ["skipped", "done"])


def test_feeds_asked_in_the_future_are_asked_again_now(week):
    week.at(datetime(2036, 6, 2, 8, tzinfo=UTC)).tick()
    polled = poll.poll_feeds(week.at(MONDAY).context)
    assert len(polled.feeds) == 3


# ------------------------------------------------------------------ what servers say of it


def skew_of(week):
    with week.context.store.begin() as connection:
        return clock.skew(connection, week.context)


def test_two_of_three_wrong_servers_prove_nothing_when_the_middle_is_right(week):
    week.tick()
    rows = [(0.0, "one"), (7200.0, "two"), (-7200.0, "three")]
    with week.context.store.begin() as connection:
        feeds_store.add_polls(connection, [poll_row(week, feed, skew) for skew, feed in rows])
    assert skew_of(week).seconds == 0


def poll_row(week, feed, skew):
    return feeds_store.Poll(
        feed_id=feed,
        at=week.context.now,
        ok=True,
        http_status=200,
        status="ok",
        entries=0,
        new=0,
        skew_s=skew,
    )


def test_of_fewer_than_three_servers_none_is_believed(week):
    with week.context.store.begin() as connection:
        feeds_store.add_polls(connection, [poll_row(week, feed, 9e9) for feed in ("one", "two")])
    assert skew_of(week) is None


def test_with_a_moment_named_nothing_is_compared(week):
    week.skew = timedelta(days=3650)
    week.context = replace(week.context, is_live=False)
    week.tick().later(days=7).tick()
    assert (skew_of(week), len(week.issues())) == (None, 1)


def test_what_was_said_under_another_clock_is_no_evidence(week):
    week.skew = timedelta(days=3650)
    week.tick()
    assert skew_of(week).is_off
    assert skew_of(week.at(MONDAY + timedelta(days=2))) is None
    assert skew_of(week.at(MONDAY - timedelta(days=2))) is None


def test_the_skew_is_told_in_words(week):
    week.skew = timedelta(hours=2)
    week.tick()
    assert str(skew_of(week)) == "the clock of this machine is 2 hours behind, by the answers of 3 feeds"


def test_a_digest_of_files_needs_no_mail_server(house, tmp_path):
    topic = TOPIC.model_copy(update={"recipients": ()})
    week = due_house.week(house, tmp_path, topic=topic, digest=DigestSettings(out=str(tmp_path / "out"))).at(
        MONDAY
    )
    week.tick().later(days=7).tick()
    assert (week.states(), week.sent()) == (["skipped", "done"], [])
