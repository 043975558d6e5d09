"""Checks of single values, at their edges."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.values import (
    check_address,
    check_base_url,
    check_clock,
    check_database_url,
    check_id,
    check_line,
    check_network,
    check_posting_url,
    check_sender,
    check_time_zone,
    check_web_url,
)

CHECKS = [
    check_address,
    check_base_url,
    check_posting_url,
    check_clock,
    check_database_url,
    check_id,
    check_line,
    check_network,
    check_sender,
    check_time_zone,
    check_web_url,
]


@pytest.mark.parametrize("check", CHECKS)
@given(value=st.text())
def test_any_text_is_taken_as_it_is_or_refused_with_a_reason(check, value):
    try:
        assert check(value) == value
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either way is right; what matters is that nothing else is raised


@pytest.mark.parametrize(
    "address",
    [
        "a@b",
        "ann.o'neil+digest@mail.example.org",
        "x@xn--bcher-kva.example",
        "x@bücher.example",
        "root@localhost",
    ],
)
def test_addresses_that_are_fine(address):
    assert check_address(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a",
        "@b",
        "a@",
        "a@@b",
        "a b@c",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a@.b",
        "a@b.",
        "a@b..c",
        "a@-b",
        "a@b\n",
        "a@b\r\nBcc: c@d",
        "a,b@c",
        "<a@b>",
        "a@b, c@d",
        '"a"@b',
        "x" * 65 + "@b",
        "a@" + "b" * 253,
        "用户@例子.中国",
        "änn@example.org",
        "a@under_score.example",
        "a\u200bb@example.org",
        "a@" + "b" * 64 + ".example",
    ],
)
def test_addresses_that_are_not(address):
    with pytest.raises(ValueError, match="no mail address"):
        check_address(address)


@pytest.mark.parametrize("sender", ["", "a@b", "Trade Monitor <a@b>", "<a@b>", "中国 <a@b>"])
def test_senders_that_are_fine(sender):
    assert check_sender(sender) == sender


@pytest.mark.parametrize(
    "url", ["", "https://digest.example.org", "http://127.0.0.1:8080/x/", "https://xn--bcher-kva.example/~m"]
)
def test_base_urls_that_are_fine(url):
    assert check_base_url(url) == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("digest.example.org", "does not begin with https:// or http://; write 'https://digest.example.org'"),
        ("//digest.example.org/a", "does not begin with https://"),
        ("ftp://digest.example.org", "does not begin with https://"),
        ("HTTPS://digest.example.org", "does not begin with https://"),
        (
            "https://a.example/?x=1",
            r"has a \? or #, behind which nothing can be added; write 'https://a.example/'",
        ),
        ("https://a.example/n#top", "has a . or #, .* write 'https://a.example/n'"),
        ("https://a.example/?", r"has a \? or #"),
        ("https://ann:hunter2@a.example/n", "every reader would see"),
        ("ann:hunter2@a.example", "every reader would see"),
        ("https://@a.example", "every reader would see"),
        ("https://a.example/n/../m", "no web address that others can be built on"),
        ("https://a.example/n/%2e%2e/m", "no web address that others"),
        ("https://a.example//n", "no web address that others"),
        ("https://a.example/%", "no web address that others"),
        ("https://a.example:99999", "no web address that others"),
        ("https://a..example", "no web address that others"),
        ("https://bücher.example", "xn--"),
        ("https://a.example/" + "x" * 500, "up to 500 plain characters"),
        ('https://a.example/"', "no web address that others"),
        ("https://[::1", "no web address that others"),
    ],
)
def test_base_urls_nothing_can_be_built_on(url, why):
    with pytest.raises(ValueError, match=why) as found:
        check_base_url(url)
    assert "hunter2" not in str(found.value)


@pytest.mark.parametrize("url", ["https://a%/hook", "https://[v1.a]/", "https://[::1/hook", "https://a b/"])
def test_a_webhook_nobody_could_post_to_is_refused_without_being_shown(url):
    with pytest.raises(ValueError, match="secret") as refused:
        check_posting_url(url)
    assert url not in str(refused.value)


@pytest.mark.parametrize("clock", ["00:00", "07:00", "19:59", "23:59"])
def test_times_that_are_fine(clock):
    assert check_clock(clock) == clock


@pytest.mark.parametrize(
    "clock", ["", "24:00", "25:00", "7:00", "07:60", "07:00:00", "07.00", "٠٧:٠٠", "07:00\n"]
)
def test_times_that_are_not(clock):
    with pytest.raises(ValueError, match="HH:MM"):
        check_clock(clock)


@pytest.mark.parametrize("network", ["10.0.0.0/8", "127.0.0.1", "::1/128", "fd00::/8"])
def test_networks_that_are_fine(network):
    assert check_network(network) == network


@pytest.mark.parametrize(
    "url",
    ["", "https://example.org", "http://example.org:8080/a?b=c#d", "https://例子.中国/", "http://[::1]/"],
)
def test_web_addresses_that_are_fine(url):
    assert check_web_url(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "example.org",
        "//example.org",
        "https://",
        "https:///a",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://a b/",
        "https://example.org/\n",
        "https://example.org/\x00",
        "https://example.org:99999/",
        "https://example.org:0/",
        "https://user@example.org/",
        "https://[::1/",
    ],
)
def test_web_addresses_that_are_not(url):
    with pytest.raises(ValueError, match="no web address"):
        check_web_url(url)


@pytest.mark.parametrize("url", ["", "sqlite:///x.db", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_database_urls_that_are_fine(url):
    assert check_database_url(url) == url


@pytest.mark.parametrize(
    "url", ["postgres://h/d", "mysql://h/d", "x.db", "sqlite:x.db", "postgresql+asyncpg://h/d"]
)
def test_database_urls_that_are_not(url):
    with pytest.raises(ValueError, match="must begin with 'postgresql://'"):
        check_database_url(url)
