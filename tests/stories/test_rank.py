from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.settings import WeightSettings
from monitor.stories.rank import breadth, rank, recency

BASE = {
    "relevance": 0.8,
    "novelty": 0.7,
    "breadth": 0.6,
    "consequence": 0.75,
    "source": 0.9,
    "recency": 0.5,
    "distinctness": 0.6,
}


def value(weights=None, **parts):
    return rank(BASE | parts, weights or WeightSettings())


@pytest.mark.parametrize("name", BASE)
def test_each_part_lifts_the_rank_and_a_weight_of_zero_switches_it_off(name):
    better = {name: BASE[name] + 0.1}
    assert value(**better) > value()
    off = WeightSettings(**{name: 0})
    assert value(off, **better) == value(off)


def test_every_weight_of_a_topic_file_names_a_part():
    assert set(WeightSettings.model_fields) == BASE.keys()


def test_ten_newsrooms_are_enough_and_nothing_is_silenced():
    assert 0 < breadth(1) < breadth(3) < breadth(10) == breadth(40) == 1
    assert value(novelty=0.0) > 0


def test_an_article_of_the_future_is_as_fresh_as_one_of_now():
    assert recency(timedelta(days=-1)) == recency(timedelta()) == 1 > recency(timedelta(days=1))
