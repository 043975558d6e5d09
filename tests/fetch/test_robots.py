"""robots.txt as RFC 9309 reads it, asked for once per origin before the first page."""

from __future__ import annotations

from time import monotonic, thread_time

import pytest

from monitor.fetch import robots
from monitor.fetch.robots import rules_of
from monitor.model import FetchRequest
from tests.fetch.server import redirect, reply, serving
from tests.promised import ends


def pages(server, *paths):
    return [FetchRequest(url=server.url(path), kind="page") for path in paths]


def errors(fetcher, requests):
    return {result.url.rsplit("/", 1)[-1]: result.error for _, result in fetcher.fetch_all(requests)}


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (reply(200, b"User-agent: *\nDisallow: /"), "robots"),
        (reply(200, b"User-agent: monitor\nDisallow: /"), "robots"),
        (reply(200, b"User-agent: *\nDisallow: /\n\nUser-agent: Monitor/9\nAllow: /"), ""),
        (reply(200, b"User-agent: another\nDisallow: /"), ""),
        (reply(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), "robots"),
        (reply(200, b"<html>no such page</html>"), ""),
        (reply(200, b""), ""),
        (reply(401), ""),
        (reply(403), ""),
        (reply(404), ""),
        (reply(500), "robots"),
        (reply(503), "robots"),
        (reply(429, b"", [(b"Retry-After", b"60")]), "host-backoff"),
        (b"not http", "robots"),
        (redirect(301, "/robots.txt"), ""),
        (redirect(301, "/other.txt"), ""),
    ],
)  # fmt: skip
def test_what_an_answer_to_robots_txt_means(server, open_fetcher, answer, error):
    server.answers["/robots.txt"] = answer
    assert errors(open_fetcher(), pages(server, "/page")) == {"page": error}
    assert server.targets[0] == "/robots.txt"
    assert ("/page" in server.targets) == (not error)


def test_a_robots_txt_that_hangs_forbids_the_page(server, open_fetcher):
    server.answers["/robots.txt"] = server.hang
    assert errors(open_fetcher(timeout_s=0.3), pages(server, "/page")) == {"page": "robots"}


def test_up_to_five_redirects_are_followed_then_it_counts_as_missing(server, open_fetcher):
    server.answers |= {f"/{n}": redirect(302, f"/{n + 1}") for n in range(9)}
    server.answers |= {"/robots.txt": redirect(302, "/5"), "/9": reply(200, b"User-agent: *\nDisallow: /")}
    assert errors(open_fetcher(), pages(server, "/page")) == {"page": "robots"}
    server.answers["/robots.txt"] = redirect(302, "/2")
    assert errors(open_fetcher(), pages(server, "/page")) == {"page": ""}


def test_it_is_asked_for_once_per_origin_and_kept(server, open_fetcher):
    fetcher = open_fetcher(per_host=4)
    for _ in range(2):
        assert set(errors(fetcher, pages(server, "/a", "/b", "/c")).values()) == {""}
    assert server.targets.count("/robots.txt") == 1


def test_it_is_kept_for_a_day_at_most(server, open_fetcher, monkeypatch):
    fetcher = open_fetcher()
    errors(fetcher, pages(server, "/a"))
    monkeypatch.setattr("monitor.fetch.client.monotonic", lambda: monotonic() + 24 * 3600)
    errors(fetcher, pages(server, "/b"))
    assert server.targets.count("/robots.txt") == 2


def test_an_unreachable_one_is_asked_for_again_later(server, open_fetcher, monkeypatch):
    server.answers["/robots.txt"] = reply(503)
    fetcher = open_fetcher()
    assert errors(fetcher, pages(server, "/a")) == {"a": "robots"}
    server.answers["/robots.txt"] = reply(404)
    monkeypatch.setattr("monitor.fetch.client.monotonic", lambda: monotonic() + 601)
    assert errors(fetcher, pages(server, "/a")) == {"a": ""}


def test_the_first_500_kib_count_and_more_does_no_harm(server, open_fetcher):
    filler = b"# " + b"x" * 98 + b"\n"
    early = b"User-agent: *\nDisallow: /early\n" + filler * 6000 + b"Disallow: /late\n"
    server.answers["/robots.txt"] = reply(200, early)
    assert errors(open_fetcher(), pages(server, "/early", "/late")) == {"early": "robots", "late": ""}


def test_feeds_are_asked_for_without_it(server, fetch):
    server.answers["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /")
    assert fetch(server.url("/feed")).ok
    assert server.targets == ["/feed"]


def test_it_can_be_switched_off(server, fetch):
    assert fetch(server.url("/page"), kind="page", settings={"robots": False}).ok
    assert server.targets == ["/page"]


def test_a_redirect_is_asked_for_at_the_new_place(server, open_fetcher):
    with serving() as other:
        server.answers["/page"] = redirect(302, other.url("/secret"))
        other.answers["/robots.txt"] = reply(200, b"User-agent: *\nDisallow: /secret")
        assert errors(open_fetcher(), pages(server, "/page")) == {"page": "robots"}
        assert other.targets == ["/robots.txt"]


RULES = b"""
User-agent: other
Disallow: /

User-agent: *
Disallow: /a
Allow: /a/b
Disallow: /a/b/c
Disallow: /tie
Allow: /tie
Disallow: /*.pdf$
Disallow: /x*y
Disallow: /q?
Disallow: /%7Ejoe
Crawl-delay: 7
"""


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/", True),
        ("/a", False),
        ("/a/x", False),
        ("/a/b", True),
        ("/a/b/c", False),
        ("/tie", True),
        ("/f.pdf", False),
        ("/f.pdf?x", True),
        ("/x/1/y", False),
        ("/xy", False),
        ("/q?a", False),
        ("/q", True),
        ("/A", True),
        ("/~joe", False),
        ("/robots.txt", True),
    ],
)
def test_the_longest_match_decides(path, is_allowed):
    assert rules_of(200, RULES).allow("https://example.org" + path) is is_allowed


@pytest.mark.parametrize(
    ("delay", "expected"),
    [(b"7", 7.0), (b"0.5", 0.5), (b"86400", 30.0), (b"-1", 0.0), (b"nan", 0.0), (b"x", 0.0)],
)
def test_crawl_delay_is_read_and_capped(delay, expected):
    assert rules_of(200, b"User-agent: *\nCrawl-delay: " + delay).delay_s == expected


def test_crawl_delay_widens_the_gap(server, open_fetcher):
    server.answers["/robots.txt"] = reply(200, b"User-agent: *\nCrawl-delay: 0.2")
    errors(open_fetcher(), pages(server, "/a", "/b"))
    first, second = [request for request in server.requests if request.target != b"/robots.txt"]
    assert second.began_at - first.ended_at >= 0.199


def test_a_file_made_to_explode_is_read_quickly():
    agents = b"".join(b"user-agent: a%d\n" % n for n in range(14_000))
    body = agents + b"allow: /x\n" * 25_000 + b"user-agent: *\ndisallow: /y\n"
    assert len(body) < robots.MAX_BYTES
    with ends(idle_s=0.3, clock=thread_time):  # it computes and waits for nothing
        rules = rules_of(200, body)
    assert not rules.allow("https://example.org/y")
