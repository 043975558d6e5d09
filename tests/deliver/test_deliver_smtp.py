"""Handing a message over: every answer of a server becomes a state, and the fence before the dot holds."""

import base64
import contextlib
import gc
import socket

import pytest
from aiosmtpd.smtp import AuthResult

from monitor.deliver.smtp import on_wire, send
from monitor.errors import DeliveryError
from monitor.settings import SmtpSettings
from tests.deliver.servers import Sink, password_is, playing, serving

MESSAGE = b"Subject: Curbs\r\nMessage-ID: <a@example.org>\r\n\r\nLine\r\n.\r\n..dots\r\nEnd\r\n"
GREETING, EHLO, OK, GO = b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n", b"354 go\r\n"


def settings(port, **changes):
    return SmtpSettings(**({"host": "127.0.0.1", "port": port, "security": "none", "timeout_s": 5} | changes))


def sent(port, *, recipient="reader@example.org", password="", before_dot=None, message=MESSAGE, **changes):
    return send(
        message,
        sender="Monitor <digest@example.org>",
        recipient=recipient,
        settings=settings(port, **changes),
        password=password,
        before_dot=before_dot,
    )


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
        ("MAIL", "553 5.1.8 sender refused", "failed"),
        (".", "451 4.3.0 local error", "deferred"),
        (".", "452 4.3.1 disk full", "deferred"),
        (".", "554 5.7.1 looks like spam", "failed"),
    ],
)
def test_4xx_may_work_later_and_5xx_will_not(where, answer, state):
    sink = Sink({where: answer})
    with serving(sink) as port:
        receipt = sent(port)
    assert (receipt.state, receipt.detail) == (state, answer)
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
        assert sent(port, timeout_s=0.1).state == "uncertain"
    assert heard.endswith(b"End\r\n.\r\n")


def test_nobody_listening_is_deferred_and_names_the_server():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
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
    assert len(found) == 1
    assert found[0]


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
        ({"username": "me"}, "unencrypted"),
        ({"username": "me", "security": "tls"}, "no password"),
    ],
)
def test_settings_that_cannot_work_are_an_error_before_any_connection(changes, words):
    with pytest.raises(DeliveryError, match=words):
        sent(1, **changes)


def test_a_log_in_without_encryption_is_refused_even_with_a_password():
    with pytest.raises(DeliveryError, match="unencrypted") as refused:
        sent(1, username="me", password="hunter2")
    assert "hunter2" not in str(refused.value)


def test_a_password_outside_ascii_is_an_error_that_does_not_show_it():
    with pytest.raises(DeliveryError, match="not ASCII") as refused:
        sent(1, username="me", password="pässword", security="tls")
    assert "pässw" not in str(refused.value)


@pytest.mark.parametrize("recipient", ["nobody", "a@b\r\nRCPT TO:<c@d.example>"])
def test_a_bad_address_never_reaches_the_server(recipient):
    with pytest.raises(DeliveryError, match="mail address"):
        sent(1, recipient=recipient)


# ------------------------------------------------------------------ encryption


@pytest.fixture
def trusted(certificate, monkeypatch):
    """Our side trusts the test servers' certificate, by the variable OpenSSL reads."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def test_starttls_with_a_certificate_nobody_signed_is_refused(server_context):
    sink = Sink()
    with serving(sink, tls_context=server_context, require_starttls=True) as port:
        receipt = sent(port, security="starttls")
    assert receipt.state == "deferred"
    assert "certificate is not trusted" in receipt.detail
    assert sink.taken == []


def test_tls_with_a_certificate_nobody_signed_is_refused(server_context):
    sink = Sink()
    with serving(sink, tls=server_context) as port:
        receipt = sent(port, security="tls")
    assert receipt.state == "deferred"
    assert "certificate is not trusted" in receipt.detail
    assert sink.taken == []


def test_a_certificate_for_another_name_is_refused(server_context, trusted):
    with playing([GREETING, b"250-hello\r\n250 STARTTLS\r\n", b"220 go\r\n"]) as (port, _):
        assert sent(port, security="starttls", host="localhost", timeout_s=1).state == "deferred"


def test_a_server_without_starttls_gets_nothing():
    sink = Sink()
    with serving(sink) as port:
        receipt = sent(port, security="starttls", username="me", password="hunter2")
    assert receipt.state == "deferred"
    assert "STARTTLS" in receipt.detail
    assert sink.taken == []


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_starttls_with_a_trusted_certificate_delivers(server_context, trusted, host):
    sink = Sink()
    with serving(sink, tls_context=server_context, require_starttls=True) as port:
        assert sent(port, security="starttls", host=host).state == "sent"
    assert len(sink.taken) == 1


def test_tls_with_a_trusted_certificate_delivers(server_context, trusted):
    sink = Sink()
    with serving(sink, tls=server_context) as port:
        assert sent(port, security="tls").state == "sent"
    assert len(sink.taken) == 1


def logging_in(context):
    return {"tls_context": context, "auth_required": True, "authenticator": password_is(b"hunter2")}


def test_a_log_in_is_made_after_encryption(server_context, trusted):
    sink = Sink()
    with serving(sink, **logging_in(server_context)) as port:
        assert sent(port, security="starttls", username="me", password="hunter2").state == "sent"
    assert len(sink.taken) == 1


def test_a_refused_log_in_is_deferred_for_it_says_nothing_about_the_recipient(server_context, trusted):
    sink = Sink()
    with serving(sink, **logging_in(server_context)) as port:
        receipt = sent(port, security="starttls", username="me", password="wrong horse")
    assert receipt.state == "deferred"
    assert receipt.detail.startswith("127.0.0.1")
    assert "535" in receipt.detail
    assert sink.taken == []


@pytest.mark.parametrize(
    "echo", ["hunter2", base64.b64encode(b"\0me\0hunter2").decode(), base64.b64encode(b"hunter2").decode()]
)
def test_a_server_that_repeats_the_password_is_not_quoted(server_context, trusted, echo):
    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 wrong: {echo}")

    with serving(Sink(), tls_context=server_context, auth_required=True, authenticator=refuse) as port:
        receipt = sent(port, security="starttls", username="me", password="hunter2")
    assert receipt.state == "deferred"
    assert "wrong: ***" in receipt.detail
    assert echo not in receipt.detail
