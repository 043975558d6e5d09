"""What an issue says about itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.compose import compose
from tests.digests.samples import COVERAGE, NOW, SINCE, TOPIC, UNTIL, digest, short_story, top_story

ALL_ANSWERED = replace(COVERAGE, feeds_answered=31, failing=())


def test_all_that_is_given_arrives():
    issue = digest(base_url="https://digest.example")
    assert (issue.topic, issue.title, issue.issue) == ("us-china-trade", "US–China trade", 37)
    assert (issue.since, issue.until, issue.composed_at) == (SINCE, UNTIL, NOW)
    assert (issue.time_zone, issue.language) == ("Europe/Berlin", "en")
    assert issue.base_url == "https://digest.example"
    assert (len(issue.top), len(issue.also)) == (5, 8)


def test_the_number_shown_is_counted_not_believed():
    assert digest(2, 3, coverage=replace(COVERAGE, shown=99)).coverage.shown == 5


def test_the_week_in_three_lines_is_verbatim_and_from_the_three_best():
    issue = digest()
    assert [label for label, _ in issue.lines] == ["Export controls", "Tariffs", "Agriculture"]
    for (_, sentence), story in zip(issue.lines, issue.top, strict=False):
        assert sentence in {quote.text for quote in (*story.whats_new, *story.quotes)}


def test_a_line_is_never_cut_the_headline_stands_in_for_a_long_sentence():
    long = replace(top_story(0).quotes[0], text="word " * 60)
    story = replace(top_story(0), quotes=(long,), whats_new=(long,))
    assert digest(candidates=[story]).lines == (("Export controls", story.headline),)


def test_a_story_without_a_theme_is_labelled_by_its_status():
    assert digest(candidates=[replace(top_story(1), theme="")]).lines[0][0] == "Updated"


def test_two_stories_give_two_lines():
    assert len(digest(2, 0).lines) == 2


@pytest.mark.parametrize(
    ("coverage", "shown", "expected"),
    [
        (ALL_ANSWERED, 2, ()),
        (COVERAGE, 2, ("Partial coverage: 29 of 31 feeds answered.",)),
        (
            replace(COVERAGE, feeds_answered=0),
            0,
            ("0 of 31 feeds answered: this issue says nothing about the week, only that we could not look.",),
        ),
        (ALL_ANSWERED, 0, ("A quiet week: of 96 articles on topic none told anything new.",)),
        (
            replace(ALL_ANSWERED, relevant=1),
            0,
            ("A quiet week: of 1 article on topic none told anything new.",),
        ),
        (
            replace(ALL_ANSWERED, relevant=0),
            0,
            ("A quiet week: we looked, and found nothing on this topic.",),
        ),
        (replace(COVERAGE, feeds_enabled=0, feeds_answered=0), 2, ()),
    ],
    ids=[
        "all well",
        "partial",
        "blind",
        "quiet",
        "quiet with one",
        "nothing at all",
        "no feeds, archive only",
    ],
)
def test_notices_say_what_is_missing(coverage, shown, expected):
    assert digest(shown, 0, coverage=coverage).notices == expected


def test_a_blind_issue_with_stories_of_the_archive_still_says_so():
    assert (
        digest(2, 0, coverage=replace(COVERAGE, feeds_answered=0))
        .notices[0]
        .startswith("0 of 31 feeds answered")
    )


def test_a_long_gap_is_named_with_its_days():
    issue = digest(since=UNTIL - timedelta(days=35), coverage=ALL_ANSWERED)
    assert issue.notices == ("This issue covers 35 days, from 19 October 2026 to 23 November 2026.",)


def test_a_week_that_is_a_day_late_is_no_gap():
    assert digest(since=UNTIL - timedelta(days=8), coverage=ALL_ANSWERED).notices == ()


def test_notices_of_the_caller_follow_ours():
    issue = digest(notices=("One delivery of issue 36 is uncertain.",))
    assert issue.notices[0].startswith("Partial")
    assert issue.notices[-1] == "One delivery of issue 36 is uncertain."


def test_reading_time_grows_with_what_is_shown_and_is_never_zero():
    assert digest(0, 0).minutes == 1
    assert digest(1, 0).minutes == 1
    assert digest(15, 8).minutes > digest(5, 8).minutes > 1


def test_chinese_is_counted_by_characters():
    text = "出口许可" * 200
    story = replace(top_story(3), quotes=(replace(top_story(3).quotes[0], text=text),))
    assert digest(candidates=[story]).minutes == 4


def test_compose_takes_any_iterable_and_asks_no_clock():
    given = {"issue": 1, "since": SINCE, "until": UNTIL, "now": NOW, "coverage": COVERAGE}
    once = compose(topic=TOPIC, candidates=(short_story(n) for n in range(3)), **given)
    assert once == compose(topic=TOPIC, candidates=[short_story(n) for n in range(3)], **given)
