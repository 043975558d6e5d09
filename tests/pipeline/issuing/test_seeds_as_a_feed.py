"""The topic's own seeds, served as this week's news: nothing of it is new to a reader who starts from them."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest

from monitor.articles.clean import seed_text
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn, score
from monitor.settings import DigestSettings, TopicSettings
from tests import make

ROOT = Path(__file__).parents[3]
FRESH = (
    "Washington sets 35 percent tariff on Chinese grid batteries",
    (
        "The United States will raise its tariff on grid batteries from China to 35 percent on 1 April, the trade office said on "
        "Thursday. Beijing called the tariff a breach of the truce. Importers of batteries have three weeks to land goods on the water."
    ),
)


def topic():
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    return TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))


def told_again():
    found = [seed_text(file.read_text("utf-8"), name=file.name) for file in (ROOT / "seeds").glob("*.md")]
    return [(seed.title, seed.text) for seed in found]


@pytest.fixture
def issue(house, tmp_path, now):
    """Compose a preview of what a feed shows."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")

    def run(items):
        when = format_datetime(now - timedelta(hours=5))
        rows = "".join(
            f"<item><title>{escape(title)}</title><link>http://news.example/{n}</link><pubDate>{when}</pubDate>"
            f"<description>{escape(text)}</description></item>"
            for n, (title, text) in enumerate(items)
        )
        feed = make.feed(url="http://news.example/feed.xml")
        document = f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()
        context = house(
            feeds=[feed],
            topics=[topic()],
            answers={feed.url: document},
            digest=DigestSettings(out=str(tmp_path / "out")),
        )
        learn.learn_topic(context, topic())
        poll.poll_feeds(context)
        read.read_pages(context)
        score.score_articles(context)
        return digest.compose_issue(context, topic(), kind="preview").digest

    return run


def test_seeds_told_again_are_no_news(issue):
    found = issue(told_again())
    assert found.coverage.relevant >= 4
    assert (found.top, found.also) == ((), ())


def test_among_seeds_told_again_the_news_is_found(issue):
    found = issue([*told_again(), FRESH])
    assert [(c.status, c.headline) for c in (*found.top, *found.also)] == [("new", FRESH[0])]
