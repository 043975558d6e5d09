"""Rows 41 to 44: article pages. Asked for where robots.txt lets us, once, and what they say about their use is recorded."""

from __future__ import annotations

from itertools import pairwise

import pytest

from monitor.model import Stage
from tests.checklist.watch import PAGE, feed, targets
from tests.fetch.server import redirect, reply

EVERYTHING = b"User-agent: *\nDisallow: /"


def announce(watch, server, *numbers):
    """Poll a feed whose entries lead to these pages of the server."""
    server.answers["/feed"] = reply(200, feed(*numbers, link=server.url("/page/{}")))
    server.default = reply(200, PAGE.encode(), [(b"Content-Type", b"text/html")])
    watch.poll()


@pytest.mark.parametrize(
    ("answer", "note"),
    [
        (reply(200, EVERYTHING), "robots"),
        (reply(200, b"User-agent: monitor\nDisallow: /page"), "robots"),
        (reply(200, EVERYTHING + b"\n\nUser-agent: monitor\nAllow: /"), ""),
        (reply(200, b"# " + b"x" * 600_000 + b"\n" + EVERYTHING), ""),
        (reply(404), ""),
        (reply(403), ""),
        (reply(500), "robots"),
        (b"", "robots"),
        (redirect(301, "/hop/1"), "robots"),
        (redirect(301, "/hop/2"), ""),
    ],
    ids=[
        "forbidden to all", "forbidden to us", "allowed to us", "beyond 500 KiB", "missing", "refused", "broken", "silent",
        "five redirects", "redirects without end",
    ],
)  # fmt: skip
def test_row_41_robots_txt_decides_over_pages(watch, server, answer, note):
    hops = {f"/hop/{n}": redirect(302, f"/hop/{n + 1}") for n in range(1, 5)}
    server.answers |= hops | {"/hop/5": reply(200, EVERYTHING), "/robots.txt": answer or server.hang}
    if answer == redirect(301, "/hop/2"):
        server.answers["/hop/5"] = redirect(302, "/hop/2")
    watch.limit(timeout_s=0.5)
    announce(watch, server, 1, 2)
    asked = targets(watch.read())
    assert [article.note for article in watch.articles(Stage.READ)] == [note, note]
    assert asked.count("/robots.txt") == 1
    assert sum(target.startswith("/page") for target in asked) == (0 if note else 2)


RULES = b"""
User-agent: *
Disallow: /page/
Allow: /page/2
Allow: /page/3
Disallow: /page/3
Allow: /page/*4$
Crawl-delay: 0.2
"""


def test_row_42_the_longest_rule_decides_allow_wins_ties_and_crawl_delay_widens_the_gap(watch, server):
    server.answers["/robots.txt"] = reply(200, RULES)
    announce(watch, server, 1, 2, 3, 24, 245)
    requests = [request for request in watch.read() if request.target != b"/robots.txt"]
    assert sorted(targets(requests)) == ["/page/2", "/page/24", "/page/245", "/page/3"]
    ordered = sorted(requests, key=lambda request: request.began_at)
    assert all(after.began_at - before.ended_at >= 0.199 for before, after in pairwise(ordered))


@pytest.mark.parametrize(
    ("headers", "head", "marks"),
    [
        ([], "", ""),
        ([(b"X-Robots-Tag", b"noarchive"), (b"X-Robots-Tag", b"otherbot: noai")], "", "noarchive, noai"),
        ([], '<meta name="robots" content="NOARCHIVE, max-snippet:-1">', "noarchive"),
        ([(b"X-Robots-Tag", b"noai")], '<meta name="robots" content="noarchive">', "noarchive, noai"),
        ([(b"TDM-Reservation", b"1")], "", "tdm-reservation"),
        ([], '<meta name="tdm-reservation" content="1">', "tdm-reservation"),
        ([(b"TDM-Reservation", b"0")], '<meta name="robots" content="index, follow">', ""),
    ],
)
def test_row_43_marks_against_archiving_and_machine_reading_are_recorded(watch, server, headers, head, marks):
    announce(watch, server, 1)
    page = PAGE.replace("<title>", f"{head}<title>").encode()
    server.default = reply(200, page, [(b"Content-Type", b"text/html"), *headers])
    watch.read()
    [article] = watch.articles(Stage.READ)
    assert (article.origin, article.robots) == ("page", marks)


def test_row_44_a_page_is_fetched_once(watch, server):
    announce(watch, server, 1, 2)
    assert len(watch.read()) == 3  # robots.txt and two pages
    server.answers["/feed"] = reply(200, feed(1, 2, 3, channel="<ttl>60</ttl>", link=server.url("/page/{}")))
    watch.restart()
    watch.poll(hours=2)
    assert targets(watch.read()) == ["/robots.txt", "/page/3"]
    for _ in range(3):
        watch.poll(hours=2)
        assert watch.read() == []
