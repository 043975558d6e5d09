"""Posting to a webhook: every answer becomes a state, the fence before the last byte holds, and no server can hold us up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from monitor.deliver import webhook
from monitor.deliver.webhook import judged, post, signature, standard_signature
from monitor.errors import DeliveryError
from monitor.settings.values import check_posting_url
from tests.deliver.webhooks import answering, said
from tests.ports import free_port
from tests.promised import ends

BODY = b'{"issue": 7}'
PAUSE = threading.Event()  # never set


def test_a_body_arrives_whole_with_its_headers():
    with answering(said("204 No Content", body=b"")) as (url, heard):
        receipt = post(url, BODY, headers={"X-Monitor-Delivery": "7"})
    assert (receipt.recipient, receipt.state, receipt.detail) == ("127.0.0.1", "sent", "204")
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?token=hidden HTTP/1.1\r\n")
    assert b"X-Monitor-Delivery: 7" in head
    assert body == BODY


@pytest.mark.parametrize(
    ("status", "state", "cause"),
    [
        ("200 OK", "sent", ""), ("201 Created", "sent", ""), ("202 Accepted", "sent", ""),
        ("301 Moved", "failed", "recipient"), ("307 Temporary Redirect", "failed", "recipient"),
        ("400 Bad", "failed", "recipient"), ("401 No", "failed", "recipient"), ("410 Gone", "failed", "recipient"),
        ("408 Timeout", "deferred", ""), ("425 Early", "deferred", ""), ("429 Slow down", "deferred", ""),
        ("500 Oops", "deferred", ""), ("503 Busy", "deferred", ""),
    ],
)  # fmt: skip
def test_a_status_becomes_a_state(status, state, cause):
    with answering(said(status)) as (url, heard):
        receipt = post(url, BODY)
    assert (receipt.state, receipt.cause) == (state, cause)
    assert receipt.detail == f"{status[:3]} well"
    assert len(heard) == 1


def test_nobody_is_followed_with_the_body():
    with answering(said("200 OK")) as (other, stolen):
        moved = said("308 Permanent Redirect", f"Location: {other}".encode())
        with answering(moved) as (url, _):
            assert post(url, BODY).state == "failed"
    assert stolen == []


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ([b"Retry-After: 120"], 120.0),
        (
            [b"Date: Mon, 09 Mar 2026 08:00:00 GMT", b"Retry-After: Mon, 09 Mar 2026 08:05:00 GMT"],
            300.0,
        ),
        ([b"Date: Mon, 09 Mar 2026 08:00:00 GMT", b"Retry-After: Mon, 09 Mar 2026 07:00:00 GMT"], 0.0),
        ([b"Retry-After: soon"], 0.0),
        ([b"Retry-After: -5"], 0.0),
        ([], 0.0),
    ],
)
def test_a_wish_to_be_left_alone_is_passed_on(headers, wait_s):
    with answering(said("429 Slow down", *headers)) as (url, _):
        assert post(url, BODY).retry_s == wait_s


def test_a_connection_lost_after_the_whole_body_is_uncertain():
    with answering(lambda _: None) as (url, heard):
        receipt = post(url, BODY)
    assert (receipt.state, receipt.cause) == ("uncertain", "server")
    assert heard[0].endswith(BODY)


def test_a_server_that_hangs_up_before_the_end_has_surely_nothing():
    with answering(lambda talk: talk.recv(10), reads=False) as (url, _):
        receipt = post(url, b"x" * 50_000_000)
    assert receipt.state == "deferred"


def test_a_refusal_before_the_end_is_read():
    def refuse(talk):
        talk.recv(10)
        talk.sendall(said("413 Too large"))
        talk.shutdown(socket.SHUT_WR)
        while talk.recv(2**20):
            pass

    with answering(refuse, reads=False) as (url, _):
        receipt = post(url, b"x" * 2_000_000)
    assert (receipt.state, receipt.detail) == ("failed", "413 well")


def test_the_mark_is_made_when_all_but_the_last_byte_is_sent():
    def listen(talk):
        talk.settimeout(5)
        got = b""
        while not got.endswith(BODY[:-1]):
            got += talk.recv(65536)
        before.append((len(marks), got.endswith(BODY)))
        go.set()
        got += talk.recv(65536)
        assert got.endswith(BODY)
        talk.sendall(said("200 OK"))

    before, marks, go = [], [], threading.Event()

    def mark():
        assert go.wait(5), "the server has all but the last byte before the mark is made"
        marks.append(1)

    with answering(listen, reads=False) as (url, _):
        assert post(url, BODY, before_end=mark).state == "sent"
    assert (before, marks) == ([(0, False)], [1])


def test_a_mark_that_fails_keeps_the_last_byte_back():
    heard, is_there = [], threading.Event()

    def fail():
        assert is_there.wait(5)  # or the server might be gone before it has taken the call
        raise RuntimeError("disk full")

    def listen(talk):
        talk.settimeout(5)
        while more := talk.recv(65536):
            heard.append(more)
            is_there.set()

    with answering(listen, reads=False) as (url, _), pytest.raises(RuntimeError, match="disk full"):
        post(url, BODY, before_end=fail)
    assert b"".join(heard).endswith(BODY[:-1])


def test_a_slow_mark_is_no_fault_of_the_server():
    with answering(said("200 OK")) as (url, _):
        assert post(url, BODY, timeout_s=0.2, before_end=lambda: PAUSE.wait(0.4)).state == "sent"


def drip(talk):
    for byte in said("200 OK"):
        PAUSE.wait(0.1)
        try:
            talk.sendall(bytes([byte]))
        except OSError:
            return


@pytest.mark.parametrize("server", [drip, lambda talk: talk.recv(1)], ids=["drips", "silent"])
def test_no_server_holds_us_longer_than_the_timeout(server):
    """Control: a timeout per read never ends a drip of a byte every 100 ms, which here takes five seconds."""
    with answering(server) as (url, _), ends(idle_s=0.3):
        receipt = post(url, BODY, timeout_s=0.3)
    assert (receipt.state, receipt.cause) == ("uncertain", "server")
    assert "longer than 0.3 s" in receipt.detail


def test_nobody_listening_is_deferred():
    url = f"http://127.0.0.1:{free_port()}/hook?token=hidden"
    receipt = post(url, BODY)
    assert (receipt.state, receipt.cause) == ("deferred", "server")
    assert "hidden" not in receipt.detail + receipt.recipient


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "http://", "127.0.0.1:80/x", "http://[::1/hidden"])
def test_what_is_no_web_address_is_refused_without_showing_it(url):
    with pytest.raises(DeliveryError) as caught:
        post(url, BODY)
    assert "hidden" not in str(caught.value)


def test_an_empty_body_can_be_posted():
    marks = []
    with answering(said("200 OK")) as (url, heard):
        assert post(url, b"", before_end=lambda: marks.append(1)).state == "sent"
    assert marks == [1]
    assert b"Content-Length: 0" in heard[0]


def test_a_receiver_proves_sender_and_time_with_the_secret():
    expected = hmac.new(b"secret", b"1773043200." + BODY, hashlib.sha256).hexdigest()
    assert signature(BODY, timestamp="1773043200", secret="secret") == f"sha256={expected}"
    others = {
        signature(BODY, timestamp="1773043201", secret="secret"),
        signature(BODY + b" ", timestamp="1773043200", secret="secret"),
        signature(BODY, timestamp="1773043200", secret="other"),
    }
    assert len(others | {f"sha256={expected}"}) == 4


KEY = b"a key of thirty-two bytes, or so"


@pytest.mark.parametrize(
    ("secret", "key"),
    [
        (f"whsec_{base64.b64encode(KEY).decode()}", KEY),
        ("plain words", b"plain words"),
        ("whsec_not base64!", b"whsec_not base64!"),
    ],
)
def test_the_standard_signature_signs_id_time_and_body_with_the_key(secret, key):
    signed = hmac.new(key, b"msg_1.1773043200." + BODY, hashlib.sha256).digest()
    found = standard_signature(BODY, identity="msg_1", timestamp="1773043200", secret=secret)
    assert found == f"v1,{base64.b64encode(signed).decode()}"


def test_a_service_may_judge_its_answer_and_be_called_by_another_method():
    def judge(answer):
        asked = json.loads(answer.body)["retry_after"]
        state, detail, cause, _ = judged(answer)
        return state, detail, cause, asked

    body = json.dumps({"pad": "x" * 1000, "retry_after": 7.5}).encode()
    with answering(said("429 Slow down", b"Retry-After: 2", body=body)) as (url, heard):
        receipt = post(url, BODY, method="PUT", judge=judge)
    assert (receipt.state, receipt.retry_s) == ("deferred", 7.5)
    assert len(receipt.detail) <= 204
    assert heard[0].startswith(b"PUT /hook?token=hidden HTTP/1.1\r\n")


def test_a_certificate_nobody_signed_is_refused(server_context):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            talk, _ = server.accept()
            with talk:
                try:
                    server_context.wrap_socket(talk, server_side=True).close()
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        receipt = post(f"https://127.0.0.1:{server.getsockname()[1]}/", BODY)
        thread.join(5)
    assert receipt.state == "deferred"
    assert "not trusted" in receipt.detail


@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
@given(
    st.builds(
        "https://{}/hook".format,
        st.text(alphabet="ab.-_0ü%[]:℀`", min_size=1, max_size=12)
        | st.sampled_from(["ü" * 70, "a..b", "[v1.a]"]),
    )
)
def test_what_the_configuration_takes_has_a_host_to_post_to(url):
    try:
        check_posting_url(url)
    except ValueError:
        reject()
    assert webhook._parts(url).host
