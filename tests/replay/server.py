"""The archives as live feeds: an HTTP server on loopback with a clock that can be moved.

    with serve(pieces(folder), now) as site:
        write_config(folder, site); site.set_now(a_week_later)

A feed shows the last eight days as RSS 2.0, newest first; a page of the future does not exist yet. An item that is only a
headline has a page that says no more, as behind a paywall; full texts stand between the navigation of a page.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from monitor.demo.config import TOPIC, main
from tests.replay.archive import PEOPLES_DAILY, Piece

WINDOW = timedelta(days=8)
FEEDS = {
    "reuters": ("Reuters", "GB", False),
    "guardian": ("The Guardian", "GB", False),
    "cnbc": ("CNBC", "US", False),
    PEOPLES_DAILY: ("People's Daily", "CN", True),
}
_PARAGRAPH = 350  # characters after which the next sentence starts a paragraph
_LEAD = 200  # characters of a full text that the feed shows


class Site:
    """What is served at the moment `now`."""

    def __init__(self, found: Sequence[Piece], now: datetime, base_url: str) -> None:
        self.now = now
        self.base_url = base_url
        self._pieces = found
        self._pages = {f"/a/{piece.id}.html": piece for piece in found}

    def set_now(self, now: datetime) -> None:
        """Move the clock."""
        self.now = now

    def answer(self, path: str) -> tuple[int, str, str]:
        """Return status, content type and body of a path."""
        outlet = path.removeprefix("/").removesuffix(".xml")
        if outlet in FEEDS:
            return 200, "application/rss+xml", self._feed(outlet)
        piece = self._pages.get(path)
        if piece is None or piece.published > self.now:
            return 404, "text/plain", "There is nothing here.\n"
        return 200, "text/html", _page(piece)

    def _feed(self, outlet: str) -> str:
        items = [
            _item(piece, self.base_url)
            for piece in reversed(self._pieces)
            if piece.outlet == outlet and self.now - WINDOW < piece.published <= self.now
        ]
        title = f"<title>{escape(FEEDS[outlet][0])}</title><link>{self.base_url}/</link>"
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{title}{"".join(items)}</channel></rss>'


def _item(piece: Piece, base_url: str) -> str:
    lead = f"<description>{escape(_opening(piece.text))}</description>" if piece.text else ""
    return (
        f"<item><title>{escape(piece.title)}</title><link>{base_url}/a/{piece.id}.html</link>"
        f'<guid isPermaLink="false">{piece.id}</guid><pubDate>{format_datetime(piece.published)}</pubDate>{lead}</item>'
    )


def _opening(text: str) -> str:
    """The first words, cut as feeds cut."""
    return text if len(text) <= _LEAD else text[:_LEAD].rsplit(" ", 1)[0] + " ..."


def _page(piece: Piece) -> str:
    title = escape(piece.title)
    body = "".join(f"<p>{escape(part)}</p>" for part in _paragraphs(piece.text))
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        '<nav><a href="/">Home</a> <a href="/x">China</a> <a href="/y">Business</a></nav>'
        f"<main><article><h1>{title}</h1>{body or '<p>Subscribe to continue reading.</p>'}</article></main>"
        "<aside>Most read today</aside><footer>All rights reserved</footer></body></html>"
    )


def _paragraphs(text: str) -> Iterator[str]:
    """The text in paragraphs of whole sentences: the archive holds it on one line."""
    paragraph = ""
    for sentence in re.split(r"(?<=[.?!]) (?=[A-Z\"“])", text):
        paragraph = f"{paragraph} {sentence}".strip()
        if len(paragraph) >= _PARAGRAPH and not re.search(r"\b[A-Z][a-z]{0,3}\.$", paragraph):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        status, content_type, text = self.server.site.answer(self.path.partition("?")[0])
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{content_type}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Stay silent."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    site: Site


@contextmanager
def serve(found: Sequence[Piece], now: datetime) -> Iterator[Site]:
    """Serve the archives on a free port of 127.0.0.1 until the block ends."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.site = Site(found, now, f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.site
        finally:
            server.shutdown()
            thread.join()


def write_config(folder: Path, site: Site) -> None:
    """Write a configuration of the four feeds and the shipped topic into `folder`, which is created."""
    (folder / "topics").mkdir(parents=True)
    shutil.copy(TOPIC, folder / "topics")
    (folder / "monitor.toml").write_text(main(site.base_url), "utf-8")
    (folder / "feeds.toml").write_text("\n".join(_block(outlet, site) for outlet in FEEDS), "utf-8")


def _block(outlet: str, site: Site) -> str:
    name, country, state_media = FEEDS[outlet]
    values = {
        "id": outlet,
        "name": name,
        "url": f"{site.base_url}/{outlet}.xml",
        "country": country,
        "state_media": state_media,
    }
    # A JSON string, true or false is also a TOML one.
    return "[[feed]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
