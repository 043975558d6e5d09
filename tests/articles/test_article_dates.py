from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import html as lxml_html

from monitor.articles.dates import address_date, page_date
from monitor.articles.extract import extract
from monitor.model import Page

LIMIT = datetime(2025, 4, 10, tzinfo=UTC)
TEXT = "<p>" + "The ministry raised the duty on kettles after months of talks that led nowhere. " * 6 + "</p>"


def dated(
    inner: str, *, body: str = "", url: str = "https://n.example/kettles", limit: datetime | None = LIMIT
):
    tree = lxml_html.document_fromstring(
        f"<html><head>{inner}</head><body><article><h1>Kettles</h1>{body}{TEXT}</article></body></html>"
    )
    return page_date(tree, url=url, limit=limit)


@pytest.mark.parametrize(
    ("inner", "body"),
    [
        ('<meta property="article:published_time" content="2025-04-07T10:00:00Z">', ""),
        ('<meta name="parsely-pub-date" content="2025-04-07T10:00:00Z">', ""),
        ('<meta itemprop="datePublished" content="2025-04-07T10:00:00Z">', ""),
        ("", '<time itemprop="datePublished" datetime="2025-04-07T10:00:00Z">Monday</time>'),
        ("", '<time datetime="2025-04-07T10:00:00Z" pubdate>Monday</time>'),
        ("", '<header><time datetime="2025-04-07T10:00:00Z">Monday</time></header>'),
        ("", '<time datetime="2025-04-07T10:00:00Z">Monday</time>'),
        (
            "",
            '<span class="x"><time class="published" datetime="2025-04-07T10:00:00Z">Mon</time><time class="updated" datetime="2025-04-09T10:00:00Z">Wed</time></span>',
        ),
    ],
)
def test_structured_dates_are_exact(inner, body):
    assert dated(inner, body=body) == (datetime(2025, 4, 7, 10, tzinfo=UTC), False)


def test_the_date_of_the_structured_data_comes_first():
    tree = lxml_html.document_fromstring(
        '<html><head><meta name="date" content="2020-01-05"></head><body>x</body></html>'
    )
    assert page_date(tree, said=["2025-04-07"], limit=LIMIT) == (datetime(2025, 4, 7, tzinfo=UTC), False)


def test_a_date_in_the_address_is_approximate():
    assert dated("", url="https://n.example/2025/04/07/kettles") == (datetime(2025, 4, 7, tzinfo=UTC), True)


def test_several_times_of_teasers_are_not_the_articles():
    times = "".join(f'<time datetime="2025-04-0{n}T10:00:00Z">x</time>' for n in (1, 2, 3))
    _, is_approximate = dated("", body=times)
    assert is_approximate or dated("", body=times)[0] is None


@pytest.mark.parametrize(
    "inner",
    [
        '<meta property="article:published_time" content="2025-05-07T10:00:00Z">',
        '<meta name="date" content="2031-01-05">',
    ],
)
def test_nothing_later_than_the_limit_is_believed(inner):
    assert dated(inner) == (None, False)
    assert dated(inner, limit=None)[0] is not None


@pytest.mark.parametrize(
    ("body", "url"),
    [
        ("", "https://n.example/kettles"),
        ("<footer>© 2019 Kettle House</footer>", "https://n.example/kettles"),
        ("<p>In 2017 the duty was ten percent.</p>", "https://n.example/kettles?y=2016"),
    ],
)
def test_a_page_without_a_date_has_none(body, url):
    assert dated("", body=body, url=url) == (None, False)


def test_the_first_of_january_counts_only_where_it_is_written():
    inner = '<meta name="copyright" content="2019">'
    assert dated(inner, url="https://n.example/2019/kettles") == (None, False)
    assert dated("", url="https://n.example/2019/01/01/kettles") == (datetime(2019, 1, 1, tzinfo=UTC), True)


def test_the_page_passes_its_limit_on():
    page = f'<html><head><meta property="article:published_time" content="2025-05-07"></head><body><article><h1>K</h1>{TEXT}</article></body></html>'
    result = extract(page, url="https://n.example/kettles", now=LIMIT)
    assert isinstance(result, Page)
    assert result.published is None


@pytest.mark.parametrize(
    "line",
    [
        "<p>7 April 2025</p>",
        "<div><ul><li>Ann Ode</li><li>Published: April 7, 2025</li></ul></div>",
        "<span>2025年4月7日</span>",
        "<p class='tagline'>07.04.2025, 00:00</p>",
    ],
)
def test_a_line_beside_the_heading_that_is_a_date_is_approximate(line):
    assert dated("", body=line) == (datetime(2025, 4, 7, tzinfo=UTC), True)


def test_a_date_far_from_the_heading_or_in_a_sentence_is_not_taken():
    far = "".join(f"<p>Kettle number {n}</p>" for n in range(20))
    assert dated("", body=f"{far}<p>7 April 2025</p>") == (None, False)
    assert dated(
        "", body="<p>On 7 April 2025 the ministry raised the duty on all kettles from abroad.</p>"
    ) == (None, False)


CHANGED = '<meta property="article:modified_time" content="2025-04-07T10:00:00Z">'
CHANGED_LD = '<script type="application/ld+json">{"@type": "WebPage", %s"dateModified": "2025-04-07T10:00:00Z"}</script>'


@pytest.mark.parametrize("head", [CHANGED, CHANGED_LD % ""])
def test_the_day_of_the_last_change_is_no_publication(head):
    found = '<span class="date">Stand: 2025-04-07</span>'
    assert dated("", body=found)[0] is not None
    assert dated(head, body=found) == (None, False)


def test_a_page_changed_on_the_day_it_was_published_keeps_that_day():
    head = CHANGED_LD % '"datePublished": "2025-04-07T09:00:00Z", '
    assert dated(head)[0].date() == datetime(2025, 4, 7, tzinfo=UTC).date()


@pytest.mark.parametrize(
    ("path", "first", "last"),
    [
        ("/2019/05/13/a", "2019-05-13", "2019-05-13"),
        ("/world/2019/may/13/a", "2019-05-13", "2019-05-13"),
        ("/news/2019-05-13-a.html", "2019-05-13", "2019-05-13"),
        ("/20190513/a", "2019-05-13", "2019-05-13"),
        ("/2019/05/a", "2019-05-01", "2019-05-31"),
        ("/a/2019/12", "2019-12-01", "2019-12-31"),
    ],
)
def test_an_address_names_a_day_or_a_month(path, first, last):
    found = address_date(f"https://wire.example{path}")
    assert [f"{each:%Y-%m-%d}" for each in found] == [first, last]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/2019/a",
        "/201905/a",
        "/2019/13/a",
        "/2019/02/31/a",
        "/12019/05/a",
        "/2019051399",
        "/a?d=/2019/05/",
    ],
)
def test_an_address_without_a_date_names_none(path):
    assert address_date(f"https://wire.example{path}") is None
