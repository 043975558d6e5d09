"""Values for tests: sensible defaults, everything replaceable."""

from __future__ import annotations

from datetime import UTC, datetime

from monitor.model import Article, Entry, Feed, Relevance, Score, Stage

AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


def feed(**values):
    own = {
        "id": "ledger",
        "name": "Harbour Ledger",
        "url": "http://127.0.0.1/ledger.xml",
        "hosts": ("example.org",),
    }
    return Feed(**own | values)


def entry(**values):
    return Entry(
        **{
            "guid": "1",
            "url": "http://example.org/a",
            "title": "A headline",
            "summary": "A summary.",
            "published": AT,
        }
        | values
    )


def article(**values):
    return Article(
        **{
            "id": 1,
            "url": "http://example.org/a",
            "title": "A headline",
            "published": AT,
            "seen_at": AT,
            "outlet": "Harbour Ledger",
            "feed_id": "ledger",
            "stage": Stage.POLLED,
        }
        | values
    )


def score(**values):
    relevant = Relevance(value=0.9, is_relevant=True)
    return Score(**{"article_id": 1, "topic": "trade", "relevance": relevant, "story_id": 1} | values)
