"""A newspaper on loopback whose articles advance: `publish` adds some, the feed shows the newest, every article has its page.

with Site() as site:
    site.publish(2, at=moment)
    site.feed_url, site.published  ->  [Story(number=1, is_on_topic=True, ...), ...]
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

SHOWN = 60  # newest entries in the feed
GOODS = (
    "batteries soybeans steel magnets tractors turbines almonds aircraft cranes furniture sorghum ethanol sensors beef "
    "polymers textiles vessels pork graphite copper glass paper rubber cement cotton motors pumps valves printers lenses"
).split()
PLACES = (
    "Geneva Madrid London Stockholm Seattle Tianjin Houston Ningbo Savannah Dalian Oakland Xiamen".split()
)


@dataclass(frozen=True)
class Story:
    """One invented article."""

    number: int
    is_on_topic: bool
    at: datetime

    @property
    def path(self):
        return f"/story/{self.number}"

    @property
    def title(self):
        good, place = GOODS[self.number % len(GOODS)], PLACES[self.number % len(PLACES)]
        if self.is_on_topic:
            return f"Washington and Beijing set tariff {self.number} on {good} after talks in {place}"
        return f"Harvest festival number {self.number} in {place} draws a record crowd"

    @property
    def text(self):
        n, good, place = self.number, GOODS[self.number % len(GOODS)], PLACES[self.number % len(PLACES)]
        if self.is_on_topic:
            return (
                f"The United States will put a tariff of {10 + n % 60} percent on Chinese {good}, officials said in {place}. "
                f"Beijing answered with duties on {n * 3 + 7} American {good} makers, the ministry of commerce said. "
                f"Trade between China and the United States in {good} was worth {n + 2} billion dollars last year."
            )
        return f"{n + 9000} visitors came to the festival in {place}. The choir sang until midnight and the mayor thanked all."


class Site:
    """The server; a context manager. `hooks[path]` is called before that path is answered, `hooks["*"]` before any."""

    def __init__(self):
        self.published = []
        self.hooks = {}
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.site = self
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self.feed_url = self.base + "/feed.xml"

    def publish(self, count, *, at):
        """Add articles: the first of them on the topic, then every other one."""
        start = len(self.published)
        self.published += [Story(number=start + n + 1, is_on_topic=n % 2 == 0, at=at) for n in range(count)]

    def answer(self, path):
        """Return content type and body; None for what there is not."""
        self.hooks.get(path, self.hooks.get("*", lambda: None))()
        if path == "/feed.xml":
            return "application/rss+xml", self._feed()
        story = next((s for s in self.published if s.path == path), None)
        return None if story is None else ("text/html", _page(story))

    def _feed(self):
        rows = "".join(
            f"<item><title>{s.title}</title><link>{self.base}{s.path}</link><guid>{s.number}</guid>"
            f"<description>{s.text}</description><pubDate>{format_datetime(s.at)}</pubDate></item>"
            for s in reversed(self.published[-SHOWN:])
        )
        return f"<rss version='2.0'><channel><title>Ledger</title>{rows}</channel></rss>"

    def __enter__(self):
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def _page(story):
    body = "".join(f"<p>{sentence}.</p>" for sentence in story.text.rstrip(".").split(". "))
    return f"<html><head><title>{story.title}</title></head><body><article><h1>{story.title}</h1>{body * 2}</article></body></html>"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request, client_address):
        """A client that was killed hangs up in the middle: nothing to say about it."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        found = self.server.site.answer(self.path)
        kind, text = found or ("text/plain", "nothing here")
        body = text.encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Stay silent."""
