from __future__ import annotations

from monitor.stories import describe
from monitor.stories.pairs import are_texts, of_headlines, of_texts
from tests.stories.samples import DUTIES, OTHER, RAISED, item, told, window

KNOWN = window(item(DUTIES, story=7), item(OTHER, story=8))


def odds(a, b, days=0.0):
    one, other = describe(a), describe(b)
    pair = KNOWN.weighed(one), KNOWN.weighed(other)
    if are_texts(*pair):
        return of_texts(*pair, KNOWN.common_of(one, other), days)
    return of_headlines(*pair, days)


def test_odds_are_symmetric_and_fade_with_the_days():
    assert odds(DUTIES, RAISED) == odds(RAISED, DUTIES)
    assert odds(DUTIES, RAISED) > odds(DUTIES, RAISED, days=5)
    assert odds(DUTIES, RAISED) > odds(DUTIES, OTHER)


def test_the_same_said_of_another_thing_counts_against_one_event():
    steel = told(20, "Northland raises duty on imported pipe")
    again = told(21, "Duty on imported pipe raised in Northland")
    garlic = told(22, "Northland raises duty on imported garlic")
    assert odds(steel, again) > odds(steel, garlic)


def test_empty_articles_are_no_error():
    assert odds(told(1, ""), told(2, "")) < 0
