"""The worker process: reads (function, value) from its socket, answers with the value, until the socket closes.

It ends when the parent ends, whatever happens: an idle child sees the socket close, a busy one is ended by its
watchdog thread, and one stuck in C code that never lets threads run by the kernel's alarm, set before each job.
"""

from __future__ import annotations

import gc
import os
import pickle
import resource
import select
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from threading import Thread
from typing import Any

STARTED, VALUE, ERROR, MEMORY = "started", "value", "error", "memory"
_ALARM_GRACE_S = 1.0  # the parent kills first; the alarm is for when there is no parent any more


def main(descriptor: int, *, timeout_s: float, memory_bytes: int) -> None:
    """Serve jobs from this socket until it is closed."""
    # A terminal or a service manager may signal the whole group: that is the parent's business, it closes the socket.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _limit_memory(memory_bytes)
    gc.set_threshold(100_000, 20, 100)  # a job makes many objects and little garbage
    Thread(target=_end_with_parent, args=(descriptor,), daemon=True).start()
    connection = Connection(descriptor)
    while True:
        try:
            job = connection.recv_bytes()
        except (EOFError, OSError):
            return
        kind, answer = _answer(connection, job, timeout_s)
        connection.send_bytes(answer)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if kind == MEMORY:
            return  # what else failed quietly for want of memory is unknown: make place for a fresh process


def _limit_memory(memory_bytes: int) -> None:
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = memory_bytes if hard == resource.RLIM_INFINITY else min(memory_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _answer(connection: Connection, job: bytes, timeout_s: float) -> tuple[str, bytes]:
    try:
        function, value = _read(job)
        connection.send_bytes(pickle.dumps((STARTED, None)))
        signal.setitimer(signal.ITIMER_REAL, timeout_s + _ALARM_GRACE_S)
        return VALUE, pickle.dumps((VALUE, function(value)), pickle.HIGHEST_PROTOCOL)
    except MemoryError as error:
        kind, detail = MEMORY, str(error)
    except BaseException as error:  # noqa: BLE001 -- whatever a hostile input provokes is told, not died of
        kind, detail = ERROR, f"{type(error).__name__}: {error}"[:500]
    return kind, pickle.dumps((kind, detail))


def _read(job: bytes) -> tuple[Callable[[Any], Any], Any]:
    function, value = pickle.loads(job)  # noqa: S301 -- from our parent over a private socket
    return function, value


def _end_with_parent(descriptor: int) -> None:
    watch = select.poll()
    watch.register(descriptor, 0)  # hang-up is always reported
    watch.poll()
    os._exit(1)
