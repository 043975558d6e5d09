"""Rows 1 to 11: conditional requests. What a server gave comes back as it was given, to that server, once it is stored."""

from __future__ import annotations

import pytest

from monitor.pipeline.gathering import subscribe
from tests.checklist.watch import NOT_MODIFIED, Watch, feed, not_modified, targets, validators
from tests.fakes import InlineWorker
from tests.fetch.server import redirect, reply, serving

OLD, NEW = (b"ETag", b'"1"'), (b"ETag", b'"2"')
DATED = (b"Last-Modified", b"Sun, 08 Mar 2026 10:00:00 GMT")
BOTH = (b'"1"', DATED[1])


def test_row_01_the_first_fetch_is_one_unconditional_get(watch, server):
    server.default = reply(200, feed(1))
    subscribe.subscribe_to(watch.context(), server.url("/other"), name="Other", group="press")
    watch.poll()
    assert [(request.method, request.target) for request in server.requests] == [
        (b"GET", b"/other"),
        (b"GET", b"/feed"),
    ]
    assert [validators(request) for request in server.requests] == [(None, None)] * 2


ETAGS = [
    b'"a"',
    b'W/"a"',
    b"abc",
    b'"a--gzip"',
    b'"with space, comma"',
    b'"\xe9\xff"',
    b'"\xc3\xa9"',
    b'"\x80"',
]


@pytest.mark.parametrize("etag", ETAGS)
def test_row_02_an_etag_is_returned_byte_exact(watch, server, etag):
    server.default = reply(200, feed(1), [(b"ETag", etag)])
    watch.poll()
    [request] = watch.poll(hours=2)
    assert validators(request) == (etag, None)


DATES = [
    b"Sat, 1 Nov 2025 10:00:00 GMT",
    b"Saturday, 01-Nov-25 10:00:00 GMT",
    b"Thu, 01 Jan 1970 00:00:00 GMT",
    b"Tue, 01 Jan 2041 00:00:00 GMT",
    b"yesterday, caf\xe9",
]


@pytest.mark.parametrize("date", DATES)
def test_row_03_last_modified_is_returned_byte_exact(watch, server, date):
    server.default = reply(200, feed(1), [(b"Last-Modified", date)])
    watch.poll()
    [request] = watch.poll(hours=2)
    assert validators(request) == (None, date)


@pytest.mark.parametrize(
    ("given", "sent"),
    [([], (None, None)), ([OLD], (b'"1"', None)), ([DATED], (None, DATED[1])), ([OLD, DATED], BOTH)],
)
def test_row_04_both_validators_are_sent_when_both_were_given(watch, server, given, sent):
    server.default = reply(200, feed(1), given)
    watch.poll()
    [request] = watch.poll(hours=2)
    assert validators(request) == sent


def test_row_05_a_changed_etag_replaces_the_old_one_though_the_date_stayed(watch, server):
    for body, etag in ((feed(1), OLD), (feed(1, 2), NEW)):
        server.default = reply(200, body, [etag, DATED])
        watch.poll(hours=2)
    assert validators(*watch.poll(hours=2)) == (b'"2"', DATED[1])


def test_row_06_validators_change_though_the_document_stayed_the_same(watch, server):
    for etag in (OLD, NEW):
        server.default = reply(200, feed(1), [etag, DATED])
        watch.poll(hours=2)
    server.default = reply(200, feed(1))
    assert validators(*watch.poll(hours=2)) == (b'"2"', DATED[1])
    assert validators(*watch.poll(hours=2)) == (None, None)


def test_row_07_a_304_replaces_validators_it_brings_and_keeps_the_others(watch, server):
    server.default = reply(200, feed(1), [OLD, DATED])
    watch.poll()
    server.default = not_modified(NEW)
    assert validators(*watch.poll(hours=2)) == BOTH
    server.default = NOT_MODIFIED
    assert validators(*watch.poll(hours=2)) == (b'"2"', DATED[1])
    assert validators(*watch.poll(hours=2)) == (b'"2"', DATED[1])


def test_row_08_a_validator_that_a_later_answer_drops_is_not_sent_again(watch, server):
    server.default = reply(200, feed(1), [OLD, DATED])
    watch.poll()
    server.default = reply(200, feed(1, 2), [DATED])
    watch.poll(hours=2)
    assert validators(*watch.poll(hours=2)) == (None, DATED[1])


class Crash(BaseException):
    """The process ends here."""


def crash():
    raise Crash


def test_row_09_validators_are_stored_with_the_entries_or_not_at_all(watch, server):
    server.default = reply(200, feed(1), [OLD])
    with pytest.raises(Crash):
        watch.poll(jitter=crash)  # entries are written, the state is not: in the middle of the transaction
    watch.restart()
    assert watch.titles() == []
    [killed] = watch.poll(worker=InlineWorker(kills=("parse",)))
    assert validators(killed) == (None, None)
    [again] = watch.poll(hours=2)
    assert validators(again) == (None, None)
    assert watch.titles() == ["Entry number 1"]
    assert validators(*watch.poll(hours=2)) == (b'"1"', None)


def test_row_10_validators_go_to_the_address_that_issued_them_only(watch: Watch, server):
    with serving() as other:
        other.default = reply(200, feed(1), [OLD, DATED])
        server.default = redirect(302, other.url("/feed"))
        watch.poll()
        watch.poll(hours=2)
        server.default = reply(200, feed(1), [NEW])
        watch.poll(hours=2)
        server.default = redirect(302, other.url("/feed"))
        watch.poll(hours=2)
        assert [validators(request) for request in other.requests] == [(None, None)] * 3
    assert [validators(request)[0] for request in server.requests] == [None, None, None, b'"2"']
    assert set(targets(server.requests)) == {"/feed"}


def test_row_11_a_304_is_a_success_and_nothing_is_parsed(watch, server):
    server.default = reply(200, feed(1), [OLD])
    watch.poll()
    server.default = reply(500)
    for _ in range(3):
        watch.poll(days=1)
    assert watch.state().failures == 3
    server.default = NOT_MODIFIED
    watch.poll(days=1, worker=InlineWorker(kills=("parse",)))
    assert (watch.state().failures, watch.state().status, watch.state().ok_at) == (0, "ok", watch.now)
