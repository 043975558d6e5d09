"""Alarms by another way than mail: told once when it begins, once when it is over; pings as a dead man's switch."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from monitor.operations import alarms, health, metrics
from monitor.settings import AlarmSettings
from monitor.store import alarms as alarms_store
from tests.daemon import due_house
from tests.fakes import FakeMailer

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
PLACES = AlarmSettings(
    webhook="http://127.0.0.1/hook/secret",
    ping="http://127.0.0.1/ping/secret",
    ping_feeds="http://127.0.0.1/feeds/secret",
)


class Watcher:
    """Whoever is told; deaf when told to be."""

    def __init__(self):
        self.heard = []
        self.is_deaf = False

    def __call__(self, url, body):
        if not self.is_deaf:
            self.heard.append((urlsplit(url).path.removeprefix("/"), body, url))
        return not self.is_deaf

    def alarms(self):
        return [
            (said["what"], said["state"])
            for said in (json.loads(b) for p, b, _ in self.heard if p.startswith("hook"))
        ]

    def pings(self, what="ping"):
        return [path.removeprefix(f"{what}/secret") for path, _, _ in self.heard if path.startswith(what)]


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def watcher():
    return Watcher()


@pytest.fixture
def week(house, tmp_path, watcher):
    built = due_house.week(house, tmp_path, alarm=PLACES).at(MONDAY)
    built.context = replace(built.context, notify=watcher)
    return built.tick().later(days=6, hours=23, minutes=-1)  # a minute before the next slot


def refuse(week, state="deferred"):
    readers = week.context.settings.topics[0].recipients
    week.context = replace(week.context, mailer=FakeMailer(dict.fromkeys(readers, state)))


def test_an_issue_in_time_is_a_start_and_a_success_and_no_alarm(week, watcher):
    week.tick()
    watcher.heard.clear()
    for _ in range(5):
        week.later(minutes=1).tick()
    assert (watcher.pings(), watcher.alarms()) == (["/start", ""], [])


def test_a_ping_names_the_run_it_belongs_to(week, watcher):
    watcher.heard.clear()
    week.later(minutes=2).tick()
    names = [urlsplit(url).query for path, _, url in watcher.heard if path.startswith("ping")]
    assert len(names) == 2
    assert names[0] == names[1]
    assert names[0].startswith("rid=")


def test_an_overdue_issue_is_told_once_and_its_end_once_restarts_or_not(week, watcher):
    refuse(week)
    week.later(minutes=2).tick()
    watcher.heard.clear()
    for _ in range(4):
        week.later(minutes=20).tick()
    assert (watcher.alarms(), watcher.pings()) == ([], [])  # not yet two hours
    for _ in range(4):
        week.later(
            minutes=30
        ).tick()  # each tick knows what the database knows: a restart between any two changes nothing
    assert (watcher.alarms(), watcher.pings()) == ([("overdue:trade", "begun")], ["/fail"])
    week.context = replace(week.context, mailer=FakeMailer())
    for _ in range(3):
        week.later(hours=2).tick()
    assert watcher.alarms() == [("overdue:trade", "begun"), ("overdue:trade", "over")]
    assert watcher.pings() == ["/fail", ""]


def test_the_control_success_when_the_issue_is_made_hears_nothing_of_mail_that_waits(week):
    """A ping after the issue was frozen, as is usual: green, while no reader has anything."""
    refuse(week)
    week.later(minutes=2).tick().later(hours=3).tick()
    assert week.states()[-1] == "done"
    with week.context.store.begin() as connection:
        [standing] = alarms.standings(connection, week.context)
    assert (standing.is_made, standing.is_settled, standing.waiting) == (True, False, 2)


def test_readers_not_reached_are_told(week, watcher):
    refuse(week, "failed")
    week.later(minutes=2).tick().later(minutes=1).tick()
    assert ("undelivered:trade:2026-03-16", "begun") in watcher.alarms()
    assert watcher.pings()[-1] == "/fail"
    said = next(json.loads(body) for path, body, _ in watcher.heard if path.startswith("hook"))
    assert "did not reach 2 of 2 readers" in said["detail"]
    assert said.keys() == {"what", "state", "since", "at", "detail", "advice", "text"}


def test_who_is_deaf_is_told_later_and_breaks_nothing(week, watcher):
    watcher.is_deaf = True
    refuse(week)
    week.later(minutes=2).tick().later(hours=3).tick()
    watcher.is_deaf = False
    week.later(minutes=1).tick()
    assert watcher.alarms() == [("overdue:trade", "begun")]
    assert len(week.issues()) == 1


class Ears:
    """The places of channels.toml; those in `deaf` take nothing."""

    def __init__(self):
        self.heard, self.deaf = [], set()

    def __call__(self, place, bulletin, identity):
        if place not in self.deaf:
            self.heard.append((place, bulletin.title, bulletin.intro[0].split(" ")[1], identity))
        return place not in self.deaf

    def told(self):
        return [(place, title) for place, title, *_ in self.heard]


@pytest.fixture
def ears(week):
    found = Ears()
    places = PLACES.model_copy(update={"channels": ("desk", "ops")})
    changed = week.context.settings.model_copy(update={"alarm": places})
    week.context = replace(week.context, settings=changed, tell=found)
    return found


def test_each_channel_hears_the_beginning_and_the_end_once_whatever_the_others_do(week, watcher, ears):
    ears.deaf = {"ops"}
    refuse(week)
    for _ in range(3):
        week.later(hours=3).tick()
    assert (ears.told(), watcher.alarms()) == ([("desk", "monitor")], [("overdue:trade", "begun")])
    ears.deaf, watcher.is_deaf = set(), True
    for _ in range(3):
        week.later(minutes=30).tick()
    assert ears.told() == [("desk", "monitor"), ("ops", "monitor")]
    week.context = replace(week.context, mailer=FakeMailer())
    ears.deaf = {"desk"}
    week.later(hours=2).tick()
    assert ears.told()[2:] == [("ops", "monitor, over")]
    ears.deaf, watcher.is_deaf = set(), False
    for _ in range(3):
        week.later(minutes=5).tick()
    assert ears.told()[2:] == [("ops", "monitor, over"), ("desk", "monitor, over")]
    assert watcher.alarms() == [("overdue:trade", "begun"), ("overdue:trade", "over")]
    assert len({identity for *_, identity in ears.heard}) == 4
    with week.context.store.begin() as connection:
        rows = [
            each.name for each in alarms_store.everything(connection) if not each.name.startswith("ping:")
        ]
    assert rows == []


def test_an_alarm_told_before_places_had_marks_is_the_webhooks(week, watcher, ears):
    refuse(week)
    week.later(minutes=2).tick().later(hours=3).tick()
    with week.context.store.begin() as connection:
        for each in alarms_store.everything(connection):
            if each.name.startswith(alarms.HEARD_BY):
                alarms_store.end(connection, each.name)
    watcher.heard.clear()
    ears.heard.clear()
    week.later(minutes=5).tick()
    assert (watcher.alarms(), ears.told()) == ([], [("desk", "monitor"), ("ops", "monitor")])


def test_an_alarm_whose_name_ends_like_anothers_keeps_its_own_mark(week, ears):
    with week.context.store.begin() as connection:
        for name in ("feeds", "overdue:feeds"):
            noted = alarms_store.Alarm(name=name, since=MONDAY, detail="it is so", told_at=MONDAY)
            alarms_store.put(connection, noted)
            alarms_store.put(connection, replace(noted, name=f"told:desk:{name}"))
    week.later(minutes=1).tick()
    assert sorted(ears.told()) == [("desk", "monitor, over")] * 2


def test_what_nobody_was_told_needs_no_end(week, watcher):
    watcher.is_deaf = True
    refuse(week)
    week.later(minutes=2).tick().later(hours=3).tick()
    week.context = replace(week.context, mailer=FakeMailer())
    week.later(hours=2).tick()
    watcher.is_deaf = False
    week.later(minutes=1).tick()
    assert watcher.alarms() == []
    with week.context.store.begin() as connection:
        assert alarms.noted(connection) == ()


def test_a_wrong_clock_is_an_alarm_and_two_hours_later_a_failure(week, watcher):
    week.skew = timedelta(hours=5)
    week.later(minutes=2).tick()
    assert watcher.alarms() == [("clock", "begun")]
    week.later(hours=2, minutes=30).tick()
    assert watcher.pings()[-1] == "/fail"
    week.skew = timedelta()
    week.later(hours=2).tick()
    assert watcher.alarms()[-2:] == [("clock", "over"), ("overdue:trade", "over")]
    assert "This issue is late" in week.issues()[-1].text


def test_a_day_without_any_answer_is_an_alarm(week, watcher):
    week.tick()
    week.is_down = True
    for _ in range(5):
        week.later(hours=7).tick()
    assert ("feeds", "begun") in watcher.alarms()
    assert watcher.pings("feeds")[-1] == "/fail"
    week.is_down = False
    week.later(hours=7).tick()
    assert ("feeds", "over") in watcher.alarms()
    assert watcher.pings("feeds")[-1] == ""


def test_feeds_are_pinged_at_most_four_times_an_hour(week, watcher):
    fetch = week.context.settings.fetch.model_copy(update={"min_interval_s": 0})
    week.context = replace(week.context, settings=week.context.settings.model_copy(update={"fetch": fetch}))
    watcher.heard.clear()
    for _ in range(20):
        week.later(minutes=3)
        alarms.feeds_asked(week.context, asked=3, answered=3)
    assert len(watcher.pings("feeds")) == 4


def test_without_addresses_the_trouble_is_noted_all_the_same(week, watcher):
    settings = week.context.settings.model_copy(update={"alarm": AlarmSettings()})
    week.context = replace(week.context, settings=settings)
    watcher.heard.clear()
    refuse(week, "failed")
    week.later(minutes=2).tick()
    with week.context.store.begin() as connection:
        assert [each.name for each in alarms.noted(connection)] == ["undelivered:trade:2026-03-16"]
    assert watcher.heard == []


def test_no_secret_address_is_in_the_database_or_a_repr(week):
    week.later(minutes=2).tick()
    with week.context.store.begin() as connection:
        kept = repr(alarms_store.everything(connection))
    assert "/secret" not in kept + repr(week.context.settings) + repr(PLACES)


def test_status_shows_the_clock_what_was_missed_and_what_is_wrong(week):
    from monitor.operations import status

    refuse(week, "failed")
    week.later(weeks=2, minutes=2)
    week.skew = timedelta(minutes=50)
    week.tick()
    said = "\n".join(status.read_status(week.context).lines())
    assert "clock       the clock of this machine is 50 minutes behind" in said
    assert "schedule    2 missed while the service did not run" in said
    assert (
        "ALARM       the issue of trade that was due 2026-03-30 07:00 UTC did not reach 2 of 2 readers"
        in said
    )
    values = status.read_status(week.context).values()
    assert (values["clock_skew_s"], values["slots"]["missed"], len(values["alarms"])) == (3000, 2, 1)


# ------------------------------------------------------------------ what machines are told


def test_ready_until_an_issue_is_overdue(week):
    refuse(week)
    week.later(minutes=2).tick()
    assert health.ready(week.context).status == 200
    late = health.ready(week.later(hours=2).context)
    assert (late.status, late.body) == (503, b"overdue: trade\n")


def test_red_two_hours_after_the_slot_by_the_machines_clock(week):
    wall = datetime(2030, 1, 1, tzinfo=UTC)
    slot = MONDAY + timedelta(days=7, hours=-1)
    week.context = replace(week.context, wall=lambda: wall)
    [before] = health.red(week.context)
    assert before.since - wall == slot + timedelta(hours=2) - week.context.now
    refuse(week)
    week.later(minutes=2).tick()
    [during] = health.red(week.context)
    assert during.since - wall == slot + timedelta(hours=2) - week.context.now
    week.context = replace(week.context, mailer=FakeMailer())
    week.later(hours=1).tick()
    [after] = health.red(week.context)
    assert after.since - wall == slot + timedelta(days=7, hours=2) - week.context.now


def test_all_the_numbers_are_there(week):
    refuse(week, "uncertain")
    week.skew = timedelta(minutes=20)
    week.tick().later(minutes=2).tick()
    week.context.store.keep_backup(every=timedelta(hours=1), now=week.context.now)
    said = metrics.metrics(week.context).body.decode()
    for name, kind in {
        "monitor_digest_last_success_timestamp_seconds": "gauge",
        "monitor_digest_overdue_seconds": "gauge",
        "monitor_deliveries_total": "counter",
        "monitor_deliveries_uncertain_total": "counter",
        "monitor_schedule_skipped_total": "counter",
        "monitor_feed_fetches_total": "counter",
        "monitor_feed_last_success_timestamp_seconds": "gauge",
        "monitor_fetch_duration_seconds": "summary",
        "monitor_parse_killed_total": "counter",
        "monitor_ssrf_refused_total": "counter",
        "monitor_clock_skew_seconds": "gauge",
        "monitor_backup_last_success_timestamp_seconds": "gauge",
        "monitor_build_info": "gauge",
    }.items():
        assert said.count(f"# TYPE {name} {kind}\n") == 1, name
    assert 'monitor_schedule_skipped_total{reason="missed"} 0\n' in said
    assert "monitor_deliveries_uncertain_total{} 2\n" in said
    assert "monitor_clock_skew_seconds{} 1200\n" in said
    assert 'monitor_feed_fetches_total{result="ok"} 6\n' in said
