"""Ports of this machine that stay free while tests run beside each other."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

# Below those that the kernel gives to who asks for any.
PORTS = range(20_000, 32_768)


def free_port():
    """A port where nobody listens, and which nobody is given by chance a moment later."""
    for port in random.sample(PORTS, 100):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError("no port is free")
