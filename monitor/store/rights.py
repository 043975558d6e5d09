"""Whom files may be read by: a database names readers' addresses and what they answered, so it is its owner's alone."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BESIDE = ("", "-wal", "-shm")  # SQLite gives the two the rights of the database when it makes them


def keep_to_owner(database: Path) -> None:
    """Make an SQLite database, there or still to come, unreadable to everybody else; one of another owner stays as it is."""
    with suppress(OSError):  # a folder that cannot be written to is told by whoever opens the database
        os.close(os.open(database, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for ending in _BESIDE:
        file = database.with_name(database.name + ending)
        with suppress(OSError):
            mode = stat.S_IMODE(file.stat().st_mode)
            if mode & _OTHERS:
                file.chmod(mode & ~_OTHERS)
