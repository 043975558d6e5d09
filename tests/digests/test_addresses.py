"""Every address of ours can be read by us again, and nothing else can."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digests import keys
from monitor.digests.addresses import VERDICTS, Answer, IssuePage, Leaving, Question, build, parse
from monitor.settings.values import check_id

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
TOPICS = st.builds(
    "{}{}{}".format,
    st.sampled_from(LETTERS),
    st.text(LETTERS + "_-", max_size=62),
    st.sampled_from(LETTERS),
).map(check_id)  # whatever a topic file may be called
NUMBERS = st.integers(1, 10**9 - 1)
ARTICLES = st.integers(1, 10**15 - 1)
KEYS = st.builds(keys.key_for, st.binary(min_size=1), st.text(LETTERS))
OLD = st.text("0123456789abcdef", min_size=40, max_size=40)
ADDRESSES = st.one_of(
    st.builds(Leaving, topic=TOPICS, token=KEYS | OLD),
    st.builds(
        Answer, topic=TOPICS, issue=NUMBERS, article=ARTICLES, reader=KEYS, key=KEYS, verdict=st.sampled_from(["", *VERDICTS])
    ),
    st.builds(Question, topic=TOPICS, issue=NUMBERS, article=ARTICLES, key=KEYS),
    st.builds(IssuePage, topic=TOPICS, issue=NUMBERS, key=KEYS),
)  # fmt: skip
BASES = st.sampled_from(
    [
        "", "https://digest.example", "https://digest.example/", "http://127.0.0.1:8080", "https://[::1]:8443/a",
        "https://digest.example/news/of/ours/", "https://bücher.example/n_e-w~s", "https://digest.example/unsubscribe",
        "https://digest.example/%E5%85%B3",
    ]
)  # fmt: skip


@given(ADDRESSES, BASES)
def test_what_is_built_is_parsed_to_the_same(address, base):
    assert parse(build(address, base), base) == address


@given(ADDRESSES, BASES)
def test_a_proxy_may_take_the_front_of_the_path_off_or_leave_it(address, base):
    assert parse(build(address), base) == address
    whole = build(address, base)
    assert parse(whole[whole.index("/", 8) :] if base else whole, base) == address


@given(ADDRESSES, st.text(max_size=3))
def test_nothing_may_stand_behind_an_address(address, more):
    found = parse(build(address) + more)
    assert found == address or found is None or build(found) == build(address) + more


@given(st.text(max_size=200) | st.builds("/unsubscribe/{}/{}".format, st.text(), st.text()))
def test_whatever_is_asked_for_is_parsed_or_none(target):
    found = parse(target)
    assert found is None or parse(build(found)) == found


@given(TOPICS)
def test_the_control_the_pattern_of_before_refused_what_its_own_builder_made(topic):
    """Ids were written as they stand, or cut to a host label, and read as letters, digits and hyphens."""
    assert bool(re.fullmatch("[a-z0-9-]+", topic)) is ("_" not in topic)


@pytest.mark.parametrize("topic", ["us_china", "a" * 41, "a" * 64, "9"])
def test_ids_that_one_click_did_not_know_are_known(topic):
    address = Leaving(topic=topic, token="A" * keys.LENGTH)
    assert parse(build(address, "https://digest.example")) == address


def test_a_token_cannot_be_found_out_from_what_answers_show():
    token = keys.token_for(b"secret", "Ann@example.org")
    assert token == keys.token_for(b"secret", " ann@example.org ")
    assert keys.mark_of(token) != token
    assert (
        len({token, keys.token_for(b"other", "ann@example.org"), keys.token_for(b"secret", "bo@example.org")})
        == 3
    )
