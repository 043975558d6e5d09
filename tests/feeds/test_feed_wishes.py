"""What servers and documents ask of whoever polls: validators, rest, times."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import host_of, host_rests_until, rests
from monitor.model import Rejected
from tests.feeds.answers import DATE, DOCUMENT, KNOWN, NOW, SETTINGS, URL, after, answer, wait

# --------------------------------------------------------------------------- validators


@pytest.mark.parametrize("etag", ['"a"', 'W/"a"', "abc", '"a--gzip"', '"caf\xe9"'])
def test_an_etag_is_kept_byte_for_byte(etag):
    assert after(answer(etag=etag)).etag == etag


@pytest.mark.parametrize(
    "said",
    [
        "Sat, 1 Nov 2025 10:00:00 GMT",
        "Saturday, 01-Nov-25 10:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Fri, 01 Nov 2041 10:00:00 GMT",
        "nonsense",
    ],
)
def test_last_modified_is_kept_byte_for_byte(said):
    assert after(answer(last_modified=said)).last_modified == said


def test_validators_are_replaced_one_by_one_and_dropped_when_absent():
    assert after(answer(etag='"new"', last_modified=KNOWN.last_modified)).etag == '"new"'
    bare = after(answer())
    assert (bare.etag, bare.last_modified) == ("", "")


def test_a_304_replaces_validators_it_brings_and_keeps_the_others():
    brought = after(answer(304, etag='"next"'))
    assert (brought.etag, brought.last_modified) == ('"next"', KNOWN.last_modified)
    assert after(answer(304)).etag == '"old"'


def test_validators_of_a_detour_are_not_kept():
    moved = after(answer(final_url="https://other.example/feed", etag='"theirs"'))
    assert (moved.etag, moved.last_modified) == ("", "")


@pytest.mark.parametrize(
    "result", [answer(500, etag='"x"'), answer(404), answer(429), answer(0, error="timeout")]
)
def test_a_failure_changes_no_validators(result):
    state = after(result)
    assert (state.etag, state.last_modified) == (KNOWN.etag, KNOWN.last_modified)


def test_an_answer_that_is_no_feed_changes_no_validators():
    state = after(answer(etag='"html"'), document=Rejected("html"))
    assert (state.etag, state.status, state.failures) == ('"old"', "html", 1)


def test_a_304_is_a_success():
    state = after(answer(304), replace(KNOWN, failures=4, status="unreachable"))
    assert (state.failures, state.status, state.ok_at) == (0, "ok", NOW)


# --------------------------------------------------------------------------- wishes of the server


@pytest.mark.parametrize("status", [200, 304])
def test_max_age_is_honoured_on_success(status):
    assert wait(after(answer(status, cache_control="public, max-age=7200"))) == 7200


@pytest.mark.parametrize("status", [429, 503])
def test_the_later_of_retry_after_and_max_age_wins(status):
    assert wait(after(answer(status, retry_after="3600", cache_control="max-age=172800"))) == 172_800
    assert wait(after(answer(status, retry_after="259200", cache_control="max-age=60"))) == 259_200


def test_expires_counts_only_without_max_age_and_by_the_servers_clock():
    skewed = "Tue, 01 Apr 2025 00:00:00 GMT"
    assert wait(after(answer(expires="Tue, 01 Apr 2025 05:00:00 GMT", date=skewed))) == 5 * 3600
    assert (
        wait(
            after(answer(expires="Tue, 01 Apr 2025 05:00:00 GMT", date=skewed, cache_control="max-age=10000"))
        )
        == 10_000
    )


@pytest.mark.parametrize(
    "headers",
    [
        {"cache_control": "no-cache"},
        {"cache_control": "no-store, must-revalidate"},
        {"cache_control": "max-age=0"},
        {"cache_control": "max-age=soon"},
        {"expires": "0"},
        {"expires": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"expires": "Wed, 09 Apr 2025 11:00:00 GMT", "date": DATE},
        {"cache_control": "max-age=31536000"},
    ],
)
def test_headers_about_caches_change_neither_pace_nor_validators(headers):
    state = after(answer(etag='"e"', **headers))
    assert wait(state) == SETTINGS.min_interval_s
    assert state.etag == '"e"'


@pytest.mark.parametrize(
    ("said", "seconds"),
    [
        ("5", 3600),
        ("604800", 604_800),
        ("Fri, 11 Apr 2025 12:00:00 GMT", 172_800),
        ("soon", 3600),
        ("-1", 3600),
        ("1000000000000", 30 * 86_400),
        ("9" * 5000, 30 * 86_400),
        ("", 3600),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_read_in_both_forms_and_capped(status, said, seconds):
    assert wait(after(answer(status, retry_after=said, date=DATE))) == seconds


@pytest.mark.parametrize(
    ("result", "seconds"),
    [
        (answer(429), 3600),
        (answer(429, retry_after="7200"), 7200),
        (answer(503, retry_after="7200"), 7200),
        (answer(503), None),
        (answer(500, retry_after="7200"), None),
        (answer(200, cache_control="max-age=7200"), None),
    ],
)
def test_the_whole_host_rests_after_a_refusal(result, seconds):
    until = host_rests_until(result, after(result), NOW)
    assert until == (None if seconds is None else NOW + timedelta(seconds=seconds))


def test_a_host_that_goes_on_refusing_rests_twice_as_long():
    first = after(answer(429))
    assert host_rests_until(answer(429), after(answer(429), first), NOW) == NOW + timedelta(hours=2)


def test_the_feeds_of_a_resting_host_wait_and_no_others():
    states = [
        KNOWN,
        replace(KNOWN, feed_id="same", url="https://S.example/2"),
        replace(KNOWN, feed_id="other", url="https://s.example:8443/"),
        replace(KNOWN, feed_id="odd", url="https://["),
    ]
    resting = {host_of(URL): NOW + timedelta(hours=5)}
    assert [rests(state, resting) for state in states] == [True, True, False, False]
    assert not any(rests(state, {}) for state in states)


def test_a_feed_that_was_not_asked_has_not_failed():
    state = after(answer(0, error="host-backoff", retry_after="9000"), replace(KNOWN, failures=2))
    assert (state.failures, wait(state), state.polled_at) == (2, 9000, None)


# --------------------------------------------------------------------------- wishes of the feed


def test_ttl_is_a_lower_bound_also_after_a_304():
    first = after(answer(), document=replace(DOCUMENT, ttl_s=3 * 3600), jitter=1.0)
    assert wait(first) >= 3 * 3600
    again = after(answer(304), replace(first, polled_at=NOW - timedelta(hours=4), next_poll_at=NOW))
    assert wait(again) >= 3 * 3600


def test_ttl_never_stretches_beyond_the_longest_interval():
    assert (
        wait(after(answer(), document=replace(DOCUMENT, ttl_s=10**7), jitter=1.0)) <= SETTINGS.max_interval_s
    )


def test_ttl_is_honoured_to_the_second_up_to_a_day():
    assert wait(after(answer(), document=replace(DOCUMENT, ttl_s=86_400))) == 86_400


def test_max_age_of_a_document_still_counts_after_a_304_without_any():
    first = after(answer(cache_control="max-age=9000"))
    assert wait(after(answer(304), first)) == 9000
    assert wait(after(answer(), first)) == 3600


def test_skipped_hours_hold_after_a_304():
    first = after(answer(), document=replace(DOCUMENT, skip_hours=(13, 14)))
    assert after(answer(304), first).next_poll_at == datetime(2025, 4, 9, 15, tzinfo=UTC)


def test_skipped_hours_and_days_are_stepped_over():
    hours = after(answer(), document=replace(DOCUMENT, skip_hours=(13, 14)))
    assert hours.next_poll_at == datetime(2025, 4, 9, 15, tzinfo=UTC)
    days = after(answer(), document=replace(DOCUMENT, skip_days=("Wednesday", "Thursday")))
    assert days.next_poll_at == datetime(2025, 4, 11, tzinfo=UTC)


def test_a_feed_that_skips_everything_is_polled_all_the_same():
    assert wait(after(answer(), document=replace(DOCUMENT, skip_hours=tuple(range(24))))) == 3600
