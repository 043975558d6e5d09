"""fetch_all as its caller sees it: order, deadline, laziness, leaving early, many at once."""

from __future__ import annotations

import itertools
import threading
from time import monotonic

import pytest

from monitor.fetch import Fetcher, fetcher
from monitor.model import FetchRequest
from monitor.settings import FetchSettings
from tests.fetch.server import reply, serving
from tests.promised import ends


def test_nothing_asked_gives_nothing(open_fetcher):
    assert list(open_fetcher().fetch_all([])) == []


def test_every_request_comes_back_once_with_its_own_result(server, open_fetcher):
    requests = [FetchRequest(url=server.url(f"/{n % 7}")) for n in range(50)]
    pairs = list(open_fetcher(per_host=4).fetch_all(iter(requests)))
    assert sorted(id(request) for request, _ in pairs) == sorted(map(id, requests))
    assert all(request.url == result.url for request, result in pairs)


def test_results_come_as_they_are_ready(server, open_fetcher):
    with serving() as slow:
        release = threading.Event()

        def answer(_, connection):
            release.wait(60)
            connection.sendall(reply(200))

        slow.default = answer
        came = []
        for request, _ in open_fetcher().fetch_all(
            [FetchRequest(url=slow.url("/slow")), FetchRequest(url=server.url("/quick"))]
        ):
            came.append(request.url)
            release.set()
    assert came == [server.url("/quick"), slow.url("/slow")]


def test_the_deadline_ends_the_round(server, open_fetcher):
    server.default = server.hang
    with serving() as good:
        requests = [FetchRequest(url=server.url(f"/{n}")) for n in range(5)]
        requests.append(FetchRequest(url=good.url("/feed")))
        with ends(idle_s=0.6):
            results = [result for _, result in open_fetcher().fetch_all(requests, deadline_s=0.5)]
    assert [result.error for result in results] == ["", *["deadline"] * 5]
    assert all(result.status == 0 for result in results[1:])


def test_the_deadline_covers_what_was_never_begun(server, open_fetcher, monkeypatch):
    monkeypatch.setattr(fetcher, "_LOOK_AHEAD", 3)
    server.default = server.hang
    requests = (FetchRequest(url=server.url(f"/{n}")) for n in range(20))
    results = list(open_fetcher(deadline_s=0.3).fetch_all(requests))
    assert [result.error for _, result in results] == ["deadline"] * 20


def test_what_is_ready_at_the_deadline_is_not_lost(server, open_fetcher, monkeypatch):
    requests = [FetchRequest(url=server.url(f"/{n}")) for n in range(5)]
    one = open_fetcher()
    round_ = one.fetch_all(requests)
    first = next(round_)
    for _ in range(1000):  # a caller that is slow with its database; ten seconds at most
        is_busy = one._started().client._hosts[f"127.0.0.1:{server.port}"]._turns.locked()
        if not is_busy and len(server.requests) >= 5:
            break
        threading.Event().wait(0.01)
    monkeypatch.setattr(fetcher, "monotonic", lambda: monotonic() + 3600)
    results = [first[1], *(result for _, result in round_)]
    assert [result.error for result in results] == [""] * 5


def test_after_a_deadline_the_next_round_is_a_new_one(server, open_fetcher):
    one = open_fetcher()
    server.answers["/hang"] = server.hang
    assert [r.error for _, r in one.fetch_all([FetchRequest(url=server.url("/hang"))], deadline_s=0.2)] == [
        "deadline"
    ]
    assert [r.status for _, r in one.fetch_all([FetchRequest(url=server.url("/feed"))])] == [200]


def test_requests_are_drawn_in_the_callers_thread_and_not_all_at_once(server, open_fetcher, monkeypatch):
    monkeypatch.setattr(fetcher, "_LOOK_AHEAD", 4)
    threads, drawn = set(), itertools.count()

    def source():
        for _ in range(30):
            threads.add(threading.get_ident())
            yield FetchRequest(url=server.url(f"/{next(drawn)}"))

    round_ = open_fetcher().fetch_all(source())
    next(round_)
    assert next(drawn) <= 6
    assert len(list(round_)) == 29
    assert threads == {threading.get_ident()}


def test_a_slow_caller_does_not_pile_up_bodies(server, open_fetcher, monkeypatch):
    monkeypatch.setattr(fetcher, "_MAX_WAITING", 3)
    round_ = open_fetcher(per_host=1).fetch_all([FetchRequest(url=server.url(f"/{n}")) for n in range(20)])
    next(round_)
    threading.Event().wait(0.3)
    assert len(server.requests) <= 6
    assert len(list(round_)) == 19


def test_leaving_early_ends_the_transfers(server, open_fetcher):
    one = open_fetcher()
    server.answers["/hang"] = server.hang
    for _ in one.fetch_all([FetchRequest(url=server.url(path)) for path in ("/feed", "/hang", "/feed")]):
        break
    with ends(idle_s=0.2):
        one.close()


def test_closing_ends_the_thread_and_may_be_repeated(server):
    before = threading.active_count()
    with Fetcher(FetchSettings(allow_networks=("127.0.0.1/32",))) as one:
        assert [result.status for _, result in one.fetch_all([FetchRequest(url=server.url())])] == [200]
        one.close()
        one.close()
        assert [t.name for t in threading.enumerate() if t.name == "fetch"] == []
    assert threading.active_count() <= before + 2  # the server's own


def test_a_source_that_fails_is_the_callers_error(server, open_fetcher):
    def source():
        yield FetchRequest(url=server.url())
        raise LookupError("database gone")

    with pytest.raises(LookupError, match="database gone"):
        list(open_fetcher().fetch_all(source()))


def test_a_mistake_of_ours_is_one_internal_result(server, open_fetcher, monkeypatch):
    monkeypatch.setattr("monitor.fetch.wire.accept", lambda kind: {"feed": "x"}[kind])
    requests = [FetchRequest(url=server.url(), kind="oddity"), FetchRequest(url=server.url("/feed"))]
    results = {request.kind: result for request, result in open_fetcher().fetch_all(requests)}
    assert results["oddity"].error == "internal"
    assert results["feed"].ok


def test_the_total_number_under_way_is_limited(open_fetcher):
    level, highest, lock = 0, 0, threading.Lock()

    def answer(_, connection):
        nonlocal level, highest
        with lock:
            level += 1
            highest = max(highest, level)
        threading.Event().wait(0.05)
        with lock:
            level -= 1
        connection.sendall(reply(200))

    with serving() as server:
        server.default = answer
        requests = [FetchRequest(url=f"http://h{n}.example:{server.port}/") for n in range(20)]
        results = list(open_fetcher(concurrency=3, resolver=lambda *_: ["127.0.0.1"]).fetch_all(requests))
    assert len(results) == 20
    assert highest == 3


def test_between_results_one_can_ask_whether_more_are_coming(server, open_fetcher):
    with serving() as slow:
        release = threading.Event()

        def answer(_, connection):
            release.wait(60)
            connection.sendall(reply(200))

        slow.default = answer
        asking = open_fetcher()
        assert not asking.has_more(0.0)
        seen = []
        urls = [server.url("/quick"), slow.url("/slow")]
        for _ in asking.fetch_all([FetchRequest(url=url) for url in urls]):
            seen.append(asking.has_more(0.0))
            release.set()
            seen.append(asking.has_more(5.0))
        assert seen == [False, True, False, False]
