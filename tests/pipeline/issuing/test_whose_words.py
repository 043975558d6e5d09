"""Whose words does an issue tell under a publisher's address? The publisher's feed's and page's alone, whatever strangers list."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path

import structlog
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from monitor.articles.provenance import Speakers
from monitor.model import FetchResult
from monitor.pipeline.gathering import intake, poll, read
from monitor.pipeline.issuing import digest
from monitor.pipeline.judging import learn, score
from monitor.pipeline.ports import Context
from monitor.settings import FetchSettings, Settings, StoreSettings
from monitor.store import Store, search
from monitor.text import query
from tests import make
from tests.fakes import FakeFetcher, FakeMailer, InlineWorker
from tests.faults.newsroom import EVENTS
from tests.faults.test_model import SEED, _template
from tests.pipeline.test_killed import TOPIC
from tests.postgres import SHORT

START = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
WIRE = make.feed(id="wire", name="Harbour Wire", url="https://wire.example/feed.xml", hosts=())
BLOG = make.feed(id="blog", name="Angry Blog", url="https://blog.example/feed.xml", hosts=())
HOURS = (-1, -24 * 400, 5)  # of the stated date before now: just now, years before, ahead
LISTED = st.tuples(
    st.sampled_from([WIRE.id, BLOG.id]), st.integers(0, 2), st.sampled_from(HOURS), st.booleans()
)
WEEKS = st.lists(
    st.lists(st.lists(LISTED, max_size=3), min_size=1, max_size=2), min_size=1, max_size=3
)  # rounds of each week


def item(feed, page, hours, is_long, now):
    """One entry for a page of the wire; all the blog writes says LIES."""
    title, text = EVENTS[page]
    if feed == BLOG.id:
        title, text = (
            f"LIES: {title}",
            f"LIES about this were told by Washington and Beijing on trade. {text}",
        )
    body = f"<content:encoded>{escape(f'{title}. {text} ' * 5)}</content:encoded>" if is_long else ""
    when = format_datetime(now + timedelta(hours=hours))
    return (
        f"<item><title>{escape(title)}</title><link>https://wire.example/{page}</link><guid>{page}</guid>"
        f"<pubDate>{when}</pubDate><description>{escape(text)}</description>{body}</item>"
    )


def answer(url, body, now):
    headers = {"date": format_datetime(now)}
    return FetchResult(url=url, final_url=url, status=200, headers=headers, body=body.encode())


def issues(weeks, readable):
    """Yield, week after week, the issue and the pages whose publisher can be heard: listed by its feed, or read.

    `weeks`: of each week the rounds of what the feeds list, an hour apart; then its issue. `readable`: pages that answer.
    """
    folder = Path(tempfile.mkdtemp(prefix="words-", dir=SHORT))
    (folder / "seeds").mkdir()
    (folder / "seeds" / "seed.md").write_text(SEED)
    shutil.copy(_template(), folder / "monitor.db")
    store = Store.open(StoreSettings(), folder)
    topic = TOPIC.model_copy(update={"recipients": ()})
    context = Context(
        settings=Settings(
            root=folder,
            data=folder,
            fetch=FetchSettings(min_interval_s=0, max_interval_s=1),
            topics=(topic,),
        ),
        feeds=(WIRE, BLOG),
        store=store,
        fetcher=FakeFetcher({}),
        worker=InlineWorker(),
        mailer=FakeMailer(),
        now=START,
        jitter=lambda: 0.5,
    )
    pages = {
        f"https://wire.example/{n}": answer(
            f"https://wire.example/{n}",
            f"<html><body><article><h1>{EVENTS[n][0]}</h1><p>{' '.join(EVENTS[n]) * 5}</p></article></body></html>",
            START,
        )
        for n in readable
    }
    heard = {f"https://wire.example/{n}" for n in readable}
    try:
        learn.learn_topic(context, topic)
        for number, rounds in enumerate(weeks):
            for hour, listed in enumerate(rounds):
                now = START + timedelta(days=7 * number, hours=hour)
                answers = dict(pages)
                for feed in (WIRE, BLOG):
                    rows = "".join(item(*one, now) for one in listed if one[0] == feed.id)
                    head = "<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>x</title>"
                    answers[feed.url] = answer(feed.url, f"{head}{rows}</channel></rss>", now)
                context = replace(context, now=now, fetcher=FakeFetcher(answers))
                for step in (poll.poll_feeds, read.read_pages, score.score_articles):
                    step(context)
                heard |= {f"https://wire.example/{page}" for feed, page, _, _ in listed if feed == WIRE.id}
            yield digest.compose_issue(context, topic, kind="issue").digest, heard
    finally:
        store.close()
        shutil.rmtree(folder)


def borrowed(issue, heard):
    """What an issue tells under the addresses of publishers who were heard that is not theirs."""
    told = [*issue.top, *issue.also]
    said = [(c.url, c.headline) for c in told]
    said += [(q.url, q.text) for c in told for q in (*c.quotes, *c.whats_new)]
    said += [(r.url, words) for r in issue.changed for words in (r.before, r.headline)]
    outlets = [(c.url, c.outlet) for c in told if c.outlet == BLOG.name]
    return [(url, words) for url, words in said if url in heard and "LIES" in words] + outlets


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(weeks=WEEKS, readable=st.sets(st.integers(0, 2)))
@example(weeks=[[[("blog", 0, -1, True)], [("wire", 0, -1, True)]]], readable=set())
@example(weeks=[[[("blog", 0, -1, True)]], [[("wire", 0, -1, True)]]], readable=set())
@example(weeks=[[[("blog", 0, -1, True), ("wire", 0, -1, False)]]], readable=set())
@example(weeks=[[[("blog", 0, -9600, True), ("blog", 1, -1, False), ("wire", 0, -1, False)]]], readable={1})
def test_an_issue_tells_a_publishers_words_alone_under_its_address(weeks, readable):
    with structlog.testing.capture_logs():
        for issue, heard in issues(weeks, readable):
            assert borrowed(issue, heard) == []


def test_the_control_believing_every_feed_tells_a_strangers_words(monkeypatch):
    monkeypatch.setattr(intake, "speaks_for", lambda *_: True)
    with structlog.testing.capture_logs():
        found = [borrowed(*each) for each in issues([[[("blog", 0, -1, True)]]], {0})]
    assert found != [[]]


def test_what_a_stranger_wrote_of_a_page_goes_when_its_publisher_lists_it(store):
    """Before the page is read, and after it could not be."""
    with store.begin() as connection:
        for at, feed in enumerate((BLOG, WIRE)):
            entry = make.entry(
                url="https://wire.example/a", title="A headline", content=f"{feed.name} says so.", guid="1"
            )
            speakers = Speakers((WIRE, BLOG))
            intake.take_in(connection, [intake.Shown(feed, entry)], START + timedelta(hours=at), speakers)
    with store.begin() as connection:
        (row,) = search.find(connection, query.read("headline"), search.Filters(), limit=2)
    assert row.text == "Harbour Wire says so."
