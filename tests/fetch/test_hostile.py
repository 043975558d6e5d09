"""Servers that drip, flood, lie and hang: each ends as an error word, soon, and none holds up the others."""

from __future__ import annotations

import itertools

import pytest

from monitor.model import FetchRequest
from tests.fetch.server import FEED, redirect, reply, serving
from tests.promised import ends

HEAD = b"HTTP/1.1 200 OK\r\n"
QUICK = {"timeout_s": 0.4, "feed_max_bytes": 100_000}


def sends(*pieces):
    """An answer of these pieces, then the connection closes."""

    def answer(_, connection):
        for piece in pieces:
            connection.sendall(piece)

    return answer


def floods(head, piece, count=None):
    """An answer without an end (or with `count` pieces)."""

    def answer(_, connection):
        connection.sendall(head)
        for _ in range(count) if count else itertools.count():
            connection.sendall(piece)

    return answer


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
DRIPS = {
    "a body, a byte at a time": (HEAD + b"\r\n", b"<"),
    "a header, a line at a time": (HEAD, b"X-A: b\r\n"),
    "a header, a byte at a time": (HEAD + b"X-A: ", b"b"),
    "interim answers": (b"", b"HTTP/1.1 102 Wait\r\n\r\n"),
    "chunks, one at a time": (CHUNKED, b"1\r\n<\r\n"),
    "the digits of a chunk size": (CHUNKED, b"0"),
}


@pytest.mark.parametrize(("first", "then"), DRIPS.values(), ids=DRIPS)
def test_a_drip_ends_at_the_timeout(server, fetch, first, then):
    server.default = server.drip(itertools.chain([first], itertools.repeat(then)), 0.05)
    with ends(idle_s=0.5):
        result = fetch(server.url("/feed"), settings=QUICK)
    assert result.error in {"timeout", "protocol"}


def test_redirects_that_each_take_their_time_share_one_timeout(server, fetch):
    def answer(request, connection):
        server.stopping.wait(0.15)
        connection.sendall(redirect(302, request.target.decode() + "x", [(b"Connection", b"close")]))

    server.default = answer
    result = fetch(server.url("/"), settings={"timeout_s": 0.4, "max_redirects": 20})
    assert result.error == "timeout"
    assert len(server.requests) <= 3, "each took its time"


FLOODS = {
    "an endless body": (floods(HEAD + b"\r\n", b"x" * 65536), "too-large"),
    "endless chunks": (
        floods(CHUNKED, b"8000\r\n" + b"x" * 0x8000 + b"\r\n"),
        "too-large",
    ),
    "a body announced as too large": (sends(HEAD + b"Content-Length: 999999999999\r\n\r\n"), "too-large"),
    "a hundred thousand headers": (floods(HEAD, b"X-A: b\r\n", 100_000), "protocol"),
    "one header of five megabytes": (sends(HEAD + b"X-A: " + b"b" * 5_000_000 + b"\r\n\r\n"), "protocol"),
    "an endless status line": (floods(b"HTTP/1.1 200 ", b"O" * 65536), "protocol"),
    "a chunk of endless size": (
        sends(CHUNKED + b"f" * 200 + b"\r\n<"),
        "protocol",
    ),
    "a negative length": (sends(HEAD + b"Content-Length: -5\r\n\r\n<"), "protocol"),
    "two lengths": (sends(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<rss/>"), "protocol"),
    "a body shorter than announced": (sends(HEAD + b"Content-Length: 1000\r\n\r\n<rss/>"), "truncated"),
    "chunks without an end": (sends(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n<rss/\r\n"), "truncated"),
    "no HTTP at all": (sends(b"SSH-2.0-OpenSSH_9.2p1\r\n"), "protocol"),
    "binary noise": (sends(bytes(range(256)) * 10), "protocol"),
    "nothing": (sends(), "reset"),
    "half a header": (sends(HEAD + b"X-A"), "reset"),
    "a NUL in a header": (sends(HEAD + b"X-A: a\0b\r\n\r\n<rss/>"), "protocol"),
    "a header name of spaces": (sends(HEAD + b"   : a\r\n\r\n<rss/>"), "protocol"),
}


@pytest.mark.parametrize(("answer", "word"), FLOODS.values(), ids=FLOODS)
def test_a_flood_or_a_lie_is_an_error_word(server, fetch, answer, word):
    server.default = answer
    result = fetch(server.url("/feed"), settings=QUICK | {"timeout_s": 60.0})
    assert (result.error, result.status, result.body) == (word, 0, b""), (
        "not when the time is up: at the limit"
    )


@pytest.mark.parametrize(
    "location",
    [
        b"http://[::1", b"http://", b"//", b"http://x:notaport/", b"http://%zz/", b"?\\", b"http://a@b/",
        b"http://" + b"a" * 20_000 + b"/",
    ],
)  # fmt: skip
def test_a_redirect_to_nonsense_is_an_error_word(server, fetch, location):
    server.answers["/feed"] = redirect(302, location)
    assert fetch(server.url("/feed")).error in {"bad-url", "redirect-loop"}  # "//" leads back to where we are


def test_a_redirect_without_a_target_is_an_answer(server, fetch):
    server.answers["/feed"] = reply(302, b"")
    result = fetch(server.url("/feed"))
    assert (result.status, result.ok, result.error) == (302, False, "")


@pytest.mark.parametrize("status", [404, 410, 500])
def test_a_hostile_body_does_not_hide_an_error_status(server, fetch, status):
    head = b"HTTP/1.1 %d X\r\n" % status
    for answer in (
        floods(head + b"\r\n", b"x" * 65536),
        sends(head + b"Content-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\nx"),
        sends(head + b"Content-Length: 100\r\n\r\nx"),
    ):
        server.default = answer
        result = fetch(server.url("/feed"))
        assert (result.status, result.error) == (status, "")
        assert len(result.body) <= 64 * 1024


def test_one_hanging_feed_never_holds_the_others(open_fetcher):
    with serving() as hanging, serving() as good:
        hanging.default = hanging.hang
        fetcher = open_fetcher(timeout_s=1.5, per_host=4)
        requests = [FetchRequest(url=hanging.url(f"/{n}")) for n in range(4)]
        requests += [FetchRequest(url=good.url(f"/{n}")) for n in range(40)]
        came = [result.status for _, result in fetcher.fetch_all(requests)]
    assert came == [200] * 40 + [0] * 4


def test_a_silent_name_server_holds_up_nobody(server, open_fetcher):
    def lookup(host, _):
        server.stopping.wait(30)
        return ["127.0.0.1"]

    fetcher = open_fetcher(resolver=lookup, timeout_s=1.0, concurrency=64)
    requests = [FetchRequest(url=f"http://silent{n}.example/") for n in range(50)]
    requests.append(FetchRequest(url=server.url("/feed")))
    with ends(idle_s=1.5):
        results = [result for _, result in fetcher.fetch_all(requests)]
        fetcher.close()
    assert (results[0].status, results[0].body) == (200, FEED)
    assert [result.error for result in results[1:]] == ["timeout"] * 50


def test_connecting_has_a_limit_of_its_own(server, fetch):
    def lookup(host, _):
        server.stopping.wait(30)
        return ["127.0.0.1"]

    limits = {"connect_timeout_s": 0.2, "timeout_s": 60.0}
    with ends(idle_s=0.4):
        result = fetch("http://silent.example/", resolver=lookup, settings=limits)
    assert result.error == "timeout"
