"""Copies of an SQLite database: made while others write, checked, found again, and put back. PostgreSQL has pg_dump for this.

A copy NAME.db has its SHA-256 beside it in NAME.db.sha256, in the form `sha256sum --check` reads. It is written under another
name first: a file without its sum is no backup. Automatic ones end in -auto and only the newest few are kept; those asked for by
hand are never taken away.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

from monitor.errors import StoreError
from monitor.store.migrate import REVISIONS
from monitor.store.rights import keep_to_owner

FOLDER = "backups"
KEPT = 3  # automatic ones
AUTO = "-auto"
WAIT_S = 30.0  # for somebody who writes
RESTORE_WAIT_S = 2.0  # for other commands to end
COMPANIONS = ("", "-wal", "-shm")
RESTORING = ".restoring"  # the checked copy, on its way to its place
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A copy and when it was made."""

    file: Path
    made_at: datetime
    sha256: str

    def __str__(self) -> str:
        """Name it for people."""
        return f"{self.file} (of {self.made_at:%Y-%m-%d %H:%M} UTC)"


def folder_of(database: Path) -> Path:
    """Return the folder where a database's backups lie when no other place is named."""
    return database.parent / FOLDER


def make(database: Path, *, now: datetime, out: Path | None = None, is_automatic: bool = False) -> Backup:
    """Copy a database that may be in use, check the copy, and write its sum beside it.

    Raises StoreError when the target is there already, cannot be written, or the database is damaged.
    """
    stem = f"{database.stem}-{now:{_STAMP}}{AUTO if is_automatic else ''}"
    target = out or _free(folder_of(database), stem)
    part = target.with_name(target.name + ".part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        if target.exists():
            raise StoreError(f"{target} is there already", advice="Name another file with --out.")
        _vacuum(database, part)
        troubles = check(part)
        if troubles:
            raise damaged(database, troubles[0])
        sha256 = _sum(part)
        _write(_sum_file(target), f"{sha256}  {target.name}\n")
        part.replace(target)
        _sync(target.parent)
    except OSError as error:
        raise StoreError(
            f"cannot write the backup {target}: {error.strerror}",
            advice="Free some space, or name another place with --out.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(file=target, made_at=now, sha256=sha256)


def make_automatic(database: Path, *, now: datetime) -> Backup:
    """Make a backup nobody asked for, and keep only the newest few of that kind."""
    made = make(database, now=now, is_automatic=True)
    automatic = [one for one in found(folder_of(database)) if AUTO in one.file.stem]
    for old in automatic[KEPT:]:
        old.file.unlink(missing_ok=True)
        _sum_file(old.file).unlink(missing_ok=True)
    return made


def found(folder: Path) -> tuple[Backup, ...]:
    """Return the backups in a folder that have their sum beside them, newest first; nothing is read yet."""
    return tuple(sorted(_listed(folder), key=lambda one: (one.made_at, one.file.name), reverse=True))


def newest_good(database: Path) -> Backup | None:
    """Return the newest backup that is what it was when it was made, and no damaged database."""
    return next((one for one in found(folder_of(database)) if not troubles_of(one.file)), None)


def troubles_of(file: Path) -> tuple[str, ...]:
    """Return what speaks against putting this copy in a database's place; empty: nothing."""
    if not file.is_file():
        return (f"there is no file {file}",)
    stated = _stated(file)
    if stated and _sum(file) != stated:
        return ("its sha256 is not the one beside it",)
    return check(file) or _not_ours(file)


def check(database: Path) -> tuple[str, ...]:
    """Read a whole database, and return what is wrong with it: structure, indexes, references."""
    try:
        with closing(_opened(database)) as connection:
            said = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        return (str(error),)
    if said != ["ok"]:
        return tuple(said)
    return (f"a row of {broken[0]} refers to nothing",) if broken else ()


def restore(
    copy: Path, database: Path, *, now: datetime, try_out: Callable[[Path], object] = lambda _: None
) -> Path | None:
    """Put a checked copy in the database's place, and return where the old one lies now; None when there was none.

    `try_out` opens it first, under another name, and raises StoreError when it is of no use. Until then nothing else is touched.
    Killed anywhere in it, either the old database is in its place or a start is refused with the advice to do it again. The caller
    holds the lock. Raises StoreError when the copy is not good.
    """
    troubles = troubles_of(copy)
    if troubles:
        raise _not_restored(copy, database, troubles[0])
    coming = database.with_name(database.name + RESTORING)
    part = coming.with_name(coming.name + ".part")
    _remove(part)
    try:
        _vacuum(copy, part)
        _try(part, try_out, copy=copy, database=database)
        if database.exists():
            _fold_log(database)
        part.replace(coming)
    finally:
        _remove(part)
    aside = _free(database.parent, f"{database.stem}-replaced-{now:{_STAMP}}") if database.exists() else None
    if aside is not None:
        _put_aside(database, aside)
    coming.replace(database)
    _sync(database.parent)
    return aside


def _try(part: Path, try_out: Callable[[Path], object], *, copy: Path, database: Path) -> None:
    try:
        try_out(part)
    except StoreError as error:
        raise _not_restored(copy, database, error.message.replace(str(part), str(copy))) from error


def _not_restored(copy: Path, database: Path, reason: str) -> StoreError:
    advice = instead(database, copy)
    if database.exists() and not check(database):  # to move it away would lose what nobody else has
        good = newest_good(database)
        advice = f"{database} is sound and was not touched: leave it where it is. " + (
            f"The newest good backup is {good}."
            if good is not None and good.file != copy
            else f"Name a file that `monitor backup` wrote; they lie in {folder_of(database)}."
        )
    return StoreError(f"{copy} cannot be restored: {reason}", advice=advice)


def _remove(file: Path) -> None:
    for ending in COMPANIONS:
        file.with_name(file.name + ending).unlink(missing_ok=True)


def refuse_half_restored(database: Path) -> None:
    """Raise StoreError when a restore was interrupted: the database in place may lack its last transactions."""
    if database.with_name(database.name + RESTORING).exists():
        raise StoreError(f"a restore of {database} was interrupted", advice=instead(database))


def damaged(database: Path, detail: str) -> StoreError:
    """Return the error for a damaged database: what is wrong, and the newest good backup."""
    return StoreError(f"the database {database} is damaged: {detail}", advice=instead(database))


def instead(database: Path, copy: Path | None = None) -> str:
    """Return the advice that names the newest good backup, another than `copy`."""
    good = newest_good(database)
    if good is None or good.file == copy:
        return (
            f"There is no good backup in {folder_of(database)}: put one of yours there, "
            "or move the file away to start anew (what was sent is forgotten then)."
        )
    return f"The newest good backup is {good}. Restore it: monitor restore {good.file}"


def _vacuum(database: Path, target: Path) -> None:
    keep_to_owner(target)  # made before: SQLite would make it readable to all
    try:
        with closing(_opened(database, mode="rw")) as connection:
            connection.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.OperationalError as error:
        raise StoreError(
            f"cannot copy {database}: {error}", advice="Free some space, or name another place with --out."
        ) from error
    except sqlite3.DatabaseError as error:
        raise damaged(database, str(error)) from error
    with target.open("rb+") as file:
        os.fsync(file.fileno())


def _opened(database: Path, *, mode: str = "ro", wait_s: float = WAIT_S) -> sqlite3.Connection:
    return sqlite3.connect(f"{database.absolute().as_uri()}?mode={mode}", uri=True, timeout=wait_s)


def _not_ours(file: Path) -> tuple[str, ...]:
    try:
        with closing(_opened(file)) as connection:
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError:
        return ("it is no database of monitor",)
    if row is None or row[0] not in REVISIONS:
        return ("it was made by a newer monitor",)
    return ()


def _fold_log(database: Path) -> None:
    # Works only while nobody else has the file open; whoever has would take the new file's log away when it closes.
    try:
        with closing(_opened(database, mode="rw", wait_s=RESTORE_WAIT_S)) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise StoreError(
                f"another command is using {database}", advice="Wait until it has ended, then run this again."
            ) from error
        # Damaged: nobody can be at work in it.


def _put_aside(database: Path, aside: Path) -> None:
    # Links first: the old database is never without a name. Its log goes before the copy comes: it belongs to the old file alone.
    for ending in COMPANIONS:
        old = database.with_name(database.name + ending)
        if old.exists():
            os.link(old, aside.with_name(aside.name + ending))
    _sync(database.parent)
    for ending in COMPANIONS[1:]:
        database.with_name(database.name + ending).unlink(missing_ok=True)


def _listed(folder: Path) -> Iterator[Backup]:
    for file in folder.glob("*.db"):
        sha256 = _stated(file)
        if sha256:
            made_at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
            yield Backup(file=file, made_at=_stamped(file.stem) or made_at, sha256=sha256)


def _stamped(stem: str) -> datetime | None:
    for word in stem.split("-"):
        try:
            return datetime.strptime(word, _STAMP).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _free(folder: Path, stem: str) -> Path:
    names = (folder / f"{stem}{f'-{n}' if n else ''}.db" for n in range(1000))
    return next(name for name in names if not name.exists())


def _stated(file: Path) -> str:
    try:
        return _sum_file(file).read_text("utf-8", "surrogateescape").split()[0]
    except (OSError, ValueError, IndexError):
        return ""


def _sum(file: Path) -> str:
    with file.open("rb") as stream:
        return file_digest(stream, "sha256").hexdigest()


def _sum_file(file: Path) -> Path:
    return file.with_name(file.name + ".sha256")


def _write(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", errors="surrogateescape") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
