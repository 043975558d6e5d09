"""Rows 21 to 24 and 40: where a feed lives. Only what is said to be permanent, three times in a row, moves it."""

from __future__ import annotations

import pytest

from tests.checklist.watch import feed, targets
from tests.fetch.server import redirect, reply, serving


@pytest.mark.parametrize("status", [301, 308])
def test_row_21_a_permanent_move_is_believed_after_three_polls(watch, server, status):
    server.answers |= {"/feed": redirect(status, "/new"), "/new": reply(200, feed(1))}
    for _ in range(2):
        assert targets(watch.poll(hours=2)) == ["/feed", "/new"]
    server.answers["/new"] = reply(200, b"<!doctype html><html><body>Sorry</body></html>")
    watch.poll(hours=2)
    assert watch.state().url == server.url("/feed")  # a move to something that is no feed does not count
    server.answers["/new"] = reply(200, feed(1))
    assert targets(watch.poll(days=1)) == ["/feed", "/new"]
    assert [targets(watch.poll(days=1)) for _ in range(2)] == [["/new"]] * 2


@pytest.mark.parametrize("status", [302, 303, 307])
def test_row_22_a_temporary_redirect_moves_nothing(watch, server, status):
    server.answers |= {"/feed": redirect(status, "/new"), "/new": reply(200, feed(1))}
    assert [targets(watch.poll(hours=2)) for _ in range(5)] == [["/feed", "/new"]] * 5
    assert watch.state().url == server.url("/feed")


def test_row_23_only_the_permanent_beginning_of_a_chain_is_stored(watch, server):
    server.answers |= {
        "/feed": redirect(301, "/one"),
        "/one": redirect(308, "/two"),
        "/two": redirect(302, "/three"),
        "/three": redirect(301, "/four"),
        "/four": reply(200, feed(1)),
    }
    for _ in range(3):
        watch.poll(hours=2)
    assert watch.state().url == server.url("/two")
    assert targets(watch.poll(hours=2)) == ["/two", "/three", "/four"]


def test_row_24_five_redirects_no_loops_no_other_scheme_no_downgrade(watch, server, trusted):
    with serving(tls=trusted) as secure:
        secure.default = redirect(301, server.url("/plain"))
        server.answers |= {f"/long{n}": redirect(302, f"/long{n + 1}") for n in range(6)}
        server.answers |= {
            "/loop": redirect(302, "/pool"),
            "/pool": redirect(301, "/loop#x"),
            "/file": redirect(302, "file:///etc/passwd"),
            "/ftp": redirect(301, "ftp://127.0.0.1/feed"),
            "/script": redirect(302, "javascript:alert(1)"),
            "/secure": redirect(302, secure.url("/feed")),
            "/long6": reply(200, feed(1)),
        }
        watch.name("/long0", "/long1", "/loop", "/file", "/ftp", "/script", "/secure")
        asked = targets(watch.poll())
    said = {each.id: watch.state(each.id).detail.partition(":")[0].lower() for each in watch.feeds}
    assert said.pop("long1") == "nothing to do."
    assert said == {
        "long0": "too-many-redirects",
        "loop": "redirect-loop",
        "file": "bad-url",
        "ftp": "bad-url",
        "script": "bad-url",
        "secure": "downgrade",
    }
    assert asked.count("/loop") == asked.count("/pool") == 1
    assert "/plain" not in asked


def test_row_40_a_web_page_in_place_of_a_feed_leaves_the_feed_as_it_is(watch, server):
    page = b'<!doctype html><html><head><link rel="alternate" type="application/rss+xml" href="/other"></head></html>'
    server.default = reply(200, feed(1), [(b"ETag", b'"1"')])
    watch.poll()
    server.default = reply(200, page, [(b"Content-Type", b"text/html"), (b"ETag", b'"page"')])
    assert targets(watch.poll(hours=2)) == ["/feed"]  # no looking for another feed
    assert (watch.state().status, watch.state().url) == ("html", server.url("/feed"))
    server.default = reply(200, feed(1, 2))
    [request] = watch.poll(hours=2)
    assert (request.target, request.header(b"if-none-match")) == (b"/feed", b'"1"')
    assert watch.titles() == ["Entry number 1", "Entry number 2"]
