"""The daemon's heartbeat: one small file with a moment in it. Light, because a container's health check asks it every half minute."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

STALE_S = 90.0  # three ticks


def write(file: Path, now: datetime) -> None:
    """Say that the daemon is well; a reader sees the old moment or the new one, never half of one."""
    part = file.with_suffix(".part")
    part.write_text(now.isoformat(), "ascii")
    part.replace(file)


def age_s(file: Path, now: datetime) -> float | None:
    """Return how many seconds ago the daemon was well; None when it never was."""
    try:
        return (now - datetime.fromisoformat(file.read_text("ascii"))).total_seconds()
    except (OSError, ValueError):
        return None
