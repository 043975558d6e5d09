"""SIGKILL on entry of every system call that changes something on disk or sends something: 100 % of the points of a tick with an issue.

strace counts the calls and kills at the n-th, n = 1, 2, ... until a tick ends before it. The main thread alone is traced: it does
all but fetching. The fetcher's thread has its own sweep. After each kill a new article comes, and the house is run until it is at rest.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from tests.faults.house import House

# What `strace -c` shows a tick to use of calls that change files or talk to servers.
CALLS = "pwrite64 fdatasync fsync ftruncate unlink rename mkdir chmod write sendto".split()
LANES = 2  # ticks at once

needs_strace = pytest.mark.skipif(
    shutil.which("strace") is None, reason="needs strace: install the package strace"
)


def prepared(folder):
    """A house in the moment before an issue is due: one week old, with new articles in the newspaper."""
    house = House(folder).__enter__()
    house.warm_up()
    house.site.publish(2, at=house.now - timedelta(hours=1))
    assert house.tick().code == 0
    house.passes(weeks=1)
    house.site.publish(2, at=house.now - timedelta(hours=1))
    house.keep()
    return house


def killed_at(house, call, n, *, options=(), variant=""):
    """Run the tick anew and kill it at its n-th call, then run until all is at rest; gives the killed tick and what was found."""
    house.give_back()
    inject = ("-e", f"trace={call}", "-e", f"inject={call}:signal=SIGKILL:when={n}", "-o", os.devnull)
    ticked = house.tick(strace=(*options, *inject), variant=variant)
    if not ticked.is_killed:
        return ticked, None
    house.site.publish(1, at=house.now + timedelta(minutes=1))
    house.settle(variant=variant)
    return ticked, house.check()


def swept(house, call, *, first, step, options=(), variant=""):
    """Kill at the first-th call, the first+step-th ...; gives (points, repeats, what was wrong by point)."""
    points, repeats, wrong = 0, 0, {}
    for n in range(first, 100_000, step):
        ticked, found = killed_at(house, call, n, options=options, variant=variant)
        if found is None:
            assert ticked.code == 0, ticked.log
            break
        points += 1
        repeats += found.repeats
        if found.wrong:
            wrong[f"{call} {n}"] = found.wrong
    return points, repeats, wrong


def sweep(folder, jobs):
    """Do the jobs (call, first, step, options) in two lanes, each with a house of its own."""
    with ThreadPoolExecutor(LANES) as pool:
        houses = list(pool.map(prepared, (folder / f"lane{n}" for n in range(LANES))))
        lanes = [
            pool.submit(lambda house, mine: [(job, swept(house, job[0], first=job[1], step=job[2], options=job[3])) for job in mine], house, jobs[lane::LANES])
            for lane, house in enumerate(houses)
        ]  # fmt: skip
        done = [result for lane in lanes for result in lane.result()]
    for house in houses:
        house.__exit__()
    points, repeats, wrong = Counter(), 0, {}
    for (call, *_, options), (count, again, bad) in done:
        points[f"{call}{' (fetching)' if options else ''}"] += count
        repeats += again
        wrong |= bad
    print(f"{points.total()} points ({', '.join(f'{c} {n}' for c, n in points.most_common())}), {repeats} repeats, wrong: {wrong}")  # noqa: T201  # fmt: skip
    return points, wrong


@needs_strace
@pytest.mark.faults_long
@pytest.mark.timeout(7200)
def test_a_kill_at_every_system_call_that_lasts_loses_nothing(memory):
    jobs = [(call, lane + 1, LANES, ()) for call in CALLS for lane in range(LANES)]
    points, wrong = sweep(memory, [*jobs, ("sendto", 1, 1, ("-f",))])
    assert wrong == {}
    assert points["pwrite64"] > 100
    assert points["fdatasync"] > 20
    assert points["sendto"] > 20  # of the mail alone


@needs_strace
@pytest.mark.faults
@pytest.mark.timeout(600)
def test_a_kill_at_every_word_of_the_mail_loses_nothing(memory):
    """The smallest part of the sweep: each line said to the mail server, its final dots among them."""
    points, wrong = sweep(memory / "words", [("sendto", lane + 1, LANES, ()) for lane in range(LANES)])
    assert wrong == {}
    assert points["sendto"] >= 3 * 6  # EHLO MAIL RCPT DATA body dot, for three readers


@needs_strace
@pytest.mark.faults_long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("variant", "fault"), [("mark then send", "lost"), ("send then mark the batch", "unexplained")]
)
def test_the_orders_of_others_fail_at_the_same_points(memory, variant, fault):
    """The control."""
    house = prepared(memory / fault)
    _, _, wrong = swept(house, "sendto", first=1, step=2, variant=variant)
    house.__exit__()
    assert Counter(name for bad in wrong.values() for name in bad)[fault] > 2, wrong
