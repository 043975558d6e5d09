"""Plain addresses take a short cut: it must lead where the long way leads. An empty query at the end goes the long way."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.articles.urls import host, key, safe_link

PIECES = st.sampled_from(
    [
        "www.",
        "www2.",
        "news",
        "example",
        ".",
        "-",
        "..",
        "com",
        "/",
        "//",
        "a",
        "B",
        "~",
        "%41",
        ":80",
        ":443",
        ":8080",
        ":800",
        "google.com",
        "url",
        "?",
        "#",
        ";",
        "@",
        "é",
        " ",
        "_",
        "127.0.0.1",
        ":",
        "x" * 63,
        "x" * 64,
        ":08",
        ":65536",
        ":99999",
    ]
)
ADDRESSES = st.builds(
    lambda scheme, pieces: scheme + "".join(pieces),
    st.sampled_from(["http://", "https://", "HTTP://", "ftp://", ""]),
    st.lists(PIECES, max_size=9),
)


@given(ADDRESSES)
@example("https://www.com/")
@example("http://www2.news.example:80/a/")
@example("http://news.example:443/a")
@example("http://news.example:800/a/./b")
@example("https://www.www.example/a")
def test_the_short_way_to_a_key_leads_where_the_long_one_leads(url):
    if host(url) and "?" not in url and "#" not in url and url == url.strip():
        assert key(url) == key(f"{url}?")


@given(ADDRESSES)
@example("https://-a.example/b")
@example("https://a-.example/b")
@example("https://a.example./b")
def test_the_short_way_to_a_link_leads_where_the_long_one_leads(url):
    if url.isascii() and "?" not in url and "#" not in url and url == url.strip():
        assert safe_link(f"{url}?") == (f"{safe_link(url)}?" if safe_link(url) else "")


def test_plain_addresses_lose_scheme_www_and_the_last_slash():
    assert key("http://www.news.example:8080/2026/a-b_c.html/") == "https://news.example:8080/2026/a-b_c.html"
