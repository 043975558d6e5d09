"""The daemon's heartbeat: one small file. Light, because a container's health check asks it every half minute.

Its first line is when the daemon was last well. Each further line is a moment from which on something is wrong unless the file is
written anew before: so a daemon whose ticks hang is found out although its heartbeat goes on. All times are those of the machine's clock.
A line that begins with `note` says what somebody should look at although the daemon is well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

STALE_S = 90.0  # three ticks
_NOTE = "note "


@dataclass(frozen=True, slots=True)
class Red:
    """From `since` on, `what` is wrong."""

    since: datetime
    what: str


@dataclass(frozen=True, slots=True)
class Beat:
    """What the file says."""

    at: datetime
    red: tuple[Red, ...]
    notes: tuple[str, ...] = ()

    def age_s(self, now: datetime) -> float:
        """Return how many seconds ago the daemon was well."""
        return (now - self.at).total_seconds()

    def wrong(self, now: datetime) -> tuple[str, ...]:
        """Return what is wrong now."""
        return tuple(each.what for each in self.red if each.since <= now)


def write(file: Path, now: datetime, *, red: Iterable[Red] = (), notes: Iterable[str] = ()) -> None:
    """Say that the daemon is well; a reader sees the old file or the new one, never half of one."""
    lines = [now.isoformat(), *(f"{each.since.isoformat()} {' '.join(each.what.split())}" for each in red)]
    lines += [f"{_NOTE}{' '.join(note.split())}" for note in notes]
    part = file.with_suffix(".part")
    part.write_text("\n".join(lines), "utf-8")
    part.replace(file)


def read(file: Path) -> Beat | None:
    """Return what the file says; None when there is none, or it is not one."""
    try:
        first, *others = file.read_text("utf-8").splitlines() or [""]
        red = _red(line for line in others if not line.startswith(_NOTE))
        notes = tuple(line.removeprefix(_NOTE) for line in others if line.startswith(_NOTE))
        return Beat(datetime.fromisoformat(first), tuple(red), notes)
    except (OSError, ValueError):
        return None


def age_s(file: Path, now: datetime) -> float | None:
    """Return how many seconds ago the daemon was well; None when it never was."""
    beat = read(file)
    return None if beat is None else beat.age_s(now)


def _red(lines: Iterable[str]) -> Iterator[Red]:
    for line in lines:
        since, _, what = line.partition(" ")
        yield Red(datetime.fromisoformat(since), what)
