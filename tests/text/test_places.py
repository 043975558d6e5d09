"""Countries by their names: which facets are a country's, and no name that means two."""

from __future__ import annotations

from collections import Counter

import pytest

from monitor.text.places import PLACES, is_place


@pytest.mark.parametrize("aliases", [("tariff*", "US"), ("中国",), ("kyiv", "anything")])
def test_a_facet_with_a_name_of_a_country_is_a_countrys(aliases):
    assert is_place(aliases)


@pytest.mark.parametrize("aliases", [(), ("tariff*", "duty"), ("Us",), ("chin",)])
def test_other_words_are_no_place(aliases):
    assert not is_place(aliases)


def test_no_name_means_two_countries():
    counted = Counter(alias for aliases in PLACES.values() for alias in aliases)
    assert [alias for alias, n in counted.items() if n > 1] == []
