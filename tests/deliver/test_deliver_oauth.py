"""Logging in with a token: bought when one is needed, kept until it expires, and every refusal told with what to do."""

from __future__ import annotations

import json
import stat

import pytest

from monitor.deliver.oauth import TokenError, Tokens
from monitor.deliver.smtp import greet
from monitor.errors import DeliveryError
from tests.deliver.sending import sent, settings
from tests.deliver.servers import serving
from tests.deliver.token_server import TokenServer, TokenSink
from tests.ports import free_port

REFRESH, SECRET, ACCESS = "1//refresh-3f9a", "client-secret-77ab", "ya29.access-51c0"
GOOD = (200, {"access_token": ACCESS, "expires_in": 3600, "token_type": "Bearer"})
ALL = (REFRESH, SECRET, ACCESS)


@pytest.fixture
def bought(tmp_path):
    """`bought(url)`: tokens of that server; `.seconds` is their clock, `.refresh` what is configured."""

    def build(url, *, port=25):
        class Bought(Tokens):
            seconds, refresh = 0.0, REFRESH

        smtp = settings(
            port, username="me@example.org", oauth_token_url=url, oauth_client_id="id-1", timeout_s=2
        )
        tokens = Bought(
            smtp,
            refresh_token=lambda: tokens.refresh,
            client_secret=lambda: SECRET,
            kept=tmp_path / "kept.json",
            clock=lambda: tokens.seconds,
        )
        return tokens

    return build


def keys(url):
    return {"username": "me@example.org", "oauth_token_url": url, "oauth_client_id": "id-1"}


def test_mails_are_sent_with_one_token_that_is_bought_once(bought):
    server, sink = TokenServer(GOOD), TokenSink(ACCESS)
    with server.serving() as url, serving(sink, auth_require_tls=False) as port:
        tokens = bought(url)
        assert (
            greet(sender="m@example.org", settings=settings(port, **keys(url)), password="", tokens=tokens)
            == ""
        )
        assert [sent(port, tokens=tokens, **keys(url)).state for _ in range(3)] == ["sent"] * 3
    assert sink.shown == [f"user=me@example.org\x01auth=Bearer {ACCESS}\x01\x01"] * 4
    (form,) = server.asked
    assert form == {
        "grant_type": "refresh_token",
        "refresh_token": REFRESH,
        "client_id": "id-1",
        "client_secret": SECRET,
    }


@pytest.mark.parametrize(
    ("expires_in", "at_s", "times"),
    [
        (3600, 3539, 1),
        (3600, 3540, 2),
        ("3600", 3539, 1),
        (None, 239, 1),
        (None, 240, 2),
        (10, 0, 2),
        (-5, 0, 2),
    ],
)
def test_a_token_is_kept_until_a_minute_before_it_expires(bought, expires_in, at_s, times):
    server = TokenServer((200, {"access_token": ACCESS, "expires_in": expires_in}))
    with server.serving() as url:
        tokens = bought(url)
        tokens.access()
        tokens.seconds = at_s
        assert tokens.access() == ACCESS
    assert len(server.asked) == times


def test_a_token_that_the_mail_server_refuses_is_told_and_not_used_again(bought):
    server = TokenServer(GOOD, (200, {"access_token": "second", "expires_in": 3600}))
    sink = TokenSink("second")
    with server.serving() as url, serving(sink, auth_require_tls=False) as port:
        tokens = bought(url)
        refused = sent(port, tokens=tokens, **keys(url))
        again = sent(port, tokens=tokens, **keys(url))
    assert (refused.state, refused.cause) == ("deferred", "sender")
    assert "535 5.7.8 not accepted: ***" in refused.detail
    assert "let `username` under [smtp] be the mailbox the refresh token was made for" in refused.detail
    assert "make a new one for MONITOR_SMTP_REFRESH_TOKEN" in refused.detail
    assert again.state == "sent"


REFUSALS = {
    # what the token server says: whose fault, what to do
    "void": ((400, {"error": "invalid_grant", "error_description": f"no {REFRESH}"}), "sender", "the refresh token is void"),
    "client": ((401, {"error": "invalid_client", "error_description": SECRET}), "sender", "check `oauth_client_id` under [smtp] and MONITOR_SMTP_CLIENT_SECRET"),
    "address": ((404, b"<html>no</html>"), "sender", "check `oauth_token_url` under [smtp]"),
    "moved": ((302, b""), "sender", "check `oauth_token_url`"),
    "away": ((503, b""), "server", "nothing to set: it is tried again"),
    "too often": ((429, {"error": "slow_down"}), "server", "nothing to set: it is tried again"),
    "no token": ((200, {"token": ACCESS}), "sender", "check `oauth_token_url`"),
    "a token with a line in it": ((200, {"access_token": "a\x01b"}), "sender", "check `oauth_token_url`"),
    "no JSON": ((200, b"[" * 100_000), "sender", "check `oauth_token_url`"),
    "a list": ((200, [1]), "sender", "check `oauth_token_url`"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_a_token_that_is_not_to_be_had_says_what_to_do_and_no_secret(bought, case):
    answer, cause, advice = REFUSALS[case]
    server, sink = TokenServer(answer), TokenSink()
    with server.serving() as url, serving(sink, auth_require_tls=False) as port:
        receipt = sent(port, tokens=bought(url), **keys(url))
        greeted = greet(
            sender="m@example.org", settings=settings(port, **keys(url)), password="", tokens=bought(url)
        )
    assert (receipt.state, receipt.cause, sink.shown) == ("deferred", cause, [])
    assert "no token to log in with: 127.0.0.1 answered" in receipt.detail
    assert advice in receipt.detail
    assert greeted == receipt.detail
    assert [each for each in ALL if each in receipt.detail] == []


def test_a_token_server_that_is_away_is_told_with_its_setting(bought):
    url = f"http://127.0.0.1:{free_port()}/token"
    receipt = sent(free_port(), tokens=bought(url), **keys(url))
    assert (receipt.state, receipt.cause) == ("deferred", "server")
    assert "127.0.0.1 cannot be asked" in receipt.detail
    assert "check `oauth_token_url` under [smtp]" in receipt.detail


def test_a_mail_server_without_tokens_is_told(bought):
    from tests.deliver.servers import Sink

    with TokenServer(GOOD).serving() as url, serving(Sink(), auth_require_tls=False) as port:
        receipt = sent(port, tokens=bought(url), **keys(url))
    assert "offers LOGIN, PLAIN to log in, and none of XOAUTH2" in receipt.detail
    assert "remove `oauth_token_url` under [smtp], and set MONITOR_SMTP_PASSWORD" in receipt.detail


def test_without_a_refresh_token_it_is_an_error_before_anybody_is_asked(bought):
    tokens = bought("http://127.0.0.1:9/token")
    tokens.refresh = ""
    with pytest.raises(DeliveryError, match="no refresh token") as refused:
        sent(1, tokens=tokens, **keys("http://127.0.0.1:9/token"))
    assert "MONITOR_SMTP_REFRESH_TOKEN" in refused.value.advice


def test_a_newer_refresh_token_is_kept_for_its_owner_alone_and_used_after_a_restart(bought, tmp_path):
    newer = (200, {"access_token": ACCESS, "expires_in": 3600, "refresh_token": "newer"})
    server = TokenServer(newer, GOOD)
    with server.serving() as url:
        bought(url).access()
        bought(url).access()
        other = bought(url)
        other.refresh = "another one is configured now"
        other.access()
    assert [form["refresh_token"] for form in server.asked] == [REFRESH, "newer", other.refresh]
    assert stat.S_IMODE((tmp_path / "kept.json").stat().st_mode) == 0o600
    assert REFRESH not in (tmp_path / "kept.json").read_text()
    assert [file.name for file in tmp_path.iterdir() if file.name.startswith("kept")] == ["kept.json"]


def test_a_kept_token_that_is_void_gives_way_to_the_configured_one(bought, tmp_path):
    newer = (200, {"access_token": ACCESS, "refresh_token": "newer"})
    server = TokenServer(newer, (400, {"error": "invalid_grant"}), GOOD)
    with server.serving() as url:
        bought(url).access()
        assert bought(url).access() == ACCESS
    assert [form["refresh_token"] for form in server.asked] == [REFRESH, "newer", REFRESH]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"for": 1}', b"\xff"])
def test_a_file_of_kept_tokens_that_is_damaged_is_none(bought, tmp_path, content):
    (tmp_path / "kept.json").write_bytes(content)
    server = TokenServer(GOOD)
    with server.serving() as url:
        assert bought(url).access() == ACCESS
    assert server.asked[0]["refresh_token"] == REFRESH


def test_no_secret_shows_itself(bought):
    with TokenServer(GOOD).serving() as url:
        tokens = bought(url)
        token = tokens.access()
    assert ACCESS not in repr(token) + repr(tokens) + json.dumps(repr(vars(tokens)))
    assert [each for each in ALL if each in repr(vars(tokens))] == []


def test_the_error_of_a_lost_connection_holds_no_form(bought):
    with pytest.raises(TokenError) as refused:
        bought(f"http://127.0.0.1:{free_port()}/").access()
    assert refused.value.__suppress_context__
    assert [each for each in ALL if each in str(refused.value)] == []
