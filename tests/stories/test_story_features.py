from __future__ import annotations

import json
from dataclasses import replace

from monitor.stories import Features, describe, described, document, to_keep
from monitor.stories.embedding import Embedding
from tests.stories.samples import DUTIES, at, told


def test_features_survive_json():
    found = describe(DUTIES)
    assert Features.of_json(json.loads(json.dumps(found.to_json()))) == found


def test_features_kept_are_those_of_the_article_until_it_is_revised():
    kept = to_keep(DUTIES, describe(told(1, "Something else")))
    assert described(DUTIES, kept) == describe(told(1, "Something else"))
    for change in ({"title": "Another title"}, {"text": "Another text."}, {"published": at(1)}):
        revised = replace(DUTIES, **change)
        assert described(revised, kept) == describe(revised)
    assert (
        described(DUTIES, None)
        == described(DUTIES, json.dumps(describe(DUTIES).to_json()))
        == describe(DUTIES)
    )


def test_the_vector_of_a_headline_is_kept_until_the_article_is_revised():
    encoded = describe(DUTIES).with_embedding(Embedding.of((0.5, -0.5), model="m"))
    kept = to_keep(DUTIES, encoded)
    assert described(DUTIES, kept) == encoded
    assert described(replace(DUTIES, title="Another title"), kept).embedding is None


def test_every_sentence_is_a_slice_of_title_or_text():
    found = describe(DUTIES)
    slices = [document(DUTIES)[s.start : s.end] for s in found.sentences]
    assert slices[0] == DUTIES.title
    assert all(s in DUTIES.text for s in slices[1:])
    assert len(found.body()) == len(slices) - 1


def test_a_headline_is_one_sentence_and_can_be_quoted():
    found = describe(told(1, "An anti-U. S. alliance forms. Or not"))
    assert [(s.start, s.end) for s in found.body()] == [(0, 36)]
    assert found.words == 0


def test_the_summary_serves_where_there_is_no_text():
    found = describe(told(1, "Title here", summary="Ada Holm spoke."))
    assert found.name_terms == (("Ada Holm", "holm"),)


def test_nothing_gives_nothing():
    empty = describe(told(1, ""))
    assert (empty.sentences, empty.places, empty.fingerprints) == ((), {}, ())
