from __future__ import annotations

from monitor.stories import describe
from monitor.stories.pairs import of_headlines, retold
from tests.stories.samples import DUTIES, OTHER, RAISED, item, told, window

KNOWN = window(item(DUTIES, story=7), item(OTHER, story=8))


def odds(a, b, days=0.0):
    return of_headlines(KNOWN.weighed(describe(a)), KNOWN.weighed(describe(b)), days)


def test_odds_are_symmetric_and_fade_with_the_days():
    assert odds(DUTIES, RAISED) == odds(RAISED, DUTIES)
    assert odds(DUTIES, RAISED) > odds(DUTIES, RAISED, days=5)
    assert odds(DUTIES, RAISED) > odds(DUTIES, OTHER)


def test_the_same_said_of_another_thing_counts_against_one_event():
    steel = told(20, "Northland raises duty on imported pipe")
    again = told(21, "Duty on imported pipe raised in Northland")
    garlic = told(22, "Northland raises duty on imported garlic")
    assert odds(steel, again) > odds(steel, garlic)


def told_again(a, b):
    return retold(KNOWN.weighed(describe(a)), KNOWN.weighed(describe(b)))


def test_a_headline_is_told_again_in_other_words():
    truce = told(20, "Northland and Eastland agree on ceasefire over cheese")
    other = told(21, "Eastland, Northland declare cheese truce")
    strange = told(22, "Tram line opens in Harbour Town")
    assert told_again(other, truce) > 0.7
    assert told_again(strange, truce) == 0
    assert told_again(truce, truce) <= 1


def test_a_headline_that_tells_little_proves_little():
    assert told_again(told(20, "Cheese"), told(21, "Cheese")) < 0.7
    assert told_again(told(1, ""), told(2, "")) == 0


def test_empty_articles_are_no_error():
    assert odds(told(1, ""), told(2, "")) < 0
