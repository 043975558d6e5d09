"""Title, date and authors of the page itself: not of related stories, comments, or what a sentence tells."""

from __future__ import annotations

import json

import pytest

from monitor.articles.extract import extract
from monitor.articles.titles import without_site
from monitor.text.moments import moment
from tests.reading.samples import PROSE

URL = "https://quay.example/2026/03/dredging"
TITLE = "Dredging of the northern channel begins"
OWN = {
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2026-03-05T09:30:00Z",
    "author": {"name": "Ann Lee"},
}
OTHER = {
    "@type": "NewsArticle",
    "headline": "Ferry fares frozen until summer",
    "datePublished": "2018-01-02T00:00:00Z",
    "author": {"name": "Old Zed"},
    "url": "https://quay.example/2018/01/ferries",
}


def script(*documents):
    return "".join(
        f'<script type="application/ld+json">{each if isinstance(each, str) else json.dumps(each)}</script>'
        for each in documents
    )


def page(head="", body="", title=TITLE):
    return f"<html lang=en><head><title>{title}</title>{head}</head><body><article><h1>{TITLE}</h1>{body}{PROSE}</article></body></html>"


def own(html, url=URL):
    found = extract(html, url=url)
    return found.published, found.published_is_approximate, found.authors


RIGHT = (moment("2026-03-05T09:30:00Z"), False, ("Ann Lee",))


@pytest.mark.parametrize(
    "documents",
    [
        [[OTHER, OWN | {"mainEntityOfPage": URL}]],
        [OTHER, OWN | {"@id": f"{URL}#article"}],
        [OTHER, OWN | {"url": URL + "/"}],
        [OTHER, OWN | {"mainEntityOfPage": {"@type": "WebPage", "@id": URL}}],
        [{"@graph": [OTHER, {"@type": "WebPage"}, OWN]}],
        [{"@type": "ItemList", "itemListElement": [OTHER]}, OWN],
        [OWN | {"headline": "Work in the channel starts", "url": URL}, OTHER],
    ],
)
def test_the_pages_own_article_is_known_among_related_ones(documents):
    assert own(page(script(*documents))) == RIGHT


def test_the_pages_own_article_is_known_by_a_chinese_headline():
    title = "北港航道疏浚工程七月启动"
    other = {key: value for key, value in OTHER.items() if key != "url"} | {"headline": "渡轮票价夏季前冻结"}
    html = page(script(other, OWN | {"headline": title}), title=title).replace(f"<h1>{TITLE}", f"<h1>{title}")
    assert own(html) == RIGHT


CANONICAL = f'<link rel="canonical" href="{URL}">'


@pytest.mark.parametrize("documents", [[OWN], [OTHER, OWN], [OWN, OTHER]])
@pytest.mark.parametrize("asked", [f"{URL}/amp", "https://m.quay.example/x/4711"])
def test_the_pages_own_article_is_known_by_the_canonical_address(documents, asked):
    own_words = OWN | {"headline": "Work starts under water", "url": URL}
    said = [own_words if each is OWN else each for each in documents]
    assert own(page(CANONICAL + script(*said)), url=asked) == RIGHT


def test_the_address_read_is_asked_before_the_canonical_one():
    wrong = f'<link rel="canonical" href="{OTHER["url"]}">'
    own_words = OWN | {"headline": "Work starts under water", "url": URL}
    assert own(page(wrong + script(OTHER, own_words))) == RIGHT


def test_a_related_story_alone_says_nothing_of_the_page():
    assert own(page(script(OTHER))) == (None, False, ())
    assert own(page(CANONICAL + script(OTHER)), url=f"{URL}/amp") == (None, False, ())


@pytest.mark.parametrize(
    "text",
    [
        f"//<![CDATA[\n{json.dumps(OWN)}\n//]]>",
        f"<!-- {json.dumps(OWN)} -->",
        json.dumps(OWN)[:-1] + ",}",
        "/* article */ " + json.dumps(OWN) + ";",
        json.dumps({"@type": "WebSite", "url": "https://quay.example"}) + "\n" + json.dumps(OWN),
        json.dumps(OWN).replace('"', "&quot;"),
        json.dumps(OWN, indent=1).replace("{\n", "{ // the article\n", 1),
        json.dumps(OWN).replace("begins", "be\tgins"),
    ],
)
def test_nearly_json_is_read(text):
    assert own(page(script(text))) == RIGHT


@pytest.mark.parametrize(
    "documents",
    [
        [
            {
                "@graph": [
                    OWN | {"author": {"@id": "#ann"}},
                    {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
                ]
            }
        ],
        [OWN | {"author": [{"@id": "#ann"}]}, {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}],
        [OWN | {"author": "#ann"}, {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}],
        [OWN | {"author": {"name": ["Ann Lee"]}}],
        [{k: v for k, v in OWN.items() if k != "author"} | {"creator": [{"name": "Ann Lee"}]}],
        [OWN | {"author": ["Ann Lee"]}],
    ],
)
def test_authors_by_reference_are_looked_up(documents):
    assert own(page(script(*documents))) == RIGHT


@pytest.mark.parametrize(
    "body",
    [
        '<div class="comments"><p>Nice. <time datetime="2026-05-01">1 May 2026</time></p></div>',
        '<section id="disqus"><time datetime="2026-05-01">1 May</time></section>',
        '<aside><time datetime="2026-05-01">1 May 2026</time></aside>',
        '<div class="related-stories"><time datetime="2026-05-01">1 May 2026</time></div>',
        '<p>The lights come on at <time datetime="2026-05-01">noon on 1 May</time>.</p>',
        '<blockquote>We met on <time datetime="2026-05-01">1 May</time>.</blockquote>',
        '<p class="d">Updated: 1 May 2026</p>',
        '<div class="widget widget_recent_entries"><time class="entry-date" datetime="2026-05-01">1 May 2026</time></div>',
        '<div id="sidebar"><time datetime="2026-05-01">1 May 2026</time></div>',
    ],
)
def test_a_time_of_something_else_is_no_date_of_the_page(body):
    assert own(page(body=body)) == (None, False, ())


@pytest.mark.parametrize(
    "body",
    [
        '<time datetime="2026-03-05">5 March 2026</time>',
        '<p>Published on <time datetime="2026-03-05">5 March 2026</time> by Ann Lee.</p>',
        '<p class="d">Updated: 9 March 2026</p><p>First published: 5 March 2026</p>',
        '<p class="meta"><time datetime="2026-03-05">5 March 2026</time></p>',
        "<p>Last modified 9 March 2026</p><p>5 March 2026</p>",
    ],
)
def test_the_pages_own_date_is_still_read(body):
    assert own(page(body=body))[0] == moment("2026-03-05")


DATED = '<time class="entry-date" datetime="2026-03-05T09:30:00Z">5 March</time>'


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ('<body><main><div class="elementor-widget">', "</div></main>"),
        (
            '<body><main><div class="elementor-element elementor-widget elementor-widget-post-info">',
            "</div></main>",
        ),
        ('<body class="right-sidebar"><div>', "</div>"),
        ('<body class="has-sidebar widget"><article>', "</article>"),
        ('<body><div class="content-sidebar-wrap">', "</div>"),
        ('<body><article class="post comments-open">', "</article>"),
        ('<body><div id="main" class="related sidebar">', "</div>"),
        ('<body><article><div class="meta no-comments">', "</div></article>"),
    ],
)
def test_a_date_in_a_page_builders_block_or_layout_is_exact(start, end):
    heading = f"<h1>{TITLE}</h1>"
    wrapped = (
        f"{start}{heading}{DATED}{end}"
        if "widget" not in start.partition("<div")[2]
        else f"{heading}{start}{DATED}{end}"
    )
    html = f"<html><head><title>{TITLE}</title></head>{wrapped}{PROSE}</body></html>"
    assert own(html)[:2] == (RIGHT[0], False)


@pytest.mark.parametrize(
    "title",
    [
        "Ferries sail again - but who will pay for the new pier?",
        "Norway’s long quarrel over salmon - what we know",
        "Ministers meet in Oslo – and Bergen",
        "Ports, prices, pilots - the winter in five charts",
        "Storm Ada – Live",
        "Five harbours — one licence",
    ],
)
def test_a_headline_with_a_dash_stays_whole(title):
    assert extract(page(title=title).replace(f"<h1>{TITLE}</h1>", ""), url=URL).title == title


@pytest.mark.parametrize(
    ("title", "head", "foot"),
    [
        ("Dredging begins in the north - Quay News", "", ""),
        ("Dredging begins in the north | Harbour", '<meta property="og:site_name" content="Harbour">', ""),
        ("Dredging begins in the north – Harbour Times", "", "<footer>© Harbour Times 2026</footer>"),
        (
            "Dredging begins in the north - The Harbour",
            script({"@type": "WebSite", "name": "The Harbour"}),
            "",
        ),
        ("Dredging begins in the north » Harbour", "", ""),
        (
            "Dredging begins in the north - Tide",
            script(OWN | {"headline": "", "publisher": {"name": "Tide"}}),
            "",
        ),
    ],
)
def test_a_sites_name_goes(title, head, foot):
    html = page(head, title=title).replace(f"<h1>{TITLE}</h1>", "").replace("</article>", f"</article>{foot}")
    assert extract(html, url=URL).title == "Dredging begins in the north"


MENU = '<div><a href="/china">China</a><span>EU</span><p>Reuters poll</p></div>'


@pytest.mark.parametrize(
    ("title", "url", "head"),
    [
        ("Growth to slow to five percent this year - Reuters poll", "https://www.reuters.com/a/b", ""),
        ("Ministers agree on a lower duty for steel – EU", "https://www.reuters.com/a/b", ""),
        ("Soy imports rise in the south this year – China", "https://www.chinadaily.com.cn/a/b", ""),
        (
            "Growth to slow to five percent this year - Reuters poll",
            URL,
            '<meta property="og:site_name" content="Reuters">',
        ),
        (
            "Soy imports rise in the south this year - China",
            URL,
            '<meta property="og:site_name" content="China Daily">',
        ),
    ],
)
def test_a_tail_with_more_or_less_than_the_sites_name_stays(title, url, head):
    html = page(head, title=title).replace(f"<h1>{TITLE}</h1>", MENU)
    assert extract(html, url=url).title == title


@pytest.mark.parametrize(
    ("tail", "url", "head"),
    [
        ("Reuters", "https://www.reuters.com/a/b", ""),
        ("Reuters News", "https://www.reuters.com/a/b", ""),
        ("China Daily", "https://www.chinadaily.com.cn/a/b", ""),
        ("BBC", URL, '<meta property="og:site_name" content="BBC News">'),
        ("The Harbour Times", URL, '<meta property="og:site_name" content="Harbour Times">'),
    ],
)
def test_a_sites_name_goes_whatever_the_menu_says(tail, url, head):
    html = page(head, title=f"Soy imports rise in the south - {tail}").replace(f"<h1>{TITLE}</h1>", MENU)
    assert extract(html, url=url).title == "Soy imports rise in the south"


def test_a_short_title_that_is_the_heading_stays_whole():
    assert without_site("报告聚焦中国 | 东盟中心", ["报告聚焦中国 | 东盟中心"]) == "报告聚焦中国 | 东盟中心"


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("报告聚焦中国-东盟中心", "报告聚焦中国-东盟中心"),
        ("记者走进中国—中亚网", "记者走进中国—中亚网"),
        ("北京举行会谈讨论关税-商务部", "北京举行会谈讨论关税-商务部"),
        ("北京举行会谈讨论关税_商务部", "北京举行会谈讨论关税"),
        ("北京举行会谈讨论关税 - 商务部", "北京举行会谈讨论关税"),
        ("北京举行会谈讨论关税-新华网", "北京举行会谈讨论关税"),
        ("港口罢工结束_港湾网", "港口罢工结束"),
        ("港口罢工结束-财经日报", "港口罢工结束"),
        ("港口罢工结束_新闻频道_港湾网", "港口罢工结束"),
        ("港口罢工结束 | 商务部", "港口罢工结束"),
        ("港口罢工结束——中新网", "港口罢工结束"),
        ("中国-东盟自由贸易区谈判完成", "中国-东盟自由贸易区谈判完成"),
        ("专访：港口如何恢复—码头工人说", "专访：港口如何恢复—码头工人说"),
    ],
)
def test_a_chinese_sites_name_goes_behind_any_mark(title, wanted):
    assert without_site(title, []) == wanted
