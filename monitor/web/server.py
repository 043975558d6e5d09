"""A small web server on one address, for readers' links and for whoever watches the daemon.

In: a function from method and path to a page; out: HTTP. It knows no route, keeps no state, reads no file, and answers one
request at a time per connection, each within a few seconds. Behind it, a reverse proxy does TLS and the open network.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

import structlog

from monitor.errors import MonitorError
from monitor.model import WebPage

log = structlog.get_logger()
Answering = Callable[[str, str], WebPage]  # method, path with its query -> page

_TIMEOUT_S = 10.0  # for a whole request to come in
_PATH_MAX = 2000  # characters
_BODY_MAX = 4096  # bytes; one-click bodies are under a hundred, and nobody reads them
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


class Web:
    """Serves from a thread of its own between `open` and `close`; port 0 takes any free one."""

    def __init__(self, host: str, port: int, answer: Answering) -> None:
        """Raises MonitorError when the address cannot be had."""
        try:
            self._server = _Server((host, port), partial(_Handler, answer))
        except OSError as error:
            raise MonitorError(
                f"cannot listen on {host}:{port}: {error.strerror or error}",
                advice="Set another `port` under [web], or 0 for none.",
            ) from None
        self._thread = Thread(target=self._server.serve_forever, args=(0.2,), name="web", daemon=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(_TIMEOUT_S)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - as the base class calls it
        """A visitor who hung up is no trouble of ours: one quiet event, no traceback."""
        log.debug("web.broken_off", error=repr(sys.exc_info()[1]))


class _Handler(BaseHTTPRequestHandler):
    """One connection."""

    timeout = _TIMEOUT_S
    server_version, sys_version = "monitor", ""

    def __init__(self, answer: Answering, *arguments: Any) -> None:
        self._answer = answer
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Look."""
        self._reply("GET")

    def do_HEAD(self) -> None:
        """Look, without the body."""
        self._reply("GET", with_body=False)

    def do_POST(self) -> None:
        """Change; what the body says is not needed, but has to be read before the answer."""
        if self._drained():
            self._reply("POST")

    def _drained(self) -> bool:
        said = self.headers.get("Content-Length", "")
        if not said.isdecimal() or int(said) > _BODY_MAX:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return False
        self.rfile.read(int(said))
        return True

    def _reply(self, method: str, *, with_body: bool = True) -> None:
        if len(self.path) > _PATH_MAX:
            self.send_error(HTTPStatus.REQUEST_URI_TOO_LONG)
            return
        try:
            page = self._answer(method, self.path)
        except Exception:  # a page that fails must not end the server, and says nothing of why to strangers
            log.exception("web.failed")
            page = WebPage(status=500, body=b"something went wrong; the log knows what\n")
        self._send(page, with_body=with_body)

    def _send(self, page: WebPage, *, with_body: bool = True) -> None:
        self.send_response(page.status)
        for name, value in {**_HEADERS, "Content-Type": page.content_type}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page.body)))
        self.end_headers()
        if with_body:
            self.wfile.write(page.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002 - as the base class calls it
        """What was refused before a page was asked for, in the same dress as every page, and nothing of it repeated."""
        self.close_connection = True
        self.request_version = (
            self.protocol_version
        )  # a line it could not read counts as HTTP/0.9, which has no headers
        self._send(
            WebPage(status=code, body=f"{HTTPStatus(code).phrase}\n".encode()),
            with_body=self.command != "HEAD",
        )

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002, ARG002 - as the base class names it
        """Every request as an event; never its path: it may hold a reader's key."""
        log.debug("web.request", method=self.command, status=str(arguments[1]) if len(arguments) > 1 else "")
