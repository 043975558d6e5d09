"""Moves, failures, pace and when a feed is due; and the laws that hold for every answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.feeds import is_due, next_state
from monitor.model import Entry, FeedDocument, FeedState, FetchResult, Rejected
from tests.feeds.answers import DATE, DOCUMENT, KNOWN, NOW, SETTINGS, URL, after, answer, entry, wait

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
