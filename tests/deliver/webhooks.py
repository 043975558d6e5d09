"""An HTTP server on loopback that gives each caller the answer it was told to, and keeps what it heard."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress


@contextmanager
def answering(*answers, reads=True):
    """An HTTP server that gives the n-th caller the n-th answer; a function takes the connection itself. Gives (url, bodies heard)."""
    heard = []
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        for answer in answers:
            try:
                talk, _ = server.accept()
            except OSError:
                return
            with talk, suppress(OSError):
                heard.append(_request(talk) if reads else b"")
                answer(talk) if callable(answer) else talk.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/hook?token=hidden", heard
    finally:
        server.shutdown(socket.SHUT_RDWR)  # wakes the one who waits for a caller
        server.close()
        thread.join(5)


def _request(talk):
    """The whole request as it came."""
    got = b""
    while b"\r\n\r\n" not in got:
        got += talk.recv(65536) or _hung_up()
    head, _, body = got.partition(b"\r\n\r\n")
    length = next(
        int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        more = talk.recv(65536)
        if not more:
            break
        body += more
    return head + b"\r\n\r\n" + body


def _hung_up():
    raise ConnectionError("the client went away")


def said(status, *headers, body=b"well"):
    lines = [f"HTTP/1.1 {status}".encode(), *headers, f"Content-Length: {len(body)}".encode()]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body
