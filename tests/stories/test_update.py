from __future__ import annotations

from monitor.stories import Teller, describe, whats_new
from tests.stories.samples import DUTIES, item, told, window


def news(text, *, was_told=True):
    follow_up = told(4, "Duty on Southland cheese", text, days=2)
    memory = window(item(DUTIES, story=7))
    return whats_new([Teller(follow_up, describe(follow_up))], memory.items, memory, was_told=was_told)


def test_captions_and_their_names_are_never_shown():
    found = news(
        "Dairy farmer Olga Brandt milks a goat. (Photo by Wire)\n"
        "Southland's premier Jon Berg called off his visit to the capital."
    )
    assert [said for _, said, _ in found.sentences] == [
        "Southland's premier Jon Berg called off his visit to the capital."
    ]
    assert [fact.value for fact in found.facts if fact.kind == "name"] == ["Jon Berg"]


def test_an_event_comes_before_a_stance():
    found = news(
        "Both capitals should show sincerity and mutual respect, the envoy Karl Lund hoped. "
        "Premier Jon Berg called off his visit and recalled two trade envoys."
    )
    assert "Berg" in found.sentences[0][1]


def test_all_sentences_that_can_be_quoted_are_ranked_and_the_shown_ones_come_first():
    found = news(
        "Premier Jon Berg called off his visit to the capital. Dairy farmers in Southland were angry."
    )
    assert [said for _, said in found.ranked][:1] == [said for _, said, _ in found.sentences][:1]
    assert len(found.ranked) == 2


def test_a_changed_figure_makes_a_told_story_worth_telling_again():
    found = news("Northland will charge a duty of 25 percent on cheese from Southland from 1 March.")
    assert [(change.old, change.new) for change in found.changes] == [("10 percent", "25 percent")]


def test_an_abbreviation_in_brackets_is_no_fact_of_its_own():
    found = news("The Southland Dairy Council (SDC) called off its visit to the capital.")
    assert [fact.value for fact in found.facts] == ["Southland Dairy Council"]


def test_a_change_is_told_once():
    raised = told(
        8,
        "Duty on Southland cheese rises",
        "The duty on Southland cheese was raised from 10 to 25 percent.",
        days=1,
    )
    again = told(9, "Anger in Southland", "Farmers there rage: the duty rose from 10 to 25 percent.", days=2)
    tellers = [Teller(again, describe(again))]
    first, later = window(item(DUTIES, story=7)), window(item(DUTIES, story=7), item(raised, story=7))
    assert whats_new(tellers, first.items, first, was_told=True).changes
    assert whats_new(tellers, later.items, later, was_told=True).changes == ()
