"""Manners of single requests, read off the recorded ones, beyond what tests/checklist shows of whole polls."""

from __future__ import annotations

import re
import socket
from itertools import pairwise
from time import monotonic

import pytest

import monitor
from monitor.model import FetchRequest
from tests.fetch.server import FEED, redirect, reply, serving
from tests.promised import ends

ALLOWED_HEADERS = {
    b"host",
    b"user-agent",
    b"accept",
    b"accept-encoding",
    b"if-none-match",
    b"if-modified-since",
}


def feeds(server, *paths):
    return [FetchRequest(url=server.url(path)) for path in paths]


def test_a_damaged_validator_cannot_forge_a_header(server, fetch):
    assert fetch(server.url("/feed"), etag='"a"\r\nCookie: x=1').ok
    assert server.requests[0].names <= ALLOWED_HEADERS
    assert server.requests[0].header(b"if-none-match") is None


def test_validators_do_not_follow_a_redirect(server, fetch):
    server.answers["/feed"] = redirect(302, "/elsewhere")
    fetch(server.url("/feed"), etag='"a"', last_modified="x")
    assert [b"if-none-match" in request.names for request in server.requests] == [True, False]
    assert [b"if-modified-since" in request.names for request in server.requests] == [True, False]


def test_validators_go_to_the_address_that_issued_them(server, fetch):
    server.answers["/feed"] = redirect(302, "/elsewhere")
    first = fetch(server.url("/feed"))
    fetch(server.url("/feed"), etag='"a"', validators_url=first.final_url)
    assert [b"if-none-match" in request.names for request in server.requests[2:]] == [False, True]


@pytest.mark.parametrize("status", [429, 503])
def test_headers_are_passed_through_as_received(server, fetch, status):
    headers = [(b"Retry-After", b"soon"), (b"Cache-Control", b"max-age=60"), (b"CACHE-control", b"private")]
    server.answers["/feed"] = reply(status, b"slow down", headers)
    result = fetch(server.url("/feed"))
    assert (result.status, result.error, result.ok) == (status, "", False)
    assert result.headers["retry-after"] == "soon"
    assert result.headers["cache-control"] == "max-age=60, private"


def test_after_a_429_the_host_is_left_alone(server, open_fetcher):
    server.default = reply(429, b"", [(b"Retry-After", b"3600"), (b"Cache-Control", b"max-age=9")])
    results = [result for _, result in open_fetcher().fetch_all(feeds(server, "/a", "/b", "/c"))]
    assert len(server.requests) == 1
    assert [result.error for result in results] == ["", "host-backoff", "host-backoff"]
    assert {result.headers["retry-after"] for result in results} == {"3600"}
    assert {result.headers["cache-control"] for result in results} == {"max-age=9"}
    assert "3600" in results[1].detail


def test_another_host_is_not_affected(server, open_fetcher):
    server.default = reply(429)
    with serving() as other:
        results = dict(open_fetcher().fetch_all([*feeds(server, "/a"), *feeds(other, "/a")]))
    assert sorted(result.status for result in results.values()) == [200, 429]


def test_the_next_round_asks_again(server, open_fetcher):
    fetcher = open_fetcher()
    server.default = reply(429)
    list(fetcher.fetch_all(feeds(server, "/a")))
    server.default = reply(200)
    assert [result.status for _, result in fetcher.fetch_all(feeds(server, "/a"))] == [200]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_moves_nothing(server, fetch, status):
    server.answers["/feed"] = redirect(status, "/new")
    result = fetch(server.url("/feed"))
    assert (result.final_url, result.permanent_url) == (server.url("/new"), "")


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_is_reported(server, fetch, status):
    server.answers["/feed"] = redirect(status, "/new")
    result = fetch(server.url("/feed"))
    assert (result.url, result.permanent_url) == (server.url("/feed"), server.url("/new"))


@pytest.mark.parametrize(
    ("chain", "permanent"),
    [((301, 302), "/1"), ((301, 308, 302, 301), "/2"), ((302, 301), ""), ((307, 308), "")],
)
def test_only_the_permanent_beginning_of_a_chain_counts(server, fetch, chain, permanent):
    for number, status in enumerate(chain):
        server.answers[f"/{number}"] = redirect(status, f"/{number + 1}")
    result = fetch(server.url("/0"))
    assert result.permanent_url == (server.url(permanent) if permanent else "")
    assert result.final_url == server.url(f"/{len(chain)}")


def test_five_redirects_are_followed(server, fetch):
    server.answers |= {f"/{n}": redirect(302, f"/{n + 1}") for n in range(5)}
    assert fetch(server.url("/0")).final_url == server.url("/5")


def test_the_sixth_is_not(server, fetch):
    server.answers |= {f"/{n}": redirect(302, f"/{n + 1}") for n in range(99)}
    assert fetch(server.url("/0")).error == "too-many-redirects"
    assert len(server.requests) == 6


def test_loops_end_at_once(server, fetch):
    server.answers |= {"/a": redirect(302, "/b"), "/b": redirect(301, "/a#x")}
    result = fetch(server.url("/a"))
    assert (result.error, result.status, result.permanent_url) == ("redirect-loop", 0, "")
    assert server.targets == ["/a", "/b"]


def test_https_never_falls_back_to_http(server, trusted, fetch):
    with serving(tls=trusted) as secure:
        secure.answers["/feed"] = redirect(302, server.url("/plain"))
        assert fetch(secure.url("/feed")).error == "downgrade"
    assert server.requests == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 500, 502, 503])
def test_an_error_status_is_not_tried_again(server, fetch, status):
    server.default = reply(status, b"no")
    result = fetch(server.url("/feed"))
    assert (result.status, result.error, result.body) == (status, "", b"no")
    assert len(server.requests) == 1


def test_a_refused_connection_is_an_error_word(fetch):
    with serving() as gone:
        url = gone.url("/feed")
    assert fetch(url).error == "refused"


def lookups(*answers):
    """A resolver that gives these answers in turn, None being a failure, and the list of names it was asked for."""
    asked = []

    def lookup(host, _):
        answer = answers[len(asked)]
        asked.append(host)
        if answer is None:
            raise OSError("no such name")
        return answer

    return lookup, asked


def test_connecting_is_tried_twice_and_no_more(fetch):
    lookup, asked = lookups(None, None, ["127.0.0.1"])
    assert fetch("http://nowhere.example/", resolver=lookup).error == "dns"
    assert len(asked) == 2


def test_what_went_wrong_is_told_in_words_for_people(fetch):
    lookup, _ = lookups(None, None)
    assert fetch("https://nowhere.example/", resolver=lookup).detail == "nowhere.example:443: no such name"
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        told = fetch(f"http://127.0.0.1:{port}/").detail
    assert told.startswith(f"127.0.0.1:{port}: ")
    assert "object at" not in told


def test_the_second_try_may_succeed(server, fetch):
    lookup, _ = lookups(None, ["127.0.0.1"])
    assert fetch(f"http://flaky.example:{server.port}/", resolver=lookup).ok
    assert len(server.requests) == 1


def test_a_timeout_is_not_tried_again(server, fetch):
    server.default = server.hang
    assert fetch(server.url("/feed"), settings={"timeout_s": 0.3}).error == "timeout"
    assert len(server.requests) == 1


def test_a_server_that_hangs_up_is_asked_at_most_twice(server, fetch):
    server.default = lambda *_: None
    assert fetch(server.url("/feed")).error == "reset"
    assert len(server.requests) <= 2


def test_with_a_gap_between_the_end_and_the_next_start(server, open_fetcher):
    list(open_fetcher(min_gap_s=0.15).fetch_all(feeds(server, *"/a /b /c /d".split())))
    gaps = [after.began_at - before.ended_at for before, after in pairwise(server.requests)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.149


def test_the_gap_holds_over_redirects_and_rounds(server, open_fetcher):
    server.answers["/a"] = redirect(302, "/b")
    fetcher = open_fetcher(min_gap_s=0.15)
    for _ in range(2):
        list(fetcher.fetch_all(feeds(server, "/a")))
    gaps = [after.began_at - before.ended_at for before, after in pairwise(server.requests)]
    assert len(gaps) == 3
    assert min(gaps) >= 0.149


def test_two_at_a_time_when_told_so(server, open_fetcher):
    server.default = slow(server)
    list(open_fetcher(per_host=2).fetch_all(feeds(server, *(f"/{n}" for n in range(6)))))
    assert server.at_once == 2


def slow(server):
    def answer(request, connection):
        server.stopping.wait(0.05)
        request.ended_at = monotonic()
        connection.sendall(reply(200, FEED, [(b"Connection", b"close")]))

    return answer


def test_waiting_for_a_turn_is_not_a_timeout(server, open_fetcher):
    results = open_fetcher(min_gap_s=0.2, timeout_s=0.3).fetch_all(feeds(server, *"/a /b /c /d".split()))
    assert [result.status for _, result in results] == [200] * 4


@pytest.mark.parametrize("contact", ["https://example.org/bot", "desk@example.org"])
def test_the_user_agent_names_us_and_how_to_reach_us(server, open_fetcher, contact):
    list(open_fetcher(contact=contact).fetch_all(feeds(server, *(f"/{n}" for n in range(50)))))
    agents = {request.header(b"user-agent") for request in server.requests}
    assert agents == {f"monitor/{monitor.__version__} (+{contact})".encode()}


def test_without_a_contact_the_name_alone(server, fetch):
    fetch(server.url("/feed"))
    assert re.fullmatch(rb"monitor/\d+\.\d+\.\d+", server.requests[0].header(b"user-agent"))


def test_accept_asks_for_html_for_a_page(server, fetch):
    fetch(server.url("/page"), kind="page", settings={"robots": False})
    assert server.requests[0].header(b"accept").startswith(b"text/html")


def test_no_other_header_is_sent(server, fetch):
    server.answers["/a"] = redirect(302, "/b")
    fetch(server.url("/a"), etag="e", last_modified="m", settings={"contact": "https://example.org"})
    fetch(server.url("/page"), kind="page", etag="e")
    assert server.targets == ["/a", "/b", "/robots.txt", "/page"]
    for request in server.requests:
        assert request.names <= ALLOWED_HEADERS
        assert len(request.headers) == len(request.names)


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/übung?ü=ü", "/%C3%BCbung?%C3%BC=%C3%BC"),
        ("/a b?c d", "/a%20b?c%20d"),
        ('/"<>`{}', "/%22%3C%3E%60%7B%7D"),
        ("/feed#part", "/feed"),
        ("?q", "/?q"),
        ("", "/"),
    ],
)
def test_only_what_cannot_stand_in_a_request_line_is_encoded(server, fetch, path, asked):
    fetch(server.url(path))
    assert server.targets == [asked]


def test_a_redirect_is_followed_as_it_is_written(server, fetch):
    server.answers["/a/b"] = redirect(302, b"../\xc3\xbc?x=%41|")
    result = fetch(server.url("/a/b"))
    assert server.targets[1] == "/%C3%BC?x=%41|"
    assert result.final_url == server.url("/%C3%BC?x=%41|")


def test_a_redirect_in_latin_1_is_read_as_such(server, fetch):
    server.answers["/a"] = redirect(302, b"/caf\xe9")
    fetch(server.url("/a"))
    assert server.targets[1] == "/caf%C3%A9"


def test_the_systems_names_are_used_by_default(server, fetch):
    assert fetch(f"http://localhost:{server.port}/feed").ok


def test_a_silent_address_does_not_hold_up_the_other(server, fetch):
    with socket.create_server(("::1", server.port), family=socket.AF_INET6, backlog=0) as silent:
        waiting = fill(silent)
        with ends(idle_s=0.5):
            result = fetch(
                f"http://both.example:{server.port}/feed", resolver=lambda *_: ["::1", "127.0.0.1"]
            )
        for one in waiting:
            one.close()
    assert (result.status, result.peer) == (200, "127.0.0.1")


def fill(listener):
    """Occupy the listener's queue: the kernel drops what comes after, so connecting takes for ever."""
    waiting = [socket.socket(socket.AF_INET6) for _ in range(4)]
    for one in waiting:
        one.setblocking(False)
        one.connect_ex(listener.getsockname())
    return waiting


def test_the_same_certificate_works_once_it_is_trusted(trusted, fetch):
    with serving(tls=trusted) as secure:
        assert fetch(secure.url("/feed")).body == FEED


def test_a_certificate_for_another_name_is_refused(trusted, fetch):
    with serving(tls=trusted) as secure:
        url = f"https://other.example:{secure.port}/feed"
        assert fetch(url, resolver=lambda *_: ["127.0.0.1"]).error == "tls"


def test_the_body_limit_counts_what_comes_out(server, fetch):
    server.answers["/feed"] = reply(200, b"<" * 5000)
    assert fetch(server.url("/feed"), settings={"feed_max_bytes": 5000}).ok
    result = fetch(server.url("/feed"), settings={"feed_max_bytes": 4999})
    assert (result.error, result.body, result.status, dict(result.headers)) == ("too-large", b"", 0, {})


def test_pages_have_their_own_limit(server, fetch):
    settings = {"page_max_bytes": 10, "robots": False}
    assert fetch(server.url("/page"), kind="page", settings=settings).error == "too-large"
    assert fetch(server.url("/feed"), settings=settings).ok


def test_no_proxy_is_taken_from_the_environment(server, fetch, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetch(server.url("/feed")).ok
