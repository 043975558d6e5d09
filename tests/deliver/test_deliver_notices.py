"""Notices to whoever watches: signed, and never slower than a few seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import socket
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor.deliver.notices import Notices
from monitor.model import Bulletin
from monitor.settings import AlarmSettings, Settings
from tests.deliver.chats import Telegram
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


def headers_of(heard):
    lines = heard.partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}


def test_the_standard_headers_name_the_alarm_and_not_the_attempt(server):
    url, heard, answers = server
    answers += [b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"] * 3
    tell = notices(secret="key")
    for what, at in (("x", 1), ("x", 2), ("y", 2)):
        assert tell(url, f'{{"what": "{what}", "at": "{at}"}}'.encode())
    first, again, other = (headers_of(each)["webhook-id"] for each in heard)
    assert first == again != other
    sent, body = headers_of(heard[0]), heard[0].partition(b"\r\n\r\n")[2]
    signed = hmac.new(b"key", f"{first}.{sent['webhook-timestamp']}.".encode() + body, hashlib.sha256)
    assert sent["webhook-signature"] == f"v1,{base64.b64encode(signed.digest()).decode()}"


def test_a_place_of_channels_toml_is_told_by_its_channel_and_rests_as_long_as_it_asks():
    with Telegram() as service:
        settings = Settings(
            root=Path(), data=Path(), channels=(service.place("ops"),), alarm=AlarmSettings(channels=("ops",))
        )
        tell = notices(settings=settings, timeout_s=5.0, rest_s=0.0).tell
        alarm = Bulletin(title="monitor", intro=("it is late", "look at the log"))
        assert tell("ops", alarm, "id1") is True
        assert "it is late" in service.taken[0]["text"]
        assert tell("desk", alarm, "id1") is False
        service.answers.append(service.slow)
        with capture_logs() as said:
            assert not any(tell("ops", alarm, "id2") for _ in range(3))
        assert len(service.heard) == 2
    assert "s3cret" not in str(said)


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
