"""Every address of ours can be read by us again, and nothing else can."""

from __future__ import annotations

import re
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests import keys
from monitor.digests.addresses import VERDICTS, Answer, IssuePage, Leaving, Question, build, parse
from monitor.settings.values import check_base_url, check_id

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

PARTS = st.sampled_from(
    ["a", "n_e-w~s", "%E5%85%B3", "unsubscribe", "..", ".", "%2e%2E", "", "%zz", "%", "%3f", "a;b=c", "'x'", "(", "@", "[a]", "a:b", "a.b", "\\"]
)  # fmt: skip
HOSTS = st.sampled_from(
    ["digest.example", "DIGEST.example", "127.0.0.1", "[::1]", "[::1", "a..b", "a.", "", "h%41.example", "a_b", "ex!ample", "bücher.example"]
)  # fmt: skip
WRITTEN = st.builds(  # what somebody may write as base_url, right and wrong
    "{}{}{}{}/{}{}".format,
    st.sampled_from(["https://", "http://", "", "//", "ftp://", "HTTPS://", "https:/"]),
    st.sampled_from(["", "", "u@", "u:p@", "@"]),
    HOSTS,
    st.sampled_from(["", "", ":8443", ":", ":0", ":99999", ":x"]),
    st.lists(PARTS, max_size=4).map("/".join),
    st.sampled_from(["", "", "/", "?", "?a=1", "#", "#b", " ", "\n"]),
)


def is_taken(base):
    """Whether the settings take it as base_url."""
    try:
        check_base_url(base)
    except ValueError:
        return False
    return True


def as_browsers_go(url):
    """The path that a browser asks for: RFC 3986 5.2.4."""
    return urlsplit(urljoin("https://x.example/y", url)).path


@given(ADDRESSES, WRITTEN.filter(is_taken))
def test_whatever_the_settings_take_begins_addresses_we_know_again(address, base):
    url = build(address, base)
    assert parse(url, base) == address
    assert parse(as_browsers_go(url), base) == address
    assert urljoin(url, urlsplit(url).path) == url  # a button posts to the path alone


@settings(max_examples=1000)
@given(WRITTEN)
def test_what_would_swallow_give_away_or_lose_an_address_is_refused(base):
    rest = base.partition("://")[2]
    is_wrong = (
        not base.startswith(("http://", "https://"))
        or "@" in rest.partition("/")[0]
        or bool(set("?# \n\\") & set(rest))
        or "/../" in f"{rest}/"
    )
    assert not (is_wrong and is_taken(base))


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
