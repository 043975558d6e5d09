"""The times of alerts, in every zone the clocks of which are moved, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.schedule.alert_times import is_quiet, latest_brief, midnight
from monitor.settings import AlertSettings, ScheduleSettings
from tests.pipeline.test_killed import TOPIC

ZONES = ("UTC", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
MORNING = AlertSettings(name="morning", when="daily", time="02:30")


def topic(zone="UTC"):
    return TOPIC.model_copy(update={"schedule": ScheduleSettings(time_zone=zone)})


def quiet(hours):
    return AlertSettings(name="x", when="at once", quiet_hours=hours)


@pytest.mark.parametrize("zone", ZONES)
def test_there_is_one_brief_for_each_day_of_a_year(zone):
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    hours = [start + timedelta(hours=n) for n in range(366 * 24)]
    slots = {latest_brief(MORNING, topic(zone), now) for now in hours}
    days = {slot.astimezone(ZoneInfo(zone)).date() for slot in slots}
    assert len(days) == len(slots) == 367
    assert all(now - latest_brief(MORNING, topic(zone), now) <= timedelta(hours=25) for now in hours)


@pytest.mark.parametrize(
    ("hours", "clock", "is_so"),
    [
        ("22:00-07:00", "21:59", False),
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "00:00", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("12:00-14:00", "11:59", False),
        ("12:00-14:00", "13:00", True),
        ("12:00-14:00", "14:00", False),
        ("", "03:00", False),
    ],
)
@pytest.mark.parametrize("zone", ZONES)
def test_quiet_hours_are_those_of_the_topics_zone(zone, hours, clock, is_so):
    now = datetime.fromisoformat(f"2026-07-01T{clock}").replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    assert is_quiet(quiet(hours), topic(zone), now) == is_so


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_begins_at_the_readers_midnight(zone):
    now = datetime(2026, 11, 1, 17, 5, tzinfo=UTC)
    began = midnight(topic(zone), now).astimezone(ZoneInfo(zone))
    assert (began.hour, began.minute) == (0, 0)
    assert timedelta() <= now - began <= timedelta(hours=25)
