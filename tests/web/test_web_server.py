"""The small web server on a free port: pages out, limits kept, nothing told to strangers."""

from __future__ import annotations

import http.client
import re
import socket
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from monitor.errors import MonitorError
from monitor.model import WebPage
from monitor.web import Limits, Web


def page(method, path):
    if path == "/fails":
        raise RuntimeError("the reason is secret")
    return WebPage(status=200, body=f"{method} {path}\n".encode())


@pytest.fixture
def web():
    with Web("127.0.0.1", 0, page) as server:
        yield server


def ask(web, method, path, body=None, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", web.port, timeout=5)
    try:
        connection.request(method, path, body=body, headers=dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers
    finally:
        connection.close()


def test_method_and_path_reach_the_page(web):
    assert ask(web, "GET", "/a?b=c")[:2] == (200, b"GET /a?b=c\n")
    assert ask(web, "POST", "/a", body=b"List-Unsubscribe=One-Click")[:2] == (200, b"POST /a\n")


def test_a_page_may_hear_the_whole_request():
    def answer(asked):
        told = f"{asked.method} {asked.path} {asked.headers['x-a']} {asked.body.decode()} {asked.visitor}"
        return WebPage(status=200, body=told.encode())

    with Web.hearing("127.0.0.1", 0, answer, limits=Limits()) as server:
        headers = [("X-A", "first"), ("X-A", "second")]
        assert (
            ask(server, "POST", "/a?b", body=b"c=d", headers=headers[:1])[1]
            == b"POST /a?b first c=d 127.0.0.1"
        )
        twice = b"GET /a HTTP/1.1\r\nHost: x\r\nX-A: first\r\nX-a: second\r\n\r\n"
        assert "GET /a first  127.0.0.1" in said(server.port, twice)


def test_a_head_has_no_body(web):
    status, body, headers = ask(web, "HEAD", "/a")
    assert (status, body, headers["Content-Length"]) == (200, b"", "7")


def test_pages_load_nothing_and_are_found_by_nobody(web):
    headers = ask(web, "GET", "/a")[2]
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Python" not in headers["Server"]


PROMISED = {
    "Content-Security-Policy": "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
REFUSED = {
    "no such method": (b"DELETE /a HTTP/1.1\r\nHost: x\r\n\r\n", 501),
    "a script for a method": (b"<script>alert(1)</script> /a HTTP/1.1\r\n\r\n", 400),
    "no version of HTTP": (b"GET /a HTTP/9.x\r\n\r\n", 400),
    "not HTTP at all": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    "a line without an end": (b"GET /" + b"a" * 70_000, 431),
    "a path too long": (b"GET /" + b"a" * 3000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", 414),
    "a header too long": (b"GET /a HTTP/1.1\r\nX-A: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    "too many headers": (b"GET /a HTTP/1.1\r\n" + b"X-A: b\r\n" * 200 + b"\r\n", 400),
    "a body too long": (b"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n" + b"a" * 5000, 413),
    "a page that fails": (b"GET /fails HTTP/1.1\r\nHost: x\r\n\r\n", 500),
    "a page": (b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", 200),
}


def said(port, request):
    """All a server says to these bytes, as text."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as wire:
        wire.sendall(request)
        wire.shutdown(socket.SHUT_WR)
        return b"".join(iter(partial(wire.recv, 65536), b"")).decode()


def missing(answer):
    """The promised headers an answer lacks."""
    head = answer.partition("\r\n\r\n")[0]
    return [name for name, value in PROMISED.items() if not re.search(rf"(?m)^{name}: .*{value}", head)]


@pytest.mark.parametrize(("request_", "status"), REFUSED.values(), ids=REFUSED)
def test_every_answer_keeps_browsers_from_mischief(web, request_, status):
    answer = said(web.port, request_)
    assert answer.split()[1] == str(status)
    assert missing(answer) == []
    assert "script" not in answer


def test_the_control_the_standard_servers_refusals_promise_nothing():
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        answer = said(server.server_port, REFUSED["no such method"][0])
        thread.join(5)
    assert missing(answer) == list(PROMISED)


def test_a_page_that_fails_tells_strangers_nothing_and_the_next_one_is_answered(web):
    status, body, _ = ask(web, "GET", "/fails")
    assert status == 500
    assert b"secret" not in body
    assert ask(web, "GET", "/a")[0] == 200


@pytest.mark.parametrize("length", ["-1", "many"])
def test_a_length_that_is_none_is_refused(web, length):
    answer = said(web.port, f"POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
    assert answer.split()[1] == "400"


def test_a_click_without_a_body_counts(web):
    assert "POST /a" in said(web.port, b"POST /a HTTP/1.1\r\nHost: x\r\n\r\n")


def test_a_path_too_long_is_refused(web):
    assert ask(web, "GET", "/" + "a" * 3000)[0] == 414


def test_other_methods_are_refused(web):
    assert ask(web, "DELETE", "/a")[0] == 501


@pytest.mark.parametrize("host", ["::1", "[::1]", "::", "localhost"])
def test_every_kind_of_host_is_served(host):
    try:
        server = Web(host, 0, page)
    except MonitorError as error:
        if "::" in host:
            pytest.skip(f"no IPv6 here: {error}")
        raise
    with server:
        connection = http.client.HTTPConnection(
            "::1" if "::1" in host else "127.0.0.1", server.port, timeout=5
        )
        connection.request("GET", "/a")
        assert connection.getresponse().read() == b"GET /a\n"
        connection.close()


def test_an_address_in_use_is_said(web):
    with pytest.raises(MonitorError, match="cannot listen"):
        Web("127.0.0.1", web.port, page)
