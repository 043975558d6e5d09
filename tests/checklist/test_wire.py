"""Rows 30 to 39 and 45: what goes over the wire, and how much of it is taken in."""

from __future__ import annotations

import gzip
import re
import zlib

import brotli
import pytest
from backports import zstd

from tests.checklist.watch import NOT_MODIFIED, PAGE, feed, targets
from tests.fetch.bombs import gzip_bomb, gzip_twice
from tests.fetch.server import encoded, redirect, reply, serving

ALLOWED_HEADERS = {
    b"host",
    b"user-agent",
    b"accept",
    b"accept-encoding",
    b"if-none-match",
    b"if-modified-since",
}


def test_row_30_the_user_agent_is_our_name_and_contact_always_the_same(watch, server):
    watch.limit(contact="https://example.org/monitor")
    server.default = reply(200, feed(1, link=server.url("/{}")))
    server.answers["/1"] = reply(403)
    watch.poll()
    watch.read()
    for status in (403, 500, 429):
        server.default = reply(status)
        watch.poll(days=2)
    agents = {request.header(b"user-agent") for request in server.requests}
    assert len(agents) == 1
    assert re.fullmatch(rb"monitor/\d+\.\d+\.\d+ \(\+https://example\.org/monitor\)", agents.pop())


def test_row_31_accept_lists_the_feed_types(watch, server):
    [request] = watch.poll()
    accept = request.header(b"accept")
    for kind in (b"atom+xml", b"rss+xml", b"rdf+xml", b"feed+json", b"application/xml", b"text/xml"):
        assert kind in accept


def bare_deflate(body):
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(body) + packer.flush()


PACKED = {
    "gzip": (b"gzip", gzip.compress),
    "deflate": (b"deflate", zlib.compress),
    "bare deflate": (b"deflate", bare_deflate),
    "br": (b"br", brotli.compress),
    "zstd": (b"zstd", zstd.compress),
    "gzip in name only": (b"gzip", bytes),
    "an encoding nobody asked for": (b"x-unheard-of", bytes),
}


@pytest.mark.parametrize(("coding", "packer"), PACKED.values(), ids=PACKED)
def test_row_32_every_encoding_is_asked_for_and_undone_lies_are_survived(watch, server, coding, packer):
    server.answers["/twice"] = encoded(gzip.compress(gzip.compress(feed(1))), b"gzip, gzip")
    server.default = encoded(packer(feed(1)), coding)
    watch.name("/feed", "/twice")
    assert watch.poll()[0].header(b"accept-encoding") == b"gzip, deflate, br, zstd"
    assert watch.titles() == ["Entry number 1"]
    assert watch.state("twice").detail.startswith("Encoding")


def test_row_33_no_cookie_ever(watch, server):
    cookie = [(b"Set-Cookie", b"seen=1; Path=/; Max-Age=999999")]
    server.answers["/feed"] = redirect(302, "/moved", cookie)
    server.answers["/1"] = reply(200, PAGE.encode(), cookie)
    server.default = reply(200, feed(1, link=server.url("/{}")), cookie)
    for _ in range(3):
        watch.poll(hours=2)
        watch.read()
    assert "/1" in targets(server.requests)
    assert len(server.requests) >= 8
    assert all(b"cookie" not in request.names for request in server.requests)


def test_row_34_no_header_that_nobody_needs(watch, server):
    server.answers["/feed"] = redirect(302, "/moved")
    server.answers["/1"] = reply(200, PAGE.encode())
    server.default = reply(200, feed(1, link=server.url("/{}")), [(b"ETag", b'"1"')])
    for _ in range(2):
        watch.poll(hours=2)
        watch.read()
    for request in server.requests:
        assert request.names <= ALLOWED_HEADERS
        assert len(request.headers) == len(request.names)


PATHS = [
    "/a/%7Euser/%2f?b=%41&c=+&d=a%20b",
    "/a//b/./c/../d?x",
    "/feed?a=1&a=2&&=;",
    "/100%?50%",
    "/x|y^z[1]?q={a}",
]


@pytest.mark.parametrize("path", PATHS)
def test_row_35_the_address_is_asked_for_as_it_is_written_and_no_other(watch, server, path):
    watch.change(url=server.url(path))
    server.default = reply(200, feed(1))
    for _ in range(3):
        watch.poll(hours=2)
    assert targets(server.requests) == [path] * 3


def test_row_36_connections_are_reused_within_a_round(watch, server):
    watch.name(*(f"/{n}" for n in range(10)))
    server.answers |= {"/3": NOT_MODIFIED, "/5": reply(404, b"not here"), "/7": redirect(302, "/8")}
    server.default = reply(200, feed(1))
    assert len(watch.poll()) == 12  # /3 said 304 to a request without conditions and is asked once more
    assert server.connections == 1


@pytest.mark.parametrize("listening", ["127.0.0.1", "::1"])
def test_row_37_ipv4_and_ipv6_both_work_and_the_one_used_is_known(fetch, listening):
    with serving(listening) as one:
        result = fetch(f"http://both.example:{one.port}/feed", resolver=lambda *_: ["::1", "127.0.0.1"])
    assert (result.status, result.peer) == (200, listening)


def test_row_38_a_certificate_nobody_vouches_for_is_refused_without_a_way_around(watch, self_signed):
    with serving(tls=self_signed[0]) as secure:
        watch.change(url=secure.url("/feed"))
        watch.poll()
        assert secure.requests == []
    assert watch.state().detail.startswith("Tls")


def test_row_39_deltas_are_not_asked_for_and_one_that_comes_takes_nothing_away(watch, server):
    server.default = reply(200, feed(1, 2), [(b"ETag", b'"1"')])
    watch.poll()
    server.default = reply(226, feed(3), [(b"IM", b"feed"), (b"ETag", b'"2"')])
    [request] = watch.poll(hours=2)
    assert b"a-im" not in request.names
    assert watch.titles() == ["Entry number 1", "Entry number 2", "Entry number 3"]


def test_row_45_bodies_headers_and_time_are_limited_after_inflation(watch, server):
    slow = server.drip(iter([b"HTTP/1.1 200 OK\r\n\r\n", *[b"<"] * 1000]), 0.05)
    server.answers |= {
        "/fits": encoded(gzip.compress(feed(1).ljust(100_000)), b"gzip"),
        "/over": encoded(gzip.compress(feed(2).ljust(100_001)), b"gzip"),
        "/bomb": encoded(gzip_bomb(64), b"gzip"),
        "/twice": encoded(gzip_twice(64), b"gzip, gzip"),
        "/slow": slow,
        "/headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000 + b"\r\n",
        "/header": b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 100_000 + b"\r\n\r\n",
    }
    watch.name(*server.answers)
    watch.limit(feed_max_bytes=100_000, timeout_s=0.5)
    watch.poll()
    words = {each.id: watch.state(each.id).detail.partition(":")[0].lower() for each in watch.feeds}
    assert words.pop("fits") == "nothing to do."
    assert words == {
        "over": "too-large",
        "bomb": "too-large",
        "twice": "encoding",
        "slow": "timeout",
        "headers": "protocol",
        "header": "protocol",
    }
    assert watch.titles() == ["Entry number 1"]
