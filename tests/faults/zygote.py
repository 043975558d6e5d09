"""A process that has everything imported and forks `monitor` commands from itself: a tick starts in milliseconds and can be killed.

Reads one JSON object a line on standard input, answers with one. Asked for: `arguments` of the command, and what is done to it
(see `Ask` in house.py). It has no threads, so forking it is sound. Pages are read in the process itself: starting a worker
would take longer than all the rest. Everything else is the real program, from its command line on.
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import threading
import time

from tests.fakes import InlineWorker
from tests.faults import naive

LIMIT_S = 260.0  # no command may take longer: ten times 26 s, for a server that stands still


class _Worker(InlineWorker):
    """The worker as app.opened makes it, without a process."""

    def __init__(self, **_):
        super().__init__()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def main():
    """Serve until standard input ends."""
    import monitor.app

    monitor.app.Worker = _Worker
    answers = os.fdopen(os.dup(1), "w", buffering=1)  # what commands print goes to their log
    for line in sys.stdin:
        asked = json.loads(line)
        answers.write(json.dumps(warm_up(asked) if asked["is_warm_up"] else forked(asked)) + "\n")


def warm_up(asked):
    """Run a command here: what it imports and compiles, every fork has already."""
    _became(asked, asked["log"])
    code = _command(asked["arguments"])
    _logs_to("/dev/null")
    return {"code": code, "took_s": 0.0, "is_killed": False, "threads": threading.active_count()}


def forked(asked):
    """Run a command in a process of its own, and say what became of it."""
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(ready, 1)
        os.close(ready)
        os._exit(_child(asked))
    os.close(ready)
    tracer = _trace(asked["strace"], child) if asked["strace"] else None
    begun = time.monotonic()
    os.write(go, b".")
    os.close(go)
    status = _ended(child, asked["kill_after_s"])
    took_s = time.monotonic() - begun
    if tracer is not None:
        tracer.communicate(timeout=LIMIT_S)
    return {
        "code": os.waitstatus_to_exitcode(status),
        "took_s": took_s,
        "is_killed": os.WIFSIGNALED(status),
    }


def _child(asked):
    try:
        _became(asked, asked["log"])
        for name, value in asked["limits"].items():
            resource.setrlimit(getattr(resource, name), (value, value))
        naive.take_over(asked["variant"])
        return _command(asked["arguments"])
    except BaseException as error:  # noqa: BLE001 - the test reads it in the log
        sys.stderr.write(f"crashed: {error!r}\n")
        return 99


def _became(asked, log):
    os.environ.update(asked["environment"])
    _logs_to(log)


def _logs_to(file):
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for number in (1, 2):
        os.dup2(descriptor, number)
    os.close(descriptor)
    sys.stdout, sys.stderr = (os.fdopen(os.dup(number), "w", buffering=1) for number in (1, 2))


def _command(arguments):
    from monitor.cli import main as monitor

    sys.argv = ["monitor", *arguments]
    try:
        monitor()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    return 0


def _ended(child, kill_after_s):
    """Wait for the child's end, killing it after that long; gives its status."""
    descriptor = os.pidfd_open(child)
    try:
        patience_s = LIMIT_S if kill_after_s is None else kill_after_s
        is_over = bool(select.select([descriptor], [], [], patience_s)[0])
        if not is_over:
            os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
    finally:
        os.close(descriptor)
    if not is_over and kill_after_s is None:
        raise TimeoutError(f"a command took longer than {LIMIT_S} s")
    return status


def _trace(options, child):
    """Attach strace to the child, and return when it is attached."""
    command = ["strace", *options, "-p", str(child)]
    tracer = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    said = tracer.stderr.readline()
    if b"attached" not in said:
        os.kill(child, signal.SIGKILL)
        raise RuntimeError(f"strace: {said.decode()} {tracer.stderr.read().decode()}")
    return tracer


if __name__ == "__main__":
    main()
