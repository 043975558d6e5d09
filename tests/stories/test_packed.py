from __future__ import annotations

import json
from dataclasses import fields
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.stories import Features, describe, describe_text
from monitor.stories.embedding import Embedding
from monitor.stories.packed import AT_HAND, Packed, Shelf, of_store
from monitor.stories.term_weights import PRIOR, Terms
from tests.stories.samples import DUTIES, RAISED

SAID = st.lists(
    st.sampled_from(
        (
            "Northland cut duties by 10 percent.", "Ada Holm spoke of $40 million on 3 May.", "关税将于周一提高。", "", " ", "\x1f",
            "Cod, cod, cod and more cod!", "“No,” said the minister.", "Article 5 applies.",
        )
    ),
    max_size=70,
)  # fmt: skip


def shelf():
    return Shelf(Terms(lambda _: PRIOR / 100))


VECTORS = st.none() | st.lists(st.floats(-1, 1), max_size=8).map(lambda v: Embedding.of(v, model="m"))


@given(title=st.text(max_size=40), said=SAID, vector=VECTORS)
def test_what_is_packed_comes_out_as_it_went_in(title, said, vector):
    features = describe_text(title, " ".join(said), date(2026, 3, 2)).with_embedding(vector)
    on = shelf()
    on.terms.numbers(["some", "earlier", "term"])
    packed = Packed(features.to_json(), on)
    again = packed.features
    for field in fields(Features):
        assert getattr(again, field.name) == getattr(features, field.name)
    assert (again.places, again.loudness) == (features.places, features.loudness)
    assert [on.terms.names[number] for number in packed.numbers] == [*features.places]
    assert {*packed.told_keys} == features.told_keys
    assert (packed.words, tuple(packed.fingerprints)) == (features.words, features.fingerprints)


@given(said=SAID)
def test_what_is_picked_is_what_the_terms_weigh(said):
    features = describe_text("Cod and duties", " ".join(said), date(2026, 3, 2))
    on = shelf()
    packed = Packed(features.to_json(), on)
    shares = [0.0, *(float(number) for number in range(len(on.terms)))]
    expected = sum(
        shares[on.terms[term]] * loud for term, loud in zip(features.places, features.loudness, strict=True)
    )
    assert abs(packed.pick.product(shares) - expected) < 1e-9 * max(1.0, expected)


def test_few_are_at_hand_and_the_others_are_unpacked_again():
    on = shelf()
    first = on.pack(describe(DUTIES))
    kept = first.features
    assert first.features is kept
    for _ in range(AT_HAND):
        on.pack(describe(RAISED))
    assert first.features is not kept
    assert first.features == kept


@pytest.mark.parametrize("vector", [None, "m", ["m"], ["m", 5], ["m", "no base64"], {}])
def test_a_vector_that_cannot_be_read_is_noticed_when_it_is_read_not_when_it_is_compared(vector):
    stored = describe(DUTIES).with_embedding(Embedding.of((0.5, -0.5), model="m")).to_json()
    assert of_store(json.dumps(stored)) == stored
    with pytest.raises((TypeError, ValueError)):
        of_store(json.dumps(stored | {"e": vector}))
