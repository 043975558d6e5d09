"""What the process is told from outside: SIGTERM and SIGINT to end, SIGHUP to read its configuration again.

A thread reads the signals from a pipe that the interpreter fills at once, also while the main thread is deep in C code. The thread
sees to it that the process ends in time: every step may be killed at any instant, so a step in flight is left after a few seconds.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from types import FrameType
from typing import Self

import structlog

log = structlog.get_logger()
STOP_S = 4.0  # for a step in flight to end; container runtimes kill after ten seconds
END, RELOAD = "end", "reload"
_MEANING = {signal.SIGTERM: END, signal.SIGINT: END, signal.SIGHUP: RELOAD}
_ENOUGH = 0  # no signal has this number


class Signals:
    """Tells the main thread what came. A context manager; of the main thread only."""

    def __init__(self, *, leave: Callable[[int], object] = os._exit) -> None:
        """`leave(status)` ends the process without asking anybody."""
        self.ended_by = ""  # the name of the first signal to end
        self._leave = leave
        self._timer: Timer | None = None
        self._told: SimpleQueue[str] = SimpleQueue()
        self._out, self._in = os.pipe()
        os.set_blocking(self._in, False)
        for number in _MEANING:
            signal.signal(number, _handled)
        self._before = signal.set_wakeup_fd(self._in, warn_on_full_buffer=False)
        self._thread = Thread(target=self._listen, name="signals", daemon=True)
        self._thread.start()

    def wait(self, timeout_s: float) -> str:
        """Return END or RELOAD as soon as that was asked for, "" after this time. Several reloads in a row are one."""
        if self.ended_by:
            return END
        with suppress(Empty):
            told = {self._told.get(timeout=timeout_s)}
            with suppress(Empty):
                while True:
                    told.add(self._told.get_nowait())
            return END if END in told else RELOAD
        return ""

    def leave_soon(self, status: int) -> None:
        """End the process in a few seconds, unless it has ended by itself."""
        self._timer = Timer(STOP_S, self._left, (status,))
        self._timer.daemon = True
        self._timer.start()

    def _listen(self) -> None:
        while True:
            for number in os.read(self._out, 64):
                if number == _ENOUGH:
                    return
                self._take(number)

    def _take(self, number: int) -> None:
        meaning = next((_MEANING[each] for each in _MEANING if each == number), "")
        if meaning == END and not self.ended_by:
            self.ended_by = signal.Signals(number).name
            self.leave_soon(0)
        if meaning:
            self._told.put(meaning)

    def _left(self, status: int) -> None:
        log.warning(
            "daemon.stopped",
            signal=self.ended_by,
            detail="a step was left unfinished; it is repeated at the next start",
        )
        self._leave(status)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        signal.set_wakeup_fd(self._before)
        if self._timer is not None and not self.ended_by:
            self._timer.cancel()  # told to end, it goes on: threads may still keep the interpreter from ending
        os.write(self._in, bytes([_ENOUGH]))
        self._thread.join(STOP_S)
        os.close(self._in)
        os.close(self._out)


def _handled(_number: int, _frame: FrameType | None) -> None:
    """Nothing: the pipe has it. Without a handler the interpreter would not fill the pipe."""
