"""DKIM: a signature that a receiver's own check accepts, and that breaks when anything is changed."""

from __future__ import annotations

import base64
import shutil
import subprocess

import pytest

from monitor.deliver.signing import signed
from monitor.errors import DeliveryError

MESSAGE = b"From: a@example.org\r\nTo: b@example.org\r\nSubject: Tea\r\nDate: Mon, 9 Mar 2026 08:00:00 +0000\r\n\r\nTariffs rise.\r\n"


@pytest.fixture(scope="module")
def dkim():
    return pytest.importorskip("dkim", reason="the extra `dkim` is not installed")


@pytest.fixture(scope="module")
def key():
    assert shutil.which("openssl"), "this test makes a key with the openssl command"
    made = ["openssl", "genrsa", "-traditional", "2048"]
    return subprocess.run(made, capture_output=True, check=True, timeout=60).stdout.decode()


def record(key):
    """The TXT record that belongs to a key."""
    public = ["openssl", "rsa", "-pubout", "-outform", "DER"]
    der = subprocess.run(public, input=key.encode(), capture_output=True, check=True, timeout=60).stdout
    return b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


def is_valid(dkim, message, key):
    asked = []

    def txt(name, **_):
        asked.append(name.rstrip(b"."))
        return record(key)

    good = dkim.verify(message, dnsfunc=txt)
    assert asked == [b"weekly._domainkey.example.org"]
    return good


def test_a_receiver_accepts_the_signature_and_refuses_it_when_anything_changed(dkim, key):
    message = signed(MESSAGE, selector="weekly", domain="example.org", key=key)
    assert message.endswith(MESSAGE)
    assert is_valid(dkim, message, key)
    assert not is_valid(dkim, message.replace(b"Tariffs rise", b"Tariffs fall"), key)
    assert not is_valid(dkim, message.replace(b"Subject: Tea", b"Subject: Tee"), key)


def test_what_is_no_key_is_said(dkim):
    with pytest.raises(DeliveryError, match="cannot sign"):
        signed(MESSAGE, selector="weekly", domain="example.org", key="no key")


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "dkim", None)
    with pytest.raises(DeliveryError, match="needs the extra dkim"):
        signed(MESSAGE, selector="weekly", domain="example.org", key="")
