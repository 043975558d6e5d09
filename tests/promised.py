"""Ends within a time: the only place where a test fails because of a clock on the wall.

What ends in time on an idle machine is late on a busy one, and nobody broke it. So a test asserts order, counts or a clock of
its own (tests/test_house.py sees to it), and where an end within a time is itself the promise, ten times what an idle machine needs.
"""

from __future__ import annotations

from contextlib import contextmanager
from time import monotonic

BUSY = 10  # a machine under load may need so many times what an idle one needs


@contextmanager
def ends(*, idle_s, clock=monotonic):
    """Fail when the block takes over `BUSY` times the seconds (over 0) it needs on an idle machine."""
    begun = clock()
    yield
    took_s = clock() - begun
    assert took_s <= BUSY * idle_s, f"{took_s:.1f} s, where {idle_s:g} s are enough on an idle machine"
