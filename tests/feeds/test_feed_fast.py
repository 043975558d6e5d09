"""The fast way to read feeds against feedparser: the same document, or a doubt. Never another document."""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.feeds import entries, fast, simple
from monitor.feeds.repair import Prepared, prepared
from monitor.model import Entry, FeedDocument
from monitor.text.moments import moment

DATA = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://feeds.example/all.xml"
BASE = "https://s.example/"
parsing = sys.modules["monitor.feeds.parse"]  # the package gives the function of the same name

RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:media="http://search.yahoo.com/mrss/"><channel>
 <title>Harbour News</title><link>https://s.example/</link>%s</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"%s><title>Quay</title><id>tag:s.example,2026:1</id>
 <link href="https://s.example/"/><updated>2026-01-02T03:04:05Z</updated>%s</feed>"""


def ready(text: str) -> Prepared:
    found = prepared(text.encode("utf-8", "surrogatepass"), max_entries=1000)
    assert isinstance(found, Prepared), found
    return found


def quick(found: Prepared) -> FeedDocument | None:
    """What the fast way alone makes of it; None for a doubt."""
    known = fast.document(found.text)
    if known is None:
        return None
    try:
        return parsing._document(known, found, url=URL, trouble="", max_entries=1000, read=fast.entry)
    except fast.DoubtError:
        return None


def thorough(found: Prepared) -> FeedDocument:
    return parsing._any_form(found, url=URL, max_entries=1000)


def assert_same_or_doubtful(text: str) -> None:
    found = ready(text)
    fast_way = quick(found)
    assert fast_way is None or fast_way == thorough(found)


PLAIN_ITEMS = [
    "<item><title>Tariffs rise</title><link>https://s.example/1</link><guid>https://s.example/1</guid></item>",
    "<item><guid isPermaLink='false'>g1</guid><title>A &amp;amp; B</title><description>&lt;p&gt;One&lt;/p&gt;</description></item>",
    "<item><title>T</title><guid>https://s.example/only-guid</guid><pubDate>Mon, 05 Jan 2026 10:00:00 GMT</pubDate></item>",
    "<item><title>T</title><author>ann@s.example (Ann Ode)</author><dc:creator>Bo</dc:creator><link>/2</link></item>",
    "<item><title>T</title><category domain='x'>Trade</category><category>Trade</category><dc:subject>Sea</dc:subject></item>",
    "<item><title>T</title><content:encoded><![CDATA[<p>All of it</p>]]></content:encoded><description>Short</description></item>",
    "<item><title>T</title><content:encoded><![CDATA[<p>Only this</p>]]></content:encoded></item>",
    "<item><title>Strike - Wire</title><source url='https://w.example/'>Wire</source><link>https://s.example/3?a=1&amp;b=2</link></item>",
    "<item><title>T</title><enclosure url='https://s.example/a.mp3'/><comments>https://s.example/c</comments></item>",
    "<item><title>T</title><dc:date>2026-01-02</dc:date><pubDate>02/13/2026</pubDate></item>",
]
PLAIN_ENTRIES = [
    "<entry><title>T</title><id>tag:1</id><updated>2026-01-02T03:04:05+01:00</updated></entry>",
    "<entry><title type='html'>A &lt;b&gt;b&lt;/b&gt;</title><id>u</id><link href='https://s.example/4'/><link rel='enclosure' href='x.mp3'/></entry>",
    "<entry><title>T</title><id>https://s.example/5</id><summary>S</summary><content type='html'>&lt;p&gt;C&lt;/p&gt;</content></entry>",
    "<entry><title>T</title><id>i</id><author><name>Ann</name><email>a@s.example</email></author><author><name>Bo</name></author></entry>",
    "<entry><title>T</title><id>i</id><author><email>a@s.example</email></author><category term='sea' label='Sea'/></entry>",
    "<entry><title>T</title><id>i</id><published>2026-01-02T03:04:05Z</published><rights>Ours</rights></entry>",
]
PLAIN = [RSS % item for item in PLAIN_ITEMS] + [ATOM % ("", entry) for entry in PLAIN_ENTRIES]


@pytest.mark.parametrize("text", [*PLAIN, ATOM % (" xml:lang='de-DE'", PLAIN_ENTRIES[0])])
def test_plain_forms_are_read_fast_and_alike(text):
    found = ready(text)
    document = quick(found)
    assert document is not None
    assert document == thorough(found)
    assert len(document.entries) == 1


@pytest.mark.parametrize(
    "text",
    [
        RSS % "<item><title>T</title><title>U</title></item>",
        RSS % "<item><title>T</title><media:title>M</media:title></item>",
        RSS % "<item><title type='html'>T</title></item>",
        RSS % "<item><title>T<b>old</b></title></item>",
        RSS % "<item xml:base='https://b.example/'><title>T</title><link>1</link></item>",
        RSS % "<item><title>caf&#x92;s</title></item>",
        RSS % "<item><title>caf\u0092s</title></item>",
        RSS
        % "<item><title>T</title><media:content><media:description>D</media:description></media:content></item>",
        RSS % "<item><title>T</title><pubDate>Fri, 2006/09/15 08:19:53 EDT</pubDate></item>",
        RSS % "<atom:link href='https://other.example/'/><item><title>T</title></item>",
        RSS % "<image><title>I</title><odd/></image><item><title>T</title></item>",
        (RSS % PLAIN_ITEMS[0]).replace("xmlns:sy=", "xmlns='http://purl.org/rss/1.0/' xmlns:sy="),
        (RSS % PLAIN_ITEMS[0]).replace("<rss", "<!DOCTYPE rss [<!ENTITY x 'y'>]><rss"),
        ATOM % ("", "<entry><title type='xhtml'><div>T</div></title><id>i</id></entry>"),
        ATOM % ("", "<entry><title>T</title><id>i</id><source><title>S</title></source></entry>"),
        ATOM % ("", "<entry xml:lang='fr'><title>T</title><id>i</id></entry>"),
        ATOM % ("", "<entry><title>T</title><id>i</id><author>Ann</author></entry>"),
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><item><title>T</title></item></rdf:RDF>",
    ],
)
def test_whatever_feedparser_treats_in_its_own_way_is_left_to_it(text):
    assert quick(ready(text)) is None


def test_broken_xml_is_left_to_feedparser():
    assert fast.document((RSS % PLAIN_ITEMS[0]).replace("</title>", "", 1)) is None


@pytest.mark.parametrize("path", sorted(DATA.glob("*.xml")), ids=lambda path: path.name)
def test_the_sample_feeds_are_read_alike(path):
    found = prepared(path.read_bytes(), max_entries=1000)
    if isinstance(found, Prepared):
        fast_way = quick(found)
        assert fast_way is None or fast_way == thorough(found)


# --------------------------------------------------------------------------- laws

TEXT = st.lists(
    st.sampled_from(
        ["word", " ", "  ", "&amp;", "&lt;", "&gt;", "&amp;amp;", "&amp;lt;p&amp;gt;", "&lt;p&gt;", "&lt;/p&gt;", "&#38;", "&#8217;", "’", "é", "Ã©", "\u200b", "中文", "é", "\n", "\t", "]", "Read more", "The post x appeared first on y", "-", "'", '"', "…", "1 &lt; 2", "<![CDATA[<p>a & b</p>]]>", "<!-- c -->", "https://s.example/a?b=1&amp;c=2", "/relative", "ann@s.example (Ann)", "&#133;"]
    ),
    max_size=6,
).map("".join)  # fmt: skip
WHEN = st.sampled_from(
    ["Mon, 05 Jan 2026 10:00:00 GMT", "2026-01-05T10:00:00+02:00", "2026-01-05", "yesterday", "", "05 Jan 26", "0001-01-01T00:00:00Z", "Mon, 45 Jan 2026 10:00:00 GMT", "2026-13-05T10:00:00Z", "Mon, 05 Foo 2026 10:00:00 +0000", "2026-01-05T24:00:00Z"]
)  # fmt: skip


def element(name: str, content: st.SearchStrategy[str], attributes: str = "") -> st.SearchStrategy[str]:
    return content.map(lambda text: f"<{name}{attributes}>{text}</{name.split(maxsplit=1)[0]}>")


def tag(part: str) -> str:
    return part.partition(">")[0].split()[0]


RSS_PARTS = st.one_of(
    *(element(name, TEXT) for name in ("title", "link", "description", "guid", "author", "category", "source", "content:encoded")),
    *(element(name, TEXT) for name in ("dc:creator", "dc:subject", "comments", "media:title", "media:credit", "odd", "atom:summary")),
    *(element(name, WHEN) for name in ("pubDate", "dc:date", "atom:updated")),
    element("guid", TEXT, " isPermaLink='false'"),
    element("category", TEXT, " domain='d'"),
    element("source", TEXT, " url='https://w.example/'"),
)  # fmt: skip
ATOM_PARTS = st.one_of(
    *(element(name, TEXT) for name in ("title", "summary", "content", "id", "rights", "category", "odd", "logo")),
    *(element(name, TEXT, " type='html'") for name in ("title", "summary", "content")),
    *(element(name, WHEN) for name in ("published", "updated", "issued")),
    element("name", TEXT).map(lambda inner: f"<author>{inner}</author>"),
    element("email", TEXT).map(lambda inner: f"<author><name>N</name>{inner}</author>"),
    st.sampled_from(
        ["<link href='https://s.example/a'/>", "<link rel='self' href='b'/>", "<link href='/c' type='application/json'/>", "<category term='t' scheme='s' label='l'/>", "<category label='l'/>", "<link rel='alternate' href='https:////d.example/'/>"]
    ),
)  # fmt: skip


@given(
    st.lists(st.lists(RSS_PARTS, max_size=6, unique_by=tag).map("".join), min_size=1, max_size=3),
    st.lists(RSS_PARTS, max_size=2, unique_by=tag),
)
def test_any_rss_is_read_alike_or_doubted(items, head):
    assert_same_or_doubtful(RSS % ("".join(head) + "".join(f"<item>{item}</item>" for item in items)))


@given(
    st.lists(st.lists(ATOM_PARTS, max_size=6, unique_by=tag).map("".join), min_size=1, max_size=3),
    st.sampled_from(["", " xml:lang='de'"]),
)
def test_any_atom_is_read_alike_or_doubted(items, attributes):
    assert_same_or_doubtful(ATOM % (attributes, "".join(f"<entry>{item}</entry>" for item in items)))


LINE = st.one_of(TEXT, st.text(max_size=40), st.text(st.characters(codec="ascii"), max_size=40))
MAYBE = {
    "title": LINE,
    "summary": LINE,
    "id": LINE,
    "link": st.one_of(LINE, st.sampled_from(["https://s.example/a", "http://127.0.0.1:8800/a/1?b=2", "https://s.example/a#b", "https://s.example"])),
    "published": WHEN,
    "updated": WHEN,
    "author": LINE,
    "authors": st.lists(st.one_of(st.just({}), LINE.map(lambda name: {"name": name})), max_size=3),
    "title_detail": st.sampled_from([{"language": "de-DE"}, {"language": "x"}]),
}  # fmt: skip


@given(st.fixed_dictionaries({}, optional=MAYBE))
@example({"title": "T", "summary": "T again", "link": "https://s.example/a", "id": "1"})
@example({"title": "T", "summary": "It began. Read more", "link": "https://s.example/a", "id": "1"})
def test_a_simple_entry_is_the_entry(item):
    found = simple.entry(item, BASE)
    assert found is None or found == entries.entry(item, BASE)


def test_an_ordinary_item_is_simple():
    item = {
        "title": "Tariffs rise – again",
        "summary": "They said so on Monday.",
        "id": "1",
        "link": "https://s.example/a",
        "published": "Mon, 05 Jan 2026 10:00:00 GMT",
        "authors": [{"name": "Ann Ode"}],
    }
    found = simple.entry(item, BASE)
    assert found is not None
    assert (found.title, found.published) == ("Tariffs rise – again", datetime(2026, 1, 5, 10, tzinfo=UTC))


@given(st.one_of(WHEN, st.datetimes().map(lambda at: at.isoformat() + "Z"), st.text(max_size=30)))
@example("2026-01-05T10:00:00-23:59")
@example("1989-12-31T23:59:59-01:00")
@example("Mon, 31 Feb 2026 10:00:00 GMT")
def test_dates_are_read_as_always(text):
    assert simple.when(text) == moment(text)


@given(
    st.builds(
        Entry, guid=st.text(), url=st.text(), title=st.text(), tags=st.tuples(st.text()), published=st.none()
    )
)
def test_an_entry_comes_back_from_the_worker_as_it_was(entry):
    assert pickle.loads(pickle.dumps(replace(entry, updated=datetime(2026, 1, 5, tzinfo=UTC)))) == replace(  # noqa: S301  # our own
        entry, updated=datetime(2026, 1, 5, tzinfo=UTC)
    )


@pytest.mark.quality
def test_real_feeds_are_read_alike_and_most_of_them_fast():
    folder = Path(os.environ.get("QUALITY_DATA", "")) / "real-feeds"
    if not os.environ.get("QUALITY_DATA") or not folder.is_dir():
        pytest.skip("QUALITY_DATA names no folder with real-feeds/ in it")
    documents = [prepared(path.read_bytes(), max_entries=1000) for path in sorted(folder.iterdir())]
    read = [
        (quick(found), found) for found in documents if isinstance(found, Prepared) and found.kind == "xml"
    ]
    assert [found for fast_way, found in read if fast_way is not None and fast_way != thorough(found)] == []
    assert sum(fast_way is not None for fast_way, _ in read) >= len(read) // 2
