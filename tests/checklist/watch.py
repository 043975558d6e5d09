"""The harness of the checklist: poll and read against a recording server at any moment, restart, look into what is stored."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime

from monitor.fetch import Fetcher
from monitor.model import Stage
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.ports import Context
from monitor.settings import FetchSettings, ReadSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from tests import make
from tests.conftest import NOW
from tests.fakes import FakeMailer, InlineWorker

HOUR_S = 3600
DAY_S = 86_400
NOT_MODIFIED = b"HTTP/1.1 304 Not Modified\r\n\r\n"
PARAGRAPH = "<p>The ministry said on Thursday that eleven firms would need licences for the equipment they sell abroad.</p>"
PAGE = f"<html><head><title>t</title></head><body><article><h1>A headline</h1>{PARAGRAPH * 8}</article></body></html>"


def feed(*numbers: int, channel: str = "", link: str = "http://example.org/{}") -> bytes:
    """An RSS document with these entries (default: one), an hour apart; `channel` is put before them."""
    rows = "".join(
        f"<item><title>Entry number {n}</title><link>{link.format(n)}</link><guid isPermaLink='false'>{n}</guid>"
        f"<pubDate>{format_datetime(make.AT + timedelta(hours=n))}</pubDate></item>"
        for n in numbers or (1,)
    )
    return (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>'
        f"<title>t</title>{channel}{rows}</channel></rss>"
    ).encode()


def not_modified(*headers: tuple[bytes, bytes]) -> bytes:
    lines = [b"HTTP/1.1 304 Not Modified", *(name + b": " + value for name, value in headers)]
    return b"\r\n".join([*lines, b"", b""])


class Watch:
    """One feed, `ledger`, at /feed of the server, and the steps run on it. Change `feeds`, `now`, `fetching` at will."""

    def __init__(self, server, data):
        self.server = server
        self.now: datetime = NOW
        self.feeds = [make.feed(url=server.url("/feed"))]
        self.fetching = FetchSettings(
            min_gap_s=0.0, timeout_s=3.0, deadline_s=10.0, allow_networks=("127.0.0.0/8", "::1/128")
        )
        self.worker = InlineWorker()
        self.jitter = lambda: 0.0
        self.resolver = None
        self._data = data
        self._open()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._close()

    def restart(self):
        """End and begin again, with nothing but the data folder kept."""
        self._close()
        self._open()

    def poll(self, *, worker=None, jitter=None, **later):
        """Poll what is due, `later` (hours=2) than before; return the requests that made."""
        self.now += timedelta(**later)
        return self._recorded(poll.poll_feeds, worker=worker, jitter=jitter)

    def read(self, **later):
        """Read what waits; return the requests that made."""
        self.now += timedelta(**later)
        return self._recorded(read.read_pages)

    def context(self, *, worker=None, jitter=None):
        return Context(
            settings=Settings(
                root=self._data, data=self._data, fetch=self.fetching, read=ReadSettings(gate=False)
            ),
            feeds=tuple(self.feeds),
            store=self._store,
            fetcher=self._fetcher,
            worker=worker or self.worker,
            mailer=FakeMailer(),
            now=self.now,
            jitter=jitter or self.jitter,
        )

    def state(self, feed_id="ledger"):
        with self._store.begin() as connection:
            return feeds_store.states(connection)[feed_id]

    def wait_s(self, feed_id="ledger"):
        """How long from now until the feed is asked again."""
        return (self.state(feed_id).next_poll_at - self.now).total_seconds()

    def articles(self, stage=Stage.POLLED):
        with self._store.begin() as connection:
            return articles_store.at_stage(connection, stage)

    def titles(self):
        return sorted(article.title for article in self.articles())

    def name(self, *paths):
        """Watch these paths of the server instead, as feeds named by them."""
        self.feeds = [make.feed(id=path.strip("/"), name=path, url=self.server.url(path)) for path in paths]

    def limit(self, **settings):
        """Change fetch settings; takes effect at once."""
        self.fetching = self.fetching.model_copy(update=settings)
        self.restart()

    def change(self, **values):
        """Change the one feed."""
        self.feeds = [replace(self.feeds[0], **values)]

    def _recorded(self, step, **context):
        before = len(self.server.requests)
        step(self.context(**context))
        return self.server.requests[before:]

    def _open(self):
        self._store = Store.open(StoreSettings(), self._data)
        self._fetcher = Fetcher(self.fetching, resolver=self.resolver)

    def _close(self):
        self._fetcher.close()
        self._store.close()


def targets(requests):
    return [request.target.decode("latin-1") for request in requests]


def validators(request):
    """(If-None-Match, If-Modified-Since) as sent."""
    return request.header(b"if-none-match"), request.header(b"if-modified-since")
