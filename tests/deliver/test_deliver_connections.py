"""Connections end in time, whichever of a host's addresses answers, and a hang-up is seen before the last byte goes out."""

from __future__ import annotations

import socket

import pytest

from monitor.deliver.connections import Deadline, connect, is_gone
from tests.promised import ends


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


def test_the_next_address_is_tried_when_one_refuses(server):
    """localhost is ::1 first on most machines, and nobody listens there."""
    with connect("localhost", server.getsockname()[1], timeout_s=5) as one:
        assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_connecting_to_nowhere_ends_in_time(server):
    server.listen(0)
    crowd = [socket.socket() for _ in range(8)]
    for one in crowd:
        one.setblocking(False)
        one.connect_ex(server.getsockname())  # the queue is full: the kernel drops what comes now
    with ends(idle_s=0.3), pytest.raises(OSError, match="timed out"):
        connect("127.0.0.1", server.getsockname()[1], timeout_s=0.3)
    for one in crowd:
        one.close()


def test_a_reader_is_woken_when_time_is_up(server):
    with (
        connect("127.0.0.1", server.getsockname()[1], timeout_s=60) as one,
        Deadline(one, 0.2) as deadline,
        ends(idle_s=0.3),
    ):
        assert one.recv(1) == b""
    assert deadline.is_over
    assert str(deadline) == "it took longer than 0.2 s"


def test_a_deadline_that_was_kept_leaves_the_connection_open(server):
    with connect("127.0.0.1", server.getsockname()[1], timeout_s=5) as one:
        with Deadline(one, 60) as deadline:
            deadline.stop()
            deadline.start(60)
        assert not deadline.is_over
        other, _ = server.accept()
        with other:
            one.sendall(b"x")
            assert other.recv(1) == b"x"


def test_a_hang_up_is_seen_and_a_word_is_none(server):
    with connect("127.0.0.1", server.getsockname()[1], timeout_s=5) as one:
        other, _ = server.accept()
        assert not is_gone(one)
        other.sendall(b"421 bye\r\n")
        assert one.recv(1, socket.MSG_PEEK) == b"4"  # it is here
        assert not is_gone(one)
        assert one.recv(100) == b"421 bye\r\n"
        other.close()
        assert one.recv(1, socket.MSG_PEEK) == b""
        assert is_gone(one)
