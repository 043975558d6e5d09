from __future__ import annotations

from monitor.stories import describe, story_of
from tests.stories.samples import DUTIES, OTHER, RAISED, item, told, window


def story(of, known):
    return story_of(describe(of), of.published, known)


def test_a_report_of_the_same_event_joins_its_story():
    same = told(5, "Southland cheese faces Northland duty of 10 percent", DUTIES.text[:150], days=0.5)
    assert story(same, window(item(DUTIES, story=7), item(OTHER, story=8))) == 7


def test_a_summary_joins_what_speaks_of_the_same_and_not_what_shares_its_headline_words():
    duties = told(
        1,
        "Northland sets duty on Southland cheese",
        "The duty of 10 percent on cheese from Southland starts in May, the customs office of Northland said on Monday, and dairies there fear for sales.",
    )
    again = told(
        2,
        "Southland dairies hit by tariff",
        "Cheese from Southland will cost 10 percent more in Northland from May, when the duty starts that its customs office announced on Monday. Dairies fear for sales.",
        days=0.5,
    )
    other = told(
        3,
        "Northland sets duty on Southland wool",
        "Wool spinners in the hills had asked the parliament for years to keep cheap yarn out, and 200 jobs in four mills are at stake, a union of weavers told members.",
        days=0.5,
    )
    things = ("apples", "rails", "glass", "boats", "maize", "paper", "salt", "bikes")
    topic = [
        item(told(30 + n, f"Northland sets duty on Southland {thing}", days=-9), story=30 + n)
        for n, thing in enumerate(things)
    ]
    known = window(*topic, item(duties, story=7), item(OTHER, story=8))
    assert story(again, known) == 7
    assert story(other, known) is None


def test_two_notices_of_one_series_are_two_events_whatever_their_summaries_share():
    said = "The office published a list of goods and rates on its page on Monday, and {} must be declared from then on by all who import them into Northland."
    first = told(1, "Northland tariff office publishes notice No. 4", said.format("cheese from Southland"))
    second = told(
        2, "Northland tariff office publishes notice No. 5", said.format("glass from Eastland"), days=0.1
    )
    assert story(second, window(item(first, story=7), item(OTHER, story=8))) is None


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
