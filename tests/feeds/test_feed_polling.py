from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import host_of, host_rests_until, is_due, next_state, rested
from monitor.model import Entry, FeedDocument, FeedState, FetchResult, Rejected
from monitor.settings import FetchSettings

NOW = datetime(2025, 4, 9, 12, 0, tzinfo=UTC)  # a Wednesday
URL = "https://s.example/feed"
SETTINGS = FetchSettings()
DATE = "Wed, 09 Apr 2025 12:00:00 GMT"


def entry(hours_ago: float) -> Entry:
    return Entry(
        guid=str(hours_ago), url="https://s.example/a", title="t", published=NOW - timedelta(hours=hours_ago)
    )


DOCUMENT = FeedDocument(format="rss", entries=(entry(1), entry(2)))
KNOWN = FeedState(
    feed_id="f", url=URL, etag='"old"', last_modified="Mon, 07 Apr 2025 10:00:00 GMT", status="ok"
)


def answer(
    status: int = 200, *, final_url: str = URL, permanent_url: str = "", error: str = "", **headers: str
) -> FetchResult:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return FetchResult(
        url=URL, final_url=final_url, permanent_url=permanent_url, status=status, headers=named, error=error
    )


def after(
    result: FetchResult,
    state: FeedState = KNOWN,
    *,
    document=DOCUMENT,
    new: int = 0,
    jitter: float = 0.0,
    **settings,
) -> FeedState:
    if result.status == 304 or not result.ok:
        document = None
    return next_state(
        state,
        result,
        document,
        new_entries=new,
        now=NOW,
        settings=SETTINGS.model_copy(update=settings),
        jitter=jitter,
    )


def wait(state: FeedState) -> float:
    assert state.next_poll_at is not None
    return (state.next_poll_at - NOW).total_seconds()


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
    until = NOW + timedelta(hours=5)
    states = [
        replace(KNOWN, feed_id="never-asked", next_poll_at=None),
        replace(KNOWN, feed_id="sooner", url="https://S.example/2", next_poll_at=NOW),
        replace(KNOWN, feed_id="later", next_poll_at=NOW + timedelta(days=1)),
        replace(KNOWN, feed_id="other", url="https://s.example:8443/", next_poll_at=NOW),
        replace(KNOWN, feed_id="odd", url="https://[", next_poll_at=NOW),
    ]
    waiting = rested(states, {host_of(URL): until})
    assert {(state.feed_id, state.next_poll_at) for state in waiting} == {
        ("never-asked", until),
        ("sooner", until),
    }


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


# --------------------------------------------------------------------------- moves


def test_a_permanent_move_is_believed_after_three_polls():
    new = "https://s.example/new"
    state = KNOWN
    for seen in (1, 2):
        state = after(answer(final_url=new, permanent_url=new, etag='"n"'), state)
        assert (state.url, state.moved_to, state.moved_seen, state.etag) == (URL, new, seen, "")
    state = after(answer(final_url=new, permanent_url=new, etag='"n"'), state)
    assert (state.url, state.moved_to, state.moved_seen, state.etag) == (new, "", 0, '"n"')


def test_a_temporary_redirect_or_a_plain_answer_starts_the_count_again():
    new = "https://s.example/new"
    state = after(answer(final_url=new, permanent_url=new))
    assert after(answer(final_url=new), state).moved_seen == 0
    assert after(answer(), state).moved_to == ""
    other = after(answer(final_url="https://s.example/3", permanent_url="https://s.example/3"), state)
    assert (other.moved_to, other.moved_seen) == ("https://s.example/3", 1)


def test_only_the_permanent_part_of_a_chain_is_stored():
    state = replace(KNOWN, moved_to="https://s.example/b", moved_seen=2)
    state = after(
        answer(final_url="https://cdn.example/c", permanent_url="https://s.example/b", etag='"c"'), state
    )
    assert (state.url, state.etag) == ("https://s.example/b", "")


def test_a_move_to_something_that_is_no_feed_is_not_counted():
    new = "https://s.example/sorry"
    state = after(answer(final_url=new, permanent_url=new), document=Rejected("html"))
    assert (state.moved_to, state.url) == ("", URL)


# --------------------------------------------------------------------------- failures


def test_a_feed_that_is_gone_is_never_due_again():
    state = after(answer(410))
    assert (state.disabled, state.status) == (True, "gone")
    assert not is_due(state, NOW + timedelta(days=400))


@pytest.mark.parametrize("status", [401, 403, 404])
def test_refusals_back_off_to_a_day_and_stay_enabled(status):
    waits, state = [], KNOWN
    for _ in range(12):
        state = after(answer(status), state)
        waits.append(wait(state))
    assert waits[:3] == [3600, 7200, 14_400]
    assert 0.8 * 86_400 <= waits[-1] <= 86_400
    assert not state.disabled


@pytest.mark.parametrize(
    "result", [answer(500), answer(502), answer(0, error="timeout"), answer(0, error="dns")]
)
def test_trouble_backs_off_to_six_hours(result):
    state = KNOWN
    for _ in range(20):
        state = after(result, state, jitter=1.0)
    assert 6 * 3600 <= wait(state) <= 8 * 3600


def test_a_feed_that_was_gone_and_answers_again_lives():
    assert not after(answer(), replace(KNOWN, disabled=True)).disabled


def test_a_success_forgets_the_failures():
    state = after(answer(), replace(KNOWN, failures=9))
    assert (state.failures, wait(state)) == (0, 3600)


def test_jitter_spreads_the_next_polls():
    assert wait(after(answer(), jitter=0.5)) == pytest.approx(3600 * 1.1)
    assert wait(after(answer(500), jitter=1.0)) == pytest.approx(3600 * 1.2)


# --------------------------------------------------------------------------- pace


def test_the_pace_is_learned_from_the_first_document():
    document = replace(DOCUMENT, entries=tuple(entry(10.0 * n) for n in range(1, 6)))
    state = after(answer(), document=document, new=5)
    assert state.cadence_s == pytest.approx(36_000)
    assert wait(state) == pytest.approx(18_000)
    assert state.new_at == NOW
    assert state.gap_s == 36_000


def test_the_longest_usual_silence_follows_the_gaps_and_fades():
    state = replace(KNOWN, cadence_s=10_000.0, gap_s=50_000.0, new_at=NOW - timedelta(seconds=40_000))
    assert after(answer(), state, new=2).gap_s == 45_000
    assert after(answer(), replace(state, gap_s=100.0), new=2).gap_s == 40_000
    assert after(answer(), state, new=0).gap_s == 50_000


def test_the_pace_follows_what_is_new():
    state = replace(KNOWN, cadence_s=10_000.0, new_at=NOW - timedelta(seconds=40_000))
    assert after(answer(), state, new=2).cadence_s == pytest.approx(0.7 * 10_000 + 0.3 * 20_000)
    assert after(answer(), state, new=0).cadence_s == 10_000.0


def test_a_silent_feed_is_asked_less_and_less_but_daily():
    quiet = replace(KNOWN, cadence_s=60.0, new_at=NOW - timedelta(days=3))
    assert wait(after(answer(304), quiet)) == pytest.approx(7.2 * 3600)
    dead = replace(KNOWN, cadence_s=60.0, new_at=NOW - timedelta(days=400))
    assert wait(after(answer(304), dead, jitter=1.0)) <= 86_400


def test_undated_entries_teach_no_pace():
    document = FeedDocument(
        format="rss", entries=(Entry(guid="1", url="", title="t"), Entry(guid="2", url="", title="t"))
    )
    assert after(answer(), document=document, new=2).cadence_s is None


# --------------------------------------------------------------------------- due


def test_due_is_what_was_never_asked_or_whose_time_has_come():
    assert is_due(FeedState(feed_id="f"), NOW)
    assert is_due(FeedState(feed_id="f", next_poll_at=NOW), NOW)
    assert not is_due(FeedState(feed_id="f", next_poll_at=NOW + timedelta(seconds=1)), NOW)
    assert not is_due(FeedState(feed_id="f", disabled=True), NOW)


# --------------------------------------------------------------------------- laws

header_values = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "5",
        "604800",
        "1e12",
        "soon",
        "max-age=60",
        "max-age=99999999999999",
        "no-cache",
        DATE,
        "Fri, 09 May 2025 12:00:00 GMT",
        "\x00",
        "max-age=",
    ]
) | st.text(max_size=20)
states = st.builds(
    FeedState,
    feed_id=st.just("f"),
    url=st.sampled_from(["", URL]),
    failures=st.integers(0, 10**6),
    moved_seen=st.integers(0, 5),
    moved_to=st.sampled_from(["", URL, "https://n.example/"]),
    cadence_s=st.none() | st.floats(0, 1e12),
    new_at=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2025, 4, 9), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds must be naive
    polled_at=st.none() | st.just(NOW - timedelta(hours=1)),
    next_poll_at=st.none() | st.just(NOW) | st.just(NOW + timedelta(days=9)),
)
results = st.builds(
    FetchResult,
    url=st.just(URL),
    final_url=st.sampled_from(["", URL, "https://n.example/"]),
    permanent_url=st.sampled_from(["", URL, "https://n.example/"]),
    status=st.sampled_from([0, 200, 301, 304, 401, 403, 404, 410, 418, 429, 500, 503]),
    error=st.sampled_from(["", "", "timeout", "dns"]),
    headers=st.dictionaries(
        st.sampled_from(["retry-after", "cache-control", "expires", "date", "etag", "last-modified"]),
        header_values,
    ),
)
documents = st.sampled_from([None, Rejected("html"), Rejected("empty"), Rejected("killed")]) | st.builds(
    FeedDocument,
    format=st.just("rss"),
    ttl_s=st.none() | st.integers(-5, 10**12),
    skip_hours=st.lists(st.integers(0, 23)).map(tuple),
    skip_days=st.lists(st.sampled_from(["Monday", "Wednesday", "Sunday"])).map(tuple),
    entries=st.sampled_from([(), DOCUMENT.entries]),
)


@given(
    state=states,
    result=results,
    document=documents,
    new=st.integers(0, 100),
    jitter=st.floats(-1, 2),
    limits=st.tuples(st.integers(0, 10**6), st.integers(1, 10**6)),
)
def test_the_next_poll_is_later_and_never_too_soon(state, result, document, new, *, jitter, limits):
    least, most = limits
    settings = SETTINGS.model_copy(update={"min_interval_s": least, "max_interval_s": most})
    following = next_state(
        state, result, document, new_entries=new, now=NOW, settings=settings, jitter=jitter
    )
    assert following.next_poll_at > NOW
    assert (following.next_poll_at - NOW).total_seconds() >= least
    assert following.next_poll_at.tzinfo is not None
    assert following.feed_id == state.feed_id
    assert following.failures == 0 or following.ok_at == state.ok_at
