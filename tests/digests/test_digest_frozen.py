"""An issue as JSON and back."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.digests.frozen import from_json, to_json
from monitor.digests.render import render
from monitor.errors import InputError
from monitor.model import (
    Candidate,
    Change,
    Coverage,
    Development,
    Digest,
    Fact,
    FeedHealth,
    FormerClaim,
    Mention,
    Nearest,
    Outlet,
    Probe,
    QuietThread,
    Quote,
    Revision,
    Shortfall,
)
from tests.digests.samples import digest

# Every character, lone surrogates and NUL included: what a feed can hold must survive.
TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
SHARE = st.floats(allow_nan=False, allow_infinity=False)
WHEN = st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis wants naive bounds
BY_TYPE = {
    str: TEXT, int: st.integers(), float: SHARE, bool: st.booleans(), datetime: WHEN, datetime | None: st.none() | WHEN,
}  # fmt: skip


def values(kind, **special):
    """Strategy for a dataclass: `special` fields given, the rest by type from typing hints."""
    from typing import get_type_hints

    hints = get_type_hints(kind)
    return st.builds(
        kind,
        **{f.name: special[f.name] if f.name in special else BY_TYPE[hints[f.name]] for f in fields(kind)},
    )


def many(strategy, size=2):
    return st.lists(strategy, max_size=size).map(tuple)


QUOTES = many(values(Quote))
FORMER = many(values(FormerClaim, article_id=st.none() | st.integers(), issue=st.none() | st.integers()))
NEAREST = st.none() | values(
    Nearest, published=st.none() | WHEN, article_id=st.none() | st.integers(), issue=st.none() | st.integers()
)
CANDIDATES = many(
    values(
        Candidate,
        article_ids=many(st.integers()),
        outlets=many(values(Outlet)),
        rank_parts=many(st.tuples(TEXT, SHARE)),
        quotes=QUOTES,
        whats_new=QUOTES,
        facts=many(values(Fact)),
        changes=many(values(Change)),
        nearest=NEAREST,
        so_far=many(st.tuples(WHEN, TEXT)),
        earlier_issue=st.none() | st.integers(),
        follows=st.none() | st.integers(),
        urls=many(TEXT),
        replaced=FORMER,
        developments=many(
            values(
                Development,
                article_ids=many(st.integers()),
                urls=many(TEXT),
                quotes=QUOTES,
                whats_new=QUOTES,
                facts=many(values(Fact)),
                changes=many(values(Change)),
                earlier_issue=st.none() | st.integers(),
                follows=st.none() | st.integers(),
                replaced=FORMER,
            ),
            size=1,
        ),
    )
)
COVERAGES = values(
    Coverage,
    failing=many(values(FeedHealth, since=st.none() | WHEN)),
    near_misses=many(st.tuples(TEXT, TEXT, SHARE)),
    shortfall=st.none() | values(Shortfall),
    weeks=many(st.tuples(TEXT, st.integers())),
)
DIGESTS = values(
    Digest,
    lines=many(st.tuples(TEXT, TEXT)),
    top=CANDIDATES,
    also=CANDIDATES,
    sides=many(TEXT),
    rest=many(values(Mention, article_ids=many(st.integers()))),
    coverage=COVERAGES,
    notices=many(TEXT),
    quiet=many(values(QuietThread)),
    changed=many(values(Revision)),
    probes=many(values(Probe)),
)


@settings(max_examples=40, deadline=None)
@given(DIGESTS)
def test_freezing_loses_nothing(issue):
    text = to_json(issue)
    assert from_json(text) == issue
    assert to_json(from_json(text)) == text
    assert text.isascii()


def test_equal_issues_give_equal_bytes():
    assert to_json(digest()) == to_json(digest())


def test_the_fields_stand_in_the_order_of_the_model():
    assert list(json.loads(to_json(digest()))) == ["format", *(field.name for field in fields(Digest))]


def test_times_are_written_in_utc():
    berlin = timezone(timedelta(hours=1))
    issue = replace(digest(), until=digest().until.astimezone(berlin))
    assert json.loads(to_json(issue))["until"] == "2026-11-22T23:00:00+00:00"


def test_an_old_issue_without_a_newer_field_is_read_with_its_default():
    found = json.loads(to_json(digest()))
    del found["minutes"], found["top"][0]["language"]
    assert (from_json(json.dumps(found)).minutes, from_json(json.dumps(found)).top[0].language) == (1, "")


def test_an_issue_from_before_there_were_aftermaths_is_read_and_shown():
    found = json.loads(to_json(digest()))
    del found["quiet"], found["changed"]
    old = from_json(json.dumps(found))
    assert (old.quiet, old.changed) == ((), ())
    assert old == replace(digest(), quiet=(), changed=())
    assert "Threads gone quiet" not in render(old).text


def test_whole_numbers_where_shares_belong_are_shares():
    found = json.loads(to_json(digest()))
    found["top"][0]["rank"] = 1
    assert isinstance(from_json(json.dumps(found)).top[0].rank, float)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format": 1}',
        to_json(digest()).replace('"issue": 37', '"issue": "37"', 1),
        to_json(digest()).replace("2026-11-22T23:00:00+00:00", "yesterday", 1),
    ],
)
def test_what_is_no_frozen_issue_is_refused(text):
    with pytest.raises(InputError, match="frozen issue"):
        from_json(text)
