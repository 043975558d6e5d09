"""News sitemaps and the Federal Register's JSON as feeds, and where `feeds add` finds the former."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from monitor.errors import InputError
from monitor.feeds import listed, parse
from monitor.model import FeedDocument, Rejected
from monitor.pipeline.gathering import subscribe

SITE = "https://quay.example"
SPACES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'


def page(number, title="Ports reopen", date="2026-03-05T09:30:00+01:00", more=""):
    news = f"<news:news><news:publication><news:name>Quay News</news:name><news:language>en</news:language></news:publication><news:publication_date>{date}</news:publication_date><news:title>{title}</news:title>{more}</news:news>"
    return f"<url><loc>{SITE}/{number}</loc><lastmod>2026-03-06</lastmod>{news if title else ''}</url>"


def sitemap(*pages, head='<?xml version="1.0" encoding="UTF-8"?>'):
    return f"{head}<urlset {SPACES}>{''.join(pages)}</urlset>".encode()


def read(body):
    return parse(body, url=f"{SITE}/news.xml")


def test_a_news_sitemap_is_a_feed():
    document = read(
        sitemap(
            page(1),
            page(2, "Ferries &amp; fares", "2026-03-06", "<news:keywords>ports, ferries</news:keywords>"),
        )
    )
    assert (document.format, document.title, document.language, document.url) == (
        "sitemap",
        "Quay News",
        "en",
        f"{SITE}/",
    )
    assert [(e.url, e.guid, e.title, e.published) for e in document.entries] == [
        (f"{SITE}/2", f"{SITE}/2", "Ferries & fares", datetime(2026, 3, 6, tzinfo=UTC)),
        (f"{SITE}/1", f"{SITE}/1", "Ports reopen", datetime(2026, 3, 5, 8, 30, tzinfo=UTC)),
    ]
    assert document.entries[0].tags == ("ports", "ferries")


@pytest.mark.parametrize(
    "body",
    [
        sitemap(page(1), head=""),
        sitemap(
            page(1), head="<?xml version='1.0'?><!-- made by a plug-in --><?xml-stylesheet href='s.xsl'?>"
        ),
        sitemap(page(1), page(2, title="")),
        sitemap(page(1))[:-9],
        sitemap(page(1)).replace(b"news:", b"n:"),
        sitemap(page(1)).replace(b"<news:title>Ports reopen", b"<news:title><![CDATA[Ports reopen]]>"),
        sitemap(page(1)).replace(b"<loc>", b"<loc>\n   ").replace(b"</loc>", b"\n</loc>"),
        sitemap(page(1), "<url><loc>javascript:alert(1)</loc></url>"),
    ],
)
def test_its_news_is_read_however_it_is_written(body):
    assert [(e.url, e.title) for e in read(body).entries] == [(f"{SITE}/1", "Ports reopen")]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (sitemap(page(1, title="")), "without news"),
        (
            f"<sitemapindex {SPACES}><sitemap><loc>{SITE}/n.xml</loc></sitemap></sitemapindex>".encode(),
            "index",
        ),
        (sitemap(), "without news"),
    ],
)
def test_a_sitemap_without_news_is_no_feed_and_says_why(body, word):
    found = read(body)
    assert isinstance(found, Rejected)
    assert (found.reason, word in found.detail) == ("not-a-feed", True)


def test_of_too_many_pages_the_newest_are_kept():
    pages = [page(day, date=f"2026-03-{day:02}") for day in range(1, 21)]
    document = parse(sitemap(*pages), url=f"{SITE}/news.xml", max_entries=5)
    assert [e.url for e in document.entries] == [f"{SITE}/{day}" for day in (20, 19, 18, 17, 16)]
    assert document.dropped == 15


DOCTYPE = "<?xml version='1.0'?><!DOCTYPE urlset [<!ENTITY x SYSTEM '{}'><!ENTITY y 'within'>]><!-- made -->"


def test_an_entity_of_a_sitemap_is_not_resolved(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("harbour key", encoding="utf-8")
    for name in "xy":
        found = read(sitemap(page(1, f"Ports &{name}; reopen"), head=DOCTYPE.format(secret.as_uri())))
        assert isinstance(found, FeedDocument)
        assert [(e.url, e.title) for e in found.entries] == [(f"{SITE}/1", "Ports reopen")]


def test_lists_of_sitemaps_name_those_of_news_first():
    robots = f"User-agent: *\nDisallow: /x\nSitemap: {SITE}/all.xml\nsitemap: /news-1.xml\n"
    assert listed(robots, f"{SITE}/robots.txt") == (f"{SITE}/news-1.xml", f"{SITE}/all.xml")


@pytest.mark.parametrize(
    "answers",
    [
        {f"{SITE}/news.xml": sitemap(page(1)), f"{SITE}/": b"<html><a href=/>Quay</a></html>", f"{SITE}/robots.txt": f"Sitemap: {SITE}/news.xml".encode()},
        {
            f"{SITE}/": b"<html>Quay</html>",
            f"{SITE}/robots.txt": f"Sitemap: {SITE}/index.xml".encode(),
            f"{SITE}/index.xml": f"<sitemapindex {SPACES}><sitemap><loc>{SITE}/pages.xml</loc></sitemap><sitemap><loc>{SITE}/news.xml</loc></sitemap></sitemapindex>".encode(),
            f"{SITE}/pages.xml": sitemap(page(1, title="")),
            f"{SITE}/news.xml": sitemap(page(1)),
        },
    ],
)  # fmt: skip
def test_feeds_add_finds_the_news_sitemap_of_a_site(house, answers):
    found = subscribe.subscribe_to(house(answers=answers), f"{SITE}/", name="", group="press")
    assert (found.url, found.name) == (f"{SITE}/news.xml", "Quay News")


def test_feeds_add_still_says_that_nothing_is_there(house):
    answers = {f"{SITE}/": b"<html>Quay</html>", f"{SITE}/robots.txt": b"User-agent: *"}
    with pytest.raises(InputError, match="no feed at"):
        subscribe.subscribe_to(house(answers=answers), f"{SITE}/", name="", group="press")


RULE = {
    "title": "Revisions to Licence Requirements for Cranes",
    "type": "Rule",
    "abstract": "The bureau amends its rules to require licences for gantry cranes.",
    "action": "Final rule.",
    "dates": "This rule is effective July 1, 2026.",
    "document_number": "2026-04711",
    "html_url": "https://www.federalregister.gov/documents/2026/05/06/2026-04711/cranes",
    "publication_date": "2026-05-06",
    "effective_on": "2026-07-01",
    "comments_close_on": "2026-06-05",
    "agencies": [{"name": "Industry and Security Bureau"}, {"raw_name": "DEPARTMENT OF COMMERCE"}],
}


def register(*results):
    return parse(
        json.dumps({"count": 1, "description": "Cranes", "results": results}).encode(),
        url="https://www.federalregister.gov/api/v1/documents.json",
    )


def test_the_federal_register_is_a_feed_with_its_days():
    document = register(RULE)
    [entry] = document.entries
    assert (document.format, document.title) == ("register", "Cranes")
    assert (entry.guid, entry.url, entry.title) == (
        "federal-register:2026-04711",
        RULE["html_url"],
        RULE["title"],
    )
    assert (entry.published, entry.summary, entry.tags) == (
        datetime(2026, 5, 6, tzinfo=UTC),
        RULE["abstract"],
        ("Rule",),
    )
    assert entry.authors == ("Industry and Security Bureau", "DEPARTMENT OF COMMERCE")
    assert entry.content.split("\n")[-2:] == [
        "The rule takes effect on July 1, 2026.",
        "Comments on the rule close on June 5, 2026.",
    ]


@pytest.mark.parametrize(
    ("change", "content"),
    [
        ({"effective_on": None, "comments_close_on": None, "dates": None}, ""),
        ({"effective_on": None, "dates": None}, "Comments on the rule close on June 5, 2026."),
        (
            {"abstract": None, "comments_close_on": None, "dates": None},
            "The rule takes effect on July 1, 2026.",
        ),
        ({"effective_on": "soon", "comments_close_on": "2026-06", "dates": 7}, ""),
        (
            {"type": "Proposed Rule", "effective_on": None, "dates": None},
            "Comments on the proposed rule close on June 5, 2026.",
        ),
    ],
)
def test_days_that_are_not_stated_are_not_told(change, content):
    [entry] = register(RULE | change).entries
    assert entry.content.split("\n")[-1] == content


def test_what_only_resembles_the_register_is_no_feed():
    assert isinstance(register({"title": "x"}), Rejected)
    assert isinstance(register(RULE, "odd", {"document_number": ""}), FeedDocument)
    [entry] = register({"document_number": "2026-1"}).entries
    assert (entry.url, entry.title) == ("https://www.federalregister.gov/d/2026-1", "2026-1")
