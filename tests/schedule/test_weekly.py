"""Due moments as a pure function: each local week once, through every change of the clocks. Control: a cron trigger fires twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.schedule.weekly import MISSED_MAX, WEEKDAYS, latest_slot, next_slot, slots_between
from monitor.settings import ScheduleSettings

ZONES = (
    "Africa/Cairo", "Africa/Casablanca", "America/New_York", "America/Sao_Paulo", "America/Santiago", "Asia/Kathmandu",
    "Asia/Tehran", "Australia/Lord_Howe", "Europe/Berlin", "Europe/London", "Pacific/Apia", "UTC",
)  # fmt: skip
# The clocks are changed on these days at these hours, or the day is an ordinary one.
SCHEDULES = (
    ("sunday", "02:30"),
    ("sunday", "01:30"),
    ("sunday", "00:00"),
    ("friday", "00:15"),
    ("monday", "07:00"),
)
SPANS = (
    (2010, 2013),
    (2016, 2019),
    (2024, 2027),
)  # Apia leaves out a day in 2011, Sao Paulo has summer time until 2019
YEAR = timedelta(days=365)


def schedule(zone, day, time):
    return ScheduleSettings(day=day, time=time, time_zone=zone)


def slots_by_looking(which, begin, end, step):
    """What a daemon that looks every `step` finds due, in the order it finds it; how often it looked, and when last."""
    found, looks, now = [latest_slot(which, begin)], 0, begin
    while now < end:
        now += step
        looks += 1
        slot = latest_slot(which, now)
        if slot != found[-1]:
            found.append(slot)
    return found, looks, now


def violations(which, found):
    """Slots that come twice or out of order, that are not on their weekday, or local weeks without one."""
    zone, weekday = ZoneInfo(which.time_zone), WEEKDAYS.index(which.day)
    days = [slot.astimezone(zone).date() for slot in found]
    wrong = sum(later <= earlier for earlier, later in pairwise(found))
    # A gap moves a time on by up to a day (Apia left out a whole one), and never on to the next week.
    weeks = [(day - timedelta(days=weekday)).toordinal() // 7 for day in days]
    wrong += sum(later != earlier + 1 for earlier, later in pairwise(weeks))
    return wrong + sum((day.weekday() - weekday) % 7 > 1 for day in days)


@pytest.mark.parametrize("zone", ZONES)
def test_every_local_week_has_one_slot(zone):
    begin, end = datetime(2024, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
    for day, time in SCHEDULES:
        which = schedule(zone, day, time)
        found, _, last = slots_by_looking(which, begin, end, timedelta(hours=11))
        assert len(found) in (157, 158)
        assert violations(which, found) == 0
        assert tuple(found[1:]) == slots_between(which, found[0], last)


@pytest.mark.faults_long
@pytest.mark.timeout(1500)  # a hundred seconds of processor time
def test_twelve_zones_five_schedules_three_spans_of_three_years(capsys):
    looked = wrong = 0
    for zone in ZONES:
        for day, time in SCHEDULES:
            for first, last in SPANS:
                which = schedule(zone, day, time)
                begin, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last, 1, 1, tzinfo=UTC)
                found, looks, _ = slots_by_looking(which, begin, end, timedelta(minutes=30))
                looked, wrong = looked + looks, wrong + violations(which, found)
    with capsys.disabled():
        print(f"\n{looked:,} looks, {wrong} violations")  # noqa: T201
    assert wrong == 0
    assert looked > 9_000_000


def test_the_control_a_cron_trigger_fires_twice_when_the_clocks_go_back():
    """The usual way: the next time from the last time. Seen: 6 times in 12 zones and 3 years, for one time of day."""
    twice = 0
    for zone in ZONES:
        trigger = CronTrigger(hour=1, minute=30, timezone=zone)
        fired, last, now = [], None, datetime(2024, 1, 1, tzinfo=UTC)
        for _ in range(3 * 366):
            last = trigger.get_next_fire_time(last, now.astimezone(ZoneInfo(zone)))
            fired.append(last.date())
            now = last.astimezone(UTC) + timedelta(seconds=1)
        twice += len(fired) - len(set(fired))
    assert twice >= 3


@given(
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(WEEKDAYS),
    minutes=st.integers(0, 24 * 60 - 1),
    hours=st.integers(24, 68 * 365 * 24),
)
@example(zone="Pacific/Apia", day="friday", minutes=420, hours=368_124)
@example(zone="Australia/Lord_Howe", day="sunday", minutes=105, hours=493_143)
def test_now_lies_between_two_slots_a_week_apart(zone, day, minutes, hours):
    which = schedule(zone, day, f"{minutes // 60:02}:{minutes % 60:02}")
    now = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    before, after = latest_slot(which, now), next_slot(which, now)
    assert before <= now < after
    assert timedelta(days=6) <= after - before <= timedelta(days=8)
    assert latest_slot(which, after) == after
    assert slots_between(which, before, after) == (after,)
    assert slots_between(which, after, before) == ()


def test_slots_of_a_clock_that_began_in_1970_are_not_all_counted():
    which = schedule("UTC", "monday", "07:00")
    found = slots_between(which, datetime(1970, 1, 5, 7, tzinfo=UTC), datetime(2026, 3, 9, 8, tzinfo=UTC))
    assert (len(found), found[-1]) == (MISSED_MAX, datetime(2026, 3, 9, 7, tzinfo=UTC))
