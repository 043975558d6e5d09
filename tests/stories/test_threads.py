"""Does a story go on with one that was told weeks ago? Everything is invented."""

from __future__ import annotations

from monitor.stories import followed
from tests.stories.samples import describe, item, told, window

KNOWN = window(
    item(told(1, "Southland puts duty on Northland cheese, citing subsidies"), story=7),
    item(told(2, "Northland cheese makers lose first Southland orders"), story=8),
    item(told(3, "Southland and Northland hold trade talks on fish"), story=9),
)


def test_a_bare_headline_goes_on_with_what_it_clearly_resembles_and_not_with_what_shares_the_topic():
    step = told(4, "Southland doubles duty on Northland cheese, citing subsidies", days=20)
    other = told(5, "Northland and Southland trade row worries toy makers", days=20)
    assert followed([describe(step)], KNOWN, {7, 8, 9}) == 7
    assert followed([describe(other)], KNOWN, {9}) is None


def test_what_no_issue_told_is_followed_by_nothing():
    step = told(4, "Southland doubles duty on Northland cheese, citing subsidies", days=20)
    assert followed([describe(step)], KNOWN, {8}) is None
