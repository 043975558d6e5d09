"""What the tests of parsing share: the documents of tests/data/feeds, and feeds made of a few items."""

from __future__ import annotations

from pathlib import Path

from monitor.feeds import parse
from monitor.model import FeedDocument

DATA = Path(__file__).parents[1] / "data"


FEEDS = sorted((DATA / "feeds").iterdir())


URL = "https://feeds.example/all.xml"


def read(name: str, **more) -> FeedDocument:
    document = parse((DATA / "feeds" / name).read_bytes(), url=URL, **more)
    assert isinstance(document, FeedDocument), document
    return document


def rss(items: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>t</title><link>https://s.example/</link>{head}{items}</channel></rss>'.encode()


def item(number: int, day: int) -> str:
    return f"<item><title>n{number}</title><link>https://s.example/{number}</link><pubDate>{day:02} Apr 2025 10:00:00 GMT</pubDate></item>"
