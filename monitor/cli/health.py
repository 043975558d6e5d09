"""`monitor health`: what a container's HEALTHCHECK asks. Light: it reads one small file."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from monitor.cli.opening import Root
from monitor.errors import MonitorError

STALE_S = 90  # three ticks


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(health)


def health(context: typer.Context) -> None:
    """Exit 0 when the daemon's heartbeat is younger than 90 seconds."""
    from monitor.settings import load

    root: Root = context.obj
    file = load(root.config, data=root.data).heartbeat
    try:
        beat = datetime.fromisoformat(file.read_text("ascii"))
    except (OSError, ValueError):
        raise MonitorError(
            f"no heartbeat in {file.parent}", advice="Start the daemon with `monitor run`."
        ) from None
    age_s = (datetime.now(UTC) - beat).total_seconds()
    if age_s > STALE_S:
        raise MonitorError(
            f"the last heartbeat is {age_s:.0f} s old",
            advice="The daemon hangs or has ended: look at its log, restart it.",
        )
    typer.echo(f"ok: heartbeat {age_s:.0f} s ago")
