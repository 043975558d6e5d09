from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.stories import describe
from monitor.stories.retelling import LATELY, Told
from tests.stories.samples import item, told, window

TEXT = (
    "Northland will levy a duty of 10 percent on cheese from Southland from 1 May, its trade minister Ada Holm said on Monday. "
    "Dairies in Southland export cheese worth 300 million crowns a year to Northland. They fear for 2,000 jobs in the valley of Murr. "
    "The minister said Southland paid unfair subsidies to its dairies. Grocers in Northland expect prices to rise."
)
AGAIN = (
    "Cheese from Southland will cost 10 percent more in duty in Northland from 1 May, trade minister Ada Holm said. "
    "Southland sells cheese worth 300 million crowns to Northland each year, and its dairies fear for 2,000 jobs in the valley of Murr. "
    "Unfair subsidies are paid to dairies there, according to the minister. Northland's grocers expect that prices rise."
)
NEXT = (
    "Southland's parliament voted on Thursday to answer with a tax on timber, and called its ambassador home from the capital. "
    "Sawmills along the coast stopped deliveries at noon, a foresters' union told reporters, while truckers blocked two bridges. "
)
FILLERS = [
    told(30 + n, f"Parliament of Eastland debates {thing}", f"Members spoke of {thing} all day.", days=-4)
    for n, thing in enumerate(("rails", "glass", "boats", "maize", "paper", "salt", "bikes", "wool"))
]
FIRST = told(1, "Northland levies duty on Southland cheese", TEXT)


def retold(page, *, stories=(7,), is_recap=False):
    known = window(*(item(each, story=90 + n) for n, each in enumerate(FILLERS)), item(FIRST, story=7))
    found = Told(known, stories, until=page.published).retold(
        describe(page), page.published, is_recap=is_recap
    )
    return None if found is None else found.title


@pytest.mark.parametrize("days", [1, 20, 50])
def test_the_same_facts_in_other_words_are_a_retelling_however_late(days):
    assert retold(told(2, "Southland dairies face tariff on cheese", AGAIN, days=days)) == FIRST.title


def test_what_was_reported_and_not_told_is_not_what_a_text_retells():
    assert retold(told(2, "Southland dairies face tariff on cheese", AGAIN, days=7), stories=()) is None


@pytest.mark.parametrize(
    "text",
    [NEXT, NEXT + TEXT, AGAIN.replace("10 percent", "15 percent"), AGAIN.replace("1 May", "9 June")],
)
def test_a_next_step_or_another_figure_is_no_retelling_whatever_stands_behind_it(text):
    assert retold(told(2, "Southland answers cheese duty", text, days=7)) is None


def test_a_recap_may_put_what_was_told_in_another_order_but_not_tell_other_things():
    mixed = " ".join(reversed(TEXT.split(". ")))
    assert retold(told(2, "Explainer: The cheese dispute", mixed, days=7), is_recap=True) == FIRST.title
    assert retold(told(2, "Explainer: The timber dispute", NEXT, days=7), is_recap=True) is None


def test_a_bare_headline_is_held_against_what_is_late_and_figures_count():
    page = told(2, "Southland cheese faces duty in Northland", days=7)
    late = told(2, page.title, days=LATELY / timedelta(days=1) + 1)
    assert retold(page) == FIRST.title
    assert retold(page, stories=()) == FIRST.title  # its event was reported, told or not
    assert retold(late) is None
    assert retold(told(2, FIRST.title, days=40)) == FIRST.title  # word for word
    assert retold(told(2, "Southland cheese faces 30 percent duty in Northland", days=7)) is None
