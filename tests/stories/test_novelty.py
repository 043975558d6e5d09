from __future__ import annotations

import pytest

from monitor.stories import Window, describe, document, novelty
from monitor.stories.embedding import Embedding
from monitor.stories.novelty import compare
from monitor.stories.pairs import dot
from monitor.stories.term_weights import unit
from tests.stories.samples import DUTIES, OTHER, RAISED, at, item, told, window


def news(of, known):
    return novelty(describe(of), document(of), of.published, known)


def test_an_unknown_event_is_new_and_a_copy_is_not():
    assert news(OTHER, window()).value > 0.8
    again = news(told(9, DUTIES.title, DUTIES.text), window(item(DUTIES)))
    assert again.value < 0.01
    assert not again.is_new


def test_the_receipt_names_new_sentences_facts_and_the_nearest_item():
    found = news(RAISED, window(item(DUTIES), item(OTHER)))
    assert found.sentences[0][0] == "Southland's premier Jon Berg called off his visit to the capital."
    assert found.sentences[-1] == ("Dairy farmers in Southland were angry.", 0.0)
    assert {f.value for f in found.facts} >= {"25 %", "2026-04-01", "Jon Berg"}
    assert "40000000 USD" not in {f.value for f in found.facts}
    assert (found.nearest.kind, found.nearest.article_id) == ("article", 1)
    assert 0.3 < found.nearest.overlap < 0.9


def test_a_changed_figure_is_told_with_its_old_value():
    found = news(RAISED, window(item(DUTIES)))
    assert [(c.old, c.new) for c in found.changes] == [("10 percent", "25 percent")]
    assert "duty" in found.changes[0].what


def test_every_quoted_sentence_stands_in_the_article():
    found = news(RAISED, window(item(DUTIES)))
    assert all(sentence in document(RAISED) for sentence, _ in found.sentences)


def test_seeds_do_not_fade():
    late = told(9, DUTIES.title, DUTIES.text, days=700)
    assert news(late, window(item(DUTIES, kind="seed"))).value < 0.01
    assert news(late, window(item(DUTIES))).value > 0.5


def test_what_was_sent_counts_as_known_and_its_issue_is_named():
    found = news(RAISED, window(item(DUTIES, kind="issue", issue=41)))
    assert (found.nearest.kind, found.nearest.issue) == ("issue", 41)
    assert found.nearest.sentence in document(DUTIES)


def test_a_headline_alone_has_a_novelty():
    known = window(item(told(1, "Northland puts duty on Southland cheese")))
    assert news(told(2, "Southland cheese hit by Northland duty"), known).value < 0.3
    assert news(told(3, "Harbour bridge closes for repair"), known).value > 0.8


def test_a_headline_told_in_other_words_is_known_and_fades_with_the_days():
    first = told(20, "Northland and Eastland agree on ceasefire over cheese")
    known = window(item(first, story=3))
    again, late = (
        told(n, "Eastland, Northland declare cheese truce", days=days) for n, days in ((21, 1), (22, 9))
    )
    other = told(23, "Tram drivers of Harbour Town call off walkout", days=1)
    of = [
        novelty(describe(each), document(each), each.published, known).value for each in (again, late, other)
    ]
    assert of[0] < 0.5 < of[1] < of[2]


def test_first_runs_and_empty_articles_are_no_error():
    assert news(DUTIES, Window()).value == 1
    assert news(told(1, ""), Window()).value == 0
    assert news(told(1, "."), window()).value == 0


def test_the_same_input_gives_the_same_novelty():
    assert news(RAISED, window(item(DUTIES))) == news(RAISED, window(item(DUTIES)))


def test_a_window_forgets_old_articles_but_not_seeds():
    known = Window.of([item(DUTIES, story=1), item(RAISED, story=1), item(OTHER, kind="seed")])
    assert [i.article_id for i in known.expire(at(2))] == [1]
    assert [item.article_id for _, item in known.members(1, 9)] == [2]
    assert len(known) == 2


def test_a_window_that_was_asked_about_an_article_before_it_was_added_weighs_it_alike():
    features = describe(RAISED)
    asked, fresh = window(item(DUTIES, story=1)), window(item(DUTIES, story=1))
    for each in (asked, fresh):
        each.near(features, limit=5)
        each.weighed(features)
    held = item(RAISED, story=2, features=features)
    asked.add(held)
    fresh.add(item(RAISED, story=2))
    one, other = (each.weighed_at(each.members(2, 1)[0][0]) for each in (asked, fresh))
    assert one == other
    assert [(n.number, n.likeness) for n in asked.near(describe(OTHER), limit=40)] == [
        (n.number, n.likeness) for n in fresh.near(describe(OTHER), limit=40)
    ]


def vector(known, features):
    """(1 + ln n) x idf over the terms of an article, norm 1: what the window never works out as a whole."""
    weights = known.weights(features.places)
    return unit({term: weights[term] * loud for term, loud in zip(weights, features.loudness, strict=True)})


def test_what_a_window_finds_in_common_is_what_two_vectors_have_in_common():
    known, features = window(item(DUTIES, story=1), item(RAISED, story=1)), describe(OTHER)
    for near in known.near(features, limit=5):
        found = known.common(features, near.number)
        one, other = known.weighed(features), known.weighed(near.item.features)
        whole = dot(vector(known, features), vector(known, near.item.features))
        assert near.likeness == found.text == pytest.approx(whole)
        assert (found.title, found.names) == (dot(one.title, other.title), dot(one.names, other.names))


@pytest.mark.parametrize("limit", [1, 3, 5, 100])
def test_the_most_alike_are_those_whose_vectors_are(limit):
    known = window(
        item(DUTIES, story=1), item(RAISED, story=1), item(RAISED, story=2), item(OTHER, kind="issue")
    )
    for asked in (DUTIES, RAISED, OTHER):
        features = describe(asked)
        own = vector(known, features)
        others = [each for each in known.items if each.kind != "issue"]
        ordered = sorted(others, key=lambda each: -round(dot(own, vector(known, each.features)), 9))
        assert known.alike(features, limit, but=("issue",)) == ordered[:limit]


def test_an_article_can_be_asked_about_again_when_words_have_come_since():
    known, features = window(item(DUTIES, story=1)), describe(RAISED)
    before = known.near(features, limit=5)
    known.add(item(OTHER, story=2))
    assert [near.number for near in known.near(features, limit=5)][:1] == [before[0].number]


def test_the_closest_earlier_sentence_is_the_one_that_holds_most():
    known = window(item(DUTIES, story=1), item(OTHER, story=2))
    earlier = [sentence for each in known.items for sentence in each.features.sentences]
    for line in compare(describe(RAISED), known.items, known):
        held = [sum(known.idf(t) for t in line.sentence.terms if t in other.terms) for other in earlier]
        shown = sum(known.idf(t) for t in line.sentence.terms if line.earlier and t in line.earlier.terms)
        assert shown == pytest.approx(max(held))


def test_a_sentence_told_before_is_known_however_many_are_like_it():
    lines = [f"Northland takes back duty number {n} on cheese from Southland farms." for n in range(40)]
    earlier = [item(told(n, f"Report {n}", " ".join(lines[10 * n : 10 * n + 10])), story=n) for n in range(4)]
    found = news(told(9, "Another one", " ".join(lines[35:38])), window(*earlier))
    assert [novelty for _, novelty in found.sentences] == [0.0] * 3


def headline_news(of, known, *vector):
    features = describe(of).with_embedding(Embedding.of(vector, model="m") if vector else None)
    return novelty(features, document(of), of.published, known).value


def test_a_headline_whose_meaning_was_told_in_other_words_is_less_new():
    cut = told(1, "Northland cuts cod quota")
    encoded = item(cut, features=describe(cut).with_embedding(Embedding.of((1.0, 0.0, 0.0), model="m")))
    fewer = told(2, "Fewer fish may be landed", days=1)
    known = window(encoded)
    alike, unlike, plain = (
        headline_news(fewer, known, 0.95, 0.3, 0.0),
        headline_news(fewer, known, 0.0, 1.0, 0.0),
        headline_news(fewer, known),
    )
    assert alike < 0.6 < plain
    assert unlike == pytest.approx(plain)


def test_without_vectors_to_compare_with_novelty_is_what_words_say():
    known = window(item(DUTIES), item(told(4, "Northland cuts cod quota")))
    again = told(5, "Cod quota cut by Northland", days=1)
    assert headline_news(again, known, 1.0, 0.0) == headline_news(again, known)
