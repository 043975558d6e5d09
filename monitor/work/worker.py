"""The parent's side: a few worker processes, replaced when they had to be killed. Blocking; safe to share between threads.

A process is an interpreter of its own (not a fork), with an empty environment: a program that reads hostile documents
holds no password. It is started when first needed and serves jobs one after the other.
"""

from __future__ import annotations

import json
import pickle
import signal
import socket
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from queue import SimpleQueue
from threading import Lock
from typing import Any, Self, TypeVar, cast

from monitor.errors import WorkError
from monitor.work.child import ERROR, MEMORY, STARTED, VALUE

_START_S = 60.0  # interpreter and imports, on a busy machine
_DYING_S = 1.0  # its socket closes a moment before it is dead
_AHEAD = 2  # jobs in hand per process, so that none waits for the caller
_TIMEOUT, _CRASH = "timeout", "crash"
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[4]); "
    "from monitor.work.child import main; "
    "main(int(sys.argv[1]), timeout_s=float(sys.argv[2]), memory_bytes=int(sys.argv[3]))"
)


A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, slots=True)
class Killed:
    """A job without a value. `reason`: timeout, memory, crash (the process died), error (the function raised)."""

    reason: str
    detail: str = ""


class Worker:
    """Runs pure top-level functions in killable processes. A context manager; `close` ends all processes."""

    def __init__(self, *, timeout_s: float, memory_bytes: int, processes: int = 1) -> None:
        """`timeout_s` per job; `memory_bytes` of address space per process, the interpreter and libraries included."""
        self._children = [_Child(timeout_s, memory_bytes) for _ in range(processes)]
        self._idle: SimpleQueue[_Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        self._threads: ThreadPoolExecutor | None = None

    def run(self, function: Callable[[A], B], value: A) -> B | Killed:
        """`function(value)`, computed in a process. Both must pickle, the function by its module's name.

        Raises WorkError when no process can be started or it cannot import the function.
        """
        child = self._idle.get()
        try:
            return cast("B | Killed", child.run(function, value))
        except BaseException:  # also an interrupt: the unread answer must not become that of the next job
            child.end()
            raise
        finally:
            self._idle.put(child)

    def map(self, function: Callable[[A], B], values: Iterable[A]) -> Iterator[B | Killed]:
        """`run` for each value, in order. Values are drawn in the caller's thread, a few ahead of the results."""
        if self._threads is None:
            self._threads = ThreadPoolExecutor(len(self._children), thread_name_prefix="work")
        pending: deque[Future[B | Killed]] = deque()
        try:
            for value in values:
                pending.append(self._threads.submit(self.run, function, value))
                if len(pending) >= _AHEAD * len(self._children):
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()

    def close(self) -> None:
        """End the processes, busy or not; a job under way ends with WorkError, and so does any later one."""
        for child in self._children:
            child.retire()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for child in self._children:
            child.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Child:
    """One process and our end of its socket. Used by one thread at a time, but for `retire`."""

    def __init__(self, timeout_s: float, memory_bytes: int) -> None:
        self._timeout_s = timeout_s
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._starting = Lock()
        self._is_retired = False

    def run(self, function: Callable[[Any], Any], value: Any) -> Any:
        """The function's value, or Killed."""
        job = pickle.dumps((function, value), pickle.HIGHEST_PROTOCOL)
        kind, answer = self._hand_over(job)
        if kind == STARTED:
            kind, answer = self._outcome()
        if kind == MEMORY:
            self.end()
        return answer if kind == VALUE else Killed(kind, answer)

    def retire(self) -> None:
        """Kill the process, for good. From any thread: whoever waits for it sees the socket close."""
        with self._starting:
            self._is_retired = True
            if self._process is not None:
                self._process.kill()

    def end(self, *, patience_s: float = 0.0) -> int:
        """Bury the process, killed if it has not ended in `patience_s`; its exit status. The next job starts another."""
        process, connection = self._process, self._connection
        self._process = self._connection = None
        if connection is not None:
            connection.close()
        if process is None:
            return 0
        with suppress(subprocess.TimeoutExpired):
            return process.wait(patience_s)
        process.kill()
        return process.wait()

    def _hand_over(self, job: bytes) -> tuple[str, Any]:
        """Give the job to a process that lives: one that died while idle is replaced once."""
        is_fresh = self._connection is None
        connection = self._connection or self._start()
        try:
            connection.send_bytes(job)
            kind, answer = _receive(connection, _START_S)
        except (EOFError, OSError) as error:
            status = self.end(patience_s=_DYING_S)
            if is_fresh or self._is_retired:
                raise self._cannot_start(_shown_status(status)) from error
            return self._hand_over(job)
        if kind == ERROR:
            self.end()
            raise self._cannot_start(answer)
        return kind, answer

    def _outcome(self) -> tuple[str, Any]:
        """What became of a job that has begun."""
        assert self._connection is not None
        try:
            return _receive(self._connection, self._timeout_s)
        except TimeoutError:
            self.end()
            return _TIMEOUT, f"no answer within {self._timeout_s:g} s"
        except (EOFError, OSError) as error:
            status = self.end(patience_s=_DYING_S)
            if self._is_retired:
                raise WorkError("The worker was closed while a job was under way.") from error
            return _TIMEOUT if status == -signal.SIGALRM else _CRASH, _shown_status(status)

    def _start(self) -> Connection:
        with self._starting:
            if self._is_retired:
                raise WorkError("The worker is closed.")
            ours, theirs = socket.socketpair()
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(_START_S), 0))
            with ours, theirs:
                try:
                    self._process = self._popen(theirs.fileno())
                except OSError as error:
                    raise self._cannot_start(str(error)) from error
                self._connection = Connection(ours.detach())
            return self._connection

    def _popen(self, descriptor: int) -> subprocess.Popen[bytes]:
        limits = (str(descriptor), str(self._timeout_s), str(self._memory_bytes))
        return subprocess.Popen(  # noqa: S603 -- our own interpreter with our own words
            [sys.executable, "-c", _BOOT, *limits, json.dumps(sys.path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            pass_fds=(descriptor,),
            env={},
        )

    def _cannot_start(self, detail: str) -> WorkError:
        return WorkError(
            f"A worker process cannot do its work: {detail}",
            advice=f"It may use {self._memory_bytes} bytes (read.worker_memory_bytes).",
        )


def _receive(connection: Connection, timeout_s: float) -> tuple[str, Any]:
    """Raises TimeoutError, or EOFError or OSError when the process is gone."""
    if not connection.poll(timeout_s):
        raise TimeoutError
    kind, answer = pickle.loads(connection.recv_bytes())  # noqa: S301 -- from our own process
    return kind, answer


def _shown_status(status: int) -> str:
    if status >= 0:
        return f"it ended with status {status}"
    return f"it was ended by {signal.Signals(-status).name}"
