"""`python -m tests.e2e [--out DIR] [--no-install]`: the desk in a browser.

Exit code: 0 every journey was taken and passed, 1 something failed, 77 a tool was missing; with CI=true a missing tool is a failure.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.e2e.house import PASSWORD, READER, build, served
from tests.email_qa.results import EXIT_FAILED, EXIT_PASSED, EXIT_SKIPPED
from tests.email_qa.tools import tools
from tests.faults.sink import Sink

BROWSER_S = 1800.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Take every journey; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e", description="The desk in a browser.")
    parser.add_argument("--out", type=Path, default=Path("out/e2e"), metavar="DIR", help="[out/e2e]")
    parser.add_argument("--no-install", action="store_true", help="use only what is there")
    options = parser.parse_args(arguments)
    out = options.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    found = tools(out / "tools", may_install=not options.no_install)
    missing = [
        name for name, path in (("chromium", found.chromium), ("playwright", found.python)) if path is None
    ]
    if missing:
        _say(f"skipped: {' and '.join(missing)} cannot be had here; no journey was taken")
        return EXIT_FAILED if os.environ.get("CI") == "true" else EXIT_SKIPPED
    build(out / "house")
    (out / "mail.jsonl").unlink(missing_ok=True)
    with Sink(out / "mail.jsonl") as sink, served(out / "house", sink.port) as desk:
        job = {
            "chromium": str(found.chromium),
            "axe": str(found.axe or ""),
            "out": str(out),
            "desk": desk,
            "password": PASSWORD,
        }
        done = subprocess.run(
            [str(found.python), str(Path(__file__).with_name("journeys.py"))],
            input=json.dumps(job),
            check=False,
            stdout=subprocess.PIPE,
            text=True,
            timeout=BROWSER_S,
        )
        mails = [(mail.recipient, mail.id) for mail in sink.taken()]
    if done.returncode:
        _say("FAILED  the browser ended with an error")
        return EXIT_FAILED
    results = json.loads(done.stdout)
    # One test of each draft that was asked for, and the issue, which a double click sent.
    as_meant = len(mails) == len(set(mails)) >= 2 and {to for to, _ in mails} == {READER}
    results.append({"step": "each mail arrived once", "complaints": [] if as_meant else [f"{mails}"]})
    for each in results:
        _say(
            f"{'FAILED' if each['complaints'] else 'passed'}  {each['step']}{''.join(f'; {said}' for said in each['complaints'])}"
        )
    failed = sum(bool(each["complaints"]) for each in results)
    _say(
        f"{len(results) - failed} passed, {failed} failed; screenshots: {out}{'' if found.axe else '; axe-core was missing'}"
    )
    return EXIT_FAILED if failed else EXIT_PASSED


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program for people


if __name__ == "__main__":
    sys.exit(main())
