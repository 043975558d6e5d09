"""`python -m tests.store.dump`: a database of the newest revision as SQL, three rows in every table; for tests/store/revisions."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from monitor.settings import StoreSettings
from monitor.store import Store
from tests.store.rows import fill

ROWS = 3


def dumped(folder: Path) -> str:
    """Make the database in a folder; its SQL."""
    file = folder / "newest.db"
    with Store.open(StoreSettings(url=f"sqlite:///{file}"), folder) as store:
        fill(store, count=ROWS, times=1)
    with closing(sqlite3.connect(file)) as connection:
        return "\n".join(connection.iterdump()) + "\n"


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        sys.stdout.write(dumped(Path(place)))
