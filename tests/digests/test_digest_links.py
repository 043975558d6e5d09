"""Addresses a reader may be sent to."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.links import online, safe, stem
from tests.digests.samples import digest


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://times.example/a?b=1&c=2#d", "https://times.example/a?b=1&c=2#d"),
        ("HTTP://Times.example/A", "http://Times.example/A"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:8080/x"),
        ("http://[::1]:8080/x", "http://[::1]:8080/x"),
        ("https://times.example/a%20b", "https://times.example/a%20b"),
        ("https://bücher.example/é", "https://xn--bcher-kva.example/%C3%A9"),
        ("https://times.example/(a)'\"<b>", "https://times.example/%28a%29%27%22%3Cb%3E"),
        ("https://times.example", "https://times.example"),
    ],
)
def test_web_addresses_are_kept_in_ascii(url, shown):
    assert safe(url) == shown
    assert safe(shown) == shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt://times.example/%0aalert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>",
        "mailto:a@b.example",
        "file:///etc/passwd",
        "ftp://times.example/",
        "//times.example/a",
        "/relative",
        "https:///no-host",
        "https://",
        "https://user@times.example/",
        "https://times.example@evil.example/",
        "https://times.example\\@evil.example/",
        "https://times.example/a b",
        "https://times.example/\x00",
        "https://times.example/\r\nX: y",
        "https://times.example/\u202egnp",
        "https://times.example/\ud800",
        "https://times.example:port/",
        "https://[::1/",
        "https://exa mple/",
        "https://exam<ple/",
        "https://..example/",
        " https://times.example/",
        "https://times.example/" + "a" * 2000,
    ],
)
def test_anything_else_is_dropped(url):
    assert safe(url) == ""


@given(st.text() | st.text().map("https://times.example/".__add__) | st.text().map("https://".__add__))
def test_what_is_kept_is_a_short_plain_web_address_and_stays_as_it_is(url):
    kept = safe(url)
    assert safe(kept) == kept
    if kept:
        assert kept.isascii()
        assert not set(kept) & set(" <>\"'()\\\r\n\t`{}|^")
        assert urlsplit(kept).scheme in {"http", "https"}
        assert urlsplit(kept).hostname


def test_an_issue_has_a_file_name_and_an_address():
    issue = digest(base_url="https://digest.example/news/")
    assert stem(issue) == "us-china-trade-037"
    assert online(issue) == "https://digest.example/news/us-china-trade-037.html"


def test_without_a_base_url_there_is_no_address():
    assert online(digest()) == ""


@pytest.mark.parametrize("topic", ["../../etc", "a/b", "", "中美", ".hidden", "a\x00b"])
def test_a_file_name_is_never_a_path(topic):
    name = stem(replace(digest(), topic=topic))
    assert name.endswith("-037")
    assert not name.startswith((".", "-"))
    assert not set(name) & set("/\\\x00")
