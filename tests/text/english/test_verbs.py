"""Verbs as headlines use them: which forms a list of base forms finds, and which it leaves alone."""

from __future__ import annotations

import pytest

from monitor.text.english import verbs

LISTED = "scrap strike/struck_down agree carry push"


@pytest.mark.parametrize(
    "headline",
    [
        "Ministry scraps duty",
        "Ministry scrapped duty",
        "Lawmakers scrap duty",
        "Court struck down the ban",
        "Court strikes down the ban",
        "Firm carries cargo",
        "Firm carried cargo",
        "Group pushes ahead",
        "Both sides agree on a date",
    ],
)
def test_what_happened_is_found_in_the_forms_of_headlines(headline):
    assert verbs.told(LISTED).search(headline)


@pytest.mark.parametrize(
    "headline",
    ["Scrap metal is dear", "Scrapped duty returns", "Court strikes a balance", "They will agree on a date"],
)
def test_nouns_first_words_and_what_is_still_to_come_are_no_acts(headline):
    assert not verbs.told(LISTED).search(headline)


def test_behind_to_and_will_stands_the_base_form():
    assert verbs.to_come(LISTED).search("Ministry to scrap duty")[0] == "scrap"
    assert verbs.to_come(LISTED).search("Court to strike down ban")[0] == "strike down"
    assert not verbs.to_come(LISTED).search("Ministry scrapped duty")


def test_a_space_inside_an_expression_is_written_as_an_underscore():
    found = verbs.any_of("wall_street stocks?", before="(?<!no )")
    assert [m[0] for m in found.finditer("Wall Street sees stock, no stocks")] == ["Wall Street", "stock"]
