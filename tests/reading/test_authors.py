"""Who wrote a page: from JSON-LD, meta elements, marked elements, the line under the heading; nobody where nobody is named."""

from __future__ import annotations

import json

import pytest

from monitor.articles.extract import extract
from tests.reading.samples import PROSE


def authors(head="", body="", after=""):
    html = f"<html lang=en><head><title>Dredging begins</title>{head}</head><body><article><h1>Dredging begins</h1>{body}{PROSE}</article>{after}</body></html>"
    return extract(html, url="https://quay.example/2026/dredging").authors


def ld(**values):
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "headline": "Dredging begins"} | values)}</script>'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (ld(author={"name": "Ann Lee"}), ""),
        ('<meta name="author" content="Ann Lee">', ""),
        (
            '<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Lee">',
            "",
        ),
        ('<meta name="citation_author" content="Lee, Ann">', ""),
        ("", '<a rel="author" href="/ann">Ann Lee</a>'),
        ("", '<span itemprop="author"><span itemprop="name">Ann Lee</span></span>'),
        ("", '<div class="article-byline">By Ann Lee | 5 March 2026</div>'),
        ("", '<p class="post-author-name">Ann Lee</p>'),
        ("", '<a href="/authors/ann-lee">Ann Lee</a>'),
        ("", "<p>By Ann Lee</p>"),
        ("", "<p>Words by <b>Ann Lee</b></p>"),
        ("", "<div><span>By</span> <span>Ann Lee</span></div>"),
        ("", "<p>Written by Ann Lee on 5 March 2026</p>"),
        (
            ld(author={"@type": "Organization", "name": "Quay News"}, publisher={"name": "Quay News"}),
            "<p>By Ann Lee</p>",
        ),
    ],
)
def test_the_author_is_found_wherever_the_page_names_one(head, body):
    assert authors(head, body) == ("Ann Lee",)


@pytest.mark.parametrize(
    ("head", "body", "after"),
    [
        ('<meta name="author" content="https://social.example/ann">', "", ""),
        ('<meta name="author" content="page.head.extra.author">', "", ""),
        ('<meta name="author" content="4711">', "", ""),
        ('<meta name="author" content="ann.lee">', "", ""),
        ('<meta name="author" content="ann@quay.example">', "", ""),
        ("", "", '<div class="comments"><span class="author">Bo Tan</span></div>'),
        ("", "", '<aside><a rel="author" href="/bo">Bo Tan</a></aside>'),
        ("", "", '<div class="related"><a href="/author/bo-tan">Bo Tan</a></div>'),
        ("", '<p class="byline">Posted in Ports and Ships</p>', ""),
        ("", "<p>By Tuesday the board had met twice.</p>", ""),
        ("", '<p class="author-box">View all posts</p>', ""),
        ("", "<p>By signing in you accept our terms.</p>", ""),
    ],
)
def test_nobody_is_named_where_the_page_names_nobody(head, body, after):
    assert authors(head, body, after) == ()


def test_the_site_itself_is_the_author_only_where_no_person_is():
    house = ld(author={"name": "Quay News"}, publisher={"name": "Quay News"})
    assert authors(house) == ("Quay News",)


def test_several_authors_are_several():
    assert authors("", "<p>By Ann Lee and Bo Tan</p>") == ("Ann Lee", "Bo Tan")
    assert authors('<meta name="author" content="Ann Lee, Bo Tan and Cy Dee">') == (
        "Ann Lee",
        "Bo Tan",
        "Cy Dee",
    )
    assert authors(ld(author=[{"name": "Ann Lee"}, {"name": "Bo Tan"}])) == ("Ann Lee", "Bo Tan")


NAMES = (
    "Di Wu", "Von Miller", "Par Larsson", "Ursula von der Leyen", "Min Zhu", "Kim Min-seok", "April Lee", "August Wilson",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_that_look_like_words_before_or_beside_a_name_stay_whole(name):
    node = json.dumps({"@type": "NewsArticle", "headline": "Dredging begins", "author": {"name": name}})
    assert authors(f'<script type="application/ld+json">{node}</script>') == (name,)
    assert authors(f'<meta name="author" content="{name}">') == (name,)
    assert authors(body=f"<p>By {name}</p>") == (name,)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Von Anna Schmidt", ("Anna Schmidt",)),
        ("Par Jeanne Morel", ("Jeanne Morel",)),
        ("By Ann Lee", ("Ann Lee",)),
        ("Von der Leyen", ()),
        ("Tue April 5", ()),
        ("3 min read", ()),
    ],
)
def test_a_line_near_the_heading_is_a_byline_only_with_a_whole_name_behind_it(line, found):
    assert authors(body=f"<p>{line}</p>") == found


@pytest.mark.parametrize("mark", ['class="BYLINE"', 'class="AUTHOR"', 'itemprop="author creator"'])
def test_marks_in_capitals_and_among_others_name_the_author(mark):
    assert authors(body=f"<p {mark}>Ann Lee</p>") == ("Ann Lee",)


AROUND = (
    '<div class="with-comments">', '<div class="article quoted-styles">', '<section class="has-sidebar">',
    '<div class="elementor-widget">', '<main id="right-sidebar">', '<div class="author-quotes">',
)  # fmt: skip
ELSEWHERE = (
    '<ul class="comments-list">', '<div class="related-posts">', '<div class="recommended">', '<div id="disqus">',
    '<div class="widget-area">', '<section class="post-teaser">', "<blockquote>", "<figure>",
    '<ol class="commentlist">', '<div class="testimonial-collection">',
)  # fmt: skip


def closed(opening):
    return f"</{opening[1:].split()[0].rstrip('>')}>"


@pytest.mark.parametrize("around", AROUND)
def test_a_block_of_the_page_that_is_called_like_an_aside_is_none(around):
    body = f'{around}<p class="author">Ann Lee</p>{closed(around)}'
    assert authors(body=body) == ("Ann Lee",)


@pytest.mark.parametrize("around", ELSEWHERE)
@pytest.mark.parametrize("depth", [0, 12])
def test_who_is_marked_in_an_aside_wrote_something_else(around, depth):
    """The same table as for dates: markup.is_beside."""
    inner = "<div>" * depth + '<b class="author">Bo Tan</b>' + "</div>" * depth
    assert authors(after=f"{around}{inner}{closed(around)}") == ()


def test_an_element_that_marks_a_comments_author_is_itself_beside():
    comment = '<li class="comment byuser comment-author-bo"><b>Bo Tan</b> Sagt: <p>Well said.</p></li>'
    assert authors(after=f"<ol>{comment}</ol>") == ()
    assert authors(body='<aside class="post-author">Ann Lee</aside>') == ("Ann Lee",)
