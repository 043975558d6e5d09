"""Who may say what: strangers' feeds change nothing about a publisher's own articles, and one address or id may serve several."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from monitor.articles.provenance import Speakers, speaks_for
from monitor.pipeline.gathering import intake
from monitor.pipeline.gathering.intake import Shown, take_in
from monitor.store.schema import articles, revisions, sightings
from tests import make
from tests.make import AT

OWNER = make.feed(id="wire", name="Harbour Wire", url="https://wire.example/feed.xml", hosts=(), country="NZ")
STRANGER = make.feed(
    id="blog",
    name="Angry Blog",
    url="https://blog.example/feed.xml",
    hosts=(),
    country="US",
    state_media=True,
)
PAGE = "https://wire.example/a"
SHARED = (
    *("github.io", "blogspot.com", "pages.dev", "netlify.app"),  # in the list of public suffixes
    *("medium.com", "substack.com", "wordpress.com", "tumblr.com", "ghost.io", "typepad.com"),  # in no list
)
TITLE = "Port of Tasman closes two berths after the storm"


def entry(title=TITLE, url=PAGE, guid="1", **values):
    return make.entry(title=title, url=url, guid=guid, **values)


def took(store, *groups):
    """Take in groups of (feed, entry), one hour after the other."""
    for hour, group in enumerate(groups):
        with store.begin() as connection:
            take_in(
                connection,
                [Shown(feed, one) for feed, one in group],
                AT + timedelta(hours=hour),
                Speakers((OWNER, STRANGER)),
            )


def stored(store):
    with store.begin() as connection:
        rows = connection.execute(select(articles).order_by(articles.c.id)).mappings().all()
        changed = connection.execute(select(revisions.c.old, revisions.c.new)).all()
    return rows, changed


def test_a_stranger_does_not_rewrite_a_headline(store):
    took(
        store,
        [(OWNER, entry())],
        [(STRANGER, entry("Port boss fired, berths shut", guid="x"))],
        [(STRANGER, entry("LIES", guid="x"))],
    )
    (row,), changed = stored(store)
    assert (row["title"], row["outlet"], changed) == (TITLE, "Harbour Wire", [])


def test_a_publisher_takes_its_page_back_from_who_listed_it_first(store):
    took(store, [(STRANGER, entry("Port boss fired", guid="x"))], [(OWNER, entry())])
    (row,), changed = stored(store)
    assert (row["title"], row["outlet"], row["country"], row["state_media"]) == (
        TITLE,
        "Harbour Wire",
        "NZ",
        False,
    )
    assert changed == [], "the publisher changed nothing"


@pytest.mark.parametrize(
    ("stranger", "owner", "counts"),
    [
        (timedelta(days=-400), timedelta(hours=-2), timedelta(hours=-2)),
        (timedelta(hours=-2), timedelta(days=-400), timedelta(days=-400)),
        (timedelta(days=-400), timedelta(minutes=30), timedelta(0)),  # nothing is published after it was seen
        (timedelta(days=-4), None, timedelta(days=-4)),
    ],
)
def test_a_publishers_date_counts_before_that_of_who_listed_its_page_first(store, stranger, owner, counts):
    stated = None if owner is None else AT + owner
    took(
        store,
        [(STRANGER, entry(guid="x", published=AT + stranger))],
        [(OWNER, entry(published=stated))],
    )
    (row,), _ = stored(store)
    assert row["published"] == AT + counts
    assert row["feed_date"] == (AT + stranger if owner is None else stated)


def test_a_page_only_strangers_list_is_its_hosts(store):
    took(store, [(STRANGER, entry(url="https://paper.example/b"))])
    (row,), _ = stored(store)
    assert (row["outlet"], row["country"], row["state_media"]) == ("paper.example", "", False)


def test_a_source_is_believed_of_aggregators_alone(store):
    said = {"source_name": "Reuters", "source_url": "https://reuters.example/"}
    query = make.feed(id="q", name="Query", url="https://news.google.com/rss", hosts=())
    took(
        store,
        [(STRANGER, entry(url="https://blog.example/c", **said))],
        [(query, entry(url="https://news.google.com/x", guid="2", **said))],
    )
    rows, _ = stored(store)
    assert [row["outlet"] for row in rows] == ["Angry Blog", "Reuters"]


def test_the_owners_own_edit_is_a_revision(store):
    edited = "Port of Tasman closes three berths after the storm"
    took(store, [(OWNER, entry())], [(OWNER, entry(edited))])
    (row,), changed = stored(store)
    assert (row["title"], changed) == (edited, [(TITLE, edited)])


OTHER = "Minister opens talks on fishing quotas in Suva"


@pytest.mark.parametrize(
    ("first", "later", "count"),
    [
        (
            [entry(guid="latest")],
            [entry(OTHER, url="https://wire.example/b", guid="latest")],
            2,
        ),  # an id used again
        (
            [
                entry("Outage one", guid="s1"),
                entry("Outage two", guid="s2"),
                entry("Outage three", guid="s3"),
            ],
            [],
            3,
        ),  # one address
        ([entry("Notice one", guid=PAGE), entry("Notice two", guid=PAGE)], [], 2),  # one address, and no ids
        (
            [entry("Notice one", guid=PAGE), entry("Notice two", guid=PAGE)],
            [entry("Notice two", guid=PAGE)],
            2,
        ),
        (
            [
                entry("Release 1", url=f"{PAGE}?ref=IP_1", guid="1"),
                entry("Release 2", url=f"{PAGE}?ref=IP_2", guid="2"),
            ],
            [],
            2,
        ),
        (
            [
                entry("Release 1", url=f"{PAGE}?cmp=a", guid="1"),
                entry("Release 2", url=f"{PAGE}?cmp=b", guid="2"),
            ],
            [],
            2,
        ),
        ([entry(guid="s1")], [entry(OTHER, guid="s2")], 2),  # the address of a page that is written anew
        # These stay one.
        ([entry(), entry()], [entry()], 1),
        ([entry(guid="1")], [entry(guid="2")], 1),
        ([entry(url=f"{PAGE}?utm_source=rss", guid="1")], [entry(url=PAGE, guid="2")], 1),
        ([entry(url=PAGE.replace("https", "http"), guid="1")], [entry(guid="2")], 1),
        (
            [entry(url="https://wire.example/old", guid="1")],
            [entry(url="https://wire.example/new", guid="1")],
            1,
        ),
    ],
)
@pytest.mark.parametrize("feed", [OWNER, STRANGER], ids=["owner", "stranger"])
def test_what_is_one_article_and_what_is_several(store, feed, first, later, count):
    took(
        store, [(feed, one) for one in first], [(feed, one) for one in later], [(feed, one) for one in later]
    )
    rows, changed = stored(store)
    assert len(rows) == count
    assert changed == []


ENTRIES = st.builds(
    lambda title, page, guid: entry(title, url=f"https://wire.example/{page}", guid=guid),
    st.sampled_from([TITLE, f"{TITLE} again", OTHER, "LIES", "Port boss fired"]),
    st.sampled_from("abc"),
    st.sampled_from("123"),
)
ROUNDS = st.lists(
    st.tuples(st.lists(ENTRIES, max_size=3), st.lists(ENTRIES, max_size=4)), min_size=1, max_size=4
)


def owned(store):
    rows, changed = stored(store)
    return (
        sorted(
            (row["key"], row["title"], row["outlet"], row["country"], row["feed_id"])
            for row in rows
            if row["feed_id"] == OWNER.id
        ),
        sorted(changed),
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rounds=ROUNDS)
def test_an_owners_articles_are_what_they_would_be_without_strangers(file_store, rounds):
    """The law. Both runs use one database, emptied between them."""

    def run(groups):
        with file_store.begin() as connection:
            for table in (revisions, articles):
                connection.execute(table.delete())
        took(file_store, *groups)
        return owned(file_store)

    alone = run([[(OWNER, one) for one in own] for own, _ in rounds])
    beside = run(
        [[(OWNER, one) for one in own] + [(STRANGER, one) for one in others] for own, others in rounds]
    )
    assert beside == alone


def test_an_address_that_served_two_articles_stays_two_though_a_stranger_lists_it(store):
    both = [(OWNER, entry()), (OWNER, entry(f"{TITLE} again"))]
    took(store, [*both, (STRANGER, entry())], [(OWNER, entry())])
    rows, _ = stored(store)
    assert [row["feed_id"] for row in rows].count(OWNER.id) == 2


def test_the_control_believing_every_feed_lets_strangers_rewrite(store, monkeypatch):
    monkeypatch.setattr(intake, "speaks_for", lambda *_: True)
    took(
        store,
        [(OWNER, entry())],
        [(STRANGER, entry(guid="x"))],
        [(STRANGER, entry(f"{TITLE}, LIES", guid="x"))],
    )
    _, changed = stored(store)
    assert changed == [(TITLE, f"{TITLE}, LIES")]


def test_a_page_says_what_it_is_called_where_a_stranger_listed_it():
    from monitor.model import Page
    from monitor.pipeline.gathering.read import merged

    article = make.article(title="LIES", is_secondhand=True)
    page = Page(title=TITLE, text="The harbour master closed two berths on Monday. " * 20, language="en")
    assert merged(article, page, min_chars=100).title == TITLE
    assert merged(replace(article, is_secondhand=False), page, min_chars=100).title == "LIES"


@pytest.mark.parametrize("host", SHARED)
def test_two_sites_of_one_service_are_two_publishers(host):
    one = make.feed(url=f"https://one.{host}/feed.xml", hosts=())
    assert speaks_for(one, f"https://one.{host}/a")
    assert not speaks_for(one, f"https://two.{host}/a")
    assert not speaks_for(one, f"https://{host}/a")


@pytest.mark.parametrize(
    ("feed", "own", "other"),
    [
        ("https://medium.com/feed/@ann", "https://medium.com/@ann/a", "https://medium.com/@bob/a"),
        ("https://medium.com/feed/@ann", "https://medium.com/@Ann/a", "https://medium.com/harbour/a"),
        ("https://medium.com/feed/harbour", "https://medium.com/harbour/a", "https://medium.com/@ann/a"),
        ("https://medium.com/feed/tag/trade", "https://medium.com/tag/trade", "https://medium.com/@ann/a"),
        ("https://social.example/@ann.rss", "https://social.example/@ann/1", "https://social.example/@bob/1"),
        ("https://uni.example/~ann/feed.xml", "https://uni.example/~ann/a", "https://uni.example/~bob/a"),
        ("https://github.com/ann/tool/releases.atom", "https://github.com/ann/b", "https://github.com/bob/b"),
        ("https://dev.to/feed/ann", "https://dev.to/ann/a", "https://dev.to/bob/a"),
        # A feed of a whole site, which is no service, speaks for all who write there.
        ("https://paper.example/feed", "https://paper.example/@ann/a", "https://other.example/@ann/a"),
    ],
)
def test_a_path_that_names_a_writer_is_a_publisher_of_its_own(feed, own, other):
    one = make.feed(url=feed, hosts=())
    assert speaks_for(one, own)
    assert not speaks_for(one, other)


def test_a_neighbour_on_a_shared_host_rewrites_nothing(store):
    own = replace(OWNER, url="https://wire.substack.com/feed")
    neighbour = replace(STRANGER, url="https://blog.substack.com/feed")
    page = "https://wire.substack.com/p/a"
    took(
        store,
        [(own, entry(url=page))],
        [(neighbour, entry(url=page, guid="x"))],
        [(neighbour, entry(f"{TITLE}, LIES", url=page, guid="x"))],
    )
    (row,), changed = stored(store)
    assert (row["title"], row["outlet"], changed) == (TITLE, "Harbour Wire", [])


WRAPPED = "https://www.google.com/url?rct=j&url=https://wire.example/a%3Fid%3D7%26utm_source%3Dalert&ct=ga"
ALERTS = make.feed(
    id="alerts", name="Alert", url="https://www.google.com/alerts/feeds/1/2", hosts=(), group="query"
)


def test_an_alert_leads_to_the_publishers_page_and_is_a_stranger_to_it(store):
    took(
        store,
        [(ALERTS, entry(url=WRAPPED, guid="tag:1"))],
        [(OWNER, entry(url="https://wire.example/a?id=7"))],
    )
    (row,), changed = stored(store)
    assert (row["url"], row["outlet"], row["is_secondhand"]) == (
        "https://wire.example/a?id=7",
        "Harbour Wire",
        False,
    )
    assert changed == []


@pytest.mark.parametrize(
    ("urls", "kept"),
    [
        ([f"{PAGE}?utm_source=rss&utm_medium=feed#comments"], [PAGE]),
        ([f"{PAGE}?utm_source=a", f"{PAGE}?utm_source=b"], [PAGE]),
        ([f"{PAGE}?id=1&fbclid=x", f"{PAGE}?id=2&fbclid=x"], [f"{PAGE}?id=1", f"{PAGE}?id=2"]),
        (
            ["https://news.google.com/rss/articles/CBM1?oc=5"],
            ["https://news.google.com/rss/articles/CBM1?oc=5"],
        ),
        (["https://www.google.com/url?q=https://me:word@wire.example/a"],)
        * 2,  # no link that is safe stands in it
    ],
)
def test_an_article_is_stored_under_its_clean_address(store, urls, kept):
    took(store, *([(OWNER, entry(url=url, guid=str(n)))] for n, url in enumerate(urls)))
    assert [row["url"] for row in stored(store)[0]] == kept


def test_what_tells_several_headlines_apart_stays_though_it_is_called_like_a_tracker(store):
    pages = [f"{PAGE}?cmp=a", f"{PAGE}?cmp=b"]
    took(
        store,
        [(OWNER, entry(title, url=url, guid=url)) for title, url in zip((TITLE, OTHER), pages, strict=True)],
    )
    assert [row["url"] for row in stored(store)[0]] == pages


def test_an_entry_without_an_id_is_remembered_under_the_address_its_feed_gave(store):
    """As earlier versions did: an upgrade brings it no second time."""
    tracked = f"{PAGE}?utm_source=rss"
    took(store, [(OWNER, entry(url=tracked, guid=tracked))])
    with store.begin() as connection:
        assert connection.execute(select(sightings.c.guid)).scalars().all() == [tracked]


def test_who_speaks_for_an_address_is_found_as_by_asking_every_feed():
    draw = random.Random(7)  # noqa: S311 - no secret
    sites = (
        "a.example",
        "b.a.example",
        "a.co.uk",
        "medium.com/@ann",
        "medium.com",
        "one.github.io",
        "127.0.0.1:80",
    )
    places = [f"https://{site}/feed.xml" for site in sites] + ["file:///x", ""]
    for _ in range(300):
        feeds = [
            make.feed(
                id=f"f{n}",
                url=draw.choice(places),
                fallback_url=draw.choice(["", *places]),
                hosts=tuple(draw.sample(["a.co.uk", "c.example"], draw.randint(0, 2))),
                enabled=draw.random() < 0.8,
            )
            for n in range(draw.randint(0, 6))
        ]
        url = draw.choice(places).replace("feed.xml", "a/1")
        asked = next((feed for feed in feeds if feed.enabled and speaks_for(feed, url)), None)
        assert Speakers(feeds).of(url) == asked
