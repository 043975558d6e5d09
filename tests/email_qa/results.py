"""What a check found: one `Result` for each, and what all of them together mean for the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

PASSED, FAILED, SKIPPED = "passed", "FAILED", "skipped"
EXIT_PASSED, EXIT_FAILED, EXIT_SKIPPED = 0, 1, 77  # 77: "not everything could be run", as automake says it


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One check. `row` is its number in docs/email-qa.md."""

    row: int
    step: str
    state: str
    detail: str = ""


def result(row: int, step: str, complaints: Iterable[str], *, good: str = "") -> Result:
    """Passed, with `good` to say, when there are no complaints; else failed with the first few."""
    found = list(complaints)
    if not found:
        return Result(row=row, step=step, state=PASSED, detail=good)
    more = f" (+{len(found) - 4} more)" if len(found) > 4 else ""
    return Result(row=row, step=step, state=FAILED, detail="; ".join(found[:4]) + more)


def exit_code(results: Iterable[Result]) -> int:
    """0 all passed, 1 something failed, 77 nothing failed but something could not be run."""
    states = {each.state for each in results}
    return EXIT_FAILED if FAILED in states else EXIT_SKIPPED if SKIPPED in states else EXIT_PASSED
