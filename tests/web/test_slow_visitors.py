"""Three hundred visitors who never end what they begin: pages are answered or refused, and nothing of it grows."""

from __future__ import annotations

import socket
import threading
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from monitor.model import WebPage
from monitor.web import Limits, Web
from tests.web.crowds import SLOW, asked, crowd

VISITORS = 300


def page(method, path):
    return WebPage(status=200, body=b"a" * 4_000_000 if path == "/large" else b"fine\n")


def last_word(wire):
    """All a server still says before it hangs up."""
    try:
        return b"".join(iter(partial(wire.recv, 65536), b""))
    except ConnectionError:
        return b""


@pytest.mark.parametrize("sent", SLOW.values(), ids=SLOW)
def test_three_hundred_slow_visitors_leave_room_for_others(sent):
    before = threading.active_count()
    limits = Limits(request_s=60.0, answer_s=60.0)
    with Web("127.0.0.1", 0, page, limits=limits) as server, ExitStack() as stack:
        crowd(stack, server.port, sent)
        for method in ("GET", "POST") * 3:
            status, headers = asked(server.port, method)
            assert status in (200, 503)
            assert status == 200 or headers["Retry-After"]
            if not sent.startswith(b"GET") or not sent.endswith(b"\r\n\r\n"):
                assert status == 200  # nobody who has not asked yet is in anybody's way
        assert server.visitors <= limits.connections
        assert threading.active_count() - before <= 4
    assert threading.active_count() - before <= 2  # threads that made pages end when they like


class OneThreadEach(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = VISITORS


def test_the_control_a_thread_for_each_has_three_hundred():
    with OneThreadEach(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        before = set(threading.enumerate())  # a count would fall when a thread of an earlier test ends
        serving = threading.Thread(target=server.serve_forever, args=(0.05,))
        serving.start()
        with ExitStack() as stack:
            wires = crowd(stack, server.server_port, b"BREW /a HTTP/1.1\r\n")
            while len(set(threading.enumerate()) - before) <= VISITORS:
                threading.Event().wait(0.01)  # it takes all of them in the end
            for wire in wires:
                wire.shutdown(socket.SHUT_RDWR)
        server.shutdown()
        serving.join()


@pytest.mark.parametrize("sent", [s for s in SLOW.values() if s.count(b"\r\n\r\n") == 0 or b"POST" in s])
def test_whoever_does_not_end_the_request_in_time_is_told_and_hung_up_on(sent):
    with Web("127.0.0.1", 0, page, limits=Limits(request_s=0.2)) as server, ExitStack() as stack:
        for wire in crowd(stack, server.port, sent, visitors=5):
            assert last_word(wire).startswith(b"HTTP/1.1 408 ")
        assert server.visitors == 0


def trickled(wire):
    """Send byte after byte until the other side has had enough."""
    for _ in range(3000):
        wire.sendall(b"X")
        threading.Event().wait(0.01)


def test_a_trickle_wins_no_time():
    with Web("127.0.0.1", 0, page, limits=Limits(request_s=0.5)) as server, ExitStack() as stack:
        (wire,) = crowd(stack, server.port, b"GET /a HTTP/1.1\r\n", visitors=1)
        with pytest.raises(ConnectionError):
            trickled(wire)


def test_whoever_takes_no_answer_is_hung_up_on():
    with Web("127.0.0.1", 0, page, limits=Limits(answer_s=0.5)) as server, ExitStack() as stack:
        for wire in crowd(stack, server.port, SLOW["take no answer"], visitors=5):
            threading.Event().wait(0.3)
            assert len(last_word(wire)) < 4_000_000


def test_a_page_that_hangs_keeps_no_other_from_being_refused():
    go_on = threading.Event()

    def hanging(method, path):
        go_on.wait(60)
        return WebPage(status=200, body=b"")

    with (
        Web("127.0.0.1", 0, hanging, limits=Limits(waiting=5, answer_s=1.0)) as server,
        ExitStack() as stack,
    ):
        crowd(stack, server.port, b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n", visitors=50)
        status, headers = asked(server.port)
        assert (status, headers["Retry-After"]) == (503, "10")
        assert headers["Content-Security-Policy"]
        go_on.set()


def test_visitors_of_many_addresses_are_not_pushed_out_by_one():
    """Whoever holds most connections loses one first: a single address cannot take the room of all others."""
    with (
        Web("127.0.0.1", 0, page, limits=Limits(connections=20, request_s=60.0)) as server,
        ExitStack() as stack,
    ):
        mine = stack.enter_context(
            socket.create_connection(("127.0.0.1", server.port), 30, source_address=("127.0.0.2", 0))
        )
        crowd(stack, server.port, b"", visitors=100)
        mine.sendall(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
        assert last_word(mine).startswith(b"HTTP/1.1 200 ")
