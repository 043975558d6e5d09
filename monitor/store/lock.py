"""Two locks: who leads, and who sends.

The first a daemon holds while it runs, so that a second one waits as standby. The second whoever delivers holds while sending, daemon
or command: what is half sent then belongs to a process that has ended. Other commands take no lock: transactions and compare-and-set
keep them apart.

On SQLite a file beside the database (flock, which needs a local file system), on PostgreSQL a session's advisory lock. Both end with
their process, however it ends: nothing is left behind to clean up. A lock lost while the process lives (the server went away) is noticed by
`is_held`.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from sqlalchemy import URL, Connection, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store.database import FILE_NAME as DATABASE
from monitor.store.database import address, file_of, refused, server_engine

FILE_NAME = "monitor.lock"
SENDING_FILE = "sending.lock"
LEADER_KEY = 0x6D6F6E31  # "mon1"; advisory locks are numbers, one space of them in each database
SENDING_KEY = 0x6D6F6E32  # "mon2"


class Lock(Protocol):
    """Held by one process at a time."""

    def take(self) -> bool:
        """Return True when this process holds it now; never waits."""
        ...

    def is_held(self) -> bool:
        """Return whether it is still held."""
        ...

    def close(self) -> None:
        """Let go."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...


def leader_locks(settings: StoreSettings, data: Path) -> tuple[Lock, ...]:
    """Return what a daemon takes, in this order, before it leads; none is taken yet.

    First the folder's lock: who has it owns the heartbeat file there. On PostgreSQL then the server's, for daemons on other machines.
    """
    url = address(settings, data)
    data.mkdir(parents=True, exist_ok=True)
    folder = FileLock.beside(file_of(url) or data / DATABASE)
    return (folder,) if url.get_backend_name() == "sqlite" else (folder, ServerLock(url))


def sending_lock(settings: StoreSettings, data: Path) -> Lock:
    """Return what whoever delivers takes before, and holds until all is sent; not taken yet."""
    url = address(settings, data)
    if url.get_backend_name() != "sqlite":
        return ServerLock(url, key=SENDING_KEY)
    data.mkdir(parents=True, exist_ok=True)
    return FileLock((file_of(url) or data / DATABASE).with_name(SENDING_FILE))


class FileLock:
    """A locked file; it holds the number of the process that has it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._descriptor: int | None = None

    @classmethod
    def beside(cls, database: Path) -> FileLock:
        """Return the lock of an SQLite file."""
        return cls(database.with_name(FILE_NAME))

    def take(self) -> bool:
        """Return True when this process holds it now; never waits. Raises StoreError when there can be no such file."""
        if self._descriptor is not None:
            return True
        descriptor = self._opened()
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        # On a full disk the lock holds all the same: only who has it is not written down.
        with suppress(OSError):
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        return True

    def _opened(self) -> int:
        try:
            return os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(
                f"cannot make the lock {self.file}: {error.strerror}",
                advice="Free some space in the data folder, and let the user that runs monitor write there.",
            ) from error

    def is_held(self) -> bool:
        """Return whether it is still held: a file that was taken away can be locked anew by somebody else."""
        if self._descriptor is None:
            return False
        try:
            return self.file.stat().st_ino == os.fstat(self._descriptor).st_ino
        except FileNotFoundError:
            return False

    def holder(self) -> str:
        """Return the number of the process that has it or had it last; "" unknown."""
        try:
            return self.file.read_text("ascii").strip()
        except (OSError, ValueError):
            return ""

    def close(self) -> None:
        """Let go. The file stays: taking it away would let two processes lock two files of one name."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class ServerLock:
    """An advisory lock on a connection of its own, which stays open as long as it is held."""

    def __init__(self, url: URL, *, key: int = LEADER_KEY) -> None:
        self._url = url
        self._key = key
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Return True when this process holds it now; never waits. Raises StoreError when the server cannot be reached."""
        if self._connection is not None:
            return True
        engine = server_engine(self._url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        try:
            connection = engine.connect()
            is_ours = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": self._key})
        except DBAPIError as error:
            raise refused(error, self._url) from error
        if not is_ours.scalar():
            connection.close()
            return False
        self._connection = connection
        return True

    def is_held(self) -> bool:
        """Return whether it is still held; the server forgets it with the connection."""
        if self._connection is None:
            return False
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def close(self) -> None:
        """Let go."""
        if self._connection is not None:
            self._connection.invalidate()  # closes the session, and the lock with it
            self._connection.close()
            self._connection = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
