"""Who may come in: nobody without the password, nobody by a name or a page that is not ours, and every answer keeps browsers from mischief."""

from __future__ import annotations

import random
import re
from datetime import timedelta

import pytest

from monitor.errors import SettingsError
from monitor.web import Asked
from monitor.web.desk import guard as guarding
from monitor.web.desk import paper
from monitor.web.desk.dispatch import ROUTES, Desk
from monitor.web.desk.guard import Guard, Limiter, Password, Sessions
from monitor.web.desk.routes import Route, matching
from tests.web.desk.conftest import PASSWORD, TOKEN, Browser, Text

# All that anybody may ask for without a password. A new route is guarded, or it stands here.
OPEN = {
    ("GET", "/desk.css"),
    ("GET", "/desk.svg"),
    ("GET", "/healthz"),
    ("GET", "/login"),
    ("POST", "/login"),
}


class Nowhere:
    """A house nobody may come to ask."""

    def __getattr__(self, name):
        raise AssertionError(f"somebody asked for {name}")


def example(route):
    """A path of a route."""
    return re.sub(
        r"\{(\w+)\}", lambda part: {"topic": "fish", "feed": "ledger"}.get(part[1], "1"), route.path
    )


@pytest.fixture
def outside(guarded):
    """A browser that is not logged in, before a house it must not reach."""
    return Browser(Desk(Nowhere(), guarded()))


def test_every_route_is_matched_by_its_own_path_alone():
    for route in ROUTES:
        found = [each for each, _ in matching(ROUTES, example(route)) if each.method == route.method]
        assert found == [route]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.path}")
def test_every_route_is_guarded_or_known_to_be_open(outside, route):
    if (route.method, route.path) in OPEN:
        assert route.access == "open"
        return
    assert route.access != "open"
    page = (
        outside.get(example(route)) if route.method == "GET" else outside.post(example(route), {"token": "x"})
    )
    if route.access == "program":
        assert (page.status, page.headers["WWW-Authenticate"]) == (401, 'Bearer realm="desk"')
    elif route.method == "POST":
        assert page.status == 403
    else:
        assert (page.status, page.headers["Location"].partition("?")[0]) == (303, "/login")


def test_control_a_route_that_is_open_by_mistake_is_found():
    careless = Route("GET", "/secrets", "week", "open")
    assert (careless.method, careless.path) not in OPEN


def test_an_address_that_is_not_there_is_guarded_like_one_that_is(outside):
    assert outside.get("/nothing").headers["Location"].startswith("/login")
    assert outside.post("/nothing").status == 403


def test_the_password_lets_in_and_leaving_ends_the_session_for_all(locked):
    assert locked.get("/").headers["Location"] == "/login?next=%2F"
    page = locked.log_in(next="/issues")
    assert (page.status, page.headers["Location"]) == (303, "/issues")
    told = page.headers["Set-Cookie"]
    assert "HttpOnly" in told
    assert "SameSite=Strict" in told
    assert locked.get("/").status == 200
    copied = Browser(locked.desk, cookie=locked.cookie)
    assert copied.get("/").status == 200
    assert locked.post("/logout", {"token": locked.token("/")}).status == 303
    assert copied.get("/").status == 303
    assert locked.get("/").status == 303


def test_a_wrong_password_is_refused_and_says_nothing_more(locked):
    page = locked.log_in("not the password")
    assert (page.status, "That is not the password." in Text(page).text) == (403, True)
    assert locked.get("/").status == 303


@pytest.mark.parametrize(
    "following",
    ["//evil.example", "/\\evil.example", "https://evil.example", "javascript:1", "/a\r\nX: y", ""],
)
def test_a_log_in_leads_to_the_desk_and_nowhere_else(locked, following):
    assert locked.log_in(next=following).headers["Location"] == "/"


def test_tries_are_limited_and_each_further_one_waits_twice_as_long(locked, clock):
    for _ in range(guarding.TRIES):
        assert locked.log_in("not the password").status == 403
    page = locked.log_in()
    assert (page.status, page.headers["Retry-After"]) == (429, "61")
    clock.s += 61
    assert locked.log_in("not the password").status == 403
    clock.s += 61
    assert locked.log_in().status == 429  # two minutes by now
    clock.s += 61
    assert locked.log_in().status == 303


def test_the_limit_forgets_nobody_early_and_keeps_few():
    limiter = Limiter()
    for number in range(3 * guarding.ADDRESSES_KEPT):
        limiter.wait_s(f"2001:db8::{number:x}", number * 10.0)
    assert len(limiter._tries) <= guarding.ADDRESSES_KEPT
    assert [limiter.wait_s("a", 0.0) for _ in range(guarding.TRIES)] == [0.0] * guarding.TRIES
    assert limiter.wait_s("a", 1.0) > 0


def test_all_addresses_together_are_limited_too():
    limiter = Limiter()
    waits = [limiter.wait_s(f"192.0.2.{number}", 0.0) for number in range(guarding.TRIES_OF_ALL + 1)]
    assert waits[-1] == guarding.WAIT_S
    assert not any(waits[:-1])


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8090", "", "127.0.0.1.evil.example", "a@127.0.0.1", "127.0.0.2"]
)
def test_another_host_is_refused(outside, host):
    outside.host = host
    assert outside.get("/login").status == 403
    assert outside.post("/login").status == 403


@pytest.mark.parametrize("host", ["localhost:8090", "127.0.0.1", "[::1]:8090", "desk.example.org"])
def test_our_own_hosts_are_known(guarded, host):
    desk = Desk(Nowhere(), guarded(url="https://desk.example.org"))
    assert Browser(desk, host=host).get("/login").status == 200


FORGED = [
    {"origin": "https://evil.example"},
    {"origin": "null"},
    {"origin": ""},
    {"origin": "http://127.0.0.1:8091"},
    {"origin": "http://127.0.0.1:8090.evil.example"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
]


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_another_page_cannot_send_a_form(locked, forged):
    assert locked.post("/login", {"token": locked.token(), "password": PASSWORD}, **forged).status == 403
    locked.log_in()
    token = locked.token("/")
    assert locked.post("/logout", {"token": token}, **forged).status == 403
    assert locked.get("/").status == 200


def test_a_form_needs_the_token_of_its_own_session(locked):
    locked.log_in()
    mine = locked.token("/")
    for token in ("", "x", mine[:-1], mine + "0", Browser(locked.desk).token()):
        assert locked.post("/logout", {"token": token}).status == 403
    assert locked.post("/logout", {"token": mine}, **{"content-type": "text/plain"}).status == 403
    assert locked.post("/logout", {"token": mine}).status == 303


def mutated(session, count):
    """As many sessions that differ from a good one in a character, in length, or in their end."""
    dice = random.Random(1)  # noqa: S311 - for repeatable forgery
    for _ in range(count):
        at = dice.randrange(len(session))
        yield dice.choice(
            [
                session[:at] + chr((ord(session[at]) + dice.randrange(1, 90)) % 94 + 33) + session[at + 1 :],
                session[:at] + session[at + 1 :],
                session[:at] + dice.choice("0a.-") + session[at:],
                str(int(session.split(".", 1)[0]) + dice.randrange(1, 10**6))
                + "."
                + session.split(".", 1)[1],
                session.rpartition(".")[0],
            ]
        )


def test_no_session_of_390_forged_ones_is_taken():
    sessions = Sessions(b"k" * 32)
    good = sessions.new(0.0)
    forged = [each for each in mutated(good, 400) if each != good][:390]
    assert (len(forged), [each for each in forged if sessions.is_good(each, 1.0)]) == (390, [])
    assert sessions.is_good(good, 1.0)
    assert not sessions.is_good(good, guarding.SESSION_S + 1.0)
    assert not Sessions(b"l" * 32).is_good(good, 1.0)


def answers(browser):
    """Answers of every kind, with errors."""
    yield from (
        browser.get(path) for path in ("/login", "/", "/nothing", "/desk.css", "/desk.svg", "/healthz")
    )
    yield browser.post("/login", {"token": "x"})
    yield browser.log_in("not the password")
    yield browser.log_in()
    yield from (browser.get(path) for path in ("/", "/nothing", "/search?q=%22", "/logout", "/articles/999"))
    yield browser.post("/nothing", {"token": browser.token("/")})
    yield Browser(browser.desk, host="evil.example").get("/")


def test_every_answer_keeps_browsers_from_mischief(locked):
    found = list(answers(locked))
    assert {int(page.status) for page in found} >= {200, 303, 400, 403, 404, 405}
    for page in found:
        policy = page.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src" not in policy
        assert "unsafe" not in policy
        assert page.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert page.headers["Referrer-Policy"] == "same-origin"


def test_a_page_that_fails_says_nothing_of_why(guarded):
    page = Browser(Desk(Nowhere(), guarded(password=""))).get("/issues")
    assert (page.status, "somebody asked" in Text(page).text) == (500, False)
    assert page.headers["Content-Security-Policy"] == paper.HEADERS["Content-Security-Policy"]


def test_an_address_others_reach_needs_a_password(guarded):
    for host in ("0.0.0.0", "::", "192.0.2.7", "desk.example.org"):  # noqa: S104 - to see it refused
        with pytest.raises(SettingsError, match="has no password"):
            guarded(host=host, password="")
        guarded(host=host)
    for host in ("127.0.0.1", "::1", "localhost"):
        guarded(host=host, password="")


def test_a_password_may_stand_there_as_its_hash(guarded):
    hashed = str(Password.of(PASSWORD))
    assert PASSWORD not in hashed
    assert guarded(password=hashed).password.is_of(PASSWORD)
    assert not guarded(password=hashed).password.is_of(PASSWORD + " ")
    assert PASSWORD not in repr(guarded().password)


@pytest.mark.parametrize(
    "given",
    [
        "short",
        "long" * 101,
        "scrypt:2:8:1:AAAA:AAAA",
        "scrypt:16384:99:1:AAAA:AAAA",
        "scrypt:1000000000:8:1:AAAA:AAAA",
        "scrypt:16383:8:1:AAAA:AAAA",
    ],
)
def test_a_password_that_protects_nothing_is_refused(guarded, given):
    with pytest.raises(SettingsError):
        guarded(password=given)


def test_a_token_that_can_be_found_by_trying_is_refused(guarded):
    with pytest.raises(SettingsError, match="too short"):
        guarded(tokens=f"{TOKEN} short")


def test_over_tls_cookies_go_over_tls_alone(guarded):
    assert "; Secure" in guarded(url="https://desk.example.org").cookie("x")
    assert "; Secure" not in guarded().cookie("x")


def asked(**headers):
    return Asked(method="GET", path="/", headers=headers)


def test_a_program_comes_in_by_its_token_alone(guarded):
    door: Guard = guarded(tokens=f"{TOKEN} another-token-of-some-length")
    assert door.lets_program_in(asked(authorization=f"Bearer {TOKEN}"))
    assert door.lets_program_in(asked(authorization="bearer another-token-of-some-length"))
    for header in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN} another-token-of-some-length",
    ):
        assert not door.lets_program_in(asked(authorization=header))
    assert not door.lets_in(asked(authorization=f"Bearer {TOKEN}"))


def test_the_feed_of_a_search_opens_with_its_own_key_alone(locked):
    locked.log_in()
    page = locked.get("/search?q=cod&outlet=")
    link = re.search(rb'href="(/search\.atom[^"]+)"', page.body)[1].decode().replace("&amp;", "&")
    stranger = Browser(locked.desk)
    assert stranger.get(link).status == 200
    assert stranger.get(link.replace("q=cod", "q=fish")).status == 303
    assert stranger.get(link[:-1]).status == 303
    assert stranger.get("/search?" + link.partition("?")[2]).status == 303


def test_a_session_ends_after_a_working_day(locked, clock):
    locked.log_in()
    clock.s += timedelta(hours=11).total_seconds()
    assert locked.get("/").status == 200
    clock.s += timedelta(hours=2).total_seconds()
    assert locked.get("/").status == 303
