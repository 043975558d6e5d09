"""Bombs of every kind, through fetching, worker and store: each ends within its limits and costs its own feed or page only.

Memory is this process's own. The worker has a limit of its own (RLIMIT_AS), and dies of it without harm.
"""

from __future__ import annotations

import itertools
import re
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.model import Stage
from tests.checklist.watch import PAGE, feed
from tests.fetch.bombs import brotli_bomb, gzip_bomb, gzip_twice, zstd_bomb
from tests.fetch.server import encoded, redirect, reply
from tests.hostile.conftest import TIMEOUT_S
from tests.promised import ends

GROWTH_MIB = 150
GIBIBYTE = 1024  # MiB
HEAD = b"HTTP/1.1 200 OK\r\n"


def _kilobytes(field):
    return int(re.search(rf"{field}:\s*(\d+)", Path("/proc/self/status").read_text())[1])


@contextmanager
def limits():
    """Fail when the block takes far longer than our timeout, or (where /proc tells the peak) this process grows by more than the limit in between."""
    peak, before = Path("/proc/self/clear_refs"), 0
    if peak.exists():
        peak.write_text("5")  # resets it
        before = _kilobytes("VmRSS")
    with ends(idle_s=TIMEOUT_S + 1):
        yield
    if peak.exists():
        assert (_kilobytes("VmHWM") - before) / 1024 < GROWTH_MIB


def polled(watch, server, answer):
    """Poll a hostile and a good feed together; the words for the hostile one."""
    server.answers = {"/bad": answer, "/good": reply(200, feed(1, 2, 3))}
    watch.name("/bad", "/good")
    with limits():
        watch.poll()
    assert watch.state("good").status == "ok"
    assert len([each for each in watch.articles() if each.feed_id == "good"]) == 3
    return watch.state("bad")


INFLATING = {
    "gzip": (b"gzip", gzip_bomb, "too-large"),
    "br": (b"br", brotli_bomb, "too-large"),
    "zstd": (b"zstd", zstd_bomb, "too-large"),
    "gzip in gzip": (b"gzip, gzip", gzip_twice, "encoding"),
}


@pytest.mark.parametrize(("coding", "bomb", "word"), INFLATING.values(), ids=INFLATING)
def test_a_gibibyte_in_a_small_body_is_stopped_at_the_limit(watch, server, coding, bomb, word):
    body = bomb(GIBIBYTE)
    assert len(body) < 1.1 * 2**20
    assert polled(watch, server, encoded(body, coding)).detail.lower().startswith(word)


def flood(head, piece):
    def answer(_, connection):
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return answer


CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
STREAMS = {
    "a body drop by drop": (
        lambda s: s.drip(itertools.chain([HEAD + b"\r\n"], itertools.repeat(b"<")), 0.05),
        "timeout",
    ),
    "a header drop by drop": (
        lambda s: s.drip(itertools.chain([HEAD], itertools.repeat(b"X-A: b\r\n")), 0.05),
        "timeout",
    ),
    "chunks without an end": (lambda _: flood(CHUNKED, b"8000\r\n" + b"x" * 0x8000 + b"\r\n"), "too-large"),
    "a hundred thousand headers": (lambda _: HEAD + b"X-A: b\r\n" * 100_000 + b"\r\n", "protocol"),
    "redirects in a circle": (lambda _: redirect(302, "/bad"), "redirect-loop"),
    "an answer that never comes": (lambda s: s.hang, "timeout"),
}


@pytest.mark.parametrize(("answer", "word"), STREAMS.values(), ids=STREAMS)
def test_a_stream_without_an_end_is_cut_off(watch, server, answer, word):
    watch.limit(timeout_s=1.0)
    assert polled(watch, server, answer(server)).detail.lower().startswith(word)


def test_redirects_without_an_end_are_followed_five_times(watch, server):
    server.default = lambda request, connection: connection.sendall(
        redirect(302, request.target.decode() + "x", [(b"Connection", b"close")])
    )
    assert polled(watch, server, redirect(302, "/x")).detail.startswith("Too-many-redirects")


def rss(inside):
    return b'<rss version="2.0"><channel><title>t</title>' + inside + b"</channel></rss>"


ITEM = b"<item><title>%d</title><guid>%d</guid></item>"
ENTITIES = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 12))
DOCUMENTS = {
    "a hundred thousand attributes": rss(b"<item " + b" ".join(b'a%d="x"' % n for n in range(100_000)) + b"/>"),
    "two hundred thousand items": rss(b"".join(ITEM % (n, n) for n in range(200_000))),
    "two hundred thousand open tags": rss(b"<a>" * 200_000),
    "a hundred thousand nested tags": rss(b"<item><title>" + b"<b>" * 100_000 + b"</b>" * 100_000 + b"</title></item>"),
    "three megabytes of ampersands": rss(b"<item><title>" + b"&" * 3_000_000 + b"</title></item>"),
    "three megabytes of open brackets": rss(b"<item><title>" + b"<" * 3_000_000 + b"</title></item>"),
    "nested lists in a description": rss(b"<item><description><![CDATA[" + b"<ul><li>" * 60_000 + b"]]></description></item>"),
    "a billion laughs": b'<!DOCTYPE x [<!ENTITY a0 "ha">' + ENTITIES + b"]>" + rss(b"<item><title>&a11;</title></item>"),
    "an entity that is a file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + rss(b"<item><title>&a;</title></item>"),
    "ten megabytes of noise": bytes(range(256)) * 40_000,
    "deep JSON": b'{"version": "https://jsonfeed.org/version/1.1", "items": ' + b"[" * 1_000_000,
    "comments that never close": rss(b"<!-- " * 400_000),
    "sections that never close": rss(b"<![CDATA[ " * 400_000),
    "one name of a megabyte": rss(b"<" + b"x" * 1_000_000 + b">"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("body", DOCUMENTS.values(), ids=DOCUMENTS)
def test_a_document_made_to_hang_the_parser_costs_its_own_feed_only(watch, server, body):
    polled(watch, server, reply(200, body))
    assert all(len(each.title) <= 500 for each in watch.articles())
    assert not any("root" in each.title for each in watch.articles())


def page(inside):
    return (
        b"<!doctype html><html><head><title>t</title></head><body><article>"
        + inside
        + b"</article></body></html>"
    )


PAGES = {
    "lists in lists": page(b"<ul><li>" * 60_000),
    "fifty thousand nested blocks": page(b"<div>" * 50_000 + b"text"),
    "sixty thousand links": page(b'<div><a href="/x">x</a></div>' * 60_000),
    "tables in tables": page(b"<table><tr><td>" * 20_000),
    "a hundred thousand attributes": page(
        b"<p " + b" ".join(b"a%d=x" % n for n in range(100_000)) + b">x</p>"
    ),
    "unclosed formatting": page(b"<b><i><font>" * 30_000 + b"text"),
    "four megabytes of JSON-LD": page(
        b'<script type="application/ld+json">' + b"[" * 4_000_000 + b"</script>"
    ),
    "four megabytes of ampersands": page(b"<p>" + b"&" * 4_000_000 + b"</p>"),
    "one line of four megabytes": page(b"<p>" + b"tariff " * 600_000 + b"</p>"),
    "a million paragraphs": page(b"<p>x" * 1_000_000),
}


@pytest.mark.slow
@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES)
def test_a_page_made_to_hang_the_extractor_costs_its_own_article_only(watch, server, body):
    server.answers = {
        "/feed": reply(200, feed(1, 2, link=server.url("/page/{}"))),
        "/robots.txt": reply(404),
        "/page/1": reply(200, body),
        "/page/2": reply(200, PAGE.encode()),
    }
    watch.poll()
    with limits():
        watch.read()
    bad, good = sorted(watch.articles(Stage.READ), key=lambda article: article.url)
    assert good.origin == "page"
    assert bad.title == "Entry number 1"
    assert bad.note or bad.origin == "page"
