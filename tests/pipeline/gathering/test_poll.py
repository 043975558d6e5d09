"""Polling: every entry once, whatever feeds do; one feed's trouble stays its own."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
import structlog

from monitor.model import FetchResult, Stage
from monitor.pipeline.gathering import poll
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from tests import make
from tests.fakes import FakeFetcher

URL = "http://127.0.0.1/ledger.xml"


def rss(*items):
    rows = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid isPermaLink='false'>{guid}</guid>"
        f"<pubDate>{format_datetime(make.AT)}</pubDate></item>"
        for guid, title, link in items
    )
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>x</title>{rows}</channel></rss>".encode()


ONE = ("1", "Tariffs rise", "http://example.org/one")
TWO = ("2", "Tariffs fall", "http://example.org/two")


def stored(context):
    with context.store.begin() as connection:
        return articles_store.at_stage(connection, Stage.POLLED)


def later(context, answers, **hours):
    return replace(
        context, fetcher=FakeFetcher(answers), now=context.now + timedelta(**(hours or {"days": 2}))
    )


def test_new_entries_become_articles(house):
    context = house(answers={URL: rss(ONE, TWO)}, feeds=[make.feed()])
    polled = poll.poll_feeds(context)
    assert (polled.answered, polled.new) == (1, 2)
    assert sorted(a.title for a in stored(context)) == ["Tariffs fall", "Tariffs rise"]
    assert {a.outlet for a in stored(context)} == {"Harbour Ledger"}
    assert {a.published for a in stored(context)} == {make.AT}


def test_second_poll_adds_nothing(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    again = later(context, {URL: rss(ONE)})
    assert poll.poll_feeds(again).new == 0
    assert len(stored(context)) == 1


def test_a_feed_is_not_asked_before_it_is_due(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    soon = later(context, {}, minutes=5)
    polled = poll.poll_feeds(soon)
    assert soon.fetcher.asked == []
    assert polled.not_due == 1


def test_the_same_page_in_two_feeds_is_one_article_seen_twice(house):
    other = make.feed(id="courier", name="Pacific Courier", url="http://127.0.0.1/courier.xml")
    tracked = ("77", "Tariffs rise", "http://example.org/one?utm_source=feed")
    context = house(answers={URL: rss(ONE), other.url: rss(tracked)}, feeds=[make.feed(), other])
    assert poll.poll_feeds(context).new == 1
    with context.store.begin() as connection:
        assert articles_store.seen_between(connection, since=make.AT, until=context.now)["entries"] == 2


def test_a_changed_guid_is_no_new_article(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    assert poll.poll_feeds(later(context, {URL: rss(("other-guid", "Tariffs rise", ONE[2]))})).new == 0


def test_a_changed_address_is_no_new_article(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    assert (
        poll.poll_feeds(later(context, {URL: rss(("1", "Tariffs rise", "http://example.org/moved"))})).new
        == 0
    )


def test_an_edited_headline_is_a_revision_not_a_new_article(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    assert poll.poll_feeds(later(context, {URL: rss(("1", "Tariffs rise sharply", ONE[2]))})).new == 0
    assert [a.title for a in stored(context)] == ["Tariffs rise sharply"]


def test_one_bad_feed_stops_no_other(house):
    bad = [
        make.feed(id="down", name="Down", url="http://127.0.0.1/down"),
        make.feed(id="html", name="Html", url="http://127.0.0.1/html"),
        make.feed(id="void", name="Void", url="http://127.0.0.1/void"),
    ]
    answers = {URL: rss(ONE), bad[1].url: b"<!doctype html><html><body>Hello</body></html>", bad[2].url: b""}
    polled = poll.poll_feeds(house(answers=answers, feeds=[*bad, make.feed()]))
    assert {f.feed.id: f.ok for f in polled.feeds} == {
        "down": False,
        "html": False,
        "void": False,
        "ledger": True,
    }
    assert polled.new == 1


def test_a_document_that_must_be_killed_costs_its_own_feed_only(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()], kills=("parse",))
    polled = poll.poll_feeds(context)
    assert [(f.ok, f.status) for f in polled.feeds] == [(False, "broken")]
    with context.store.begin() as connection:
        assert feeds_store.states(connection)["ledger"].failures == 1


def test_validators_are_kept_byte_exact_and_sent_back(house):
    answer = FetchResult(url=URL, final_url=URL, status=200, body=rss(ONE), headers={"etag": 'W/"a--gzip"'})
    context = house(answers={URL: answer}, feeds=[make.feed()])
    poll.poll_feeds(context)
    again = later(context, {URL: FetchResult(url=URL, final_url=URL, status=304)})
    polled = poll.poll_feeds(again)
    assert [r.etag for r in again.fetcher.asked] == ['W/"a--gzip"']
    assert (polled.answered, polled.new) == (1, 0)


def test_a_date_in_the_future_is_not_believed(house):
    body = rss(ONE).replace(b"2026", b"2031")
    context = house(answers={URL: body}, feeds=[make.feed()])
    poll.poll_feeds(context)
    assert [(a.published, a.published_is_approximate) for a in stored(context)] == [(context.now, True)]


def test_disabled_feeds_are_left_alone(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed(enabled=False)])
    poll.poll_feeds(context)
    assert context.fetcher.asked == []


def test_an_aggregators_copies_are_one_article_by_publisher_and_headline(house):
    def item(link):
        return (
            f"<item><title>Tariffs rise - Harbour Ledger</title><link>{link}</link><guid>{link}</guid>"
            "<source url='http://ledger.example.org'>Harbour Ledger</source></item>"
        )

    body = "<rss version='2.0'><channel><title>q</title>%s</channel></rss>"
    feeds = [
        make.feed(id=f"q{n}", name=f"Query {n}", url=f"http://127.0.0.1/q{n}", group="query", aggregator=True)
        for n in (1, 2)
    ]
    answers = {
        f.url: (body % item(f"http://news.example.net/articles/{n}")).encode() for n, f in enumerate(feeds)
    }
    context = house(answers=answers, feeds=feeds)
    assert poll.poll_feeds(context).new == 1
    assert [(a.title, a.outlet) for a in stored(context)] == [("Tariffs rise", "Harbour Ledger")]


# --------------------------------------------------------------------------- documents and entries we know


def answer(body, **headers):
    return FetchResult(url=URL, final_url=URL, status=200, body=body, headers=headers)


def state_of(context):
    with context.store.begin() as connection:
        return feeds_store.states(connection)["ledger"]


def with_worker(context, kills):
    from dataclasses import replace

    from tests.fakes import InlineWorker

    return replace(context, worker=InlineWorker(kills))


def test_the_same_document_again_is_not_parsed_again(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    polled = poll.poll_feeds(with_worker(later(context, {URL: rss(ONE)}), kills=("parse",)))
    assert [(f.ok, f.new, f.status) for f in polled.feeds] == [(True, 0, "ok")]


def test_the_same_document_with_other_validators_changes_the_validators(house):
    context = house(
        answers={URL: answer(rss(ONE), etag='"1"', **{"last-modified": "x"})}, feeds=[make.feed()]
    )
    poll.poll_feeds(context)
    poll.poll_feeds(later(context, {URL: answer(rss(ONE), etag='"2"')}))
    assert (state_of(context).etag, state_of(context).last_modified) == ('"2"', "")
    assert state_of(context).failures == 0


def test_a_document_that_was_not_understood_is_parsed_again(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()], kills=("parse",))
    poll.poll_feeds(context)
    assert poll.poll_feeds(with_worker(later(context, {URL: rss(ONE)}), kills=())).new == 1


def test_a_larger_max_items_finds_more_in_the_same_document(house):
    from dataclasses import replace

    context = house(answers={URL: rss(ONE, TWO)}, feeds=[make.feed(max_items=1)])
    assert poll.poll_feeds(context).new == 1
    wider = replace(later(context, {URL: rss(ONE, TWO)}), feeds=(make.feed(max_items=2),))
    assert poll.poll_feeds(wider).new == 1


@pytest.mark.parametrize(("most", "cut"), [(1, 1), (2, 0)])
def test_what_max_items_cuts_off_is_told_in_the_log(house, most, cut):
    with structlog.testing.capture_logs() as log:
        poll.poll_feeds(house(answers={URL: rss(ONE, TWO)}, feeds=[make.feed(max_items=most)]))
    assert [line["cut"] for line in log if line["event"] == "feed.cut"] == [cut] * bool(cut)


def test_an_entry_that_went_and_came_back_is_no_new_article(house):
    context = house(answers={URL: rss(ONE, TWO)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    gone = later(context, {URL: rss(TWO)})
    poll.poll_feeds(gone)
    assert poll.poll_feeds(later(gone, {URL: rss(TWO, ONE)})).new == 0


def test_a_new_entry_beside_known_ones_is_found(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    poll.poll_feeds(context)
    assert poll.poll_feeds(later(context, {URL: rss(TWO, ONE)})).new == 1


# --------------------------------------------------------------------------- groups


class Counting:
    """A store that counts writes, and can fail just before the commit of the n-th."""

    def __init__(self, store, fails_at=0):
        self.store, self.fails_at, self.count = store, fails_at, 0
        self.look, self.held = store.look, store.held

    @contextmanager
    def begin(self, *kind):
        self.count += 1
        with self.store.begin(*kind) as connection:
            yield connection
            if self.count == self.fails_at:
                raise RuntimeError("the lights went out")


def three(house, *, at_once):
    feeds = [make.feed(id=f"f{n}", name=f"Feed {n}", url=f"http://127.0.0.1/{n}.xml") for n in range(3)]
    answers = {f.url: rss(ONE, (f.id, f"Only in {f.id}", f"http://example.org/{f.id}")) for f in feeds}
    context = house(feeds=feeds)
    return replace(context, fetcher=FakeFetcher(answers, at_once=at_once), store=Counting(context.store))


@pytest.mark.parametrize(("at_once", "transactions"), [(False, 1 + 3), (True, 1 + 1)])
def test_answers_that_have_come_together_are_stored_together(house, at_once, transactions):
    context = three(house, at_once=at_once)
    polled = poll.poll_feeds(context)
    assert context.store.count == transactions
    assert sorted(f.new for f in polled.feeds) == [1, 1, 2]
    assert len(stored(context)) == 4


def test_a_group_that_is_lost_is_lost_with_its_validators(house):
    context = three(house, at_once=True)
    context.store.fails_at = 2
    with pytest.raises(RuntimeError):
        poll.poll_feeds(context)
    with context.store.begin() as connection:
        assert feeds_store.states(connection) == {}
    assert poll.poll_feeds(context).new == 4


def test_two_feeds_with_one_address_are_both_answered(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed(), make.feed(id="twin", name="Twin")])
    polled = poll.poll_feeds(context)
    assert sorted((f.feed.id, f.ok) for f in polled.feeds) == [("ledger", True), ("twin", True)]
    assert polled.new == 1


def test_a_host_that_asks_for_a_pause_is_spared_for_all_its_feeds(house):
    other = make.feed(id="courier", name="Pacific Courier", url="http://127.0.0.1/courier.xml")
    far = make.feed(id="far", name="Far", url="http://far.example/feed.xml")
    bodies = {URL: rss(ONE), other.url: rss(TWO), far.url: rss(("3", "Far", "http://far.example/3"))}
    context = house(answers=bodies, feeds=[make.feed(), other, far])
    poll.poll_feeds(context)
    slow = FetchResult(url=URL, final_url=URL, status=429, headers={"retry-after": str(7 * 86400)})
    busy = later(context, {URL: slow}, hours=30)
    poll.poll_feeds(busy, only=["ledger"])

    def asked(days, **given):
        fetcher = FakeFetcher(bodies)
        at = replace(context, fetcher=fetcher, now=busy.now + timedelta(days=days))
        return {one.feed.id for one in poll.poll_feeds(at, **given).feeds}, {
            each.url for each in fetcher.asked
        }

    assert asked(6.9) == ({"far"}, {far.url})
    assert asked(6.95, only=["courier"])[0] == set()
    assert asked(6.96, everything=True)[0] == {"ledger", "courier", "far"}
    assert {"ledger", "courier"} <= asked(8)[0]


def test_a_host_that_asked_under_a_wrong_clock_is_asked_again(house):
    context = house(answers={URL: rss(ONE)}, feeds=[make.feed()])
    ahead = later(context, {URL: FetchResult(url=URL, final_url=URL, status=429)}, hours=5000)
    poll.poll_feeds(ahead)
    assert poll.poll_feeds(context).answered == 1
