"""Opening the database: one engine, the pragmas that keep promises, migrations, and two kinds of transaction.

SQLite and PostgreSQL differ only here, and in how a search asks its index (wordindex.py, search.py).
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from shutil import disk_usage
from typing import Any, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from monitor.errors import BusyError, StoreError
from monitor.settings import StoreSettings
from monitor.store import backup
from monitor.store.migrate import HEAD, current, drift, upgrade
from monitor.store.rights import keep_to_owner
from monitor.store.transactions import WHOLE, Kind, listen, reading, writing

_T = TypeVar("_T")
FILE_NAME = "monitor.db"
ROOM_BYTES = 2**17  # SQLite's shared memory takes 32 KB at a time, and its log comes on top
BUSY = "Another process is writing; try again, or stop the second daemon."
SILENT = "The server hangs, or the way to it is cut; nothing was lost, run the same command again."
ADVICE = {
    "locked": BUSY,
    "lock timeout": BUSY,
    "deadlock": BUSY,
    "disk is full": "Free some space in the data folder; nothing was lost, run the same command again.",
    "readonly": "Give the data folder to the user that runs monitor.",
    "no answer": SILENT,
    "timeout expired": SILENT,
    "disk I/O error": "The disk may be failing: look at the system's log. What was not confirmed is done again.",
}  # a word of the database's reason -> what to do; the first that is found counts
DAMAGE = ("not a database", "malformed", "vtable constructor failed")  # the last: of the word index


class Store:
    """The database, opened and brought up to date. Use as a context manager."""

    def __init__(self, engine: Engine, *, is_new: bool = False) -> None:
        self.engine = engine
        self.is_new = is_new  # True: opening it made the SQLite file

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on a server."""
        return file_of(self.engine.url)

    @classmethod
    def open(cls, settings: StoreSettings, data: Path, *, url: str = "") -> Store:
        """Open the database named by `url`, else by settings, else monitor.db in the data folder.

        An SQLite file is copied before its schema changes. Raises StoreError with advice when the folder cannot be written, the
        file is damaged or no database, its schema lacks something or cannot be changed, or a restore was interrupted.
        """
        where = address(settings, data, url=url)
        file = file_of(where)
        is_new = file is not None and not file.exists()
        if file is not None:
            backup.refuse_half_restored(file)
            keep_to_owner(file)
        engine = _engine(where, settings)
        try:
            with _migrating(engine, file) as before:
                upgrade(engine, before=before)
            _refuse_drift(engine, file)
        except DBAPIError as error:
            engine.dispose()
            raise refused(error, where) from error
        except BaseException:  # whatever it was, Ctrl-C too: no connection stays open behind it
            engine.dispose()
            raise
        return cls(engine, is_new=is_new)

    @contextmanager
    def begin(self, kind: Kind = WHOLE, *, wait_s: float | None = None) -> Iterator[Connection]:
        """Open a short write: all or nothing. On SQLite it takes the write lock at once, on a server the locks of its kind.

        `wait_s`: how many seconds to wait for others that write, None for as long as the settings say. Raises BusyError after that.
        """
        with self._translated(), writing(self.engine, kind, wait_s=wait_s).begin() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[Connection]:
        """Open a transaction that only reads: one state of everything, waits for no writer and keeps none waiting.

        The database itself refuses whatever would write in it.
        """
        with self._translated(), reading(self.engine).begin() as connection:
            yield connection

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep the database open through a step of many transactions.

        SQLite writes its whole log back, and reads the schema again, whenever the last connection closes.
        """
        if self.file is None:
            yield
            return
        with ExitStack() as stack:
            with self._translated():
                stack.enter_context(self.engine.connect())
            yield

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the database's own trouble into a StoreError with advice."""
        try:
            yield
        except DBAPIError as error:
            if not _is_trouble(error):
                raise
            raise refused(error, self.engine.url) from error

    def check(self) -> None:
        """Read the whole SQLite database once; PostgreSQL looks after itself.

        Raises StoreError with the newest good backup when it is damaged.
        """
        troubles = backup.check(self.file) if self.file is not None else ()
        if self.file is not None and troubles:
            raise backup.damaged(self.file, troubles[0])

    def keep_backup(self, *, every: timedelta, now: datetime) -> backup.Backup | None:
        """Copy an SQLite database unless there is a copy younger than `every` (0: never); return the new copy.

        Raises StoreError when the database is damaged or the copy cannot be written.
        """
        if self.file is None or not every:
            return None
        copies = backup.found(backup.folder_of(self.file))
        if any(now - every < one.made_at <= now for one in copies):
            return None
        return backup.make_automatic(self.file, now=now)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def try_out(file: Path) -> None:
    """Bring an SQLite file that nobody else uses to the newest schema, without a copy of it.

    Raises StoreError when it cannot be brought there.
    """
    engine = _engine(URL.create("sqlite", database=str(file)), StoreSettings())
    try:
        with _migrating(engine, None):
            upgrade(engine)
        _refuse_drift(engine, file)
    except DBAPIError as error:
        raise refused(error, engine.url) from error
    finally:
        engine.dispose()


def _refuse_drift(engine: Engine, file: Path | None) -> None:
    lacking = drift(engine)
    if lacking:
        raise StoreError(
            f"the database {engine.url.render_as_string(hide_password=True)} lacks {', '.join(lacking)}",
            advice="Somebody changed its schema. " + _instead(file),
        )


def _instead(file: Path | None) -> str:
    return "Restore your newest pg_dump of it." if file is None else backup.instead(file)


def upsert(connection: Connection, table: Table) -> Any:
    """Return an INSERT that knows ON CONFLICT, in the connection's dialect."""
    # The dialect in use is loaded already; the other one would cost 50 ms.
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)


def pairs(rows: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return rows of two columns for `dict`, which would take a result with its `keys()` for a mapping."""
    return [(row[0], row[1]) for row in rows]


def parsed(what: str, parse: Callable[[Any], _T], body: str | bytes) -> _T:
    """Return `parse` of a stored body.

    Raises StoreError that names `what` when the body is damaged, or when only a newer version can read it.
    """
    try:
        return parse(body)
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error) as error:
        raise StoreError(
            f"{what} cannot be read",
            advice="The database is damaged, or a newer version wrote this: restore a backup, or run that version.",
        ) from error


def address(settings: StoreSettings, data: Path, *, url: str = "") -> URL:
    """Return the URL of the database: `url`, else the settings', else monitor.db in the data folder, which is made."""
    return make_url(url or settings.url) if url or settings.url else _file_url(data)


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database; None for one on a server or in memory."""
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(url.database or "") if is_file else None


def refused(error: DBAPIError, url: URL) -> StoreError:
    """Return what a user is told of a database's refusal."""
    reason, file = str(error.orig).strip(), file_of(url)
    if file is not None and any(word in reason for word in DAMAGE):
        return backup.damaged(file, reason)
    if file is not None and "disk I/O error" in reason and _is_full(file.parent):
        reason = f"{reason}, for the disk is full"
    advice = _advice(reason)
    kind = BusyError if advice == BUSY else StoreError
    return kind(f"the database {url.render_as_string(hide_password=True)} refused: {reason}", advice=advice)


def timeouts() -> dict[str, Any]:
    """Return what a PostgreSQL connection is opened with, so that a machine that went away is noticed."""
    return {"connect_timeout": 10, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


def _file_url(data: Path) -> URL:
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.touch()
        probe.unlink(missing_ok=True)  # another process may have been at it too
    except OSError as error:
        raise StoreError(
            f"cannot write to the data folder {data}: {error.strerror}",
            advice="Give it to the user that runs monitor, or name another with --data or MONITOR_DATA.",
        ) from error
    return URL.create("sqlite", database=str(data / FILE_NAME))


def _engine(url: URL, settings: StoreSettings) -> Engine:
    if url.get_backend_name() != "sqlite":
        return _server_engine(url, settings)
    engine = create_engine(
        url,
        connect_args={"timeout": settings.busy_timeout_s, "isolation_level": None},
        **({} if url.database in (None, "", ":memory:") else {"poolclass": NullPool}),
    )
    event.listen(engine, "connect", _pragmas)
    listen(engine, wait_s=settings.busy_timeout_s)
    return engine


def _server_engine(url: URL, settings: StoreSettings) -> Engine:
    engine = server_engine(url, pool_pre_ping=True)
    listen(engine, wait_s=settings.busy_timeout_s)
    return engine


def server_engine(url: URL, **options: Any) -> Engine:
    """Return an engine for PostgreSQL that notices a server that went away or hangs.

    Raises StoreError when its driver is not installed.
    """
    try:
        engine = create_engine(url, connect_args=timeouts(), **options)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"PostgreSQL needs the package {error.name}", advice="pip install 'monitor-digest[postgres]'"
        ) from error
    from monitor.store.patience import Patience  # noqa: PLC0415 - it needs the driver

    engine.update_execution_options(patience=Patience(engine))
    return engine


@contextmanager
def _migrating(engine: Engine, file: Path | None) -> Iterator[Callable[[str], object]]:
    """Give what is done before a migration: a copy of a file; on a server, patience."""
    patience = engine.get_execution_options().get("patience")

    def before(_revision: str) -> None:
        if file is not None:
            backup.make_automatic(file, now=datetime.now(UTC))
        if patience is not None:
            patience.lift()

    try:
        yield before
    except DBAPIError as error:
        if before_revision := _stuck_at(engine, error):
            raise StoreError(
                f"the database {engine.url.render_as_string(hide_password=True)} cannot be brought "
                f"from revision {before_revision} to {HEAD}: {error.orig}",
                advice="Nothing was changed: the version of monitor before this one still opens it. "
                + _instead(file),
            ) from error
        raise
    finally:
        if patience is not None:
            patience.restore()


def _stuck_at(engine: Engine, error: DBAPIError) -> str:
    """The revision a migration left off at; "" when the database itself is in trouble: locked, full, away, damaged."""
    reason = str(error.orig)
    if any(word in reason for word in (*ADVICE, *DAMAGE)) or error.connection_invalidated:
        return ""
    try:
        return current(engine)
    except DBAPIError:
        return ""


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # NORMAL forgets accepted mail after a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _is_full(folder: Path) -> bool:
    """Whether there is no room: SQLite says only "disk I/O error" when its shared memory finds none."""
    try:
        return disk_usage(folder).free < ROOM_BYTES
    except OSError:
        return False


def _is_trouble(error: DBAPIError) -> bool:
    """True for a database that is locked, full, away or damaged; broken rules of our own stay what they are."""
    return isinstance(error, OperationalError) or type(error) is DatabaseError


def _advice(reason: str) -> str:
    known = (advice for word, advice in ADVICE.items() if word in reason)
    return next(known, "Check the address under [store] url, and that the server is up.")
