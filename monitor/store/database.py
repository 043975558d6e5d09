"""Opening the database: one engine, the pragmas that keep promises, migrations, and two kinds of transaction.

SQLite and PostgreSQL differ only here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import NullPool

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store.migrate import upgrade

FILE_NAME = "monitor.db"


class Store:
    """The database, opened and brought up to date. Use as a context manager."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @classmethod
    def open(cls, settings: StoreSettings, data: Path, *, url: str = "") -> Store:
        """Open the database named by `url`, else by settings, else monitor.db in the data folder.

        Raises StoreError with advice when the folder cannot be written or the file is no database.
        """
        address = make_url(url or settings.url) if url or settings.url else _file_url(data)
        try:
            engine = _engine(address, settings)
            upgrade(engine)
        except (OperationalError, DBAPIError) as error:
            raise StoreError(
                f"cannot open the database {address.render_as_string(hide_password=True)}: {error.orig}",
                advice=_advice(str(error.orig)),
            ) from error
        return cls(engine)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open a writing transaction: all or nothing. On SQLite it takes the write lock at once."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except OperationalError as error:
            raise StoreError(
                f"the database refused: {error.orig}", advice=_advice(str(error.orig))
            ) from error

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def upsert(connection: Connection, table: Table) -> Any:
    """Return an INSERT that knows ON CONFLICT, in the connection's dialect."""
    # The dialect in use is loaded already; the other one would cost 50 ms.
    return import_module(f"sqlalchemy.dialects.{connection.dialect.name}").insert(table)


def pairs(rows: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return rows of two columns for `dict`, which would take a result with its `keys()` for a mapping."""
    return [(row[0], row[1]) for row in rows]


def _file_url(data: Path) -> URL:
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise StoreError(
            f"cannot write to the data folder {data}: {error.strerror}",
            advice="Give it to the user that runs monitor, or name another with --data or MONITOR_DATA.",
        ) from error
    return URL.create("sqlite", database=str(data / FILE_NAME))


def _engine(url: URL, settings: StoreSettings) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(
        url,
        connect_args={"timeout": settings.busy_timeout_s, "isolation_level": None},
        **({} if url.database in (None, "", ":memory:") else {"poolclass": NullPool}),
    )
    event.listen(engine, "connect", _pragmas)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _pragmas(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # NORMAL forgets accepted mail after a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_immediate(connection: Connection) -> None:
    # The default deferred BEGIN loses updates between two writers, without an error.
    connection.execute(text("BEGIN IMMEDIATE"))


def _advice(reason: str) -> str:
    for word, advice in (
        ("locked", "Another process is writing; try again, or stop the second daemon."),
        ("disk is full", "Free some space in the data folder; nothing was lost, run the same command again."),
        (
            "not a database",
            "The file is damaged or is something else: restore a backup, or move it away to start anew.",
        ),
        ("malformed", "The file is damaged: restore a backup, or move it away to start anew."),
        ("readonly", "Give the data folder to the user that runs monitor."),
    ):
        if word in reason:
            return advice
    return "Check the address under [store] url, and that the server is up."
