"""When a digest is due: a weekday and a wall-clock time in a time zone -> moments in UTC. Pure: `now` is passed in.

A time the clocks skip is due as if they had not been moved yet; a time they show twice is due the first time.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.settings import ScheduleSettings

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MISSED_MAX = 520  # ten years of weeks: a clock that begins in 1970 must not fill a ledger


def latest_slot(schedule: ScheduleSettings, now: datetime) -> datetime:
    """Return the newest due moment that is not after `now` (aware UTC)."""
    return max(slot for slot in _around(schedule, now) if slot <= now)


def next_slot(schedule: ScheduleSettings, now: datetime) -> datetime:
    """Return the first due moment after `now` (aware UTC)."""
    return min(slot for slot in _around(schedule, now) if slot > now)


def slots_between(schedule: ScheduleSettings, after: datetime, until: datetime) -> tuple[datetime, ...]:
    """Return the due moments later than `after` and not later than `until`, oldest first; of very many the newest."""
    found: list[datetime] = []
    slot = latest_slot(schedule, until)
    while slot > after and len(found) < MISSED_MAX:
        found.append(slot)
        slot = latest_slot(schedule, slot - timedelta(seconds=1))
    return tuple(reversed(found))


def _around(schedule: ScheduleSettings, now: datetime) -> list[datetime]:
    zone = ZoneInfo(schedule.time_zone)
    today = now.astimezone(zone).date()
    monday = today - timedelta(days=today.weekday())
    day = monday + timedelta(days=WEEKDAYS.index(schedule.day))
    at = time.fromisoformat(schedule.time)
    days = (day + timedelta(weeks=weeks) for weeks in (-2, -1, 0, 1, 2))
    return [datetime.combine(each, at, tzinfo=zone).astimezone(UTC) for each in days]
