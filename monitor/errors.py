"""Every error a user can meet. Each says what happened and what to do; none needs a traceback.

    MonitorError               exit 1
    ├── SettingsError          exit 2   a configuration file: file, line, key, advice
    ├── InputError             exit 2   an argument, a file or standard input
    ├── StoreError             exit 1   the data folder or the database
    │   └── BusyError          exit 1   another process is writing for longer than we wait
    ├── SeedError              exit 1   no seed could be read
    ├── DeliveryError          exit 1   a digest could not be handed over
    └── WorkError              exit 1   a worker could not be started

What can go wrong with one feed or one page is not an error but a value: `Rejected`, `FetchResult.error`.
"""

from __future__ import annotations

from typing import ClassVar


class MonitorError(Exception):
    """Base of all; `str(error)` is shown to the user as it is."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(f"{message}\n  {advice}" if advice else message)
        self.message = message
        self.advice = advice


class SettingsError(MonitorError):
    """A configuration file cannot be used as it stands."""

    exit_code = 2

    def __init__(
        self, message: str, *, file: str = "", line: int = 0, key: str = "", advice: str = ""
    ) -> None:
        where = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(f"{where}{message}", advice=advice)
        self.file = file
        self.line = line
        self.key = key


class InputError(MonitorError):
    """An argument, a file or a line of standard input cannot be used."""

    exit_code = 2


class StoreError(MonitorError):
    """The data folder or the database cannot be used."""


class BusyError(StoreError):
    """Another process was writing for longer than we wait."""


class SeedError(MonitorError):
    """A topic has no readable seed."""


class DeliveryError(MonitorError):
    """A digest could not be handed over; it stays due."""

    def __init__(self, message: str, *, advice: str = "", is_permanent: bool = False) -> None:
        super().__init__(message, advice=advice)
        self.is_permanent = is_permanent


class WorkError(MonitorError):
    """A worker process could not be started."""
