from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import discover, read_opml, slug, write_opml
from monitor.model import Feed, Rejected

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
