"""Certificates a mail server may show: each that is not trusted is told with what to set, and the setting then works.

Every case is a server on this machine; the mail and the doctor's greeting meet it alike.
"""

from __future__ import annotations

import pytest

from monitor.deliver.smtp import greet
from monitor.errors import DeliveryError
from tests.deliver.certificates import Authority, fingerprint, showing
from tests.deliver.sending import sent, settings
from tests.deliver.servers import Sink, serving


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def shown(authority):
    """Certificates by what they are."""
    return {
        "good": authority.issued("good"),
        "expired": authority.issued("expired", since="20200101", until="20200201"),
        "not yet valid": authority.issued("future", since="20980101"),
        "of another name": authority.issued("other", alternatives="DNS:mail.example.org"),
        "self-signed": authority.self_signed("alone"),
    }


@pytest.fixture(params=["starttls", "tls"])
def security(request):
    return request.param


def met(certificate, security, **keys):
    """What came of a mail, of the doctor's greeting, and how many mails the server took."""
    sink, context = Sink(), showing(certificate)
    how = {"tls": context} if security == "tls" else {"tls_context": context, "require_starttls": True}
    with serving(sink, **how) as port:
        receipt = sent(port, security=security, **keys)
        greeted = greet(
            sender="m@example.org", settings=settings(port, security=security, **keys), password=""
        )
    return receipt, greeted, len(sink.taken)


OWN = "in `ca_file` under [smtp], or the certificate's SHA-256 in `fingerprint`"
UNTRUSTED = {
    # what is shown, what is known: what is said, what to set
    ("good", ""): ("unable to get local issuer", OWN),
    ("self-signed", ""): ("self-signed certificate", f"signed its certificate itself: name its certificate, or that of its authority, {OWN}"),
    ("self-signed", "authority"): ("self-signed certificate", OWN),
    ("expired", "authority"): ("certificate has expired", "have the certificate renewed on the mail server"),
    ("not yet valid", "authority"): ("not yet valid", "set this machine's clock"),
    ("of another name", "authority"): ("not valid for '127.0.0.1'", "set `host` under [smtp] to a name that the certificate is for"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "known"), UNTRUSTED, ids=lambda value: value or "nobody")
def test_a_certificate_that_is_not_trusted_is_told_with_what_to_set(authority, shown, security, kind, known):
    said, advice = UNTRUSTED[kind, known]
    receipt, greeted, taken = met(shown[kind], security, ca_file=str(authority.certificate) if known else "")
    assert (receipt.state, receipt.cause, taken) == ("deferred", "sender", 0)
    assert receipt.detail.startswith("127.0.0.1:")
    assert "the server's certificate is not trusted" in receipt.detail
    assert said in receipt.detail
    assert advice in receipt.detail
    assert greeted.partition(": ")[2] == receipt.detail.partition(": ")[2], "the doctor says the same"


def test_an_authority_of_ones_own_is_trusted_when_its_file_is_named(authority, shown, security):
    receipt, greeted, taken = met(shown["good"], security, ca_file=str(authority.certificate))
    assert (receipt.state, greeted, taken) == ("sent", "", 1)


@pytest.mark.parametrize("kind", ["good", "self-signed"])
def test_a_certificate_named_itself_is_trusted_without_its_authority(shown, security, kind):
    receipt, greeted, taken = met(shown[kind], security, ca_file=str(shown[kind][0]))
    assert (receipt.state, greeted, taken) == ("sent", "", 1)


def test_with_a_file_of_authorities_nobody_else_is_trusted(authority, shown, security, monkeypatch):
    """The system's authorities, here one of them, count no more."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    assert met(shown["good"], security)[2] == 1
    assert met(shown["good"], security, ca_file=str(shown["self-signed"][0]))[2] == 0


@pytest.mark.parametrize("kind", ["good", "expired", "not yet valid", "of another name", "self-signed"])
def test_a_certificate_with_the_fingerprint_given_is_taken_whatever_else_it_is(shown, security, kind):
    receipt, greeted, taken = met(shown[kind], security, fingerprint=fingerprint(shown[kind]))
    assert (receipt.state, greeted, taken) == ("sent", "", 1)


def test_any_other_certificate_is_refused_with_its_fingerprint(authority, shown, security, monkeypatch):
    """Even one that this machine's authorities stand for."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    receipt, greeted, taken = met(shown["good"], security, fingerprint=fingerprint(shown["self-signed"]))
    assert (receipt.state, receipt.cause, taken) == ("deferred", "sender", 0)
    assert f"its SHA-256 is {fingerprint(shown['good'])}" in receipt.detail
    assert "set `fingerprint` under [smtp] to that; if not, somebody is in between" in receipt.detail
    assert greeted.partition(": ")[2] == receipt.detail.partition(": ")[2]


@pytest.mark.parametrize("content", [None, b"", b"no certificate\n"])
def test_a_file_of_authorities_that_is_none_is_an_error_that_names_it(tmp_path, content):
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DeliveryError, match=r"ca\.pem cannot be used") as refused:
        sent(1, security="tls", ca_file=str(file))
    assert "let `ca_file` under [smtp] name a file with certificates" in refused.value.advice
