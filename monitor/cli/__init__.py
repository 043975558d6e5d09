"""The command line: translates words into calls and values into tables. Decides nothing.

Exit codes: 0 done, 1 failed, 2 wrong use. What is imported here is imported by `monitor --help`: keep it light.
"""

from __future__ import annotations

import gc
import sys

from monitor.cli.root import app
from monitor.errors import MonitorError

__all__ = ["app", "main"]


def main() -> None:
    """Run the command line; our own errors become a message and an exit code, never a traceback."""
    gc.disable()  # imports make half a million objects and no garbage; app.opened enables it again
    try:
        app()
    except MonitorError as error:
        print(f"monitor: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("monitor: stopped; nothing is lost, run the same command again", file=sys.stderr)  # noqa: T201
        sys.exit(130)
    except BrokenPipeError:
        # The reader of our output went away (`monitor search ... | head`): not an error.
        sys.stderr.close()
        sys.exit(0)
