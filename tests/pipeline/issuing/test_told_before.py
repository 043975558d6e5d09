"""What an issue told, asked again by another outlet: how long a bare headline is held against it, and what a text must say beyond it."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.settings import TopicSettings
from monitor.store.issues import Reported
from monitor.topics import build_profile
from tests.events.sequences import DATA, MONDAY, Desk, article

ROOT = Path(__file__).parents[3]
BEFORE = "Trump says U.S. won't raise tariffs on Chinese goods"
LATELY = "Trump says tariffs on Chinese goods may rise again"  # makes the words of the headline nothing new
AGAIN = "Trump says agreed U.S. won't raise tariffs"


@pytest.fixture
def desk():
    file = ROOT / "config" / "topics" / "us-china-trade.toml"
    topic = TopicSettings(id=file.stem, **tomllib.loads(file.read_text("utf-8")))
    titles = [line.split("\t")[1] for line in (DATA / "headlines.tsv").read_text("utf-8").splitlines()]
    before = [article(n, row(title, 5 * n - 24 * 60)) for n, title in enumerate(titles, start=1)]
    before.append(article(900, row(LATELY, -10)))
    return Desk(topic, build_profile(topic, []), before=before)


def row(title, hour, text=""):
    return {"hour": str(hour), "outlet": "The Observer Desk", "headline": title, "sentence": text}


def shown(desk, title, *, told, days, text=""):
    """The headlines an issue shows of one page, `days` after an issue told `told`."""
    at = MONDAY + timedelta(days=1) - timedelta(days=days)
    before = [Reported(issue=1, story_id=9000, headline=told, sentences=(told,), at=at)]
    scored = desk.take(article(5000, row(title, 24, text)))
    entries = desk.entries([scored], MONDAY + timedelta(days=7), told=before)
    return [entry.headline for entry in entries]


def test_a_bare_headline_is_known_by_what_was_told_lately(desk):
    assert shown(desk, AGAIN, told=BEFORE, days=7) == []


def test_a_bare_headline_of_much_the_same_words_is_news_a_year_later(desk):
    assert shown(desk, AGAIN, told=BEFORE, days=390) == [AGAIN]


def test_nearly_the_same_words_are_known_however_late(desk):
    assert shown(desk, BEFORE.replace("U.S.", "US"), told=BEFORE, days=390) == []
