"""A recording HTTP server that does as it is told, hostile things included. Raw sockets: a framework would tidy up.

Each path has an answer: bytes, sent as they are, or a function (request, connection) that sends them itself. Every
request is recorded with its raw header lines and the moments it began and ended.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import monotonic

FEED = b'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title></channel></rss>'


@dataclass
class Recorded:
    method: bytes
    target: bytes
    headers: list[tuple[bytes, bytes]]
    connection: int
    began_at: float
    ended_at: float = 0.0

    def header(self, name: bytes) -> bytes | None:
        """The raw value, None when it was not sent."""
        return {key.lower(): value for key, value in self.headers}.get(name)

    @property
    def names(self) -> set[bytes]:
        return {key.lower() for key, _ in self.headers}


Answer = bytes | Callable[[Recorded, socket.socket], None]


def reply(
    status: int = 200,
    body: bytes = FEED,
    headers: list[tuple[bytes, bytes]] | None = None,
    *,
    length: bool = True,
) -> bytes:
    lines = [b"HTTP/1.1 %d X" % status]
    lines += [name + b": " + value for name, value in headers or []]
    if length:
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body])


def redirect(status: int, location: str | bytes, headers: list[tuple[bytes, bytes]] | None = None) -> bytes:
    target = location if isinstance(location, bytes) else location.encode()
    return reply(status, b"", [(b"Location", target), *(headers or [])])


def encoded(body: bytes, coding: bytes) -> bytes:
    return reply(200, body, [(b"Content-Encoding", coding)])


@dataclass
class Server:
    answers: dict[str, Answer] = field(default_factory=dict)
    default: Answer = field(default_factory=reply)
    requests: list[Recorded] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    host: str = "127.0.0.1"
    scheme: str = "http"
    stopping: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/") -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{path}"

    @property
    def targets(self) -> list[str]:
        return [request.target.decode("latin-1") for request in self.requests]

    @property
    def at_once(self) -> int:
        """The most requests that were under way at the same time."""
        edges = sorted(
            [(request.began_at, 1) for request in self.requests]
            + [(request.ended_at or float("inf"), -1) for request in self.requests]
        )
        level = highest = 0
        for _, step in edges:
            level += step
            highest = max(highest, level)
        return highest

    def drip(self, pieces: Iterator[bytes], every_s: float) -> Callable[[Recorded, socket.socket], None]:
        """An answer in pieces, until the server is stopped."""

        def answer(_: Recorded, connection: socket.socket) -> None:
            for piece in pieces:
                connection.sendall(piece)
                if self.stopping.wait(every_s):
                    return

        return answer

    def hang(self, _: Recorded, __: socket.socket) -> None:
        """An answer that never comes."""
        self.stopping.wait()

    def _serve(self, connection: socket.socket, number: int) -> None:
        buffered = b""
        with connection, suppress(OSError):
            while not self.stopping.is_set():
                while b"\r\n\r\n" not in buffered:
                    received = connection.recv(65536)
                    if not received:
                        return
                    buffered += received
                head, _, buffered = buffered.partition(b"\r\n\r\n")
                request = _read(head, number)
                self.requests.append(request)
                if not self._answer(request, connection):
                    return

    def _answer(self, request: Recorded, connection: socket.socket) -> bool:
        """Send the answer; True when the connection may go on."""
        answer = self.answers.get(request.target.decode("latin-1"), self.default)
        try:
            if isinstance(answer, bytes):
                request.ended_at = monotonic()  # before the client can know
                connection.sendall(answer)
                return b"\r\nConnection: close" not in answer
            answer(request, connection)
            return False
        finally:
            request.ended_at = request.ended_at or monotonic()


def _read(head: bytes, number: int) -> Recorded:
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.split(b" ", 2)
    pairs = [line.split(b": ", 1) for line in lines]
    return Recorded(method, target, [(name, value) for name, value in pairs], number, monotonic())


@contextmanager
def serving(host: str = "127.0.0.1", *, port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family, backlog=256) as listener:
        server = Server(port=listener.getsockname()[1], host=host, scheme="https" if tls else "http")
        acceptor = threading.Thread(target=_accept, args=(listener, server, tls), daemon=True)
        acceptor.start()
        yield server
        server.stopping.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    acceptor.join(5)


def _accept(listener: socket.socket, server: Server, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            server.connections += 1
            threading.Thread(
                target=_converse, args=(server, connection, server.connections, tls), daemon=True
            ).start()


def _converse(server: Server, connection: socket.socket, number: int, tls: ssl.SSLContext | None) -> None:
    if tls is not None:
        try:
            connection = tls.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            return
    server._serve(connection, number)
