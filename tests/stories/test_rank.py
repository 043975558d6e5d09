from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.settings import WeightSettings
from monitor.stories import rank

BASE = {
    "relevance": 0.8,
    "novelty": 0.7,
    "newsrooms": 3,
    "trust": 1.0,
    "age": timedelta(days=2),
    "weights": WeightSettings(),
}


def value(**values):
    return rank(**(BASE | values))[0]


@pytest.mark.parametrize(
    ("name", "better"),
    [("relevance", 0.9), ("novelty", 0.9), ("newsrooms", 5), ("trust", 1.5), ("age", timedelta(days=1))],
)
def test_each_part_lifts_the_rank_and_a_weight_of_zero_switches_it_off(name, better):
    assert value(**{name: better}) > value()
    part = {"newsrooms": "breadth", "trust": "source", "age": "recency"}.get(name, name)
    off = WeightSettings(**{part: 0})
    assert value(**{name: better}, weights=off) == value(weights=off)


def test_the_parts_are_told():
    parts = dict(rank(**BASE)[1])
    assert list(parts) == ["relevance", "novelty", "breadth", "source", "recency"]
    assert parts["relevance"] == 0.8
    assert 0 < parts["breadth"] < 1


def test_ten_newsrooms_are_enough_and_nothing_is_silenced():
    assert value(newsrooms=10) == value(newsrooms=40)
    assert value(novelty=0.0) > 0
    assert value(age=timedelta(days=-1)) == value(age=timedelta())
