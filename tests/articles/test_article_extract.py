from __future__ import annotations

import json
import pickle
import random
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.articles.extract import extract
from monitor.model import Page, Rejected

URL = "https://www.harbour.example/2025/04/kettles"
HOSTILE = (Path(__file__).parents[1] / "data" / "hostile.txt").read_text("utf-8").splitlines()
TAG = re.compile(r"<[A-Za-z/!?]")
SENTENCES = (
    "The ministry raised the duty on imported kettles to thirty percent on Monday, after months of talks that led nowhere.",
    "Makers on both sides of the strait said the step would cost jobs, and that prices in shops would follow before the summer.",
    "“Nobody wins a quarrel about kettles,” said Ann Ode, who has sold them in the harbour district for twenty years.",
    "Officials answered that the duty could be lifted as soon as the other side opened its own market to teapots and trays.",
    "Customs figures show that four kettles in five came from abroad last year, twice as many as ten years before.",
)
BODY = "".join(f"<p>{s}</p>" for s in SENTENCES)


def page(body: str = BODY, *, head: str = "", title: str = "Duty on kettles rises to 30 percent") -> str:
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>{title} | Harbour Daily</title>{head}</head><body>'
        f'<nav><ul><li><a href="/">Home</a></li><li><a href="/trade">Trade</a></li></ul></nav>'
        f"<article><h1>{title}</h1>{body}</article><footer><p>© 2025 Harbour Daily. All rights reserved.</p></footer></body></html>"
    )


def read(html: str | bytes, **more) -> Page:
    result = extract(html, url=URL, **more)
    assert isinstance(result, Page), result
    return result


def ld(**node) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@context": "https://schema.org", "@type": "NewsArticle", **node})}</script>'


def test_the_text_is_the_article_and_nothing_else():
    result = read(page())
    assert result.text.split("\n") == list(SENTENCES)
    assert result.title == "Duty on kettles rises to 30 percent"
    assert result.language == "en"


def test_captions_adverts_bylines_and_offers_are_left_out():
    extra = (
        "<p>By Ann Ode and Lou Pen</p><p>Advertisement</p><p>A kettle on Tuesday. (Joe Bloggs/Associated Press)</p>"
        "<p>Sign up for our newsletter and get it in your inbox.</p><p>Read more: why teapots are next</p>"
    )
    assert read(page(extra + BODY)).text.split("\n") == list(SENTENCES)


def test_a_dateline_goes_and_the_sentence_stays():
    result = read(
        page(
            f"<p>HARBOUR TOWN (Reuters) - {SENTENCES[0]}</p>" + "".join(f"<p>{s}</p>" for s in SENTENCES[1:])
        )
    )
    assert result.text.startswith(SENTENCES[0])


def test_tables_are_kept_as_text():
    table = "<table><tr><th>Year</th><th>Duty</th></tr><tr><td>2024</td><td>10 %</td></tr><tr><td>2025</td><td>30 %</td></tr></table>"
    assert "30 %" in read(page(BODY + table)).text


def test_comments_are_not():
    comments = '<section id="comments" class="comments"><div class="comment"><p>First! I never liked kettles anyway, says a reader at great length.</p></div></section>'
    assert "First!" not in read(page(BODY + comments)).text


def test_structured_data_gives_date_authors_and_title():
    result = read(
        page(
            head=ld(
                headline="Duty on kettles",
                datePublished="2025-04-07T09:30:00+02:00",
                author=[{"name": "Ann Ode"}, {"name": "Lou Pen"}],
            )
        )
    )
    assert result.published == datetime(2025, 4, 7, 7, 30, tzinfo=UTC)
    assert not result.published_is_approximate
    assert result.authors == ("Ann Ode", "Lou Pen")


def test_graphs_lists_and_broken_scripts_are_coped_with():
    graph = '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type": ["NewsArticle"], "datePublished": "2025-04-07", "author": "Ann Ode"}]}</script>'
    result = read(page(head='<script type="application/ld+json">{broken</script>' + graph))
    assert result.published == datetime(2025, 4, 7, tzinfo=UTC)
    assert result.authors == ("Ann Ode",)


def test_authors_come_from_meta_elements_as_well():
    assert read(page(head='<meta name="author" content="By Ann Ode and Lou Pen">')).authors == (
        "Ann Ode",
        "Lou Pen",
    )
    assert (
        read(page(head='<meta property="article:author" content="https://facebook.example/x">')).authors == ()
    )


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://harbour.example/kettles", "https://harbour.example/kettles"),
        ("https://news.harbour.example/kettles", "https://news.harbour.example/kettles"),
        ("https://www.harbour.example/", ""),
        ("https://www.harbour.example", ""),
        ("https://other.example/kettles", ""),
        ("javascript:alert(1)", ""),
        ("/kettles", ""),
    ],
)
def test_the_canonical_address_counts_only_on_the_same_site(address, wanted):
    assert read(page(head=f'<link rel="canonical" href="{address}">')).canonical_url == wanted


def test_robots_marks_are_recorded():
    head = '<meta name="robots" content="index, NOARCHIVE, max-snippet:-1"><meta name="googlebot" content="noai"><meta name="tdm-reservation" content="1">'
    assert read(page(head=head)).robots == "noarchive, noai, tdm-reservation"
    assert read(page()).robots == ""


@pytest.mark.parametrize(
    "head",
    [
        ld(isAccessibleForFree=False),
        ld(isAccessibleForFree="False"),
        ld(hasPart={"@type": "WebPageElement", "isAccessibleForFree": False}),
        '<meta property="article:content_tier" content="locked">',
    ],
)
def test_a_paywall_is_flagged_and_its_text_kept(head):
    result = read(page(head=head))
    assert result.paywall
    assert len(result.text) > 400


def test_a_free_page_has_no_paywall_flag():
    assert not read(page(head=ld(isAccessibleForFree=True))).paywall


def test_a_teaser_keeps_its_sentences_and_loses_the_offer():
    result = read(
        page(
            f"<p>{SENTENCES[0]}</p><p>{SENTENCES[1]}</p><p>Subscribe to continue reading this article. Cancel anytime.</p>"
        )
    )
    assert result.paywall
    assert result.text.split("\n") == list(SENTENCES[:2])


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "empty"),
        (b"\x00 \n", "empty"),
        ("just words", "not-html"),
        (b"%PDF-1.7 ...", "not-html"),
        (b"\x89PNG\r\n", "not-html"),
        (page("<p>Short.</p>"), "thin"),
        (
            page("<p>Subscribe to continue reading this article.</p><p>Already a subscriber? Log in.</p>"),
            "paywall",
        ),
        (page("<p>Teaser.</p>", head=ld(isAccessibleForFree=False)), "paywall"),
        (
            page(
                "<p>Please complete the security check and the captcha to go on to this website today.</p>",
                title="Just a moment...",
            ),
            "blocked",
        ),
        (
            page(
                "<p>Your request was blocked because of unusual traffic from your network. Reference 18.2f.</p>",
                title="News",
            ),
            "blocked",
        ),
        (
            page(
                "<p>We and our partners store and/or access information on a device.</p><p>Accept all or manage your choices under legitimate interest.</p>",
                title="Before you continue",
            ),
            "consent",
        ),
        (
            page(
                "<p>The page you are looking for has moved or never was here, so try the search above or the front page.</p>",
                title="404 - page not found",
            ),
            "missing",
        ),
        (page(head=ld(**{"@type": "LiveBlogPosting"})), "live-blog"),
    ],
)
def test_what_is_no_article_is_rejected_with_a_reason(html, reason):
    result = extract(html, url=URL)
    assert isinstance(result, Rejected), result
    assert result.reason == reason


def test_the_content_type_of_a_binary_is_believed():
    assert extract(page().encode(), url=URL, content_type="application/pdf") == Rejected(
        "not-html", "the answer is application/pdf"
    )


def test_an_article_about_cookies_and_captchas_is_an_article():
    body = (
        BODY
        + "<p>The firm said we use cookies, asked readers to accept all, and its captcha said: verify you are human, in a security check.</p>"
    )
    assert "captcha" in read(page(body * 4)).text


@pytest.mark.parametrize(
    ("encoding", "header"),
    [
        ("utf-8", ""),
        ("windows-1251", "text/html; charset=windows-1251"),
        ("koi8-r", "text/html; charset=koi8-r"),
        ("utf-16", ""),
    ],
)
def test_the_character_set_is_found(encoding, header):
    sentence = "Министерство повысило пошлину на чайники до тридцати процентов после долгих переговоров, сообщили в понедельник."
    html = page("".join(f"<p>{sentence} {n}.</p>" for n in range(5)), title="Пошлины").encode(encoding)
    assert sentence in read(html, content_type=header).text


def test_the_character_set_of_the_meta_element_is_used():
    sentence = "商务部星期一宣布提高水壶的进口关税至百分之三十，此前双方举行了数月没有结果的谈判。"
    html = page(
        "".join(f"<p>{sentence}{n}</p>" for n in range(6)), head='<meta charset="gb2312">', title="关税"
    ).encode("gb18030")
    assert sentence in read(html).text


@pytest.mark.parametrize("payload", HOSTILE)
def test_hostile_html_in_a_page_is_dead(payload):
    payload = payload.encode("ascii", "backslashreplace").decode("unicode_escape")
    head = f'<meta name="author" content="{payload}"><meta property="og:title" content="{payload}">'
    result = extract(page(f"<p>{payload}</p>{BODY}<p>{payload}</p>", head=head, title=payload), url=URL)
    if isinstance(result, Page):
        for text in (result.title, result.text, *result.authors, result.language, result.robots):
            assert not TAG.search(text)
        assert result.canonical_url == ""


def test_results_can_travel_between_processes():
    result = read(page())
    assert pickle.loads(pickle.dumps(result)) == result  # noqa: S301  # our own object
    assert pickle.loads(pickle.dumps(extract)) is extract  # noqa: S301  # the worker finds it by name


def test_a_hundred_and_fifty_damaged_pages_are_answered():
    chance = random.Random(20250413)  # noqa: S311  # repeatable, not secret
    whole = page(head=ld(datePublished="2025-04-07", author={"name": "Ann"})).encode()
    for _ in range(150):
        body = whole
        for _ in range(chance.randint(1, 10)):
            at, length = chance.randrange(len(body) + 1), chance.randint(0, 60)
            piece = chance.choice(
                [b"", b"<", b"</p>", b"\x00", b"<!--", b'"', b"<script>", b"&#0;", body[at : at + length] * 2]
            )
            body = body[:at] + piece + body[at + length :]
        assert isinstance(extract(body, url=URL), Page | Rejected)


@settings(max_examples=40, deadline=None)  # the first page brings the extractor in
@given(st.binary(max_size=200), st.text(max_size=30), st.text(max_size=20))
def test_any_bytes_are_answered(body, url, content_type):
    assert isinstance(extract(b"<html><body>" + body, url=url, content_type=content_type), Page | Rejected)


def test_deep_nesting_is_answered():
    assert isinstance(extract("<html><body>" + "<div>" * 20_000 + "x", url=URL), Page | Rejected)
