"""`monitor health`: what a container's HEALTHCHECK asks. Light: it reads one small file, and the settings to find it."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from monitor.cli.opening import settings_of
from monitor.errors import MonitorError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(health)


def health(context: typer.Context) -> None:
    """Exit 0 while the daemon's heartbeat is younger than 90 seconds and no issue is overdue by more than two hours."""
    from monitor.operations import heartbeat

    file = settings_of(context).heartbeat
    now = datetime.now(UTC)
    beat = heartbeat.read(file)
    if beat is None:
        raise MonitorError(f"no heartbeat in {file.parent}", advice="Start the daemon with `monitor run`.")
    age_s, wrong = beat.age_s(now), beat.wrong(now)
    if age_s > heartbeat.STALE_S:
        raise MonitorError(
            f"the last heartbeat is {age_s:.0f} s old",
            advice="The daemon hangs or has ended: look at its log, restart it.",
        )
    if wrong:
        raise MonitorError(
            "; ".join(wrong),
            advice="Look at `monitor status`, then at the daemon's log; `monitor doctor` checks the mail server.",
        )
    typer.echo(f"ok: heartbeat {age_s:.0f} s ago")
    for note in beat.notes:
        typer.echo(f"  {note}")
