"""Owns running a pure function in a process that may be killed: deadline and memory limit. (function, value) in, value or `Killed` out.

It knows nothing of feeds or pages, and it is no sandbox against code: the functions are ours, only their input is
hostile. Why own processes and not a pool from a library: docs/notes/fetch.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.work.worker import Killed, Worker

__all__ = ["Killed", "Worker"]


def __getattr__(name: str) -> Any:
    """Import the parent's side when it is asked for (PEP 562): the process that only is a worker starts twice as fast without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("monitor.work.worker"), name)
