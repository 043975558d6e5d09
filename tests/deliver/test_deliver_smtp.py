"""Handing a message over: every answer of a server becomes a state, and the fence before the dot holds."""

import contextlib
import gc
import socket
import threading

import pytest

from monitor.deliver.smtp import on_wire
from monitor.errors import DeliveryError
from tests.deliver.sending import MESSAGE, sent
from tests.deliver.servers import Sink, playing, serving
from tests.ports import free_port
from tests.promised import ends

PAUSE = threading.Event()  # never set
GREETING, EHLO, OK, GO = b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n", b"354 go\r\n"


def read_message(lines, heard):
    """A step of a played server: hear the body to its dot, then hang up."""
    while True:
        line = lines.readline()
        heard.extend(line)
        if line == b".\r\n" or not line:
            return


def test_a_message_arrives_whole_and_once():
    sink = Sink()
    with serving(sink) as port:
        receipt = sent(port)
    assert (receipt.recipient, receipt.state) == ("reader@example.org", "sent")
    assert receipt.detail == "250 taken"
    assert sink.taken == [("digest@example.org", ["reader@example.org"], MESSAGE)]


def test_each_recipient_has_a_message_of_their_own():
    sink = Sink()
    readers = ["a@example.org", "B <b@example.org>", "c@bücher.example"]
    with serving(sink) as port:
        receipts = [sent(port, recipient=reader) for reader in readers]
    assert [receipt.recipient for receipt in receipts] == readers
    assert [rcpts for _, rcpts, _ in sink.taken] == [
        ["a@example.org"],
        ["b@example.org"],
        ["c@xn--bcher-kva.example"],
    ]


def test_one_refused_recipient_does_not_stop_the_others():
    sink = Sink({"b@example.org": "550 5.1.1 no such user"})
    with serving(sink) as port:
        states = [sent(port, recipient=f"{name}@example.org").state for name in "abc"]
    assert states == ["sent", "failed", "sent"]
    assert len(sink.taken) == 2


@pytest.mark.parametrize(
    ("where", "answer", "state"),
    [
        ("reader@example.org", "550 5.1.1 no such user", "failed"),
        ("reader@example.org", "450 4.2.1 greylisted", "deferred"),
        ("MAIL", "451 4.3.0 later", "deferred"),
        ("MAIL", "553 5.1.8 sender refused", "deferred"),
        ("MAIL", "552 5.3.4 message too big", "failed"),
        ("reader@example.org", "530 5.7.0 Authentication required", "deferred"),
        ("reader@example.org", "550 5.7.1 relaying denied", "deferred"),
        ("reader@example.org", "552 5.2.2 mailbox full", "deferred"),
        ("reader@example.org", "550 5.7.1 looks like spam", "failed"),
        (".", "451 4.3.0 local error", "deferred"),
        (".", "452 4.3.1 disk full", "deferred"),
        (".", "554 5.7.1 looks like spam", "failed"),
    ],
)
def test_4xx_and_what_somebody_can_mend_may_work_later_and_other_5xx_will_not(where, answer, state):
    sink = Sink({where: answer})
    with serving(sink) as port:
        receipt = sent(port)
    assert (receipt.state, receipt.detail.partition(";")[0]) == (state, answer)
    assert sink.taken == []


def test_a_connection_lost_after_the_dot_is_uncertain():
    sink = Sink(drop_after_dot=True)
    with serving(sink) as port:
        receipt = sent(port)
    assert receipt.state == "uncertain"
    assert "final dot" in receipt.detail
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ([], "deferred"),
        ([b"421 4.3.2 closing\r\n"], "deferred"),
        ([b"554 no service\r\n"], "deferred"),
        ([b"\x00\xff\xfe HTTP/1.1 400\r\n"], "deferred"),
        ([GREETING, b"421 too busy\r\n"], "deferred"),
        ([GREETING, EHLO], "deferred"),
        ([GREETING, EHLO, OK], "deferred"),
        ([GREETING, EHLO, OK, OK], "deferred"),
        ([GREETING, EHLO, OK, OK, b"451 not now\r\n"], "deferred"),
        ([GREETING, EHLO, OK, OK, b"554 no valid recipients\r\n"], "failed"),
        ([GREETING, EHLO, OK, b"251 will forward\r\n", GO, read_message], "uncertain"),
        ([GREETING, EHLO, OK, OK, GO, read_message], "uncertain"),
    ],
    ids=[
        "hangs up", "421 at once", "554 at once", "not a mail server", "421 to ehlo", "gone after ehlo", "gone after mail",
        "gone after rcpt", "451 to data", "554 to data", "gone after the dot, forwarding", "gone after the dot",
    ],
)  # fmt: skip
def test_a_server_that_fails_at_any_step_gives_a_state_and_no_error(script, state):
    with playing(script) as (port, _):
        assert sent(port).state == state


@pytest.mark.parametrize(
    ("answer", "state"),
    [(b"250 ok\r\n", "sent"), (b"nonsense\r\n", "uncertain"), (b"354 go on\r\n", "uncertain")],
)
def test_only_2xx_to_the_dot_is_sent(answer, state):
    def taking(lines, heard):
        read_message(lines, heard)
        return answer

    with playing([GREETING, EHLO, OK, OK, GO, taking]) as (port, _):
        assert sent(port).state == state


def test_a_silent_server_ends_at_the_timeout():
    with playing([None]) as (port, _):
        receipt = sent(port, timeout_s=0.1)
    assert receipt.state == "deferred"


def test_silence_after_the_dot_is_uncertain():
    with playing([GREETING, EHLO, OK, OK, GO, None]) as (port, heard):
        receipt = sent(port, answer_timeout_s=0.5)
    assert (receipt.state, receipt.cause) == ("uncertain", "server")
    assert "longer than 0.5 s" in receipt.detail
    assert heard.endswith(b"End\r\n.\r\n")


def drip(answer):
    """A step that gives its answer a byte at a time, 100 ms apart."""

    def step(lines, heard):
        if b"DATA" in heard:
            read_message(lines, heard)
        return [bytes([byte]) for byte in answer]

    return step


@pytest.mark.parametrize(
    ("script", "state"),
    [
        ([b"220-we are slow\r\n" * 20], "deferred"),
        ([GREETING, EHLO, OK, OK, GO, b"250-taken\r\n" * 30], "uncertain"),
    ],
    ids=["before the message", "after the dot"],
)
def test_a_server_that_drips_its_answer_is_left_in_time(script, state):
    """Control: a timeout for each read, as smtplib has it, sits the drip out, which here takes half a minute."""
    with playing([*script[:-1], drip(script[-1])]) as (port, _), ends(idle_s=0.8):
        receipt = sent(port, timeout_s=0.8, answer_timeout_s=0.8)
    assert (receipt.state, receipt.cause) == (state, "server")
    assert "longer than 0.8 s" in receipt.detail


def test_the_time_a_mark_takes_is_not_the_servers():
    with serving(Sink()) as port:
        assert sent(port, timeout_s=0.3, before_dot=lambda: PAUSE.wait(0.6)).state == "sent"


@pytest.mark.parametrize(
    ("where", "answer", "cause", "retry_s"),
    [
        ("reader@example.org", "550 5.1.1 no such user", "recipient", 0.0),
        ("reader@example.org", "450 4.7.1 Greylisted, try again in 300 seconds", "", 300.0),
        ("MAIL", "554 5.7.1 you are not welcome", "sender", 0.0),
        ("reader@example.org", "554 5.7.1 relay access denied", "sender", 0.0),
        ("MAIL", "421 4.3.2 shutting down", "pace", 0.0),
        (".", "451 4.7.1 please come back in 5 minutes", "", 300.0),
        (".", "554 5.7.1 we do not like it", "", 0.0),
    ],
)
def test_a_receipt_says_what_was_refused_and_when_to_come_back(where, answer, cause, retry_s):
    with serving(Sink({where: answer})) as port:
        receipt = sent(port)
    assert (receipt.cause, receipt.retry_s) == (cause, retry_s)


def test_nobody_listening_is_deferred_and_names_the_server():
    port = free_port()
    receipt = sent(port)
    assert receipt.state == "deferred"
    assert f"127.0.0.1:{port}" in receipt.detail


def test_the_mark_is_made_when_all_but_the_dot_is_sent():
    seen = []

    def taking(lines, heard):
        read_message(lines, heard)
        return OK

    with playing([GREETING, EHLO, OK, OK, GO, taking]) as (port, heard):
        receipt = sent(port, before_dot=lambda: seen.append(b"\r\n.\r\n" in bytes(heard)))
    assert (receipt.state, seen) == ("sent", [False])
    assert heard.count(b"\r\n.\r\n") == 1


def test_a_mark_that_fails_keeps_the_message_back():
    def fail():
        raise RuntimeError("disk full")

    sink = Sink()
    with serving(sink) as port:
        with pytest.raises(RuntimeError, match="disk full"):
            sent(port, before_dot=fail)
        assert sent(port, recipient="other@example.org").state == "sent"
    assert [rcpts for _, rcpts, _ in sink.taken] == [["other@example.org"]]


def test_no_mark_is_made_for_a_message_that_is_refused_before():
    marks = []
    with serving(Sink({"reader@example.org": "550 no"})) as port:
        sent(port, before_dot=lambda: marks.append(1))
    assert marks == []


def test_the_dot_does_not_wait_for_an_acknowledgement():
    found = []

    def look(port):
        for thing in gc.get_objects():
            if isinstance(thing, socket.socket) and thing.fileno() >= 0 and thing.family == socket.AF_INET:
                with contextlib.suppress(OSError):
                    if thing.getpeername()[1] == port:
                        found.append(thing.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    with serving(Sink()) as port:
        sent(port, before_dot=lambda: look(port))
    assert found
    assert all(found)


@pytest.mark.parametrize(
    ("body", "wire"),
    [
        (b"a\r\n", b"a\r\n"),
        (b"a", b"a\r\n"),
        (b"a\n.\nb\n", b"a\r\n..\r\nb\r\n"),
        (b".a\r\n..b\r\n", b"..a\r\n...b\r\n"),
        (b"a\r.\rb", b"a\r\n..\r\nb\r\n"),
        (b"", b"\r\n"),
    ],
)
def test_lines_end_in_crlf_and_leading_dots_are_doubled(body, wire):
    assert on_wire(body) == wire


def test_a_bare_dot_in_any_disguise_cannot_end_the_message():
    sink = Sink()
    smuggled = b"Subject: a\r\n\r\nx\n.\nMAIL FROM:<b@example.org>\r.\rmore\n.\r\nend\r\n"
    with serving(sink) as port:
        assert sent(port, message=smuggled).state == "sent"
    assert len(sink.taken) == 1
    assert sink.taken[0][2].endswith(b"end\r\n")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": ""}, "no mail server"),
        ({"username": "me", "host": "mail.example.org"}, "unencrypted"),
        ({"username": "me", "host": "192.0.2.1"}, "unencrypted"),
        ({"username": "me", "security": "tls"}, "no password"),
    ],
)
def test_settings_that_cannot_work_are_an_error_before_any_connection(changes, words):
    with pytest.raises(DeliveryError, match=words):
        sent(1, **changes)


def test_a_log_in_that_others_could_read_is_refused_with_what_to_set():
    with pytest.raises(DeliveryError, match="unencrypted") as refused:
        sent(1, host="mail.example.org", username="me", password="hunter2")
    assert "hunter2" not in str(refused.value)
    for words in ('"starttls" or "tls"', "`ca_file` or `fingerprint`", "remove `username`", "127.0.0.1"):
        assert words in refused.value.advice


@pytest.mark.parametrize("recipient", ["nobody", "a@b\r\nRCPT TO:<c@d.example>"])
def test_a_bad_address_never_reaches_the_server(recipient):
    with pytest.raises(DeliveryError, match="mail address"):
        sent(1, recipient=recipient)


# ------------------------------------------------------------------ encryption
