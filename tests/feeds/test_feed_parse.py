from __future__ import annotations

import html
import os
import pickle
from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.feeds import parse
from monitor.model import FeedDocument, Rejected
from tests.feeds.documents import URL, item, read, rss


def test_rss_gives_all_that_an_entry_says():
    document = read("rss.xml")
    first = document.entries[0]
    assert (document.format, document.title, document.url, document.language) == (
        "rss",
        "Harbour & Customs Daily",
        "https://harbour.example/news/",
        "en",
    )
    assert first.guid == "kettles-1"
    assert first.url == "https://harbour.example/news/kettles?utm_source=rss"
    assert first.title == "Tariff on kettles rises to 30 %"
    assert first.summary == "The ministry raised it."
    assert (
        first.content == "The ministry raised it on Monday.\nMakers said the step would cost jobs & orders."
    )
    assert first.published == datetime(2025, 4, 7, 7, 30, tzinfo=UTC)
    assert first.authors == ("Ann Ode",)
    assert first.tags == ("Trade", "Kettles")
    assert first.language == "en"


def test_an_aggregator_names_the_publisher_once():
    entry = read("rss.xml").entries[1]
    assert (entry.title, entry.source_name, entry.source_url) == (
        "Port strike ends",
        "Coast Wire",
        "https://coast.example",
    )
    assert entry.summary == ""


def test_wishes_about_polling_are_read():
    document = read("rss.xml")
    assert document.ttl_s == 5400
    assert document.skip_hours == (0, 5)
    assert document.skip_days == ("Saturday", "Sunday")


def test_atom_resolves_addresses_and_keeps_both_dates():
    document = read("atom.xml")
    first, second = document.entries
    assert (document.format, document.language) == ("atom", "de")
    assert first.url == "https://zoll.example/blog/zoelle"
    assert first.title == "Zölle steigen"
    assert first.content == "Erster Absatz.\nZweiter & letzter."
    assert first.published == datetime(2025, 4, 7, 6, tzinfo=UTC)
    assert first.updated == datetime(2025, 4, 7, 10, tzinfo=UTC)
    assert second.published == second.updated == datetime(2025, 4, 6, 10, tzinfo=UTC)


def test_rdf_in_latin_1_is_read():
    document = read("rdf.xml")
    assert (document.format, document.title) == ("rdf", "Café commerce")
    assert document.entries[0].title == "Accord signé"
    assert document.entries[0].published == datetime(2025, 4, 5, 4, tzinfo=UTC)


def test_json_feed_is_read():
    document = read("feed.json")
    first, second, third = document.entries
    assert (document.format, document.title, document.language) == ("json", "Ledger notes", "en")
    assert first.url == "https://ledger.example/a/1"
    assert (first.title, first.content, first.tags, first.authors) == (
        "Quota talks",
        "First.\nSecond & last.",
        ("quota", "talks"),
        ("Desk",),
    )
    assert second.guid == "2"
    assert second.title == "No headline here, only a text that says what happened."
    assert second.authors == ("Lou Pen",)
    assert second.published == datetime(2025, 4, 6, 8, tzinfo=UTC)
    assert third.guid.startswith("sha256:")


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("windows-1251.xml", ["Пошлины на сталь"]),
        ("utf-16.xml", ["商务部宣布反制措施"]),
        ("cdata.xml", ["A & B sign pact"]),
        ("prologue.xml", ["Behind a comment"]),
        ("control.xml", ["Bell and null gone"]),
        ("bozo.xml", ["Undeclared prefix"]),
        ("cut-off.xml", ["Whole"]),
    ],
)
def test_odd_documents_give_their_entries(name, titles):
    assert [e.title for e in read(name).entries] == titles


def test_broken_xml_keeps_its_entries_with_a_warning():
    document = read("broken.xml")
    assert [e.guid for e in document.entries] == ["s1", "s2"]
    assert document.entries[0].title.startswith("Steel & aluminium")
    assert document.warnings


@pytest.mark.parametrize(
    ("name", "word"),
    [("prologue.xml", "declaration"), ("control.xml", "control"), ("cut-off.xml", "cut off")],
)
def test_what_was_mended_is_told(name, word):
    assert any(word in warning for warning in read(name).warnings)


def test_sound_documents_have_no_warnings():
    for name in (
        "rss.xml",
        "atom.xml",
        "rdf.xml",
        "feed.json",
        "windows-1251.xml",
        "utf-16.xml",
        "cdata.xml",
    ):
        assert read(name).warnings == ()


def test_relative_addresses_follow_the_site_and_hostile_ones_go():
    assert [e.url for e in read("relative.xml").entries] == [
        "https://site.example/a/1",
        "https://site.example/news/b.html",
        "https://other.example/c",
        "",
        "https://site.example/d",
    ]


def test_without_a_date_there_is_none():
    assert [e.published for e in read("undated.xml").entries] == [None] * 5


def test_a_constant_id_does_not_lose_articles():
    assert [(e.guid, e.title) for e in read("same-ids.xml").entries] == [
        ("https://same.example/1", "one"),
        ("https://same.example/2", "two"),
        ("own", "three"),
    ]


def test_a_page_of_notices_does_not_lose_all_but_one():
    notice = "<item><title>%s</title><link>https://s.example</link></item>"
    shown = "".join(notice % title for title in ("one", "two", "one"))
    document = parse(f'<rss version="2.0"><channel>{shown}</channel></rss>'.encode(), url=URL)
    assert [(e.title, e.url) for e in document.entries] == [
        ("one", "https://s.example"),
        ("two", "https://s.example"),
    ]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\x00 ", "empty"),
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "html"),
        (b"<?xml version='1.0'?>\n<!-- c --><html xmlns='http://www.w3.org/1999/xhtml'></html>", "html"),
        (b"<div>sorry</div>", "html"),
        (b"Not found", "not-a-feed"),
        (b"{}", "not-a-feed"),
        (b"[1, 2]", "not-a-feed"),
        (b'{"items": 5}', "not-a-feed"),
        (b'{"items": [', "not-a-feed"),
        (b"[" * 100_000, "not-a-feed"),
        (b"%PDF-1.4", "not-a-feed"),
        (b"<kml><Placemark/></kml>", "not-a-feed"),
        (b"<rss version='2.0'><channel><title>x & y", "broken"),
    ],
)
def test_what_is_no_feed_is_rejected_with_a_reason(body, reason):
    result = parse(body, url=URL)
    assert isinstance(result, Rejected)
    assert result.reason == reason


def test_a_feed_behind_a_notice_or_an_html_doctype_is_still_a_feed():
    feed = rss("<item><title>a</title><link>https://s.example/1</link></item>")
    for body in (
        b"<br />\n<b>Notice</b>: x in y\n" + feed,
        b"Warning: z\n" + feed,
        b"<!DOCTYPE html>" + feed.partition(b"?>")[2],
    ):
        document = parse(body, url=URL)
        assert isinstance(document, FeedDocument), body[:30]
        assert len(document.entries) == 1


def test_bare_ampersands_and_html_entities_are_mended():
    head = "<description>R&D &nbsp; caf&eacute; &unknown; &LT;b</description>"
    body = rss(
        "<item><title>R&D caf&eacute;</title><link>https://s.example/?a=1&b=2</link><guid><![CDATA[x&y&z;]]></guid></item>",
        head=head,
    )
    document = parse(body, url=URL)
    assert isinstance(document, FeedDocument)
    assert document.warnings == ("ampersands or entities unknown to XML were mended",)
    first = document.entries[0]
    assert (first.title, first.url, first.guid) == ("R&D café", "https://s.example/?a=1&b=2", "x&y&z;")


def test_entities_of_the_documents_own_are_left_to_the_parser():
    body = b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY house "Harbour">]><rss version="2.0"><channel><title>&house; Daily</title></channel></rss>'
    document = parse(body, url=URL)
    assert isinstance(document, FeedDocument)
    assert document.title == "Harbour Daily"


def test_a_feed_without_entries_is_a_feed():
    document = parse(rss(""), url=URL)
    assert isinstance(document, FeedDocument)
    assert document.entries == ()


def test_too_many_entries_are_cut_at_the_old_end():
    newest_first = parse(rss("".join(item(n, 28 - n) for n in range(20))), url=URL, max_entries=5)
    oldest_first = parse(rss("".join(item(n, n + 1) for n in range(20))), url=URL, max_entries=5)
    assert [e.title for e in newest_first.entries] == ["n0", "n1", "n2", "n3", "n4"]
    assert [e.title for e in oldest_first.entries] == ["n15", "n16", "n17", "n18", "n19"]
    assert newest_first.dropped == oldest_first.dropped == 15
    assert any("15 entries" in warning for warning in newest_first.warnings)


def test_a_json_feed_is_capped_as_well():
    body = b'{"items": [' + b",".join(b'{"id": "%d", "title": "t"}' % n for n in range(9)) + b"]}"
    document = parse(body, url=URL, max_entries=4)
    assert (len(document.entries), document.dropped) == (4, 5)


def test_a_long_description_is_the_article():
    text = "A sentence about tariffs. " * 200
    entry = parse(rss(f"<item><title>t</title><description>{text}</description></item>"), url=URL).entries[0]
    assert len(entry.summary) <= 2000
    assert len(entry.content) > 4000


def test_an_entry_never_lacks_an_id():
    document = parse(
        rss("<item><title>only a title</title></item><item><description>only a text</description></item>"),
        url=URL,
    )
    assert all(e.guid.startswith("sha256:") for e in document.entries)
    assert document.entries[1].title == "only a text"


def test_the_charset_of_the_header_is_used_when_the_document_has_none():
    body = '<rss version="2.0"><channel><title>Пошлины</title><item><title>x</title></item></channel></rss>'.encode(
        "koi8-r"
    )
    assert parse(body, url=URL, content_type="text/xml; charset=KOI8-R").title == "Пошлины"


def test_an_address_or_a_path_given_as_a_body_is_only_text(tmp_path):
    secret = tmp_path / "feed.xml"
    secret.write_bytes(rss(item(1, 1)))
    for body in (str(secret).encode(), b"https://feeds.example/x", b"file:///etc/hostname"):
        assert parse(body, url=URL) == Rejected(
            "not-a-feed", f"the answer starts with {body.decode()[:40]!r}"
        )


def test_documents_can_travel_between_processes():
    document = read("rss.xml")
    assert pickle.loads(pickle.dumps(document)) == document  # noqa: S301  # our own bytes
    assert pickle.loads(pickle.dumps(parse)) is parse  # noqa: S301  # the worker finds the function by name


@pytest.mark.quality
@pytest.mark.skipif(
    "QUALITY_DATA" not in os.environ, reason="QUALITY_DATA names no folder with real-feeds/ in it"
)
def test_real_feeds_are_read():
    folder = Path(os.environ["QUALITY_DATA"]) / "real-feeds"
    documents = [parse(path.read_bytes(), url=URL) for path in sorted(folder.iterdir())]
    assert len(documents) >= 28
    assert not [d for d in documents if isinstance(d, Rejected)]
    entries = [e for d in documents for e in d.entries]
    assert len(entries) >= 700
    assert all(e.guid and e.title and e.url for e in entries)
    assert sum(e.published is not None for e in entries) >= len(entries) - 10


@pytest.mark.parametrize(
    "reference", ["&#99999999;", "&#1114112;", "&#x110000;", "&#xFFFFFFFFFF;", "&#0001114112;", "&#55296;", "&#xd800;"]
)  # fmt: skip
def test_a_reference_to_no_character_costs_no_entry(reference):
    items = "".join(f"<item><title>{title}</title><guid>{title}</guid></item>" for title in (f"Ports{reference} open", "Ferries sail"))  # fmt: skip
    document = parse(
        f"<rss version='2.0'><channel><title>Q</title>{items}</channel></rss>".encode(),
        url="https://q.example/f",
    )
    assert [entry.title for entry in document.entries] == ["Ports open", "Ferries sail"]


@pytest.mark.parametrize("reference", ["&#1114109;", "&#128218;", "&#x1F4DA;", "&#0065;", "&#x10fffd;"])
def test_a_reference_to_a_character_stays_one(reference):
    body = f"<rss version='2.0'><channel><title>Q</title><item><title>A {reference} B</title><guid>1</guid></item></channel></rss>"
    [entry] = parse(body.encode(), url="https://q.example/f").entries
    assert entry.title == f"A {html.unescape(reference)} B"


@pytest.mark.parametrize("nested", ["&#xd8&#0;00;", "&#55&#x1;296;", "&#&#0;0;", "&#xd8&#xd8&#0;00;00;"])
def test_a_reference_made_by_taking_another_out_costs_no_entry(nested):
    items = f"<item><title>Ports {nested}open</title></item><item><title>Ferries < sail</title></item>"
    titles = [entry.title for entry in parse(rss(items), url=URL).entries]
    assert len(titles) == 2
    assert titles[0].startswith("Ports ")


OF_RSS = """<item><title>Ships &amp; ports</title><link>https://q.example/n?a=1&amp;b=2</link><guid isPermaLink="false">Ink &amp; Switch &lt;1&gt;</guid>
<category>R&amp;D</category><description>One &amp;amp; two &lt;b&gt;three&lt;/b&gt; &amp;lt;four</description></item>
<item><title><![CDATA[AT&T <b>b</b> &amp; c]]></title><guid><![CDATA[https://q.example/k&l&amp;m]]></guid><description><![CDATA[x &amp; y]]></description></item>
<item><title>Ferries</title><guid>https://q.example/now#Ink &amp; Quay</guid></item>"""
OF_ATOM = """<entry><title>Ships &amp; ports</title><link href="https://q.example/n?a=1&amp;b=2"/><id>urn:Ink &amp; Switch</id><summary>One &amp; two</summary></entry>
<entry><title>Ferries</title><id>https://q.example/o?a=1&amp;b=2</id><content type="html">A &amp;amp; B &lt;i&gt;C&lt;/i&gt;</content></entry>
<entry><title>Docks</title><id>https://q.example/now#Ink &amp; Quay</id></entry>"""
BESIDE = (
    "",
    "<x>a < b</x>",
    "<x>]]></x>",
    "<x>a &bogus; b</x>",
    "<x y=1/>",
    "<x></z></x>",
    "<x>&#xd8&#0;00;</x>",
)


@pytest.mark.parametrize("damage", BESIDE)
@pytest.mark.parametrize(
    "form",
    [
        f'<rss version="2.0"><channel><title>Q</title>{{}}{OF_RSS}</channel></rss>',
        f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Q</title>{{}}{OF_ATOM}</feed>',
    ],
    ids=["rss", "atom"],
)
def test_damage_beside_the_entries_changes_none_of_them(form, damage):
    """Least of all their ids: the same article under another id would be told twice."""
    whole = parse(form.format("").encode(), url=URL).entries
    assert len(whole) == 3
    assert parse(form.format(damage).encode(), url=URL).entries == whole
