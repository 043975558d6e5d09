"""An upgrade that knows further trackers and redirectors brings no article again, and changes nothing that was frozen.

7dd1356.sql.gz is the database that the program of that commit made of `week_one`: five stories under
addresses it stored as they came, or took for others than it would take them for today.
"""

from __future__ import annotations

import gzip
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import select

from monitor.model import FetchResult
from monitor.pipeline.gathering import poll, read
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import explain, learn, score
from monitor.pipeline.ports import Context
from monitor.settings import FetchSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.store import articles as articles_store
from monitor.store.schema import articles, issues, scores, sightings
from tests import make
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker
from tests.faults.newsroom import EVENTS
from tests.faults.test_model import SEED
from tests.pipeline.test_killed import TOPIC

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
LETTER = make.feed(id="letter", name="Letter", url="https://letter.example/feed.xml", hosts=())
CLUB = make.feed(id="club", name="Club", url="https://club.example/feed.xml", hosts=())
# As a newsletter lists them -> as they are.
PAGES = {
    "https://www.dw.com/en/cranes/a-1?maca=en-rss-en-all-1573-rdf": "https://www.dw.com/en/cranes/a-1",
    "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwire.example%2Falmonds&data=05": "https://wire.example/almonds",
    "https://urldefense.com/v3/__https://wire.example/magnets?id=7__;!!AbC!d$": "https://wire.example/magnets?id=7",
    "https://wire.example/glass?utm_source=letter&utm_medium=email": "https://wire.example/glass",
    "https://wire.example/envoys?_gl=1*abc*_ga&id=5": "https://wire.example/envoys?id=5",
}


def document(addresses, now, *, guid):
    rows = "".join(
        f"<item><title>{escape(title)}</title><link>{escape(url)}</link>{guid(n)}"
        f"<pubDate>{format_datetime(now)}</pubDate><description>{escape(f'{title}. {text}')}</description></item>"
        for n, (url, (title, text)) in enumerate(zip(addresses, EVENTS, strict=False))
    )
    return f"<rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()


def context_of(store, folder, answers, now, feeds=(LETTER,)):
    (folder / "seeds").mkdir(exist_ok=True)
    (folder / "seeds" / "seed.md").write_text(SEED)
    answered = {
        url: FetchResult(
            url=url, final_url=url, status=200, headers={"date": format_datetime(now)}, body=body
        )
        for url, body in answers.items()
    }
    return Context(
        settings=Settings(
            root=folder,
            data=folder,
            fetch=FetchSettings(min_interval_s=0, max_interval_s=1),
            topics=(TOPIC.model_copy(update={"recipients": ()}),),
        ),
        feeds=feeds,
        store=store,
        fetcher=FakeFetcher(answered),
        worker=InlineWorker(),
        mailer=FakeMailer(),
        now=now,
        jitter=lambda: 0.5,
    )


def steps(context):
    for step in (poll.poll_feeds, read.read_pages, score.score_articles):
        step(context)


def week_one(store, folder):
    """What the earlier program did: one poll of a newsletter without ids, one issue."""
    body = document(PAGES, START, guid=lambda _: "")
    context = context_of(store, folder, {LETTER.url: body}, START)
    learn.learn_topic(context, context.settings.topics[0])
    steps(context)
    later = replace(context, now=START + timedelta(hours=2))
    assert digest.compose_issue(later, context.settings.topics[0], kind="issue").digest.top


def dumped(folder):
    """The database as SQL, for the file beside this one; run by the earlier program."""
    with Store.open(StoreSettings(), folder) as store:
        week_one(store, folder)
    with closing(sqlite3.connect(folder / "monitor.db")) as connection:
        return gzip.compress("\n".join(connection.iterdump()).encode(), mtime=0)


@pytest.fixture
def upgraded(tmp_path):
    """A folder, and the store of now on the database of the earlier program."""
    with closing(sqlite3.connect(tmp_path / "monitor.db")) as connection:
        dump = gzip.decompress((Path(__file__).parent / "7dd1356.sql.gz").read_bytes())
        connection.executescript(dump.decode())
    with Store.open(StoreSettings(), tmp_path) as store:
        yield tmp_path, store


def rows(store, *columns):
    with store.look() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(columns[0]))]


def both_feeds(folder, store, now):
    """The newsletter lists the same again; a club lists the same stories under their own addresses, with other ids."""
    answers = {
        LETTER.url: document(PAGES, START, guid=lambda _: "") + b" ",  # so that it is read again
        CLUB.url: document(PAGES.values(), START, guid="<guid>c{}</guid>".format),
    }
    return context_of(store, folder, answers, now, feeds=(LETTER, CLUB))


def test_no_article_comes_again_under_its_clean_address(upgraded):
    folder, store = upgraded
    before = rows(store, articles.c.id, articles.c.title)
    frozen = rows(store, *issues.c)
    judged = rows(store, *scores.c)
    assert len(before) == len(PAGES)
    context = both_feeds(folder, store, START + timedelta(days=7))
    steps(context)
    assert rows(store, articles.c.id, articles.c.title) == before
    assert len(rows(store, sightings.c.feed_id)) == 2 * len(PAGES), "the club's are sightings"
    assert (rows(store, *issues.c), rows(store, *scores.c)) == (frozen, judged)
    topic = context.settings.topics[0]
    checked = explain.verify(context, topic)
    assert (checked.scores, checked.differing) == (len(PAGES), ())
    issue = digest.compose_issue(
        replace(context, now=START + timedelta(days=7, hours=2)), topic, kind="issue"
    ).digest
    assert (issue.top, issue.also) == ((), ())


def test_what_waits_for_an_issue_is_shown_clean(upgraded):
    """Only a service's own host stays on what was scored under it: `muted` may have decided by it."""
    folder, store = upgraded
    steps(both_feeds(folder, store, START + timedelta(days=7)))
    shown = dict(rows(store, articles.c.title, articles.c.url))
    for (title, _), (tracked, clean) in zip(EVENTS, PAGES.items(), strict=False):
        is_wrapped = "outlook.com" in tracked or "urldefense.com" in tracked
        assert shown[title] == (tracked if is_wrapped else clean)


def test_the_control_without_the_step_the_stories_come_again(upgraded, monkeypatch):
    folder, store = upgraded
    monkeypatch.setattr(poll.readdress, "is_due", lambda _: False)
    steps(both_feeds(folder, store, START + timedelta(days=7)))
    assert len(rows(store, articles.c.id)) == len(PAGES) + 3


def test_it_is_done_once_and_the_one_that_has_a_key_keeps_it(house, monkeypatch):
    clean = "https://wire.example/a"
    context = house()
    with context.store.begin() as connection:
        for number, (key, url) in enumerate(
            [
                (f"{clean}?_gl=1", f"{clean}?_gl=1"),
                (clean, clean),
                ("https://wire.example/b?_gl=2", "https://wire.example/b?_gl=2"),
                ("https://wire.example/b?_gl=3", "https://wire.example/b?_gl=3"),
                ("https://wire.example/c?_gl=4#=0123456789abcdef", "https://wire.example/c?_gl=4"),
                ("headline:wire.example:a?_gl=1", "https://news.google.com/rss/articles/CBM"),
                ("guid:wire:https://wire.example/d?_gl=1", ""),
            ]
        ):
            row = make.article(url=url, title=f"Headline {number}")
            articles_store.add(connection, row, key=key)
        assert poll.readdress.is_due(connection)
    assert poll.readdress.readdress_articles(context) == 4
    kept = [(key, url) for _, key, url in rows(context.store, articles.c.id, articles.c.key, articles.c.url)]
    assert kept == [
        (f"{clean}?_gl=1", clean),
        (clean, clean),
        ("https://wire.example/b", "https://wire.example/b"),
        ("https://wire.example/b?_gl=3", "https://wire.example/b"),
        ("https://wire.example/c#=0123456789abcdef", "https://wire.example/c?_gl=4"),
        ("headline:wire.example:a?_gl=1", "https://news.google.com/rss/articles/CBM"),
        ("guid:wire:https://wire.example/d?_gl=1", ""),
    ]
    with context.store.begin() as connection:
        assert not poll.readdress.is_due(connection)
        monkeypatch.setattr(poll.readdress, "rules", lambda: "others")
        assert poll.readdress.is_due(connection)
    poll.readdress.readdress_articles(context)
    assert [row[1:] for row in rows(context.store, articles.c.id, articles.c.key, articles.c.url)] == kept
