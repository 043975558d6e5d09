"""`monitor feeds check`: every way a feed can be has its word and an advice, and nothing is stored."""

from __future__ import annotations

from datetime import timedelta
from email.utils import format_datetime

from monitor.model import FetchResult
from monitor.pipeline.gathering import poll
from monitor.store import feeds as feeds_store
from tests import make
from tests.conftest import NOW

SPARE = "http://127.0.0.1/spare.xml"


def rss(*dates):
    rows = "".join(
        f"<item><title>t{n}</title><guid>{n}</guid>{f'<pubDate>{format_datetime(date)}</pubDate>' if date else ''}</item>"
        for n, date in enumerate(dates)
    )
    return f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()


def answer(name, status=200, body=b"", **more):
    url = f"http://127.0.0.1/{name}"
    return FetchResult(url=url, final_url=url, status=status, body=body, **more)


ANSWERS = {
    "ok": answer("ok", body=rss(NOW)),
    "empty": answer("empty", body=rss()),
    "stale": answer("stale", body=rss(NOW - timedelta(days=60))),
    "undated": answer("undated", body=rss(None, None)),
    "html": answer("html", body=b"<!doctype html><html><body>Hello</body></html>"),
    "forbidden": answer("forbidden", status=403),
    "moved": answer("moved", body=rss(NOW), permanent_url="http://127.0.0.1/new"),
    "gone": answer("gone", status=410),
    "broken": answer("broken", body=b"%PDF-1.7"),
    "unreachable": FetchResult(url="http://127.0.0.1/unreachable", error="dns", detail="no such name"),
}


def test_each_feed_gets_its_word_and_an_advice(house):
    feeds = [make.feed(id=name, url=result.url) for name, result in ANSWERS.items()]
    context = house(answers={result.url: result for result in ANSWERS.values()}, feeds=feeds)
    checked = {each.feed.id: each for each in poll.check(context)}
    assert {name: each.status for name, each in checked.items()} == {name: name for name in ANSWERS}
    assert len({each.advice for each in checked.values()}) == len(ANSWERS)
    assert all(each.advice.endswith(".") for each in checked.values())
    with context.store.begin() as connection:
        assert feeds_store.states(connection) == {}


def test_the_fallback_is_named_when_the_feed_is_in_trouble(house):
    feed = make.feed(id="gone", url="http://127.0.0.1/gone", fallback_url=SPARE)
    [checked] = poll.check(house(answers={feed.url: ANSWERS["gone"]}, feeds=[feed]))
    assert SPARE in checked.advice
