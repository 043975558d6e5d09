"""Functions for the worker tests, well and badly behaved. At the top level of a module, as the worker asks."""

from __future__ import annotations

import ctypes
import os
import re
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int


def double(value):
    return value * 2


def swapped(point):
    return Point(point.y, point.x)


def process_id(_):
    return os.getpid()


def environment(_):
    return dict(os.environ)


def spin(_):
    while True:
        pass


def spin_if_negative(value):
    while value < 0:
        pass
    return value


def backtrack(_):
    """Stuck in C code that holds the interpreter lock."""
    return re.match(r"(a+)+$", "a" * 60 + "b")


def nap(seconds):
    time.sleep(seconds)
    return seconds


def meet(places):
    """Come to the first place, and wait for who comes to the other; gives whether he came."""
    own, other = map(Path, places)
    own.touch()
    for _ in range(1000):
        if other.exists():
            return True
        time.sleep(0.01)
    return False


def hoard(mebibytes):
    return len(b"x" * (mebibytes << 20))


def hoard_small_things(_):
    return [[n] for n in range(10**9)]


def large(mebibytes):
    return b"x" * (mebibytes << 20)


def fail(text):
    raise ValueError(text)


def leave(_):
    sys.exit("bye")


def recurse(_):
    return recurse(_)


def unpicklable(_):
    return lambda: None


def die(number):
    os.kill(os.getpid(), number)


def segfault(_):
    signal.signal(signal.SIGSEGV, signal.SIG_DFL)
    ctypes.string_at(0)


def quit_quietly(status):
    os._exit(status)


def say(text):
    print(text)  # noqa: T201 -- what a chatty library does
    return text
