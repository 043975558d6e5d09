"""Owns running a pure function in a process that may be killed: deadline and memory limit. (function, value) in, value or `Killed` out.

It knows nothing of feeds or pages, and it is no sandbox against code: the functions are ours, only their input is
hostile. Why own processes and not a pool from a library: docs/notes/fetch.md.
"""

from __future__ import annotations

from monitor.work.worker import Killed, Worker

__all__ = ["Killed", "Worker"]
