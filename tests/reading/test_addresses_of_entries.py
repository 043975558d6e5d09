"""Addresses of entries as they were meant; captions and mail addresses that are no text and no name."""

from __future__ import annotations

import pytest

from monitor.articles.urls import clean_address
from monitor.feeds import parse
from monitor.feeds.entries import link

SITE = "https://quay.example"


def rss(item):
    body = f"<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><title>Quay</title><link>{SITE}/</link><item><title>Ports</title>{item}</item></channel></rss>"
    [entry] = parse(body.encode(), url=f"{SITE}/feed").entries
    return entry


def atom(inner):
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Quay</title><id>x</id><updated>2026-03-05T09:30:00Z</updated><entry><title>Ports</title><updated>2026-03-05T09:30:00Z</updated>{inner}</entry></feed>"
    [entry] = parse(body.encode(), url=f"{SITE}/feed").entries
    return entry


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (f"{SITE}/port plan.pdf", f"{SITE}/port%20plan.pdf"),
        (f"  {SITE}/a  ", f"{SITE}/a"),
        (f"\n   {SITE}/a\n   /b\n", f"{SITE}/a/b"),
        ("/news of may/1", f"{SITE}/news%20of%20may/1"),
        (f"{SITE}/s?q=dry dock&amp;x=1", f"{SITE}/s?q=dry%20dock&x=1"),
        (f"{SITE}/one%20two three", f"{SITE}/one%20two%20three"),
    ],
)
def test_spaces_inside_an_address_are_encoded(written, wanted):
    assert rss(f"<link>{written}</link>").url == wanted


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "java script:alert(1)", " java\nscript:x", "data: text/html,x"]
)
def test_what_is_no_web_address_is_none(address):
    assert link(address, f"{SITE}/feed") == ""


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (f"https://www.google.com/url?rct=j&sa=t&url={SITE}/soy%3Fid%3D7&ct=ga", f"{SITE}/soy?id=7"),
        (f"https://www.bing.com/news/apiclick.aspx?ref=FexRss&url={SITE}%2fa", f"{SITE}/a"),
        (f"https://l.facebook.com/l.php?u={SITE}%2Fa&h=1", f"{SITE}/a"),
        (f"https://eur01.safelinks.protection.outlook.com/?url={SITE}%2Fa&data=1", f"{SITE}/a"),
        (f"https://out.reddit.com/t3_1?url={SITE}%2Fa&token=1", f"{SITE}/a"),
        (f"{SITE}/go?url=https://other.example/", f"{SITE}/go?url=https://other.example/"),
    ],
)
def test_redirectors_of_services_are_unwrapped(address, wanted):
    assert clean_address(address) == wanted


@pytest.mark.parametrize(
    ("entry", "wanted"),
    [
        (lambda: rss("<guid isPermaLink='false'>e5</guid><enclosure url='https://cdn.example/5.mp3' length='1' type='audio/mpeg'/>"), "https://cdn.example/5.mp3"),
        (lambda: rss("<link/><enclosure url='https://cdn.example/5.pdf' length='1' type='application/pdf'/>"), "https://cdn.example/5.pdf"),
        (lambda: rss(f"<link>{SITE}/1</link><enclosure url='https://cdn.example/5.mp3' length='1' type='audio/mpeg'/>"), f"{SITE}/1"),
        (lambda: rss("<guid>e7</guid>"), ""),
        (lambda: rss(f"<guid>{SITE}/7</guid>"), f"{SITE}/7"),
        (lambda: atom("<id>e7</id>"), ""),
        (lambda: atom("<id>tag:quay.example,2026:7</id>"), ""),
        (lambda: atom(f"<id>{SITE}/7</id>"), f"{SITE}/7"),
        (lambda: atom(f"<id>e7</id><content type='text/html' src='{SITE}/7.html'/>"), f"{SITE}/7.html"),
        (lambda: atom("<id>e7</id><link rel='enclosure' href='https://cdn.example/5.mp3' type='audio/mpeg'/>"), "https://cdn.example/5.mp3"),
        (lambda: rss("<enclosure url='https://cdn.example/p.png' length='1' type='image/png'/>"), ""),
        (lambda: rss("<enclosure url='https://cdn.example/p' length='1' type='image/webp'/>"), ""),
        (lambda: rss("<enclosure url='https://cdn.example/p.JPG?w=600' length='1'/>"), ""),
        (lambda: rss("<enclosure url='https://cdn.example/p.png' length='1' type='image/png'/><enclosure url='https://cdn.example/5.mp3' length='1' type='audio/mpeg'/>"), "https://cdn.example/5.mp3"),
        (lambda: rss("<enclosure url='https://cdn.example/chart.png' length='1' type='text/html'/>"), "https://cdn.example/chart.png"),
        (lambda: atom("<id>e7</id><link rel='enclosure' href='https://cdn.example/p.png' type='image/png'/>"), ""),
        (lambda: atom(f"<id>e7</id><link href='{SITE}/7'/><link rel='enclosure' type='image/png'>https://cdn.example/p.png</link>"), f"{SITE}/7"),
        (lambda: atom("<id>e7</id><link href='/7'/>"), f"{SITE}/7"),
        (lambda: atom("<id>e7</id><link href='/7.json' type='application/json'/>"), ""),
    ],
)  # fmt: skip
def test_an_entry_leads_where_its_feed_says_and_never_to_an_id(entry, wanted):
    assert entry().url == wanted


CAPTION = (
    "A long caption: cranes stand at dusk over the yard, photographed on Sunday by our reporter in the north."
)


@pytest.mark.parametrize(
    "media",
    [
        f"<media:content url='https://i.example/a.jpg'><media:description>{CAPTION}</media:description></media:content>",
        f"<media:content url='https://i.example/a.jpg' medium='image'><media:title>IMG 7</media:title><media:description type='plain'>{CAPTION}</media:description><media:credit>Bo Tan/AFP</media:credit></media:content>",
        f"<media:group><media:content url='https://i.example/a.jpg'/><media:description>{CAPTION}</media:description></media:group>",
        f"<media:description>{CAPTION}</media:description>",
        f"<media:thumbnail url='https://i.example/a.jpg'/><media:text type='html'>{CAPTION}</media:text>",
        f"<media:content url='https://i.example/a.jpg'><media:description><![CDATA[{CAPTION}]]></media:description></media:content>",
    ],
)
def test_a_pictures_caption_is_not_the_text(media):
    entry = rss(f"<description>Dockers went back to work.</description>{media}")
    assert (entry.summary, entry.content) == ("Dockers went back to work.", "")


def test_a_videos_own_description_is_its_text():
    entry = rss(
        f"<media:group><media:title>Cranes</media:title><media:description>{CAPTION}</media:description></media:group>"
    )
    assert CAPTION in (entry.summary, entry.content)


@pytest.mark.parametrize(
    ("author", "wanted"),
    [
        ("<author>ann@quay.media (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>Ann Lee &lt;ann@quay.online&gt;</author>", ("Ann Lee",)),
        ("<author>desk@quay.agency</author>", ()),
        ("<author>ann.lee@mail.quay.international (Ann Lee)</author>", ("Ann Lee",)),
        ("<dc:creator>Ann Lee ann@quay.london</dc:creator>", ("Ann Lee",)),
        ("<author>ann@quay.no (Ann Lee)</author>", ("Ann Lee",)),
        ("<author>ann@quay.example (Ann Lee)</author>", ("Ann Lee",)),
        ("<dc:creator>Ann Lee</dc:creator>", ("Ann Lee",)),
    ],
)
def test_an_authors_name_is_whole_whatever_the_mail_address(author, wanted):
    assert rss(f"<link>{SITE}/1</link>{author}").authors == wanted
