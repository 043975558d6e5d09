from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.urls import host, key, safe_link, same_site, unwrap


@pytest.mark.parametrize(
    "other",
    [
        "http://news.example/a/b?id=1&x=2",
        "https://www.news.example/a/b?x=2&id=1",
        "HTTPS://NEWS.EXAMPLE:443/a/b?id=1&x=2",
        "https://news.example/a//b/?id=1&x=2",
        "https://news.example/a/c/../b?id=1&x=2",
        "https://news.example/a/./b?id=1&x=2#comments",
        "https://news.example/%61/b?id=1&x=2",
        "https://news.example/a/b?id=1&utm_source=rss&x=2&fbclid=abc",
        "https://news.example/a/b?id=1&x=2&smid=tw-share&CMP=twt&ftcamp=x&cmpid=y&srnd=z&sref=q&taid=1&accessToken=2&mod=rss_a",
        "https://news.example/a/b?id=1&amp;utm_medium=rss&x=2",
        "https://news.example/a/b?gclid=1&id=1&x=2&mc_cid=2&at_medium=RSS&ns_mchannel=rss#xtor=RSS-1",
        "https://www.google.com/url?rct=j&sa=t&url=https://news.example/a/b%3Fid%3D1%26x%3D2&ct=ga",
        "  https://news.example/a/b?id=1&x=2\n",
    ],
)
def test_addresses_of_one_article_have_one_key(other):
    assert key(other) == key("https://news.example/a/b?id=1&x=2")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.youtube.com/watch?v=abc", "https://www.youtube.com/watch?v=abd"),
        ("https://n.example/?12345", "https://n.example/?12346"),
        ("https://n.example/a.asp?1", "https://n.example/a.asp?2"),
        ("https://n.example/?p=1", "https://n.example/?p=2"),
        ("https://n.example/?gallery=1", "https://n.example/?gallery=2"),
        ("https://n.example/story.php?cid=1&eid=5", "https://n.example/story.php?cid=1&eid=6"),
        ("https://n.example/forum.php?mod=viewthread&tid=1", "https://n.example/forum.php?mod=guide&tid=1"),
        ("https://n.example/A", "https://n.example/a"),
        ("https://n.example/log#v1.2", "https://n.example/log#v1.3"),
        ("https://n.example/#/news/1", "https://n.example/#/news/2"),
        ("https://n.example/#!id=1", "https://n.example/#!id=2"),
        ("https://n.example/p/#comment-1", "https://n.example/p/#comment-2"),
        ("https://a.example/1?next=https://b.example/", "https://a.example/2?next=https://b.example/"),
        ("https://a.n.example/1", "https://b.n.example/1"),
        ("https://n.example:8080/1", "https://n.example/1"),
        ("https://n.example/a%2Fb", "https://n.example/a/b"),
        ("https://n.example/?q=a%26b=c", "https://n.example/?q=a&b=c"),
        ("https://n.example/?id=1&id=2", "https://n.example/?id=1"),
        ("https://n.example/amp", "https://n.example/"),
        ("https://news.google.com/rss/articles/CBM1", "https://news.google.com/rss/articles/CBM2"),
    ],
)
def test_different_articles_keep_different_keys(one, other):
    assert key(one) != key(other)


def test_international_hosts_and_paths_have_one_spelling():
    assert (
        key("https://münchen.example/ü")
        == key("https://XN--MNCHEN-3YA.example/%C3%BC")
        == "https://xn--mnchen-3ya.example/%C3%BC"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not an address",
        "tag:n.example,2025:1",
        "ftp://n.example/a",
        "https://n.example:99999/",
        "https://[bad/",
    ],
)
def test_what_is_no_web_address_is_its_own_key(text):
    assert key(text) == text


web = st.builds(
    "{}://{}{}/{}?{}#{}".format,
    st.sampled_from(["http", "https", "HTTPS"]),
    st.sampled_from(["www.", "", "m."]),
    st.sampled_from(["n.example", "münchen.example", "n.example:80", "n.example:8080", "127.0.0.1", "[::1]"]),
    st.text(alphabet="ab/.%2Fü &?=#", max_size=20),
    st.text(alphabet="ab=&utm_1%;+ü", max_size=20),
    st.text(alphabet="ab/!=:~", max_size=8),
)


@given(st.one_of(web, st.text(max_size=60)))
def test_a_key_of_a_key_is_itself(url):
    assert key(key(url)) == key(url)


@given(st.one_of(web, st.text(max_size=60)))
def test_links_are_web_addresses_or_nothing(url):
    link = safe_link(url)
    assert link == "" or link.lower().startswith(("http://", "https://"))
    assert link.isascii()
    assert not set(link) & set("\"'<>`{}|\\^ \x00\n\r\t")
    assert safe_link(link) == link


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/hostname",
        "ftp://n.example/",
        "//n.example/",
        "/a",
        "https://",
        "https:///a",
        "https://user@n.example/",
        "https://user:word@n.example/",
        "https://n.example\\@evil.example/",
        "https://n.example/\\evil",
        "https://n.example/\x00",
        "https://n.example/a\nb",
        "https://n.example/a b",
        "https://n.example/\u202ea",
        "https://n.example/\u2028",
        "https://n.example:99999/",
        "https://exa mple/",
        "https://n.example/" + "a" * 5000,
        "\x01https://n.example/",
    ],
)
def test_unsafe_addresses_are_no_links(url):
    assert safe_link(url) == ""


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        (" https://n.example/a?b=1#c ", "https://n.example/a?b=1#c"),
        ('https://n.example/"><script>', "https://n.example/%22%3E%3Cscript%3E"),
        ("https://n.example/ü?q=关", "https://n.example/%C3%BC?q=%E5%85%B3"),
        ("http://münchen.example/", "http://xn--mnchen-3ya.example/"),
        ("https://n.example/100%", "https://n.example/100%"),
    ],
)
def test_safe_addresses_come_back_fit_for_a_link(url, wanted):
    assert safe_link(url) == wanted


def test_a_wrapped_address_is_unwrapped_only_when_it_holds_one():
    assert (
        unwrap("https://www.bing.com/news/apiclick.aspx?ref=x&url=https%3a%2f%2fn.example%2fa")
        == "https://n.example/a"
    )
    for kept in (
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/search?q=x",
        "https://n.example/url?url=https://m.example",
    ):
        assert unwrap(kept) == kept


def test_hosts_are_named_without_www_and_port():
    assert host("https://WWW.News.Example:8080/a") == "news.example"
    assert host("https://www.com/") == "www.com"
    assert host("no address") == ""


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.bbc.co.uk/a", "https://feeds.bbc.co.uk/b", True),
        ("https://a.co.uk/", "https://b.co.uk/", False),
        ("https://n.example/", "https://n.example/x", True),
        ("https://scmp.com/", "https://scmp.cn/", False),
        ("http://127.0.0.1:81/", "http://127.0.0.1/", True),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("", "", False),
        ("https://a.com", "", False),
    ],
)
def test_sites_are_compared_by_their_registered_name(a, b, same):
    assert same_site(a, b) is same
