"""`monitor doctor` and `monitor send` before mail servers as people have them: the same advice from both, exit 1, and no secret shown."""

from __future__ import annotations

import pytest
from aiosmtpd.smtp import AuthResult

from monitor import app
from monitor.deliver import names
from monitor.pipeline.delivering import deliver
from tests import mailing
from tests.deliver.certificates import Authority, fingerprint, showing
from tests.deliver.servers import Sink, password_is, serving
from tests.deliver.token_server import TokenServer, TokenSink

PASSWORD = "correct-horse"
LOG_IN = {"auth_require_tls": False, "authenticator": password_is(PASSWORD.encode())}


def nobody():
    raise OSError("no name server is configured")


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def look(place, monitor, feeds, monkeypatch):
    """`look(port, keys)`: what doctor and send say of the mail server, with these keys under [smtp]."""
    monkeypatch.setattr(names, "resolver", nobody)
    monkeypatch.setenv("MONITOR_SMTP_PASSWORD", PASSWORD)
    feeds(one="http://127.0.0.1:9/feed")
    topic = place / "config" / "topics" / "trade.toml"
    topic.write_text('recipients = ["ann@example.org"]\n' + topic.read_text())
    main = place / "config" / "monitor.toml"
    before = main.read_text()

    def run(port, keys):
        host = "" if "host =" in keys else f'host = "127.0.0.1:{port}"\n'
        smtp = f'[smtp]\n{host}sender = "monitor@example.org"\ntimeout_s = 1.0\n{keys}\n'
        main.write_text(before + smtp)
        with app.opened(data=place / "data") as context:
            deliver.enter(context, context.settings.topics[0], mailing.frozen(context))
        doctor, send = monitor("doctor"), monitor("send")
        for said in (doctor, send):
            assert PASSWORD not in said.out + said.err
        return doctor, send

    return run


def test_a_server_that_fits_is_found_well_and_exits_0(look, authority):
    good = authority.issued("good")
    with serving(Sink(), tls_context=showing(good), **LOG_IN) as port:
        doctor, send = look(port, f'fingerprint = "{fingerprint(good)}"\nusername = "me"')
        assert doctor.code == 0, doctor.out
        assert f"ok    mail server: 127.0.0.1:{port} answers and takes the log-in" in doctor.out
    assert (send.code, "ann@example.org sent" in send.out) == (0, True)


MISFITS = {
    "a certificate of its own": ("tls", "", "the certificate's SHA-256 in `fingerprint`"),
    "an expired one": ("expired", 'ca_file = "{ca}"', "have the certificate renewed"),
    "another name": ("other", 'ca_file = "{ca}"', "set `host` under [smtp] to a name"),
    "TLS to a plain port": ("plain", 'security = "tls"', 'set `security` under [smtp] to "starttls"'),
    "a greeting of a TLS port": ("from the start", "", 'set `security` under [smtp] to "tls"'),
    "no STARTTLS": ("plain", "", 'set `security` under [smtp] to "none"'),
    "a wrong password": ("wrong", 'security = "none"\nusername = "me"', "check `username` under [smtp]"),
    "no log-in offered": ("plain", 'security = "none"\nusername = "me"', "or remove `username`"),
    "a log-in others can read": ("plain", 'host = "mail.example.org"\nsecurity = "none"\nusername = "me"', "Only a server on this machine"),
}  # fmt: skip


@pytest.fixture
def server(authority):
    """`server(kind)`: what runs such a mail server."""

    def refuse(server, session, envelope, mechanism, data):
        return AuthResult(success=False, handled=False, message=f"535 5.7.8 no: {PASSWORD}")

    kinds = {
        "plain": {},
        "wrong": LOG_IN | {"authenticator": refuse},
        "tls": {"tls_context": showing(authority.issued("plain"))},
        "expired": {"tls_context": showing(authority.issued("expired", since="20200101", until="20200201"))},
        "other": {"tls_context": showing(authority.issued("other", alternatives="DNS:mail.example.org"))},
        "from the start": {"tls": showing(authority.issued("start"))},
    }
    return lambda kind: serving(Sink(), **kinds[kind])


@pytest.mark.parametrize("case", MISFITS)
def test_a_server_that_does_not_fit_is_a_failure_with_what_to_set(look, server, authority, case):
    kind, keys, advice = MISFITS[case]
    with server(kind) as port:
        doctor, send = look(port, keys.format(ca=authority.certificate))
    (line,) = [line for line in doctor.out.splitlines() if "mail server:" in line]
    assert (doctor.code, send.code) == (1, 1)
    assert line.startswith("FAIL")
    assert advice in line
    assert advice in send.out + send.err


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        ((200, {"access_token": "access-51c0", "expires_in": 3600}), 0, "answers and takes the log-in"),
        (
            (400, {"error": "invalid_grant", "error_description": "no refresh-3f9a"}),
            1,
            "the refresh token is void (withdrawn, expired, or of another client): make a new one",
        ),
    ],
)
def test_a_log_in_by_token_is_tried_and_its_secrets_are_not_shown(look, monkeypatch, answer, code, said):
    monkeypatch.setenv("MONITOR_SMTP_REFRESH_TOKEN", "refresh-3f9a")
    monkeypatch.setenv("MONITOR_SMTP_CLIENT_SECRET", "client-77ab")
    sink = TokenSink("access-51c0")
    with TokenServer(answer).serving() as url, serving(sink, auth_require_tls=False) as port:
        doctor, send = look(
            port,
            f'security = "none"\nusername = "me"\noauth_token_url = "{url}"\noauth_client_id = "id-1"',
        )
    assert (doctor.code, send.code) == (code, code), doctor.out
    assert said in doctor.out
    assert code == 0 or said in send.out
    for secret in ("refresh-3f9a", "client-77ab", "access-51c0"):
        assert secret not in doctor.out + doctor.err + send.out + send.err
