"""How long a server asks to be left alone: by Retry-After, by freshness, against its own clock, within bounds."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.feeds.manners import FRESHNESS_LIMIT_S, REFUSAL_LIMIT_S, pause_s, rest_s, retry_after_s

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "120"}, 120),
        ({"retry-after": "120.5"}, 120),
        ({"retry-after": "Mon, 09 Mar 2026 08:05:00 GMT"}, 300),
        ({"retry-after": "Mon, 09 Mar 2026 07:00:00 GMT"}, 0),
        ({"retry-after": "Mon, 09 Mar 2026 08:05:00 GMT", "date": "Mon, 09 Mar 2026 08:04:00 GMT"}, 60),
        ({"retry-after": "soon"}, 0),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "9" * 40}, 999_999_999_999),
    ],
)
def test_a_server_says_when_to_come_back(headers, seconds):
    assert retry_after_s(headers, NOW) == seconds


def test_a_refusal_is_kept_for_the_longer_wish_and_at_most_a_month():
    assert pause_s({"retry-after": "60", "cache-control": "public, max-age=600"}, NOW) == 600
    assert pause_s({"retry-after": "9" * 40}, NOW) == REFUSAL_LIMIT_S


def test_a_good_answer_rests_as_long_as_it_is_fresh_but_for_a_default_of_static_files():
    assert rest_s({"cache-control": "max-age=900"}, NOW) == 900
    assert rest_s({"expires": "Mon, 09 Mar 2026 09:00:00 GMT"}, NOW) == 3600
    assert rest_s({"cache-control": f"max-age={FRESHNESS_LIMIT_S + 1}"}, NOW) == 0
    assert rest_s({"cache-control": "no-cache, max-age=0"}, NOW) == 0
