"""SIGKILL at random instants of whole ticks (poll, read, score, digest, deliver) over weeks, with new articles before every tick.

Nothing is lost: each article is stored once, each slot has one issue, each reader has it. A message comes twice only when the kill
fell between the durable mark of its final dot and the server's answer, and then with the same Message-ID and bytes.
"""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median

import pytest

from tests.faults.house import House

WEEKS = 5  # of one database; then another begins
TICKS = 4  # of a week that are to be killed
DELAY_S = 0.05  # a mail server's way to its disk
SEED = 26


@dataclass
class Campaign:
    """What many kills came to."""

    kills: int = 0
    steps: Counter = field(default_factory=Counter)
    sums: Counter = field(default_factory=Counter)  # of Found.wrong and of what was expected
    windows: int = 0  # kills that fell into a dot's window
    tick_s: float = 0.0

    def __str__(self):
        steps = ", ".join(f"{step} {count}" for step, count in self.steps.most_common())
        expected = ", ".join(f"{count} {name}" for name, count in self.sums.items())
        return f"{self.kills} kills over ticks of {self.tick_s:.2f} s ({steps}); {self.windows} in a dot's window; {expected}"


@pytest.fixture(scope="module")
def house(memory):
    with House(memory, delay_s=DELAY_S) as one:
        one.warm_up()
        yield one


def measured(house, variant=""):
    """How long a tick with an issue takes."""
    took = []
    for week in range(4):
        house.now = house.first + timedelta(weeks=week)
        house.site.publish(2, at=house.now - timedelta(hours=1))
        ticked = house.tick(variant=variant)
        assert ticked.code == 0, ticked.log
        took.append(ticked.took_s)
    return median(took[1:])


def campaign(house, *, kills, variant="", until=""):
    """Kill ticks until so many kills have landed, or the fault `until` was seen; gives what it came to."""
    dice, total = random.Random(SEED), Campaign()  # noqa: S311 - instants, no secrets
    house.anew()
    total.tick_s = measured(house, variant)
    while total.kills < kills and not total.sums[until]:
        house.anew()
        for week in range(WEEKS):
            house.now = house.first + timedelta(weeks=week)
            killed_week(house, total, dice, variant)
        settled(house, variant)
        found = house.check()
        total.windows += house.uncertain.total()
        total.sums.update({"articles": found.served, "issues": found.issues, "deliveries": found.deliveries})
        total.sums.update(
            {"repeats": found.repeats} | {name: _count(value) for name, value in found.wrong.items()}
        )
    print(f"{variant or 'monitor'}: {total}")  # noqa: T201 - the figure, with -s
    return total


def killed_week(house, total, dice, variant):
    """Four ticks that are killed if they live long enough, an hour apart, and one that is not."""
    for _ in range(TICKS):
        house.site.publish(2, at=house.now - timedelta(minutes=5))
        ticked = house.tick(kill_after_s=dice.uniform(0, 1.1 * total.tick_s), variant=variant)
        total.kills += ticked.is_killed
        total.steps.update([ticked.step] if ticked.is_killed else [])
        house.passes(minutes=70)
    house.site.publish(1, at=house.now - timedelta(minutes=5))
    assert house.tick(variant=variant).code == 0


def settled(house, variant):
    """Ticks in which nothing is killed: all that was put off has its time, and the last articles their issue."""
    house.now = house.first + timedelta(weeks=WEEKS)
    for _ in range(3):
        assert house.tick(variant=variant).code == 0
        house.passes(hours=2)


def _count(value):
    return value if isinstance(value, int) else 1


def wrong(total):
    return {
        name: n
        for name, n in total.sums.items()
        if name not in ("articles", "issues", "deliveries", "repeats")
    }


def none_lost_none_doubled(total):
    assert wrong(total) == {}
    assert total.sums["repeats"] <= total.windows
    assert total.sums["deliveries"] > 0


@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_hundred_kills_lose_nothing_and_double_nothing(house):
    total = campaign(house, kills=100)
    none_lost_none_doubled(total)
    assert len(total.steps) >= 4, total.steps


@pytest.mark.faults_long
@pytest.mark.timeout(3600)
def test_a_thousand_kills_lose_nothing_and_double_nothing(house):
    total = campaign(house, kills=1000)
    none_lost_none_doubled(total)
    assert len(total.steps) >= 6, total.steps


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("variant", "fault"), [("mark then send", "lost"), ("send then mark the batch", "unexplained")]
)
def test_the_orders_of_others_lose_or_double_under_the_same_kills(house, variant, fault):
    """The control: without it, the tests above could not fail."""
    total = campaign(house, kills=200, variant=variant, until=fault)
    assert wrong(total).keys() == {fault}
