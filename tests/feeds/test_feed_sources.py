"""Which address is asked: the configured one, its fallback, and back; never one that said it is gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.feeds import current, is_due
from monitor.model import Feed, FeedState

NOW = datetime(2025, 4, 9, 12, 0, tzinfo=UTC)
URL, SPARE = "https://s.example/feed", "https://spare.example/feed"
FEED = Feed(id="f", name="F", url=URL, fallback_url=SPARE)
KNOWN = FeedState(
    feed_id="f", url=URL, configured_url=URL, etag='"e"', ok_at=NOW, next_poll_at=NOW, cadence_s=9.0
)
FAILING = replace(KNOWN, failures=5)
GONE = replace(KNOWN, failures=1, disabled=True)


def test_a_feed_never_asked_starts_at_its_configured_address():
    assert current(FEED, None) == FeedState(feed_id="f", url=URL, configured_url=URL)


def test_a_healthy_feed_stays_as_it_is():
    assert current(FEED, KNOWN) == KNOWN
    assert current(FEED, replace(KNOWN, failures=4)).url == URL
    moved = replace(KNOWN, url="https://s.example/moved")
    assert current(FEED, moved) == moved


def test_an_address_edited_in_the_file_starts_afresh():
    edited = replace(FEED, url="https://s.example/other")
    for state in (KNOWN, FAILING, GONE, replace(KNOWN, url=SPARE)):
        assert current(edited, state) == FeedState(feed_id="f", url=edited.url, configured_url=edited.url)


@pytest.mark.parametrize("state", [FAILING, GONE])
def test_the_fallback_takes_over_after_repeated_failures_or_a_410(state):
    taken = current(FEED, state)
    assert (taken.url, taken.etag, taken.failures, taken.disabled) == (SPARE, "", 0, False)
    assert (taken.ok_at, taken.cadence_s) == (NOW, 9.0)
    assert is_due(taken, NOW)


def test_a_fallback_that_fails_as_well_hands_back():
    there = replace(current(FEED, FAILING), failures=5)
    assert current(FEED, there).url == URL


def test_an_address_that_is_gone_is_not_returned_to():
    on_spare = replace(current(FEED, GONE), failures=9)
    assert current(FEED, on_spare).url == SPARE
    both_gone = replace(on_spare, disabled=True)
    assert current(FEED, both_gone) == both_gone
    assert not is_due(current(FEED, both_gone), NOW + timedelta(days=99))


def test_a_fallback_that_is_gone_leaves_the_configured_address():
    on_spare = replace(current(FEED, FAILING), disabled=True)
    back = current(FEED, on_spare)
    assert (back.url, back.gone_url) == (URL, SPARE)
    assert current(FEED, replace(back, failures=7)).url == URL


def test_without_a_fallback_nothing_moves():
    alone = replace(FEED, fallback_url="")
    for state in (FAILING, GONE, replace(KNOWN, failures=99)):
        assert current(alone, state) == state
    assert current(replace(FEED, fallback_url=URL), FAILING) == FAILING
