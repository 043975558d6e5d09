"""What an issue says about itself."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.digests.compose import compose
from monitor.digests.render import render
from monitor.model import Development
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
    assert [label for label, _ in issue.lines] == [
        "Example Times, Tue 17 Nov", "Demo Daily, Wed 18 Nov", "Example Times, Thu 19 Nov",
    ]  # fmt: skip
    for (_, sentence), story in zip(issue.lines, issue.top, strict=False):
        assert sentence in {quote.text for quote in (*story.whats_new, *story.quotes)}


def test_no_line_is_cut_or_a_headline_that_stands_below():
    first = top_story(0)
    long = replace(first.quotes[0], text="word " * 60)
    headline = replace(first.quotes[0], text=first.headline + ".")
    for quote in (long, headline):
        issue = digest(candidates=[replace(first, quotes=(quote,), whats_new=(quote,)), top_story(2)])
        assert [text for _, text in issue.lines] == [top_story(2).quotes[0].text]


def test_no_line_is_the_headline_of_an_article_that_no_line_of_the_issue_names():
    story = top_story(0)
    headline = replace(story.quotes[0], text="Go ship, go! Buyers root for the last cargo")
    sentence = replace(story.quotes[0], text="The last cargo landed at noon.”")
    for quotes, expected in (((headline,), []), ((sentence,), [sentence.text])):
        issue = digest(candidates=[replace(story, quotes=quotes, whats_new=())])
        assert [text for _, text in issue.lines] == expected


def test_of_a_story_the_reader_knows_the_line_is_what_its_headline_tells():
    story = top_story(1)
    said = [
        replace(story.quotes[0], text=text)
        for text in ("Shippers were glad.", "Port fees stay paused, both said.")
    ]
    issue = digest(candidates=[replace(story, quotes=(said[1],), whats_new=(said[0],))])
    assert issue.lines[0][1] == said[1].text


def test_a_bare_headline_is_told_by_what_a_later_development_says_never_an_earlier_one():
    lead = replace(top_story(0), quotes=(), whats_new=())
    for days, expected in ((1, 1), (-1, 0)):
        said = replace(top_story(2).quotes[0], text="It came into force at noon.")
        under = Development(
            story_id=7, status="new", headline="In force", url="", published=lead.published + timedelta(days=days),
            outlet="Demo Daily", article_ids=(77,), urls=(), rank=0.1, quotes=(said,),
        )  # fmt: skip
        issue = digest(candidates=[replace(lead, developments=(under,))])
        assert [text for _, text in issue.lines] == [said.text][:expected]


def test_every_other_heading_stands_in_the_rest_of_the_week():
    stories = [*map(top_story, range(5)), *map(short_story, range(8))]
    known = replace(
        stories[0], story_id=900, headline="Known long ago", url="https://post.example/k", status="known"
    )
    issue = digest(2, 3, candidates=[*stories, known])
    shown = {entry.story_id for entry in (*issue.top, *issue.also)}
    assert [each.story_id for each in issue.rest] == [s.story_id for s in stories if s.story_id not in shown]
    assert len(issue.rest) == 8


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


def crowded(number):
    """A story with ten developments of ten words each."""
    under = (
        Development(
            story_id=1000 * number + place, status="new", published=SINCE, outlet="Demo Daily", url="", urls=(),
            headline=f"Here are ten words of story {number} and step {'abcdefghij'[place]}", article_ids=(1000 * number + place,), rank=0.1,
        )
        for place in range(10)
    )  # fmt: skip
    return replace(
        top_story(number), outlet=f"Paper {number}", outlets=(), so_far=(), developments=tuple(under)
    )


def test_a_full_week_names_fewer_developments_before_it_takes_over_nine_hundred_words():
    long = "word " * 15
    stories = [
        replace(each, quotes=(replace(each.quotes[0], text=f"{long}{each.story_id}."),))
        for each in map(crowded, range(1, 14))
    ]
    issue, short = digest(candidates=stories), digest(candidates=[crowded(1)])
    shown = render(issue).text.partition("Top stories")[2].partition("Threads gone quiet")[0]
    assert len(re.findall(r"\w+", re.sub(r"https?://\S+", "", shown))) <= 900
    assert len(issue.top) + len(issue.also) == 13
    assert all(each.quotes for each in (*issue.top, *issue.also))
    assert all(2 <= len(each.named) <= 5 for each in issue.top)
    assert sum(len(each.named) for each in issue.also) < 2 * 8
    assert len(short.top[0].named) > 4


def test_chinese_is_counted_by_characters():
    text = "出口许可" * 200
    story = replace(top_story(3), quotes=(replace(top_story(3).quotes[0], text=text),))
    assert digest(candidates=[story]).minutes == 4


def test_compose_takes_any_iterable_and_asks_no_clock():
    given = {"issue": 1, "since": SINCE, "until": UNTIL, "now": NOW, "coverage": COVERAGE}
    once = compose(topic=TOPIC, candidates=(short_story(n) for n in range(3)), **given)
    assert once == compose(topic=TOPIC, candidates=[short_story(n) for n in range(3)], **given)
