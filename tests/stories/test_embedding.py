"""A vector of a sentence encoder is kept in 8 bits a number, and tells how alike two headlines are."""

from __future__ import annotations

import json
from math import sqrt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.stories.embedding import Embedding, cosine
from monitor.stories.features import Features, describe_text
from tests.make import AT

vectors = st.lists(st.floats(-1, 1), min_size=8, max_size=8)
wide = st.lists(st.floats(-1, 1, width=16, allow_subnormal=False), min_size=8, max_size=8)


def of(vector, model="m"):
    return Embedding.of(vector, model=model)


def exact(a, b):
    lengths = sqrt(sum(x * x for x in a) * sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / lengths if lengths else 0.0


@given(wide, wide)
def test_eight_bits_keep_the_cosine(a, b):
    assert cosine(of(a), of(b)) == pytest.approx(exact(a, b), abs=0.03)
    assert cosine(of(a), of(b)) == cosine(of(b), of(a))


@given(vectors)
@example([5e-324] + [0.0] * 7)
def test_it_survives_being_stored(vector):
    made = of(vector)
    again = Embedding.of_json(json.loads(json.dumps(made.to_json())))
    assert again == made
    assert cosine(again, made) == cosine(made, made)


def test_the_scale_of_a_vector_does_not_matter():
    assert of([0.1, -0.2, 0.3]) == of([1, -2, 3])


def test_vectors_of_two_models_are_never_compared():
    one, other = of([1.0, 0.0], "m1"), of([1.0, 0.0], "m2")
    assert cosine(one, other) is None
    assert cosine(one, None) is None
    assert cosine(one, one) == pytest.approx(1)


def test_features_keep_it_and_without_it_are_what_they_were():
    plain = describe_text("Northland taxes cheese", "", AT.date())
    assert "e" not in plain.to_json()
    assert Features.of_json(plain.to_json()) == plain
    whole = plain.with_embedding(of([0.5, -0.5]))
    assert Features.of_json(json.loads(json.dumps(whole.to_json()))) == whole
    assert {key: value for key, value in whole.to_json().items() if key != "e"} == plain.to_json()
