"""What a mail server says of when to come back, in the words of servers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.retry_hints import wait_s


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        ("4.7.1 Greylisted, try again in 300 seconds", 300),
        ("4.2.0 <a@b.example>: Recipient address rejected: Greylisted for 60 s", 60),
        ("4.7.1 Greylisting in action, please come back in 00:05:00", 300),
        ("Please retry in 01:00:01", 3601),
        ("4.3.0 Please try again later in 5 minutes", 300),
        ("gray-listed, wait 1 minute 30 seconds", 90),
        ("Greylisted: retry after 1 min, 5 sec and come back", 65),
        ("Deferred for 2h", 7200),
        ("try again in 1 hour", 3600),
        ("You have been graylisted. Try again in 4m.", 240),
        ("TRY AGAIN IN 90 SECS", 90),
        ("4.2.2 mailbox over quota: 500 m used", 0),
        ("4.3.1 insufficient storage, try again later", 0),
        ("4.7.0 Too many mails: 100/h from 10.0.0.1; try again later", 0),
        ("4.7.0 try again after 14:05", 0),
        ("4.7.0 try again, see http://list.example/greylist/3m", 0),
        ("", 0),
    ],
)
def test_a_span_of_time_beside_a_word_about_trying_again_counts(answer, seconds):
    assert wait_s(answer) == seconds


@given(st.text(max_size=200))
def test_whatever_a_server_says_gives_seconds(answer):
    assert 0.0 <= wait_s(answer) < float("inf")


@given(st.integers(1, 4000), st.sampled_from(["seconds", "s", "sec", "minutes", "min", "m"]))
def test_every_figure_is_read_whole(count, unit):
    assert wait_s(f"451 greylisted, try again in {count} {unit}") == count * (60 if unit[0] == "m" else 1)
