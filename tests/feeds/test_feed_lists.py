from __future__ import annotations

from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import discover, free_id, read_opml, slug, write_opml
from monitor.model import Feed, Rejected
from monitor.settings import FeedSettings, one_line

OPML = b"""<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0"><head><title>x</title></head><body>
 <outline text="Law"><outline type="rss" text="Sanctions &amp; Co" xmlUrl="https://law.example/feed" language="en-US"/></outline>
 <outline title="No group" xmlUrl="https://plain.example/rss"/>
 <outline text="Again" xmlUrl="https://plain.example/rss"/>
 <outline text="No group" xmlUrl="https://third.example/rss"/>
 <outline text="Hostile" xmlUrl="javascript:alert(1)"/>
 <outline text="Folder only"/>
</body></opml>"""


def test_lists_of_other_programs_are_read():
    feeds = read_opml(OPML)
    assert [(f.id, f.name, f.url, f.group, f.lang) for f in feeds] == [
        ("sanctions-co", "Sanctions & Co", "https://law.example/feed", "Law", "en"),
        ("no-group", "No group", "https://plain.example/rss", "press", "en"),
        ("no-group-2", "No group", "https://third.example/rss", "press", "en"),
    ]


@pytest.mark.parametrize("body", [b"", b"not xml", b"<rss/>", b"<html><body>x</body></html>", b"\x00\x01"])
def test_what_is_no_list_is_rejected(body):
    assert isinstance(read_opml(body), Rejected)


def test_a_damaged_list_gives_what_can_be_read():
    assert [f.url for f in read_opml(OPML[:250])] == ["https://law.example/feed"]


def test_entities_of_a_list_are_not_resolved():
    body = b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/hostname">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>'
    feeds = read_opml(body)
    assert isinstance(feeds, Rejected) or all(f.name in {"https://a.example/", "&x;"} for f in feeds)


names = (
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30)
    .map(str.strip)
    .filter(bool)
)
feeds_made = st.builds(
    Feed,
    id=st.uuids().map(str),
    name=st.sampled_from(["Coast Wire", '关税 <&> "q"', "Zoll – heute"]),
    url=st.uuids().map(lambda u: f"https://s.example/{u}?a=1&b=2"),
    group=st.sampled_from(["press", "law", "us-official"]),
    country=st.sampled_from(["", "US", "CN"]),
    time_zone=st.sampled_from(["", "Asia/Shanghai"]),
    lang=st.sampled_from(["en", "zh", "de"]),
    trust=st.floats(0, 2).map(lambda x: round(x, 3)),
    is_trusted=st.booleans(),
    paywall=st.booleans(),
    state_media=st.booleans(),
    max_items=st.integers(1, 1000),
    enabled=st.booleans(),
    reason=st.sampled_from(["", "blocks us"]),
    fallback_url=st.sampled_from(["", "https://f.example/x"]),
    topics=st.lists(st.sampled_from(["us-china-trade", "ports"]), unique=True).map(tuple),
)


@given(st.lists(feeds_made, max_size=6, unique_by=(lambda f: f.url, lambda f: f.id)))
def test_a_written_list_comes_back_whole(feeds):
    by_group = sorted(feeds, key=lambda f: list(dict.fromkeys(g.group for g in feeds)).index(f.group))
    assert read_opml(write_opml(feeds)) == tuple(by_group)


ANY = st.text(max_size=30)
any_feeds = st.builds(
    FeedSettings,
    name=ANY.filter(lambda text: one_line(text) == text != ""),
    url=st.from_regex(r"https?://[a-z]{1,9}\.example/[A-Za-z0-9%?&=;#~+]{0,9}", fullmatch=True),
    id=st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,9}[a-z0-9])?", fullmatch=True),
    group=st.from_regex(r"[a-z0-9]([a-z0-9_-]{0,9}[a-z0-9])?", fullmatch=True),
    country=st.sampled_from(["", "US", "CN"]),
    lang=st.from_regex(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", fullmatch=True),
    trust=st.floats(0, 2),
    is_trusted=st.booleans(),
    paywall=st.booleans(),
    state_media=st.booleans(),
    max_items=st.integers(1),
    enabled=st.booleans(),
    reason=ANY,
    fallback_url=st.sampled_from(["", "https://f.example/x?a=1&b=%20"]),
    topics=st.lists(ANY, max_size=3).map(tuple),
)


@given(st.lists(any_feeds, max_size=4, unique_by=(lambda f: f.url, lambda f: f.id)))
def test_every_feed_the_configuration_can_hold_survives_an_export(feeds):
    found = read_opml(write_opml([Feed(**feed.model_dump()) for feed in feeds]))
    back = {feed.id: FeedSettings(**asdict(feed)) for feed in found}
    assert back == {feed.id: feed for feed in feeds}


def test_what_another_program_changed_counts_and_the_other_keys_stay():
    feed = Feed(
        id="a", name="Old", url="https://a.example/1", group="law", trust=0.5, reason="\x00", lang="zh-Hans"
    )
    written = write_opml([feed])
    changed = written.replace(b'text="Old" title="Old"', b'text="New"').replace(b'"https://a.example/1" ', b'"https://b.example/2" ')  # fmt: skip
    assert changed.count(b"https://a.example/1") == 1
    assert read_opml(changed) == (replace(feed, name="New", url="https://b.example/2"),)


def test_lists_of_earlier_versions_are_read():
    body = b"""<opml xmlns:monitor="https://example.org/monitor/opml" version="2.0"><body><outline text="law">
    <outline text="A" xmlUrl="https://a.example/" language="zh" monitor:id="x" monitor:trust="0.5" monitor:enabled="False"
     monitor:topics="ports"/></outline></body></opml>"""
    assert read_opml(body) == (
        Feed(id="x", name="A", url="https://a.example/", group="law", lang="zh", trust=0.5, enabled=False, topics=("ports",)),
    )  # fmt: skip


@pytest.mark.parametrize(
    "own", ["[", "[1]", "7", '{"trust": "x", "topics": [1], "id": 3, "enabled": 1}', "[" * 9999]
)
def test_own_keys_that_cannot_be_read_are_passed_over(own):
    body = f"""<opml xmlns:monitor="https://example.org/monitor/opml" version="2.0"><body>
    <outline text="A" xmlUrl="https://a.example/" monitor:feed='{own}'/></body></opml>"""
    assert read_opml(body.encode()) == (Feed(id="a", name="A", url="https://a.example/"),)


@given(st.lists(st.sampled_from(["a", "a-2", "a-3", "b"]), max_size=12))
def test_free_ids_are_distinct_and_the_first_keeps_its_name(wanted):
    taken = {}
    given_ids = [free_id(each, taken) for each in wanted]
    assert len(set(given_ids)) == len(given_ids)
    assert all(free.startswith(each) for free, each in zip(given_ids, wanted, strict=True))
    assert wanted[:1] == given_ids[:1]


@given(st.binary(max_size=200))
def test_any_bytes_are_answered_as_a_list_or_not(body):
    assert isinstance(read_opml(body), tuple | Rejected)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("SCMP: China Economy", "scmp-china-economy"),
        ("Zölle", "zolle"),
        ("关税", "feed"),
        ("", "feed"),
        ("a" * 99, "a" * 60),
    ],
)
def test_ids_are_made_of_names(name, wanted):
    assert slug(name) == wanted


PAGE = b"""<html><head><base href="https://site.example/blog/">
<link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
<link rel="alternate" type="application/atom+xml" href="atom.xml">
<link rel="alternate" type="text/html" hreflang="de" href="/de">
<link rel="stylesheet" type="application/rss+xml" href="/no">
<link rel="ALTERNATE home" type="application/rss+xml; charset=utf-8" href="https://site.example/feed">
</head><body><a href="/rss">RSS</a><a href="javascript:alert('/rss')">x</a><a href="/news?format=rss">y</a><a href="/about">z</a></body></html>"""


def test_declared_feeds_come_first_and_comments_last():
    assert discover(PAGE, "https://site.example/") == (
        "https://site.example/blog/atom.xml",
        "https://site.example/feed",
        "https://site.example/rss",
        "https://site.example/news?format=rss",
        "https://site.example/comments/feed/",
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"plain",
        b'<?xml version="1.0" encoding="utf-8"?><html/>',
        b"<a href='http://[bad'>feed</a>",
    ],
)
def test_a_page_without_feeds_gives_none(body):
    assert discover(body, "https://site.example/") == ()


@given(st.binary(max_size=200), st.text(max_size=30))
def test_any_page_is_answered(body, url):
    assert isinstance(discover(body, url), tuple)
