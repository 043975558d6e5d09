"""On a server polls, and what else writes, run beside each other; what they could spoil for each other waits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from monitor.errors import BusyError
from monitor.model import Stage
from monitor.pipeline.gathering import poll, read, readdress
from monitor.settings import StoreSettings
from monitor.store import Store, schema
from monitor.store import articles as articles_store
from monitor.store.transactions import SENDING, WATCHING, gathering, of_topics
from tests import make
from tests.fakes import FakeFetcher
from tests.pipeline.gathering.test_poll import rss

# A file has one writer anyway.
pytestmark = pytest.mark.parametrize("store", ["server_store"], indirect=True)
OWN, OTHER = "http://127.0.0.1/own.xml", "http://127.0.0.1/other.xml"
PAGES = [(str(n), f"Tariffs rise by {n} percent", f"http://example.org/{n}") for n in range(40)]
OWNER = make.feed(id="owner", url=OWN)
STRANGER = make.feed(id="stranger", url=OTHER, hosts=("elsewhere.example",))


@pytest.fixture
def other(server_store, tmp_path):
    """The same database, opened as another process would, that waits hardly at all for others."""
    url = server_store.engine.url.render_as_string(hide_password=False)
    with Store.open(StoreSettings(url=url, busy_timeout_s=0.1), tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def context(house):
    found = house(answers={OWN: rss(*PAGES), OTHER: rss(*PAGES)}, feeds=[OWNER, STRANGER])
    readdress.readdress_articles(found)  # once after an upgrade, and alone
    return found


def test_polling_and_reading_wait_for_no_topic_no_mail_and_no_alarm(context, store, other):
    held = of_topics("trade") | SENDING | WATCHING | gathering(["npr.example", "nobody"])
    with store.begin(held):
        assert poll.poll_feeds(replace(context, store=other)).answered == 2
        assert read.read_pages(replace(context, store=other, fetcher=FakeFetcher({}))).feed_only == len(PAGES)


@pytest.mark.parametrize("place", ["owner", "example.org"])
def test_a_poll_waits_for_who_takes_in_the_same_feed_or_pages_of_the_same_host(context, store, other, place):
    with store.begin(gathering([place])), pytest.raises(BusyError):
        poll.poll_feeds(replace(context, store=other))
    assert poll.poll_feeds(context).answered == 2


def test_polls_at_once_give_what_polls_one_after_the_other_give(context, store):
    """A page listed by a stranger and by its owner at one moment is one article, and its owner's."""
    rounds = [replace(context, fetcher=FakeFetcher({OWN: rss(*PAGES), OTHER: rss(*order)})) for order in (
        PAGES, PAGES[::-1], PAGES[20:] + PAGES[:20]
    )]  # fmt: skip
    with ThreadPoolExecutor(len(rounds)) as pool:
        for done in [pool.submit(poll.poll_feeds, each, everything=True) for each in rounds]:
            assert done.result(timeout=120).answered == 2
    with store.look() as connection:
        found = articles_store.at_stage(connection, Stage.POLLED)
        shown = connection.execute(select(func.count()).select_from(schema.sightings)).scalar_one()
        revised = connection.execute(select(func.count()).select_from(schema.revisions)).scalar_one()
    assert (len(found), shown, revised) == (len(PAGES), 2 * len(PAGES), 0)
    assert {each.feed_id for each in found} == {"owner"}
    assert not any(each.is_secondhand for each in found)
