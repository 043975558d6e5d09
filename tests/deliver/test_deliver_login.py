"""Logging in as servers and people have it: on this machine without encryption, in any script, by whatever mechanism is offered.

Each log-in that fails says what to set, in the ledger and to `monitor doctor` alike.
"""

from __future__ import annotations

import base64
import hmac

import pytest
from aiosmtpd.smtp import AuthResult

from monitor.deliver.smtp import greet
from tests.deliver.sending import sent, settings
from tests.deliver.servers import Sink, playing, serving

GREETING, OK, DONE = b"220 hello\r\n", b"250 ok\r\n", b"235 welcome\r\n"
USER, PASSWORD = "zoë@bücher.example", "Ünlösbar 密码"
OPEN = {"auth_require_tls": False}  # offers log-ins without encryption


def ehlo(*features):
    return b"".join(b"250-%s\r\n" % each.encode() for each in ("hello", *features)) + b"250 HELP\r\n"


def coded(text):
    return base64.b64encode(text.encode())


def knowing(seen):
    """An authenticator that keeps what it was shown, and takes it."""

    def look(server, session, envelope, mechanism, data):
        seen.append((mechanism, data.login.decode(), data.password.decode()))
        return AuthResult(success=True)

    return look


@pytest.mark.parametrize("left_out", [(), ("PLAIN",)], ids=["PLAIN", "LOGIN"])
def test_a_log_in_on_this_machine_needs_no_encryption_and_no_ascii(left_out):
    """RFC 4616: name and password are UTF-8."""
    seen, sink = [], Sink()
    with serving(sink, authenticator=knowing(seen), auth_exclude_mechanism=left_out, **OPEN) as port:
        receipt = sent(port, username=USER, password=PASSWORD)
    assert receipt.state == "sent"
    assert seen == [("LOGIN" if left_out else "PLAIN", USER, PASSWORD)]
    assert len(sink.taken) == 1


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_has_several_names(host):
    seen = []
    with serving(Sink(), authenticator=knowing(seen), **OPEN) as port:
        assert sent(port, host=host, username="me", password="hunter2").state == "sent"
    assert seen == [("PLAIN", "me", "hunter2")]


def test_the_proof_of_cram_md5_is_that_of_rfc_2195():
    challenge = b"<1896.697170952@postoffice.example>"
    proof = hmac.new(b"tanstaaftanstaaf", challenge, "md5").hexdigest()
    script = [GREETING, ehlo("AUTH CRAM-MD5"), b"334 %s\r\n" % base64.b64encode(challenge), DONE, OK]
    with playing(script) as (port, heard):
        sent(port, username="tim", password="tanstaaftanstaaf")
    assert b"AUTH CRAM-MD5\r\n" + coded(f"tim {proof}") in bytes(heard)


@pytest.mark.parametrize("code", [500, 502, 504])
def test_a_mechanism_that_is_offered_and_unknown_is_followed_by_the_next(code):
    answers = [b"%d no\r\n" % code, b"334 VXNlcm5hbWU6\r\n", b"334 UGFzc3dvcmQ6\r\n", DONE, OK, OK]
    with playing([GREETING, ehlo("AUTH PLAIN LOGIN"), *answers]) as (port, heard):
        sent(port, username="me", password="hunter2")
    assert b"AUTH LOGIN\r\n" + coded("me") + b"\r\n" + coded("hunter2") in bytes(heard)


def test_a_refused_password_is_not_tried_again_by_another_mechanism():
    """That is how accounts are locked."""
    with playing([GREETING, ehlo("AUTH PLAIN LOGIN CRAM-MD5"), b"535 5.7.8 no\r\n", None]) as (port, heard):
        sent(port, username="me", password="hunter2", timeout_s=1)
    assert bytes(heard).count(b"AUTH") == 1


def test_a_server_that_wants_to_ask_first_is_answered():
    with playing([GREETING, ehlo("AUTH PLAIN"), b"334 \r\n", DONE, OK]) as (port, heard):
        sent(port, username="me", password="hunter2")
    assert bytes(heard).count(coded("\0me\0hunter2")) == 2


def met(script, **keys):
    """What a mail and the doctor's greeting say of a server that plays this."""
    with playing(script) as (port, _):
        receipt = sent(port, **keys)
    with playing(script) as (port, _):
        password = keys.pop("password", "")
        greeted = greet(sender="m@example.org", settings=settings(port, **keys), password=password)
    assert greeted.partition(": ")[2] == receipt.detail.partition(": ")[2], "the doctor says the same"
    return receipt


ME = {"username": "me", "password": "hunter2"}
PLAIN = ehlo("AUTH PLAIN LOGIN")
REFUSALS = {
    # the rest of the script: what is said, what to set, whose fault it is
    "wrong password": (
        [PLAIN, b"535 5.7.8 authentication failed\r\n"], "535 5.7.8", "check `username` under [smtp] and MONITOR_SMTP_PASSWORD; many", "sender",
    ),
    "app password": (
        [PLAIN, b"534-5.7.9 Application-specific password\r\n534 5.7.9 required\r\n"], "534 5.7.9", "make a password for this program", "sender",
    ),
    "no passwords at all": (
        [PLAIN, b"535 5.7.139 Authentication unsuccessful, basic authentication is disabled\r\n"],
        "5.7.139", "set `oauth_token_url` and `oauth_client_id` under [smtp]", "sender",
    ),
    "encryption first": (
        [PLAIN, b"538 5.7.11 Encryption required for requested authentication mechanism\r\n"], "538", 'set `security` under [smtp] to "starttls"', "sender",
    ),
    "not now": ([PLAIN, b"454 4.7.0 Temporary authentication failure\r\n"], "454 4.7.0", "nothing to set: it is tried again", "pace"),
    "hangs up": ([PLAIN, b""], "closed", "check `username` under [smtp] and MONITOR_SMTP_PASSWORD", "server"),
    "no log-in": (
        [ehlo()], "offers no log-in", 'only when encrypted: set `security` under [smtp] to "starttls", or remove `username`', "sender",
    ),
    "tokens only": (
        [ehlo("AUTH XOAUTH2 OAUTHBEARER")], "offers OAUTHBEARER, XOAUTH2 to log in, and none of PLAIN, LOGIN, CRAM-MD5",
        "set `oauth_token_url` and `oauth_client_id`", "sender",
    ),
    "others only": (
        [ehlo("AUTH GSSAPI NTLM")], "offers GSSAPI, NTLM to log in, and none", "have PLAIN or LOGIN switched on at the mail server", "sender",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_log_in_that_fails_says_what_to_set(case):
    script, said, advice, cause = REFUSALS[case]
    receipt = met([GREETING, *script], **ME)
    assert (receipt.state, receipt.cause) == ("deferred", cause)
    assert said in receipt.detail
    assert advice in receipt.detail


def test_a_password_with_a_blank_in_it_is_mentioned_when_it_is_refused():
    receipt = met([GREETING, PLAIN, b"535 no\r\n"], username="me", password="abcd efgh")
    assert "MONITOR_SMTP_PASSWORD, which holds a blank" in receipt.detail
    assert "abcd" not in receipt.detail


@pytest.mark.parametrize(
    ("answer", "keys", "advice"),
    [
        ("530 5.7.0 Must issue a STARTTLS command first", {}, 'set `security` under [smtp] to "starttls"'),
        ("530 5.7.0 Authentication required", {}, "set `username` under [smtp], and MONITOR_SMTP_PASSWORD"),
        ("554 5.7.1 <a@b>: Relay access denied", {}, "set `username` under [smtp], and MONITOR_SMTP_PASSWORD"),
        ("553 5.7.1 Sender address rejected: not owned by user me", ME, "let `sender` under [smtp] be an address that me may send from"),
    ],
)  # fmt: skip
def test_a_refusal_before_the_message_says_what_to_set(answer, keys, advice):
    with serving(Sink({"MAIL": answer}), authenticator=knowing([]), auth_require_tls=False) as port:
        receipt = sent(port, **keys)
    assert (receipt.state, receipt.cause) == ("deferred", "sender")
    assert receipt.detail == f"{answer}; {receipt.detail.partition('; ')[2]}"
    assert advice in receipt.detail


@pytest.mark.parametrize("echo", ["hunter2", "\0me\0hunter2"])
@pytest.mark.parametrize("filler", [0, 280, 290, 297])
def test_a_password_that_the_server_repeats_is_shown_nowhere_not_even_in_part(echo, filler):
    """The server's words are shortened for the ledger: a part that is left would help who guesses."""
    repeated = coded(echo).decode() if "\0" in echo else echo
    answer = f"535 {'x' * filler} {repeated} {coded(repeated).decode()}"
    receipt = met([GREETING, PLAIN, answer.encode() + b"\r\n"], **ME)
    for part in ("hunt", repeated[:6], coded("hunter2").decode()[:6]):
        assert part not in receipt.detail
