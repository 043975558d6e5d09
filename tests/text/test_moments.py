from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.moments import moment


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2025-04-13T10:00:00Z", (2025, 4, 13, 10)),
        ("2025-04-13T10:00:00.123+08:00", (2025, 4, 13, 2)),
        ("2025-04-13 17:15:48", (2025, 4, 13, 17, 15, 48)),
        ("2025-04-13", (2025, 4, 13)),
        ("20250413T100000Z", (2025, 4, 13, 10)),
        ("Sun, 13 Apr 2025 17:15:48 +0500", (2025, 4, 13, 12, 15, 48)),
        ("Sun, 13 Apr 2025 17:15:48 PKT", (2025, 4, 13, 12, 15, 48)),
        ("Sun, 13 Apr 25 17:15:48 EST", (2025, 4, 13, 22, 15, 48)),
        ("Sun, 13 Apr 2025 17:15:60 GMT", (2025, 4, 13, 17, 15, 59)),
        ("2025-04-13T24:00:00Z", (2025, 4, 14)),
        ("Thu Jan 01 19:48:21 2004", (2004, 1, 1, 19, 48, 21)),
        ("Thu Jan 01 2004 19:48:21 GMT-0500 (EST)", (2004, 1, 2, 0, 48, 21)),
        ("April 13, 2025 5:15 PM EST", (2025, 4, 13, 22, 15)),
        ("May 28, 2020Updated June 1, 2020", (2020, 5, 28)),
        ("28 May 2020", (2020, 5, 28)),
        ("2025年4月13日 17:15", (2025, 4, 13, 17, 15)),
        ("13.04.2025", (2025, 4, 13)),
        ("13/04/2025", (2025, 4, 13)),
        ("04/13/2025", (2025, 4, 13)),
        ("1744567890", (2025, 4, 13, 18, 11, 30)),
    ],
)
def test_dates_as_feeds_write_them_are_read(text, wanted):
    assert moment(text) == datetime(*wanted, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "0000-00-00 00:00:00",
        "-0001-11-30T00:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Mon, 01 Jan 0001 00:00:00 +0000",
        "Mon, 30 Feb 2025 10:00:00 GMT",
        "Sun, 13 Apr 2025 24:15:00 GMT",
        "03/04/2025",
        "13 Foo 2025",
        "march 2021",
        "9999-12-31",
    ],
)
def test_what_names_no_day_for_certain_is_none(text):
    assert moment(text) is None


@given(st.text(max_size=60))
def test_any_text_is_answered_with_a_moment_or_none(text):
    found = moment(text)
    assert found is None or found.tzinfo is UTC


@given(st.datetimes(datetime(1991, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  # bounds must be naive
def test_what_python_writes_comes_back(value):
    value = value.replace(microsecond=0)
    assert moment(value.isoformat()) == value
    assert moment(value.strftime("%a, %d %b %Y %H:%M:%S +0000")) == value
