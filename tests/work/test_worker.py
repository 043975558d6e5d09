"""The killable worker: values come back, whatever else happens comes back as Killed, and no process is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from time import monotonic

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.errors import WorkError
from monitor.work import Killed, Worker
from tests.promised import ends
from tests.work import jobs

MEMORY = 512 * 2**20
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def worker():
    """One that nothing bad is done to."""
    with Worker(timeout_s=10.0, memory_bytes=MEMORY) as opened:
        yield opened


@pytest.fixture
def hurried():
    """One whose jobs may take half a second."""
    with Worker(timeout_s=0.5, memory_bytes=MEMORY) as opened:
        yield opened


def is_alive(process_id):
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


def wait_until(condition, timeout_s=60.0):
    ends_at = monotonic() + timeout_s
    while not condition() and monotonic() < ends_at:
        threading.Event().wait(0.01)
    return condition()


def test_a_value_comes_back(worker):
    assert worker.run(jobs.double, 21) == 42
    assert worker.run(jobs.swapped, jobs.Point(1, 2)) == jobs.Point(2, 1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=100) | st.text(max_size=100) | st.lists(st.integers()))
def test_the_worker_changes_nothing(worker, value):
    assert worker.run(jobs.double, value) == jobs.double(value)


def test_values_larger_than_any_buffer_go_both_ways(worker):
    body = os.urandom(5 * 2**20)
    assert worker.run(jobs.double, body) == body * 2


def test_one_process_serves_job_after_job(worker):
    first = worker.run(jobs.process_id, 0)
    assert first == worker.run(jobs.process_id, 0) != os.getpid()


def test_it_runs_without_the_environment(worker, monkeypatch):
    monkeypatch.setenv("MONITOR_SMTP_PASSWORD", "secret")
    with Worker(timeout_s=10.0, memory_bytes=MEMORY) as fresh:
        assert "secret" not in str(fresh.run(jobs.environment, 0))


def test_what_a_job_prints_goes_nowhere(worker, capfd):
    assert worker.run(jobs.say, "noise") == "noise"
    assert capfd.readouterr().out == ""


def test_a_job_over_its_time_is_killed(hurried):
    with ends(idle_s=1):
        outcome = hurried.run(jobs.spin, 0)
    assert outcome == Killed("timeout", "no answer within 0.5 s")


def test_a_job_stuck_in_c_code_is_killed(hurried):
    assert hurried.run(jobs.backtrack, 0).reason == "timeout"


def test_a_killed_process_is_gone_and_replaced(hurried):
    before = hurried.run(jobs.process_id, 0)
    assert hurried.run(jobs.spin, 0).reason == "timeout"
    assert not is_alive(before)
    after = hurried.run(jobs.process_id, 0)
    assert isinstance(after, int)
    assert after != before


@pytest.mark.parametrize("job", [jobs.hoard, jobs.hoard_small_things])
def test_a_job_over_its_memory_is_stopped(job):
    with Worker(timeout_s=20.0, memory_bytes=192 * 2**20) as small:
        assert small.run(job, 4096).reason == "memory"
        assert small.run(jobs.double, 1) == 2


def test_a_job_within_its_memory_is_not(worker):
    assert worker.run(jobs.hoard, 64) == 64 << 20


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGABRT])
def test_a_process_that_dies_is_a_crash(worker, number):
    assert worker.run(jobs.die, number) == Killed("crash", f"it was ended by {number.name}")
    assert worker.run(jobs.double, 1) == 2


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_whole_group_leaves_the_job_alone(worker, number):
    process = worker.run(jobs.process_id, None)
    os.kill(process, number)
    assert worker.run(jobs.process_id, None) == process


def test_a_segmentation_fault_is_a_crash(worker):
    assert worker.run(jobs.segfault, 0) == Killed("crash", "it was ended by SIGSEGV")
    assert worker.run(jobs.double, 1) == 2


def test_a_process_that_leaves_is_a_crash(worker):
    assert worker.run(jobs.quit_quietly, 3) == Killed("crash", "it ended with status 3")


@pytest.mark.parametrize(
    ("job", "value", "detail"),
    [
        (jobs.fail, "boom", "ValueError: boom"),
        (jobs.leave, 0, "SystemExit: bye"),
        (jobs.recurse, 0, "RecursionError"),
        (jobs.unpicklable, 0, "pickle"),
    ],
)
def test_what_the_function_raises_comes_back_as_an_error(worker, job, value, detail):
    before = worker.run(jobs.process_id, 0)
    outcome = worker.run(job, value)
    assert outcome.reason == "error"
    assert detail in outcome.detail
    assert worker.run(jobs.process_id, 0) == before  # an error costs no process


def test_a_process_that_died_while_idle_is_replaced_unnoticed(worker):
    os.kill(worker.run(jobs.process_id, 0), signal.SIGKILL)
    assert worker.run(jobs.double, 21) == 42


def test_an_interrupted_job_leaves_no_answer_behind(worker):
    def interrupt(*_):
        raise ZeroDivisionError

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(ZeroDivisionError):
            worker.run(jobs.nap, 1)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert worker.run(jobs.double, 21) == 42


def test_map_keeps_the_order():
    with Worker(timeout_s=10.0, memory_bytes=MEMORY, processes=2) as pair:
        assert list(pair.map(jobs.double, range(30))) == list(range(0, 60, 2))


def test_map_goes_on_after_a_kill(hurried):
    outcomes = list(hurried.map(jobs.spin_if_negative, [1, 2, -1, 3]))
    assert [getattr(outcome, "reason", outcome) for outcome in outcomes] == [1, 2, "timeout", 3]


def test_map_uses_all_its_processes(tmp_path):
    with Worker(timeout_s=20.0, memory_bytes=MEMORY, processes=2) as pair:
        list(pair.map(jobs.double, range(4)))  # both have started
        places = [(str(tmp_path / "a"), str(tmp_path / "b")), (str(tmp_path / "b"), str(tmp_path / "a"))]
        assert list(pair.map(jobs.meet, places)) == [True, True]


def test_map_draws_only_a_few_values_ahead(worker):
    drawn = []
    results = worker.map(jobs.double, (drawn.append(n) or n for n in range(100)))
    assert next(results) == 0
    assert len(drawn) <= 3
    results.close()
    assert worker.run(jobs.double, 5) == 10


def test_closing_leaves_no_process():
    with Worker(timeout_s=10.0, memory_bytes=MEMORY, processes=2) as pair:
        processes = set(pair.map(jobs.process_id, range(10)))
        assert all(map(is_alive, processes))
    assert not any(map(is_alive, processes))
    with pytest.raises(WorkError, match="closed"):
        pair.run(jobs.double, 1)


def test_closing_does_not_wait_for_a_job_under_way():
    worker = Worker(timeout_s=60.0, memory_bytes=MEMORY)
    outcomes = worker.map(jobs.nap, [0, 30, 30])
    next(outcomes)
    with ends(idle_s=0.5):
        worker.close()


def test_a_memory_limit_too_small_to_start_is_an_error_that_says_so():
    with (
        Worker(timeout_s=5.0, memory_bytes=20 * 2**20) as tiny,
        pytest.raises(WorkError, match="20971520 bytes"),
    ):
        tiny.run(jobs.double, 1)


def test_a_function_the_process_cannot_import_is_an_error_of_ours(worker, monkeypatch):
    monkeypatch.setattr(jobs.double, "__module__", "monitor.nowhere")
    monkeypatch.setitem(sys.modules, "monitor.nowhere", jobs)
    with pytest.raises(WorkError, match="nowhere"):
        worker.run(jobs.double, 1)


PARENT = """
import sys, threading
from monitor.work import Worker
from tests.work import jobs
worker = Worker(timeout_s=3.0, memory_bytes=2**29, processes=2)
print(*{*worker.map(jobs.process_id, range(20))}, flush=True)
if sys.argv[1] != "idle":
    threading.Thread(target=worker.run, args=(getattr(jobs, sys.argv[1]), 60)).start()
sys.stdin.read()
"""


@pytest.mark.parametrize("job", ["idle", "nap", "spin", "backtrack"])
def test_the_processes_end_when_the_parent_is_killed(job):
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, job],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as parent:
        processes = [int(text) for text in parent.stdout.readline().split()]
        assert processes
        assert all(map(is_alive, processes))
        if job in {"spin", "backtrack"}:
            before = busy_ticks(processes)
            assert wait_until(lambda: busy_ticks(processes) > before + 10)
        parent.kill()
    assert wait_until(lambda: not any(map(is_alive, processes)))


def busy_ticks(processes):
    """User time of these processes, in ticks of 10 ms."""
    stats = (Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split() for number in processes)
    return sum(int(fields[11]) for fields in stats)
