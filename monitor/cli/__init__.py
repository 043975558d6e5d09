"""The command line: translates words into calls and values into tables. Decides nothing.

Exit codes: 0 done, 1 failed, 2 wrong use. What is imported here is imported by `monitor --help`: keep it light.
"""

from __future__ import annotations

import gc
import os
import sys

from monitor.cli import streams
from monitor.cli.root import app
from monitor.errors import MonitorError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; our own errors, and the machine's, become a message and an exit code, never a traceback."""
    gc.disable()  # imports make half a million objects and no garbage; app.opened enables it again
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # it looks for them in all that is installed
    streams.steady()
    try:
        code = _run()
        streams.check()
    except MonitorError as error:
        _say(str(error))
        code = error.exit_code
    except KeyboardInterrupt:
        _say("stopped; nothing is lost, run the same command again")
        code = 130
    except UnicodeEncodeError as error:
        if not any("\ud800" <= letter <= "\udfff" for letter in "".join(sys.argv)):
            raise  # not of the user's making
        _say(f"an argument holds bytes that are no UTF-8: {error.object!r}")
        code = 2
    except OSError as error:
        _say(f"{error.strerror or error}: {error.filename}" if error.filename else str(error))
        _say("that is the machine's answer: look at the path, its rights and the disk")
        code = 1
    sys.exit(code)


def _run() -> int | str | None:
    """The exit code of the command that was typed."""
    try:
        app()
    except SystemExit as end:
        return end.code
    return 0


def _say(sentence: str) -> None:
    print(f"monitor: {sentence}", file=sys.stderr)  # noqa: T201
