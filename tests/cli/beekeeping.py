"""Invented news about beekeeping and other things, served as pages and as a feed on this machine."""

from __future__ import annotations

import random
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

AT = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
WORDS = {
    "bees": "beekeepers hives honey colonies pollen mites apiary swarm nectar queens wax combs varroa".split(),
    "trams": "tram rail depot drivers platform timetable tunnel tracks overhead conductor junction ticket".split(),
    "common": "town council morning people week plan money street family report visit region office winter summer "
    "school river open close begin market weather evening group member letter garden bridge story".split(),
}


def story(subject, number):
    """Title and paragraphs of one invented story."""
    rng = random.Random(f"{subject} {number}")  # noqa: S311 - repeatable, not secret
    own = WORDS[subject]

    def sentence():
        drawn = [rng.choice(own if rng.random() < 0.4 else WORDS["common"]) for _ in range(14)]
        return " ".join(drawn).capitalize() + "."

    def name():
        return "".join(
            rng.choice(["ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi"]) for _ in range(4)
        ).title()

    facts = [
        f"{name()} {name()} of {name()} said {rng.randint(100, 9999)} {own[0]} were counted at {name()} and {name()}."
        for _ in range(5)
    ]
    title = f"{rng.choice(own)} and {rng.choice(own)} in {rng.choice(WORDS['common'])} {number}".capitalize()
    return title, [" ".join((fact, *(sentence() for _ in range(3)))) for fact in facts]


def page(subject, number):
    title, paragraphs = story(subject, number)
    body = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article></body></html>"


def entries():
    """What the feed shows: a fifth about bees, all with summaries."""
    return [
        ("bees" if number % 5 == 0 else "trams" if number % 5 == 1 else "common", number)
        for number in range(60)
    ]


def feed(base):
    items = []
    for place, (subject, number) in enumerate(entries()):
        title, paragraphs = story(subject, 100 + number)
        on = (AT - timedelta(hours=place)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        link = f"{base}/{subject}/{100 + number}"
        items.append(
            f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid><pubDate>{on}</pubDate>"
            f"<description>{paragraphs[0]}</description></item>"
        )
    return f'<rss version="2.0"><channel><title>Ledger</title>{"".join(items)}</channel></rss>'


class _Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        base = f"http://127.0.0.1:{self.server.server_port}"
        if self.path == "/feed.xml":
            self._send(feed(base), "application/rss+xml")
            return
        _, subject, number = (*self.path.split("/"), "", "")[:3]
        if subject in WORDS and number.isdecimal():
            self._send(page(subject, int(number)), "text/html; charset=utf-8")
        else:
            self.send_error(404)

    def _send(self, text, kind):
        body = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def served():
    """The address of a server of this news, as long as the block lasts."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
