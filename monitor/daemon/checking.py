"""Reading the whole database once when the daemon starts: at once where that takes a moment, else beside its work."""

from __future__ import annotations

from threading import Thread

from monitor.errors import StoreError
from monitor.store import Store

AT_ONCE_BYTES = 256 * 2**20  # read in a second or two; one of 2.6 GB took 15 s of processor time, 44 s in all


class Checking:
    """The check of a database, done or under way. Nothing stops it but its end, or that of the process."""

    def __init__(self, store: Store) -> None:
        """Raises StoreError when a database that is read at once is damaged."""
        self._store = store
        self._trouble: StoreError | None = None
        if store.file is None or store.file.stat().st_size <= AT_ONCE_BYTES:
            store.check()
        else:
            Thread(target=self._read, name="check", daemon=True).start()

    def trouble(self) -> StoreError | None:
        """Return what was found out by now."""
        return self._trouble

    def _read(self) -> None:
        try:
            self._store.check()
        except StoreError as error:
            self._trouble = error
