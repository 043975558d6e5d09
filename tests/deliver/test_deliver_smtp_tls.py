"""Encryption and log-ins: what is not trusted gets nothing, and no password is ever shown."""

from __future__ import annotations

import base64

import pytest
from aiosmtpd.smtp import AuthResult

from tests.deliver.sending import sent
from tests.deliver.servers import Sink, password_is, playing, serving

GREETING, EHLO, OK = b"220 hello\r\n", b"250 hello\r\n", b"250 ok\r\n"


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
