"""A mail server however people write it: host, port and protection, what contradicts itself, and what is on this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.settings import SmtpSettings, load

SENDER = 'sender = "a@example.org"\n'


@pytest.mark.parametrize(
    ("keys", "server", "security"),
    [
        ('host = "h"', "h:587", "starttls"),
        ('host = "h:587"', "h:587", "starttls"),
        ('host = "h:2525"', "h:2525", "starttls"),
        ('host = "h:465"', "h:465", "tls"),
        ('host = "h"\nport = 465', "h:465", "tls"),
        ('host = "h"\nsecurity = "tls"', "h:465", "tls"),
        ('host = "h:465"\nsecurity = "starttls"', "h:465", "starttls"),
        ('host = "h:587"\nport = 587', "h:587", "starttls"),
        ('host = "smtp://h"', "h:587", "starttls"),
        ('host = "smtp://h:25/"', "h:25", "starttls"),
        ('host = "smtps://h"', "h:465", "tls"),
        ('host = "SMTPS://h:8465/"\nsecurity = "tls"', "h:8465", "tls"),
        ('host = "[::1]:2525"\nsecurity = "none"', "[::1]:2525", "none"),
        ('host = "[::1]"', "[::1]:587", "starttls"),
        ('host = "::1"\nport = 25', "[::1]:25", "starttls"),
        ('host = "smtp://[::1]:25"', "[::1]:25", "starttls"),
    ],
)
def test_a_server_is_understood_however_it_is_written(home, keys, server, security):
    home.write("monitor.toml", f"[smtp]\n{SENDER}{keys}\n")
    found = load(home.config).smtp.server
    assert (str(found), found.security) == (server, security)


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ('host = "h:587"\nport = 465', "port", "'port' in [smtp] is 465, and 'host' says 587"),
        ('host = "smtps://h"\nsecurity = "none"', "security", "'host' says smtps://, which is 'tls'"),
        ('host = "smtps://h"\nsecurity = "starttls"', "security", "'host' says smtps://, which is 'tls'"),
        ('host = "h:x"', "host", "is no host"),
        ('host = "h:0"', "host", "a port that is none"),
        ('host = "h:65536"', "host", "a port that is none"),
        ('host = ":25"', "host", "names no host"),
        ('host = "smtp://"', "host", "names no host"),
        ('host = "https://h/"', "host", "no mail server"),
        ('host = "smtp://h/path"', "host", "is no host"),
        ('host = "[::1"', "host", "is no host"),
        ('host = "[h]:25"', "host", "is no host"),
        ('host = "smtp://me:hunter2@h"', "host", "put it into `username`"),
    ],
)
def test_what_names_no_server_or_two_is_refused_with_what_to_write(home, keys, key, said):
    error = home.error("monitor.toml", f"[smtp]\n{SENDER}{keys}\n")
    assert error.key == f"smtp.{key}"
    assert said in str(error)
    assert "hunter2" not in str(error)


def test_a_contradiction_of_file_and_environment_is_refused_too(home, monkeypatch):
    monkeypatch.setenv("MONITOR_SMTP_HOST", "h:587")
    error = home.error("monitor.toml", f"[smtp]\n{SENDER}port = 25\n")
    assert "'host' says 587" in str(error)


@pytest.mark.parametrize(
    ("host", "is_here"),
    [
        ("localhost", True),
        ("LocalHost:25", True),
        ("127.0.0.1", True),
        ("127.8.9.1:25", True),
        ("[::1]:25", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.0.2.1", False),
        ("192.0.2.1", False),
        ("0.0.0.0", False),  # noqa: S104  nothing is bound
        ("10.0.0.1", False),
        ("localhost.example.org", False),
        ("mail.localhost", False),
        ("mail", False),
    ],
)
def test_only_what_cannot_leave_this_machine_is_here(host, is_here):
    assert SmtpSettings(host=host).server.is_here is is_here


@given(
    host=st.sampled_from(["h", "mail.example.org", "127.0.0.1", "[::1]", "xn--bcher-kva.example"]),
    port=st.integers(1, 65535),
    scheme=st.sampled_from(["", "smtp://", "smtps://"]),
)
def test_a_server_written_out_is_the_same_server(host, port, scheme):
    found = SmtpSettings(host=f"{scheme}{host}:{port}").server
    assert str(found) == f"{host}:{port}"
    assert SmtpSettings(host=str(found), security=found.security).server == found
    assert SmtpSettings(host=found.host, port=found.port, security=found.security).server == found


DIGEST = "ab" * 32


@pytest.mark.parametrize(
    "text",
    [
        DIGEST,
        DIGEST.upper(),
        ":".join(["AB"] * 32),
        "sha256 Fingerprint=" + ":".join(["AB"] * 32),
        "SHA256:" + DIGEST,
        " ".join(["ab" * 8] * 4),
    ],
)
def test_a_fingerprint_is_read_as_openssl_and_browsers_write_it(text):
    assert SmtpSettings(fingerprint=text).fingerprint == DIGEST


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ab" * 20, "is a SHA-1, which can be forged"),
        ("SHA1 Fingerprint=" + ":".join(["AB"] * 20), "is a SHA-1, which can be forged"),
        ("ab" * 31, "is no fingerprint"),
        ("off", "is no fingerprint"),
        ("none", "is no fingerprint"),
    ],
)
def test_what_is_no_fingerprint_is_refused_and_there_is_no_word_for_no_check(home, text, why):
    error = home.error("monitor.toml", f'[smtp]\nfingerprint = "{text}"\n')
    assert why in str(error)
    assert "openssl x509 -noout -fingerprint -sha256" in str(error)


def test_a_file_of_authorities_lies_beside_the_configuration(home):
    home.write("monitor.toml", '[smtp]\nca_file = "secrets/ca.pem"\n')
    assert load(home.config).smtp.ca_file == str(home.root / "secrets" / "ca.pem")


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        (f'ca_file = "a"\nfingerprint = "{DIGEST}"', "fingerprint", "and so does 'ca_file'"),
        ('ca_file = "a"\nsecurity = "none"', "security", "no certificate is looked at"),
        (f'fingerprint = "{DIGEST}"\nsecurity = "none"', "security", "no certificate is looked at"),
    ],
)
def test_trust_that_would_be_in_vain_is_refused(home, keys, key, said):
    error = home.error("monitor.toml", f"[smtp]\n{keys}\n")
    assert error.key == f"smtp.{key}"
    assert said in str(error)


@pytest.mark.parametrize(
    "url", ["https://login.example.org/token", "http://127.0.0.1:8080/t", "http://[::1]/t"]
)
def test_tokens_are_bought_where_nobody_can_listen(url):
    assert SmtpSettings(oauth_token_url=url).oauth_token_url == url


@pytest.mark.parametrize(
    ("keys", "key", "said"),
    [
        ('oauth_token_url = "http://login.example.org/token"', "oauth_token_url", "begin with https://"),
        ('oauth_token_url = "login.example.org"', "oauth_token_url", "no web address"),
        ('oauth_token_url = "https://h/t"\nusername = "me"', "oauth_client_id", "is needed"),
        ('oauth_token_url = "https://h/t"\noauth_client_id = "1"', "username", "is needed"),
    ],
)
def test_tokens_that_cannot_be_bought_are_refused(home, keys, key, said):
    error = home.error("monitor.toml", f"[smtp]\n{keys}\n")
    assert error.key == f"smtp.{key}"
    assert said in str(error)
