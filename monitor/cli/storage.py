"""`monitor backup`, `restore`, `prune`: the database as a whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Json, Now, moment, opened, settings_of
from monitor.errors import InputError, StoreError

if TYPE_CHECKING:
    from monitor.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    for command in (backup, restore, prune):
        app.command()(command)


def backup(
    context: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="File to write. [default: backups/monitor-TIME.db in the data folder]")
    ] = None,
    now: Now = None,
) -> None:
    """Copy the database while it is in use, check the copy, and write its sha256 beside it."""
    from monitor.cli.show import lines
    from monitor.store import backup as backups

    database = _file(settings_of(context), "pg_dump --format=custom --file=monitor.dump")
    if not database.exists():
        raise StoreError(f"there is no database {database}", advice="`monitor poll` makes it.")
    made = backups.make(database, now=moment(now) or datetime.now(UTC), out=out)
    lines([f"wrote {made.file} ({made.file.stat().st_size:,} bytes, checked)", f"  sha256 {made.sha256}"])


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that `monitor backup` wrote.")],
    now: Now = None,
) -> None:
    """Check a backup and put it in the database's place; the old file is kept beside it."""
    from monitor.cli.show import lines
    from monitor.store import backup as backups
    from monitor.store.database import try_out
    from monitor.store.lock import FileLock

    database = _file(
        settings_of(context), "pg_restore --clean --if-exists --single-transaction monitor.dump --dbname="
    )
    with FileLock.beside(database) as lock:
        if not lock.take():
            raise StoreError(
                f"a daemon is using {database} (process {lock.holder() or 'unknown'})",
                advice="Stop it first (SIGTERM, or `docker compose stop`), then run this again.",
            )
        aside = backups.restore(file, database, now=moment(now) or datetime.now(UTC), try_out=try_out)
    lines([f"restored {database} from {file}"])
    lines([f"  the old one is {aside}"] if aside else [])
    lines(
        [
            "  what was done since that copy is not known: look at `monitor issues list` before the next issue is sent"
        ]
    )


def prune(
    context: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count.")] = False,
    as_json: Json = False,
    now: Now = None,
) -> None:
    """Forget what is older than its age under [retention]; the daemon does it once an hour."""
    from dataclasses import asdict

    from monitor.cli import show
    from monitor.store import retention

    with opened(context, now=now) as house:
        found = retention.prune(house.store, house.settings.retention, now=house.now, dry_run=dry_run)
    if as_json:
        show.as_json(asdict(found) | {"dry_run": dry_run})
        return
    word = "would forget" if dry_run else "forgot"
    texts = f"{found.texts} texts of irrelevant articles ({found.text_chars:,} characters)"
    show.lines([f"{word} {texts}, {found.polls} polls, {found.sightings} sightings"])


def _file(settings: Settings, advice: str) -> Path:
    """Return the SQLite file that settings name.

    Raises InputError for PostgreSQL, with the command that does it there.
    """
    from monitor.store.database import address, file_of

    url = address(settings.store, settings.data)
    file = file_of(url)
    if file is None:
        shown = url.set(drivername="postgresql").render_as_string(hide_password=True)
        joined = f"{advice}'{shown}'" if advice.endswith("=") else f"{advice} '{shown}'"
        raise InputError("this is for SQLite; PostgreSQL has its own way", advice=f"Run: {joined}")
    return file
