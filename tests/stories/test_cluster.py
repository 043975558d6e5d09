from __future__ import annotations

from monitor.stories import describe, story_of
from tests.stories.samples import DUTIES, OTHER, RAISED, item, told, window


def story(of, known):
    return story_of(describe(of), of.published, known)


def test_a_report_of_the_same_event_joins_its_story():
    same = told(5, "Southland cheese faces Northland duty of 10 percent", DUTIES.text[:150], days=0.5)
    assert story(same, window(item(DUTIES, story=7), item(OTHER, story=8))) == 7


def test_another_event_opens_a_story():
    assert story(OTHER, window(item(DUTIES, story=7), item(RAISED, story=7))) is None


def test_the_same_words_weeks_later_open_a_story():
    known = window(item(DUTIES, story=7))
    assert story(told(5, DUTIES.title, DUTIES.text, days=1), known) == 7
    assert story(told(5, DUTIES.title, DUTIES.text, days=13), known) is None
    assert story(told(5, DUTIES.title, DUTIES.text, days=20), known) is None


def test_seeds_and_issues_are_no_members():
    assert story(DUTIES, window(item(DUTIES, kind="seed"), item(DUTIES, kind="issue", issue=1))) is None


def test_one_alike_member_does_not_carry_a_whole_story():
    mixed = [
        item(told(20 + i, f"{w} opens", f"{w} of the {w} line opens. Many {w} came."), story=7)
        for i, w in enumerate("abcdefghij")
    ]
    weak = told(5, "Northland duty on cheese", "Northland and cheese and a tram and an opera.")
    assert story(weak, window(item(DUTIES, story=7), *mixed)) is None
