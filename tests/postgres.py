"""A PostgreSQL server for the tests: a throwaway one of our own on a Unix socket, or the one a variable names.

MONITOR_TEST_POSTGRESQL: empty, use the programs of this machine if they are there, else skip; `off`, skip; `required`, fail when
they are not there (what CI sets where PostgreSQL is meant to run); a URL, use that server, whose user may create databases.
"""

from __future__ import annotations

import grp
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from monitor.store import wordindex
from monitor.store.schema import metadata

VARIABLE = "MONITOR_TEST_POSTGRESQL"
ABSENT = f"no PostgreSQL here: install the package postgresql and psycopg, or name a server in {VARIABLE}"
# Nothing outlives the tests, so nothing need reach the disk.
FAST = (
    "fsync=off",
    "full_page_writes=off",
    "shared_buffers=16MB",
    "max_wal_size=256MB",
)
# In memory where that is possible; and a socket's path holds hardly 100 characters.
SHORT = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"  # noqa: S108 - mkdtemp makes a folder of our own in it
# The server ends when our end of its standard input is closed: also when this process is killed.
KEEPER = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'


def programs():
    """The folder of initdb and postgres, or None."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda f: int(f.parts[-3].split(".")[0])
    )
    on_path = shutil.which("initdb")
    if not found and on_path is None:
        return None
    return (found[-1] if found else Path(on_path).resolve()).parent


def wanted():
    """What the variable says, with the reason to skip or fail when there is no server to be had."""
    said = os.environ.get(VARIABLE, "")
    if said == "off":
        pytest.skip(f"{VARIABLE}=off")
    has_driver = importlib.util.find_spec("psycopg") is not None
    if not has_driver or ("://" not in said and programs() is None):
        (pytest.fail if said else pytest.skip)(ABSENT)
    return said


class Server:
    """A running server; `database()` gives the URL of an empty database, `drop(url)` takes it away again."""

    def __init__(self, url):
        self.url = make_url(url)
        self._engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._numbers = count(1)

    def database(self, *, template="template0"):
        name = f"monitor_test_{os.getpid()}_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'")
        return self.url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url):
        self._say(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")

    def close(self):
        self._engine.dispose()

    def _say(self, statement):
        with self._engine.connect() as connection:
            connection.execute(text(statement))


class OwnServer(Server):
    """A throwaway cluster. `stop` and `start` are for tests of its absence."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=SHORT))
        self._as = _account()
        if self._as:
            shutil.chown(self.folder, self._as["user"], self._as["group"])
        where = (
            "-D",
            self.folder / "data",
            "-U",
            "postgres",
            "--auth=trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        )
        self._run(programs() / "initdb", *where, "--no-sync")
        self.start()
        super().__init__(f"postgresql://postgres@/postgres?host={self.folder}")

    def start(self):
        options = [word for setting in FAST for word in ("-c", setting)]
        command = [
            programs() / "postgres", "-D", self.folder / "data", "-k", self.folder, "-h", "", *options
        ]  # fmt: skip
        with (self.folder / "log").open("ab") as log:
            self._server = subprocess.Popen(
                ["/bin/sh", "-c", KEEPER, "sh", *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd="/",
                **self._as,
            )
        self._await()

    def stop(self, mode="immediate"):
        self._run(programs() / "pg_ctl", "-D", self.folder / "data", "-m", mode, "-w", "stop")
        self._reap()

    def close(self):
        super().close()
        self._reap()
        shutil.rmtree(self.folder)

    def _reap(self):
        self._server.stdin.close()
        self._server.wait(timeout=30)

    def _run(self, *command):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=60, **self._as)

    def _await(self):
        engine = create_engine(f"postgresql://postgres@/postgres?host={self.folder}")
        end = time.monotonic() + 30
        while True:
            try:
                engine.connect().close()
                break
            except OperationalError:
                if time.monotonic() > end or self._server.poll() is not None:
                    raise
                time.sleep(0.02)
        engine.dispose()


def empty(engine):
    """Take all rows away, and number from 1 again."""
    names = ", ".join(f'"{name}"' for name in (*metadata.tables, wordindex.NAME))
    with engine.connect() as connection:
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY"))
        connection.commit()


def _account():
    """PostgreSQL refuses to run as root: then it runs as its own user, or as nobody."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": name, "group": grp.getgrgid(entry.pw_gid).gr_name, "extra_groups": []}
    return {}


def server():
    """Start or find the server the variable asks for."""
    said = wanted()
    return Server(said) if "://" in said else OwnServer()
