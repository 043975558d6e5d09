"""What a poll imports: half of the time of a poll without news is the start, so what it does not need stays away."""

from __future__ import annotations

import subprocess
import sys

import pytest

LISTED = "import sys; print(*(name for name in sys.modules if '.' not in name))"
COMMAND = "import monitor.cli, monitor.cli.opening, monitor.cli.show, monitor.cli.logs, monitor.app, monitor.pipeline.gathering.poll; "
WORKER = "import monitor.work.child, monitor.feeds.parse; "


def imported(code: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", code + LISTED], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("code", "too_much"),
    [
        (
            COMMAND,
            {
                "trafilatura",
                "htmldate",
                "jinja2",
                "css_inline",
                "lxml",
                "feedparser",
                "courlan",
                "alembic",
                "apscheduler",
            },
        ),
        (
            WORKER,
            {"pydantic", "sqlalchemy", "aiohttp", "structlog", "lxml", "feedparser", "concurrent", "typer"},
        ),
    ],
    ids=["the command", "the worker"],
)
def test_a_poll_imports_nothing_it_does_not_need(code, too_much):
    names = imported(code)
    assert "monitor" in names
    assert names & too_much == set()
