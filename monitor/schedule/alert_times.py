"""When an alert may tell something: a wall-clock time each day, quiet hours, the beginning of a day. Pure: `now` is passed in.

All of it in the topic's zone. A time the clocks skip is due as if they had not been moved yet; one they show twice the first time.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.settings import AlertSettings, TopicSettings


def latest_brief(alert: AlertSettings, topic: TopicSettings, now: datetime) -> datetime:
    """Return the newest due moment of a daily alert that is not after `now` (aware UTC)."""
    zone = ZoneInfo(topic.schedule.time_zone)
    today = now.astimezone(zone).date()
    at = time.fromisoformat(alert.time)
    days = (today + timedelta(days=days) for days in (-2, -1, 0, 1))
    slots = (datetime.combine(day, at, tzinfo=zone).astimezone(UTC) for day in days)
    return max(slot for slot in slots if slot <= now)


def is_quiet(alert: AlertSettings, topic: TopicSettings, now: datetime) -> bool:
    """Return whether `now` (aware UTC) lies in the alert's quiet hours; their last minute does not."""
    if alert.quiet is None:
        return False
    start, end = alert.quiet
    clock = now.astimezone(ZoneInfo(topic.schedule.time_zone)).time()
    return start <= clock < end if start < end else clock >= start or clock < end


def midnight(topic: TopicSettings, now: datetime) -> datetime:
    """Return when the day of `now` (aware UTC) began for the topic's readers."""
    zone = ZoneInfo(topic.schedule.time_zone)
    today = now.astimezone(zone).date()
    return datetime.combine(today, time(), tzinfo=zone).astimezone(UTC)
