from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.vectors import Vocabulary, cosine, counts, mean, top, unit, weigh

vectors = st.dictionaries(st.sampled_from("abcdef"), st.floats(0.01, 100), min_size=0).map(unit)


def test_rare_terms_weigh_more():
    vocabulary = Vocabulary.of([["a", "b", "a"], ["a"], ["a", "c"]])
    assert vocabulary.frequencies == {"a": 3, "b": 1, "c": 1}
    assert vocabulary.idf("a") == 0
    assert vocabulary.idf("b") == math.log(4 / 2)
    assert vocabulary.idf("unseen") == math.log(4)


def test_an_empty_collection_weighs_all_terms_alike():
    assert Vocabulary(0, {}).idf("a") == 1
    assert weigh({"a": 1, "b": 1}, Vocabulary(0, {})) == pytest.approx(
        {"a": math.sqrt(0.5), "b": math.sqrt(0.5)}
    )


def test_a_repeated_term_counts_less_than_twice():
    weighed = weigh(counts(["a", "a", "b"]), Vocabulary(0, {}))
    assert 1 < weighed["a"] / weighed["b"] < 2


def test_top_and_mean():
    assert top({"a": 1.0, "b": 2.0, "c": 2.0}, 2) == {"b": 2.0, "c": 2.0}
    assert mean([{"a": 1.0}, {"b": 1.0}]) == pytest.approx({"a": math.sqrt(0.5), "b": math.sqrt(0.5)})
    assert mean([]) == {}


@given(vectors, vectors)
def test_cosine_is_symmetric_and_in_range(a, b):
    assert cosine(a, b) == cosine(b, a)
    assert -1e-9 <= cosine(a, b) <= 1 + 1e-9
    assert not a or math.isclose(cosine(a, a), 1)
