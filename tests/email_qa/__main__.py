"""`python -m tests.email_qa [--out DIR] [--no-install]`: look at the mail with the programs its readers have.

Exit code: 0 everything was run and passed, 1 something failed, 77 nothing failed but a tool was missing.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from tests.email_qa.mails import Mail, demo_issues, samples
from tests.email_qa.programs import absent, programs
from tests.email_qa.results import FAILED, Result, exit_code, result
from tests.email_qa.tools import Tools, tools

BROWSER_S = 400.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every check that can be run; the exit code."""
    options = _options(arguments)
    out = options.out.resolve()
    found = tools(out / "tools", may_install=not options.no_install)
    demos = demo_issues(out / "demo")
    mails = (*samples(), *demos)
    results = [result(30, "the demo's issues", [] if demos else ["the demo did not write them"])]
    results += [*programs(mails, found, out), *browsed(mails, found, out)]
    results.sort(key=lambda each: (each.row, each.step))
    for each in results:
        _say(f"{each.row:3}  {each.state:8} {each.step}{': ' if each.detail else ''}{each.detail}")
    (out / "results.json").write_text(json.dumps([asdict(each) for each in results], indent=1), "utf-8")
    _say(f"screenshots: {out}")
    return exit_code(results)


def browsed(mails: Sequence[Mail], found: Tools, out: Path) -> Iterator[Result]:
    """The checks in a browser."""
    missing = [
        name for name, path in (("chromium", found.chromium), ("playwright", found.python)) if path is None
    ]
    if missing:
        for row, step in (
            (16, "computed styles"),
            (17, "no sideways scroll"),
            (18, "sizes, contrast, axe-core"),
        ):
            yield absent(row, step, *missing)
        return
    if found.axe is None:
        yield absent(18, "axe-core", "axe-core")
    job = {
        "chromium": str(found.chromium),
        "axe": str(found.axe or ""),
        "out": str(out),
        "mails": [{"name": mail.name, "html": mail.html, "raw": mail.raw} for mail in mails],
    }
    done = subprocess.run(
        [str(found.python), str(Path(__file__).with_name("browser.py"))],
        input=json.dumps(job),
        check=False,
        capture_output=True,
        text=True,
        timeout=BROWSER_S,
    )
    if done.returncode:
        yield Result(row=18, step="the browser's checks", state=FAILED, detail=done.stderr.strip()[-600:])
        return
    for each in json.loads(done.stdout):
        yield result(each["row"], each["step"], each["complaints"], good=each["good"])


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.email_qa", description="Look at the mail as its readers do."
    )
    parser.add_argument(
        "--out", type=Path, default=Path("out/email-qa"), metavar="DIR", help="[out/email-qa]"
    )
    parser.add_argument("--no-install", action="store_true", help="use only what is there")
    return parser.parse_args(arguments)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a program for people


if __name__ == "__main__":
    sys.exit(main())
