"""Connections that end in time: opened, used and shut within a number of seconds in all, however slowly the other side drips.

A socket's own timeout is for one read: a server that sends a byte every few seconds outlives it for ever. So a second descriptor of the connection is shut when time is up, and whoever is reading or writing sees it
closed. Knows nothing of what goes over the wire.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from select import POLLIN, poll
from time import monotonic
from typing import Self

GRACE_S = 1.0  # a socket's own timeout comes so much later than the deadline: that one knows what to say


class Deadline:
    """Shuts `connection` when the block takes longer than `timeout_s`, of which `gone_s` have passed. It may be wrapped in TLS meanwhile.

    Time for something of our own, such as a database, is taken out with `stop` and `start`.
    """

    def __init__(self, connection: socket.socket, timeout_s: float, *, gone_s: float = 0.0) -> None:
        self.is_over = False
        self._timeout_s = timeout_s
        self._left_s = max(0.01, timeout_s - gone_s)
        self._other = connection.dup()  # wrapping takes the descriptor away from `connection`; this one stays
        self._timer = self._timed()

    def start(self, timeout_s: float) -> None:
        """Count from now on."""
        self._timeout_s = self._left_s = timeout_s
        self._timer = self._timed()
        self._timer.start()

    def stop(self) -> None:
        """Count no more."""
        self._timer.cancel()
        if self._timer.ident is not None:
            self._timer.join()  # a moment: nobody may shut a descriptor that is closed and given to another

    def __str__(self) -> str:
        return f"it took longer than {self._timeout_s:g} s"

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._other.close()

    def _timed(self) -> threading.Timer:
        timer = threading.Timer(self._left_s, self._shut)
        timer.daemon = True
        return timer

    def _shut(self) -> None:
        self.is_over = True
        with suppress(OSError):
            self._other.shutdown(socket.SHUT_RDWR)


def connect(host: str, port: int, *, timeout_s: float) -> socket.socket:
    """A TCP connection that sends at once what it is given; `timeout_s` is for all addresses of the host together.

    Raises:
        OSError: no address, or nobody answers at any of them.
    """
    end = monotonic() + timeout_s
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    trouble = OSError(f"{host} has no address")
    for left, (family, kind, protocol, _, where) in zip(range(len(found), 0, -1), found, strict=True):
        opened = socket.socket(family, kind, protocol)
        try:
            opened.settimeout(max(0.01, (end - monotonic()) / left))
            opened.connect(where)
            # Without this a lone last byte waits for a delayed acknowledgement: 44 ms of uncertainty instead of 0.5 ms.
            opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            opened.close()
            trouble = error
            continue
        opened.settimeout(timeout_s + GRACE_S)
        return opened
    raise trouble


def connected(host: str, port: int, *, timeout_s: float) -> tuple[socket.socket, Deadline]:
    """The same as `connect`, with the deadline for what is to come: `timeout_s` is for both together. It is not entered yet."""
    begun = monotonic()
    opened = connect(host, port, timeout_s=timeout_s)
    return opened, Deadline(opened, timeout_s, gone_s=monotonic() - begun)


def is_gone(connection: socket.socket) -> bool:
    """Return whether the other side has hung up already, as far as is known here. Nothing is read away; TLS does not matter."""
    try:
        waiting = poll()  # select() knows no descriptor above 1023
        waiting.register(connection, POLLIN)
        if not waiting.poll(0):
            return False
        return not socket.socket.recv(connection, 1, socket.MSG_PEEK)
    except OSError:
        return True
