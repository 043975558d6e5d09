"""The demo's web: an HTTP server on this machine with a clock that can be moved.

    with serve(NOW) as site:
        fetch(site.url(source)); site.set_now(NOW_WEEK_TWO); fetch(...)

Feeds show the last eight days; pages of the future do not exist yet. Answers carry an ETag and honour If-None-Match.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from monitor.demo.article_pages import page
from monitor.demo.documents import Document, document
from monitor.demo.week import ITEMS, SOURCES, Source

WINDOW = timedelta(days=8)
_ROBOTS = "User-agent: *\nDisallow: /private/\n"
_MISSING: Document = (404, "text/plain; charset=utf-8", "There is nothing here.\n")


class Site:
    """What is served at the moment `now`. `requests` is every path asked for with its status, in order."""

    def __init__(self, now: datetime, base_url: str) -> None:
        self.now = now
        self.base_url = base_url
        self.requests: list[tuple[str, int]] = []
        self._sources = {source.id: source for source in SOURCES}
        self._feeds = {source.path: source for source in SOURCES}
        self._items = {item.path: item for item in ITEMS}

    def set_now(self, now: datetime) -> None:
        """Move the clock."""
        self.now = now

    def url(self, source: Source) -> str:
        """Return the address of a feed."""
        return self.base_url + source.path

    def answer(self, path: str) -> Document:
        """Return what is at a path."""
        if path == "/robots.txt":
            return 200, "text/plain; charset=utf-8", _ROBOTS
        if source := self._feeds.get(path):
            return self._feed(source)
        item = self._items.get(path)
        if item is None or item.published > self.now:
            return _MISSING
        text = page(item, self._sources[item.outlet], base_url=self.base_url)
        return 200, "text/html; charset=utf-8", text

    def _feed(self, source: Source) -> Document:
        shown = [
            item
            for item in reversed(ITEMS)
            if item.outlet == source.id and self.now - WINDOW <= item.published <= self.now
        ]
        return document(source, shown, base_url=self.base_url)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        status, content_type, text = self.server.site.answer(path)
        body = text.encode()
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        if status == 200 and self.headers.get("If-None-Match") == etag:
            status, body = 304, b""
        self.server.site.requests.append((path, status))
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", etag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Stay silent: the product's own output is what matters."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


@contextmanager
def serve(now: datetime, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve the demo on a free port of an address of this machine until the block ends."""
    with _Server((host, 0), _Handler) as server:
        server.site = Site(now, f"http://{host}:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()
