"""Standard output and standard error that break no command: whatever the terminal cannot show, whoever stops reading.

A command's work is worth more than what it prints: a reader that goes away (`| head`), a full disk behind `>` or a log that cannot
be written any more are remembered, and the work goes on.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from monitor.errors import MonitorError


class _Steady(io.FileIO):
    """A file descriptor that takes everything; `error` is why it could not pass the last of it on, None while all is well."""

    error: OSError | None = None

    def write(self, data, /):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 - as FileIO has it
        """Write what can be written; the number of bytes taken."""
        try:
            return super().write(data)
        except OSError as error:
            self.error = error
            return memoryview(data).nbytes


def steady() -> None:
    """Make the standard streams of this process steady; those that a test or another program has put in their place stay."""
    # One that was closed before the start is None in Python, and the next file that is opened would get its number.
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - the same
        elif stream is getattr(sys, f"__{name}__"):
            setattr(sys, name, _steady(stream))


def _steady(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(_Steady(stream.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.line_buffering or stream.write_through,
    )


def is_lost() -> bool:
    """Whether what is printed reaches nobody any more."""
    return _error() is not None


def check() -> None:
    """Pass on what is printed so far. Raises MonitorError when it got lost, unless its reader just went away."""
    sys.stdout.flush()
    error = _error()
    if error is not None and not isinstance(error, BrokenPipeError):
        raise MonitorError(
            f"standard output cannot be written: {error.strerror}",
            advice="The command itself was done. Look at the disk or the program that standard output goes to.",
        )


def _error() -> OSError | None:
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    return raw.error if isinstance(raw, _Steady) else None
