"""The calendar file of the dates ahead: RFC 5545 to the byte."""

import re
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.digests.ics import calendar
from monitor.model import Fact
from tests.digests.samples import digest, top_story

ISSUE = digest()


def unfolded(file):
    return file.replace(b"\r\n ", b"").decode().split("\r\n")


def values(file, name):
    return [line.split(":", 1)[1] for line in unfolded(file) if re.match(rf"{name}[;:]", line)]


def dated(headline, *days):
    facts = tuple(Fact(kind="date", value=day, text=day, sentence=headline) for day in days)
    return digest(candidates=[replace(top_story(0), facts=facts)])


def test_each_date_ahead_is_an_all_day_event():
    file = calendar(ISSUE)
    assert values(file, "DTSTART") == ["20261201", "20261204", "20261209"]
    assert values(file, "DTEND") == ["20261202", "20261205", "20261210"]
    assert values(file, "SUMMARY")[0] == (
        "The rule takes effect on 1 December and covers maintenance contracts signed after that date."
    )
    assert values(file, "URL")[0] == ISSUE.top[0].url
    assert values(file, "TRANSP") == ["TRANSPARENT"] * 3


def test_the_frame_of_the_file_is_whole():
    lines = unfolded(calendar(ISSUE))
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 3
    assert len(values(calendar(ISSUE), "DTSTAMP")) == 3
    assert values(calendar(ISSUE), "DTSTAMP")[0] == "20261122T230400Z"


def test_an_issue_without_dates_has_no_file():
    assert calendar(digest(0, 0)) == b""
    assert calendar(dated("Past", "2026-11-01")) == b""


def test_the_same_issue_gives_the_same_bytes():
    assert calendar(ISSUE) == calendar(digest())


def test_the_next_issue_renews_an_event_instead_of_doubling_it():
    later = replace(ISSUE, issue=38, composed_at=ISSUE.composed_at + timedelta(days=7))
    assert values(calendar(later), "UID") == values(calendar(ISSUE), "UID")
    assert len(set(values(calendar(ISSUE), "UID"))) == 3
    assert values(calendar(replace(ISSUE, topic="other")), "UID") != values(calendar(ISSUE), "UID")


def test_marks_with_a_meaning_are_escaped():
    (summary,) = values(calendar(dated("Talks; duties, \\ and quotas", "2026-12-01")), "SUMMARY")
    assert summary == r"Talks\; duties\, \\ and quotas"


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_headline_can_break_the_file(text):
    file = calendar(dated(f"a{text}", "2026-12-01"))
    assert file.endswith(b"END:VCALENDAR\r\n")
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)|\x00", file)
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
    assert unfolded(file).count("BEGIN:VEVENT") == 1
    assert len(values(file, "SUMMARY")) == 1
