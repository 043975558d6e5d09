"""Notices to whoever watches: signed, and never slower than a few seconds."""

from __future__ import annotations

import hashlib
import hmac
import socket
import threading
from datetime import UTC, datetime

import pytest
from structlog.testing import capture_logs

from monitor.deliver.notices import Notices
from tests.promised import ends

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def server():
    """Answers each request with the next of `answers` (None: never), and keeps what it heard."""
    listener = socket.create_server(("127.0.0.1", 0))
    heard, answers = [], []

    def serve():
        while True:
            try:
                talk, _ = listener.accept()
            except OSError:
                return
            heard.append(_request(talk))
            if answers:
                talk.sendall(answers.pop(0))
                talk.close()
            else:
                kept.append(talk)

    kept = []
    threading.Thread(target=serve, daemon=True).start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/secret", heard, answers
    listener.close()
    for talk in kept:
        talk.close()


def _request(talk):
    said = b""
    while b"\r\n\r\n" not in said:
        said += talk.recv(65536)
    length = int(said.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    while len(said.split(b"\r\n\r\n", 1)[1]) < length:
        said += talk.recv(65536)
    return said


def notices(**options):
    return Notices(**{"timeout_s": 0.2, "secret": "", "wall": lambda: NOW} | options)


def test_what_is_taken_is_true_and_signed(server):
    url, heard, answers = server
    answers.append(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
    assert notices(secret="key")(url, b'{"what": "x"}') is True
    head, _, _ = heard[0].partition(b"\r\n\r\n")
    stamp = str(int(NOW.timestamp()))
    signed = hmac.new(b"key", f'{stamp}.{{"what": "x"}}'.encode(), hashlib.sha256).hexdigest()
    assert f"X-Monitor-Timestamp: {stamp}".encode() in head
    assert f"X-Monitor-Signature: sha256={signed}".encode() in head
    assert b"Content-Type: application/json" in head


def test_who_does_not_answer_costs_one_wait_and_then_rests(server):
    url, heard, _ = server
    tell = notices()
    with ends(idle_s=0.5):
        assert tell(url, b"x") is False
    assert not any(tell(url, b"x") for _ in range(100))
    assert len(heard) <= 1


def test_after_its_rest_it_is_asked_again(server):
    url, _, answers = server
    answers += [
        b"HTTP/1.1 500 X\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    ]
    tell = notices(rest_s=0.0)
    assert [tell(url, b"x"), tell(url, b"x")] == [False, True]


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/secret", "gopher://127.0.0.1/secret"])
def test_no_failure_is_raised_or_shows_the_address(url):
    with capture_logs() as said:
        assert notices()(url, b"x") is False
    assert said[0]["event"] == "notice.failed"
    assert "secret" not in str(said)
