"""Pages that are not the article asked for keep the feed's text; short articles whose headline sounds like a wall are read."""

from __future__ import annotations

import pytest

from monitor.articles.another import shared
from monitor.articles.extract import extract
from monitor.model import FetchResult, Page, Rejected, Stage
from monitor.pipeline.gathering import read
from monitor.store import articles as articles_store
from tests import make

SITE = "https://quay.example"
ASKED = f"{SITE}/2025/05/dredging-begins"
HEADLINE = "Dredging of the northern channel begins before autumn"
PROSE = (
    "The harbour board said on Tuesday that the work in the northern channel would take eleven weeks.",
    "Pilots expect larger tankers to call from March, once new lights along the channel have been tested.",
    "Two fishing villages had asked for a later start, but the board held that storms left no other time.",
)


def page(*lines, title=HEADLINE, extra="", heading=None):
    said = "".join(f"<p>{line}</p>" for line in lines)
    return f"<html lang=en><head><title>{title}</title></head><body>{extra}<main><h1>{heading or title}</h1>{said}</main></body></html>"


def reason(html, *, final=ASKED, headline=HEADLINE):
    found = extract(html, url=final, asked=ASKED, headline=headline)
    return found.reason if isinstance(found, Rejected) else ""


@pytest.mark.parametrize(
    "title",
    [
        "Ministry orders 404 inspections of tankers",
        "Regulator warns of unusual traffic in the strait",
        "Court says access denied to dock archive was unlawful",
        "Captcha farms move to Laos, police say",
        "Airlines face security check chaos at Oslo",
        "Cloudflare outage: just a moment that cost ports millions",
        "Page not found: how a ledger of 1871 vanished",
        "Parliament votes on consent for cookies",
    ],
)
def test_a_short_article_with_a_walls_word_in_its_headline_is_read(title):
    found = extract(page(*PROSE, title=title), url=ASKED, asked=ASKED, headline=title)
    assert isinstance(found, Page), found
    assert found.text.split("\n") == list(PROSE)


@pytest.mark.parametrize(
    ("title", "line"),
    [
        (
            "Page not found",
            "The page may have been removed, had its name changed, or is temporarily unavailable.",
        ),
        (
            "404 Not Found | Quay News",
            "The resource was on this server until the spring and is in the archive now.",
        ),
        (
            "Error 404 - Quay",
            "The harbour board keeps old stories for ten years in the reading room at Oslo.",
        ),
        (
            "Sorry, this page is no longer available to readers of the Quay",
            "The article was deleted by its writer.",
        ),
        (
            "Sorry! The page could not be found in our archive",
            "The link was broken or the address was mistyped.",
        ),
        ("页面不存在", "The page was moved to another address or deleted by the editors of the site."),
    ],
)
def test_a_missing_page_that_speaks_in_whole_sentences_is_missing(title, line):
    assert reason(page(line, title=title), headline="") == "missing"


def test_a_page_called_by_nothing_but_a_walls_phrase_is_one():
    line = "The administrator of the site has blocked the network from which the request came in."
    assert reason(page(line, title="Access denied | quay.example"), headline="") == "blocked"


OTHER = (
    "We and 900 companies keep what we learn about you so that advertisements can be fitted to you on every device.",
    "You may change your mind at any time in the footer, and you can see who they are and what they keep on the list.",
)


@pytest.mark.parametrize(
    ("final", "html", "why"),
    [
        (f"{SITE}/privacy?back=%2F2025", page(*OTHER, title="Your data"), "consent"),
        ("https://consent.quay.example/v2", page(*OTHER, title="Before we begin"), "consent"),
        (f"{SITE}/cookie-policy.html", page(*OTHER, title="How this house works"), "consent"),
        (f"{SITE}/login?next=/2025", page(*OTHER, title="Welcome back"), "sign-in"),
        ("https://auth.quay.example/u", page(*OTHER, title="Welcome back"), "sign-in"),
        (f"{SITE}/", page(*PROSE, title="Quay News"), "front-page"),
        (f"{SITE}/en/index.html", page(*PROSE, title="Quay News - home"), "front-page"),
        (
            f"{SITE}/topics/weather",
            page(
                "Rain is expected in all of the north on Friday and Saturday, the office said.", title="Rain"
            ),
            "another-page",
        ),
    ],
)
def test_a_page_led_to_that_is_not_the_article_is_refused_with_the_reason(final, html, why):
    assert reason(html, final=final) == why


@pytest.mark.parametrize(
    ("final", "html"),
    [
        (f"{SITE}/2025/05/dredging-begins-before-autumn", page(*PROSE)),
        (f"{SITE}/news/4711", page(*PROSE, title="Channel to be dredged before autumn")),
        (
            "https://www.quay.example/2025/05/dredging-begins/",
            page(*PROSE, title="Quay", heading="Work starts"),
        ),
        (f"{SITE}/subscription/2025/05/dredging-begins", page(*PROSE)),
        (f"{SITE}/", page(*PROSE)),
        (
            "https://quay-news.example/a",
            page(*PROSE, title="Harbour work", heading="Northern channel dredging"),
        ),
    ],
)
def test_an_article_that_moved_is_read(final, html):
    assert reason(html, final=final) == ""


@pytest.mark.parametrize(
    "final", [f"{SITE}/index.php?id=7", f"{SITE}/?p=4711", f"{SITE}/en/?story=channel-work&utm_source=feed"]
)
def test_a_parameter_names_a_page_as_steps_do(final):
    assert reason(page(*PROSE, title="Work begins"), final=final) == ""
    assert reason(page(*OTHER, title="Quay News"), final=final) == "another-page"


@pytest.mark.parametrize(
    "final", [f"{SITE}/?utm_source=feed1", f"{SITE}/index.php?from=home", f"{SITE}/?back=/2025/05/a"]
)
def test_a_front_page_with_a_parameter_that_names_no_page_is_one(final):
    assert reason(page(*PROSE, title="Quay News"), final=final) == "front-page"


def test_an_entry_called_by_its_address_has_no_headline_to_compare():
    html = page(*PROSE, title="Harbour work")
    assert reason(html, final="https://new.example/b", headline="https://t.example/a/4711") == ""
    assert (
        reason(html, final="https://new.example/b", headline="Ferry fares frozen until summer")
        == "another-page"
    )


def test_a_form_for_a_password_with_no_word_of_the_headline_is_no_article():
    form = "<form><input type=password></form>"
    assert reason(page(*OTHER, title="Members", extra=form)) == "sign-in"
    assert reason(page(*PROSE, extra=form)) == ""


def test_a_list_of_links_with_no_word_of_the_headline_is_no_article():
    links = [
        f'<a href="/{n}">Ferries to the islands sail again after {n} days of repairs, says owner</a>'
        for n in range(9)
    ]
    assert reason(page(*links, title="Latest", heading="Latest")) == "front-page"


def test_an_unknown_headline_refuses_nothing():
    assert reason(page(*PROSE, title="Other words"), final=f"{SITE}/x", headline="") == ""


HEADLINE_ZH = "北港航道疏浚工程七月启动"
PROSE_ZH = (
    "港务局星期二表示，北港航道疏浚工程将持续十一周，秋季风暴到来之前完成全部作业。",
    "引航员预计较大的油轮从三月起停靠，届时航道两侧的新灯标将完成测试并投入使用。",
    "两个渔村曾要求推迟开工，但港务局认为风暴季节之前没有别的时间可以安排这项工程。",
)
OTHER_ZH = ("本站与合作伙伴保存您的浏览记录，以便向您展示合适的广告。", "您可以随时在页面底部更改您的选择。")


@pytest.mark.parametrize(
    ("final", "title", "why"),
    [
        (f"{SITE}/privacy?back=%2F2025", "Cookie 设置", "consent"),
        (f"{SITE}/login", "欢迎回来", "sign-in"),
        (f"{SITE}/", "港湾新闻首页", "front-page"),
        (f"{SITE}/topics/weather", "周末天气预报", "another-page"),
    ],
)
def test_a_page_led_to_is_refused_for_a_chinese_headline(final, title, why):
    assert reason(page(*OTHER_ZH, title=title), final=final, headline=HEADLINE_ZH) == why


@pytest.mark.parametrize("title", [HEADLINE_ZH, "七月起疏浚北港航道", "港湾网"])
def test_a_chinese_article_that_moved_is_read(title):
    assert reason(page(*PROSE_ZH, title=title), final=f"{SITE}/news/4711", headline=HEADLINE_ZH) == ""


@pytest.mark.parametrize(
    ("headline", "text", "share"),
    [
        ("关税新规七月实施", "Cookie 设置", 0.0),
        ("関税の新しい規則", "港の天気", 0.0),
        ("관세 규칙 발표", "항구 날씨", 0.0),
        ("关税新规七月实施", "七月实施关税新规", 6 / 7),
        ("关税新规", "关税新规", 1.0),
        ("Tariffs on soy", "中国", 1.0),
    ],
)
def test_words_shared_are_pairs_of_characters_where_no_spaces_stand(headline, text, share):
    assert shared(headline, text) == share


@pytest.fixture
def read_two(house):
    """Read two addresses of a host that answer with these pages; give (origin, note) by headline."""

    def run(first, second, headlines):
        urls = [f"{SITE}/2025/{n}" for n in (1, 2)]
        answers = {
            url: FetchResult(url=url, final_url=url, status=200, body=html.encode())
            for url, html in zip(urls, (first, second), strict=True)
        }
        context = house(answers=answers, feeds=[make.feed()])
        with context.store.begin() as connection:
            for url, title in zip(urls, headlines, strict=True):
                articles_store.add(connection, make.article(url=url, title=title), key=url)
        read.read_pages(context)
        with context.store.begin() as connection:
            return {a.title: (a.origin, a.note) for a in articles_store.at_stage(connection, Stage.READ)}

    return run


@pytest.mark.parametrize("is_right_first", [True, False])
def test_one_text_for_several_headlines_of_a_host_is_kept_for_its_own(read_two, is_right_first):
    html = page(*PROSE * 2, PROSE[0] + PROSE[1])
    other = "Ferries to the islands sail again after repairs"
    headlines = (HEADLINE, other) if is_right_first else (other, HEADLINE)
    assert read_two(html, html, headlines) == {
        HEADLINE: ("page", ""),
        other: ("feed", "same-text"),
    }


@pytest.mark.parametrize("is_right_first", [True, False])
def test_a_text_under_a_title_of_neither_is_kept_for_the_headline_it_suits(read_two, is_right_first):
    html = page(*PROSE * 2, PROSE[0] + PROSE[1], title="Quay News")
    own = "Pilots expect larger tankers in the northern channel"
    other = "Ferries to the islands sail again after repairs"
    headlines = (own, other) if is_right_first else (other, own)
    assert read_two(html, html, headlines) == {own: ("page", ""), other: ("feed", "same-text")}


def test_a_text_that_suits_none_of_its_headlines_is_kept_for_none(read_two):
    html = page(*PROSE * 2, PROSE[0] + PROSE[1], title="Quay News")
    headlines = ("Ferries sail again after repairs", "Salmon quotas halved for two summers")
    assert set(read_two(html, html, headlines).values()) == {("feed", "same-text")}


def test_an_article_alone_under_a_title_of_its_own_is_kept(read_two):
    other = [f"{number} {line}" for number, line in enumerate(PROSE * 2)]
    pages = page(*PROSE * 2, PROSE[0], title="Quay News"), page(*other, title="Quay News")
    assert {
        origin for origin, _ in read_two(*pages, ("Ferries sail again", "Salmon quotas halved")).values()
    } == {"page"}


def test_one_article_under_two_addresses_is_read_twice(read_two):
    html = page(*PROSE * 2, PROSE[0] + PROSE[1])
    again = "Dredging of northern channel begins"
    assert {origin for origin, _ in read_two(html, html, (HEADLINE, again)).values()} == {"page"}
