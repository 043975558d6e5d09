"""A server and settings that do not fit: the wrong port, the wrong protection, no server at all. Each is told with what to set."""

from __future__ import annotations

import ssl

import pytest

from monitor.deliver.remedies import of_encrypting, of_greeting
from monitor.deliver.smtp import greet
from monitor.settings import MailServer
from tests.deliver.sending import sent, settings
from tests.deliver.servers import Sink, playing, serving
from tests.ports import free_port

FROM_THE_START = (
    'if it waits for TLS from the start, as servers on port 465 do, set `security` under [smtp] to "tls"'
)


def told(port, **keys):
    """What a mail is told, once it is seen that the doctor's greeting is told the same."""
    receipt = sent(port, **keys)
    greeted = greet(sender="m@example.org", settings=settings(port, **keys), password="")
    assert receipt.state == "deferred"
    assert greeted.partition(": ")[2] == receipt.detail.partition(": ")[2]
    return receipt.detail


def test_tls_from_the_start_to_a_server_that_does_not_speak_it():
    sink = Sink()
    with serving(sink) as port:
        detail = told(port, security="tls")
    assert 'does not speak TLS from the start there: set `security` under [smtp] to "starttls"' in detail
    assert sink.taken == []


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_a_greeting_awaited_of_a_server_that_awaits_tls_from_the_start(server_context, security):
    sink = Sink()
    with serving(sink, tls=server_context) as port:
        detail = told(port, security=security, timeout_s=0.3)
    assert FROM_THE_START in detail
    assert sink.taken == []


def test_on_port_465_silence_is_told_without_an_if():
    server = MailServer("mail.example.org", 465, "starttls")
    assert 'port 465 wants TLS from the start: set `security` under [smtp] to "tls"' in of_greeting(
        TimeoutError(), server
    )


def test_starttls_of_a_server_on_this_machine_that_has_none():
    with serving(Sink()) as port:
        detail = told(port, security="starttls")
    assert (
        'does not offer STARTTLS; set `security` under [smtp] to "none": the server is on this machine'
        in detail
    )


def test_starttls_that_is_offered_and_not_to_be_had_now():
    script = [b"220 hi\r\n", b"250-hi\r\n250 STARTTLS\r\n", b"454 4.7.0 TLS not available\r\n"]
    with playing(script) as (port, _):
        receipt = sent(port, security="starttls")
    assert (receipt.state, receipt.cause) == ("deferred", "pace")
    assert receipt.detail.endswith("454 4.7.0 TLS not available; nothing to set: it is tried again by itself")


@pytest.mark.parametrize("reason", ["UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"])
def test_encryption_that_is_too_old(reason):
    error = ssl.SSLError()
    error.reason = reason
    assert "TLS 1.2 or newer" in of_encrypting(error, MailServer("h", 465, "tls"))


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n", b"554 5.7.1 not you\r\n"])
def test_an_answer_that_is_no_mail_servers_or_a_no(answer):
    with playing([answer]) as (port, _):
        receipt = sent(port, security="starttls")
    assert receipt.state == "deferred"
    assert receipt.detail.endswith("check `host` and `port` under [smtp]")


def test_nobody_listens():
    assert "nobody listens there: check `host` and `port` under [smtp]" in told(free_port())


def test_no_machine_has_the_name():
    """No name server is asked: the name itself is refused."""
    detail = told(25, host="-.invalid..")
    assert "check `host`" in detail
