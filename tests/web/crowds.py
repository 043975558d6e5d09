"""Visitors who never end what they begin, for tests of the web server and of the daemon behind it."""

from __future__ import annotations

import http.client
import socket
from contextlib import closing, suppress

SLOW = {
    "say nothing": b"",
    "half a line": b"GET /a HT",
    "half the headers": b"GET /a HTTP/1.1\r\nHost: x\r\nX-A: ",
    "half a body": b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nList-",
    "stay when answered": b"GET /a HTTP/1.1\r\nHost: x\r\nConnection: keep-alive\r\n\r\n",
    "take no answer": b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n",
}


def crowd(stack, port, sent, visitors=300):
    """So many connections, each of which has sent only this; the stack closes them."""
    wires = []
    for _ in range(visitors):
        wire = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=30))
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with suppress(OSError):  # turned away already
            wire.sendall(sent)
        wires.append(wire)
    return wires


def asked(port, method="GET", path="/a"):
    """Status and headers of one page, asked for by a visitor in no hurry to be slow."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body=b"" if method == "POST" else None)
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.headers
