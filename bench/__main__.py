"""`python -m bench`: all measurements, or those named. PEERS, FEEDSERVER and others by variables: see docs/bench.md."""

from __future__ import annotations

import sys
from importlib import import_module

from monitor.cli.logs import configure

NAMES = ("start", "worker", "render", "score", "window", "issue", "search", "growth", "poll")


def main(arguments: list[str]) -> int:
    """Run the measurements named; 2 for a name that is none."""
    wanted = arguments or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"no measurement {', '.join(unknown)}; there are: {', '.join(NAMES)}", file=sys.stderr)
        return 2
    configure(level="error", style="auto")
    for name in wanted:
        print(f"\n== {name}", flush=True)
        import_module(f"bench.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
