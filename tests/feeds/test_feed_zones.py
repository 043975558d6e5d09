"""A zone learnt from new entries that come from the future by a constant; and from nothing else."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import UNLEARNT, Zone, learnt, remembered

START = datetime(2026, 3, 2, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)


def week(offset_h, *, seed=1, every=HOUR, per_day=12, lag_min=20, scheduled=0):
    """Zones after each poll of a week of a feed whose clock is ahead by `offset_h`; `scheduled`: share of posts dated ahead."""
    dice = random.Random(seed)  # noqa: S311 -- for repeatable weeks
    at = sorted(START + timedelta(days=7 * dice.random()) for _ in range(7 * per_day))
    posts = []
    for moment in at:
        ahead = timedelta(hours=dice.uniform(0.5, 9)) if dice.random() < scheduled else timedelta(0)
        seen = moment + timedelta(minutes=lag_min * dice.random())
        posts.append((seen, moment + ahead + offset_h * HOUR))
    zone, before, zones = UNLEARNT, START, []
    while before < START + timedelta(days=7):
        now = before + every
        zone = learnt(zone, [date for seen, date in posts if before < seen <= now], before=before, now=now)
        zones.append(zone.offset_s / 3600)
        before = now
    return zones


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("offset_h", [1, 2, 3, 5.5, 8, 9, 9.5, 12, 13])
def test_a_constant_ahead_is_learnt(offset_h, seed):
    zones = week(offset_h, seed=seed)
    assert abs(zones[-1] - offset_h) <= 0.5, "never more than half an hour off"
    assert zones[-1] <= offset_h, "no entry is made older than it is"
    assert zones.index(zones[-1]) < 5 * 24


@pytest.mark.parametrize("seed", range(20))
def test_most_are_right_to_the_half_hour(seed):
    assert week(8, seed=seed, per_day=24)[-1] == 8


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize(
    "more",
    [{}, {"scheduled": 0.05}, {"scheduled": 0.3}, {"scheduled": 0.3, "per_day": 2}, {"every": 6 * HOUR}],
)
def test_a_feed_in_utc_with_and_without_scheduled_posts_learns_nothing(more, seed):
    assert set(week(0, seed=seed, **more)) == {0.0}


@pytest.mark.parametrize("offset_h", [-5, -8, -3.5])
def test_west_of_greenwich_nothing_is_learnt(offset_h):
    assert set(week(offset_h)) == {0.0}


def test_one_entry_ahead_learns_nothing():
    zone = UNLEARNT
    for number in range(50):
        now = START + number * HOUR
        dates = [now + 8 * HOUR] if number == 3 else [now - timedelta(minutes=10)]
        zone = learnt(zone, dates, before=now - HOUR, now=now)
        assert zone.offset_s == 0


def test_many_entries_of_one_poll_are_one_occasion():
    assert learnt(UNLEARNT, [START + 8 * HOUR] * 9, before=START - HOUR, now=START).offset_s == 0


def test_dates_of_events_learn_nothing():
    zone = UNLEARNT
    for number in range(30):
        now = START + number * HOUR
        dates = [now + timedelta(days=day, hours=5) for day in range(4)]
        zone = learnt(zone, dates, before=now - HOUR, now=now)
    assert zone.offset_s == 0


def test_a_feed_that_mends_its_clock_is_believed_again():
    zone = Zone(offset_s=8 * 3600.0)
    for number in range(6):
        now = START + number * HOUR
        zone = learnt(zone, [now - timedelta(minutes=5)], before=now - HOUR, now=now)
    assert zone.offset_s == 0


def test_what_is_stored_comes_back():
    zone = learnt(UNLEARNT, [START + 8 * HOUR], before=START - HOUR, now=START)
    assert remembered(zone.offset_s, zone.evidence) == zone
    assert remembered(0.0, "") == UNLEARNT
    assert (Zone(19800.0).local(), Zone(28800.0).local()) == ("UTC+5:30", "UTC+8")
