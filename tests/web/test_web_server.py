"""The small web server on a free port: pages out, limits kept, nothing told to strangers."""

from __future__ import annotations

import http.client
import socket

import pytest

from monitor.errors import MonitorError
from monitor.model import WebPage
from monitor.web import Web


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


def test_a_head_has_no_body(web):
    status, body, headers = ask(web, "HEAD", "/a")
    assert (status, body, headers["Content-Length"]) == (200, b"", "7")


def test_pages_load_nothing_and_are_found_by_nobody(web):
    headers = ask(web, "GET", "/a")[2]
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Python" not in headers["Server"]


def test_a_page_that_fails_tells_strangers_nothing_and_the_next_one_is_answered(web):
    status, body, _ = ask(web, "GET", "/fails")
    assert status == 500
    assert b"secret" not in body
    assert ask(web, "GET", "/a")[0] == 200


@pytest.mark.parametrize("length", ["4097", "-1", "many", ""])
def test_a_body_too_long_or_without_a_length_is_not_read(web, length):
    with socket.create_connection(("127.0.0.1", web.port), timeout=5) as wire:
        head = f"Content-Length: {length}\r\n" if length else ""
        wire.sendall(f"POST /a HTTP/1.1\r\nHost: x\r\n{head}\r\n".encode())
        assert b" 413 " in wire.recv(200)


def test_a_path_too_long_is_refused(web):
    assert ask(web, "GET", "/" + "a" * 3000)[0] == 414


def test_other_methods_are_refused(web):
    assert ask(web, "DELETE", "/a")[0] == 501


def test_an_address_in_use_is_said(web):
    with pytest.raises(MonitorError, match="cannot listen"):
        Web("127.0.0.1", web.port, page)
