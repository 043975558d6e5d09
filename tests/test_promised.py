"""No test fails because the machine is busy: who reads a clock says why, and only promised ends are compared with one."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.promised import ends

TESTS = Path(__file__).parent
CLOCKS = {"monotonic", "perf_counter", "process_time", "time_ns", "monotonic_ns", "perf_counter_ns"}
WALL_TIMES = {"took_s", "took", "elapsed_s", "elapsed", "wall_s"}
READS_A_CLOCK = {
    "cli/daemons.py": "waits for an event, and gives up",
    "deliver/test_deliver_whole_mail.py": "processor time, compared with processor time of the same minute",
    "docker/__main__.py": "a check by hand, of a container's start and stop",
    "faults/many_readers.py": "processor time of a measurement by hand",
    "faults/test_many_daemons.py": "waits for an event; when a standby took over",
    "faults/zygote.py": "how long a tick takes, to kill the next one within it",
    "fetch/server.py": "when requests came and went: their order, and gaps that may be longer",
    "fetch/test_manners.py": "as fetch/server.py",
    "fetch/test_robots.py": "moves the product's own clock",
    "fetch/test_rounds.py": "moves the product's own clock",
    "postgres.py": "waits for a server, and gives up",
    "promised.py": "promised ends",
    "quality/reading_measures.py": "processor time, reported only",
    "store/test_patience.py": "moves the product's own clock",
    "work/test_worker.py": "waits for a process to be gone, and gives up",
}


def is_clock(node):
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    of_time = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "time"
    return name in CLOCKS or (of_time and name == "time")


def words(node):
    return {each.attr if isinstance(each, ast.Attribute) else each.id for each in ast.walk(node) if isinstance(each, ast.Attribute | ast.Name)}  # fmt: skip


def compares_wall_time(node):
    """Whether it asserts that something took less than so many seconds, and not so many times what is needed."""
    if not isinstance(node, ast.Assert):
        return False
    for each in ast.walk(node.test):
        if isinstance(each, ast.Compare) and any(isinstance(op, ast.Lt | ast.LtE) for op in each.ops):
            asked = words(each.left) & WALL_TIMES or any(map(is_clock, ast.walk(each)))
            if asked and "BUSY" not in words(each):
                return True
    return False


def reads_a_clock(code):
    return any(map(is_clock, ast.walk(ast.parse(code))))


def fails_on_a_busy_machine(code):
    return any(map(compares_wall_time, ast.walk(ast.parse(code))))


def sources():
    for file in sorted(TESTS.rglob("*.py")):
        yield file.relative_to(TESTS).as_posix(), file.read_text("utf-8")


def test_who_reads_a_clock_says_why():
    assert {name for name, code in sources() if reads_a_clock(code)} == set(READS_A_CLOCK)


def test_only_promised_ends_are_compared_with_a_clock():
    guilty = [name for name, code in sources() if fails_on_a_busy_machine(code)]
    assert [name for name in guilty if name != "promised.py"] == []


@pytest.mark.parametrize(
    "code",
    [
        "from time import monotonic\nbegun = monotonic()\nassert monotonic() - begun < 3",
        "import time\nassert time.time() - begun <= 0.1",
        "assert 0.2 < time.monotonic() - begun < 1.5",
        "assert took_s < 1.6",
        "assert ticked.took_s <= 30, 'late'",
    ],
)
def test_control_what_we_did_before_is_found(code):
    assert fails_on_a_busy_machine(code)


@pytest.mark.parametrize(
    "code", ["assert took_s > 2.4", "assert took_s < BUSY * 1.5", "assert gap_s >= 0.149"]
)
def test_what_no_load_can_break_is_let_be(code):
    assert not fails_on_a_busy_machine(code)


@pytest.mark.parametrize("took_s", [2.0, 19.9])
def test_ten_times_what_an_idle_machine_needs_is_in_time(took_s):
    ticks = iter([100.0, 100.0 + took_s])
    with ends(idle_s=2, clock=lambda: next(ticks)):
        pass


def test_more_is_late():
    ticks = iter([100.0, 120.1])
    with (
        pytest.raises(AssertionError, match=r"20\.1 s, where 2 s are enough"),
        ends(idle_s=2, clock=lambda: next(ticks)),
    ):
        pass
