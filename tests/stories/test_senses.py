from __future__ import annotations

from monitor.stories.senses import sense_of, share_of_weight, terms_of_sense
from monitor.text.tokens import term


def test_words_for_one_thing_have_one_sense_and_others_their_own():
    assert sense_of(term("ceasefire")) == sense_of(term("truce"))
    assert sense_of(term("Beijing")) == sense_of(term("China"))
    assert sense_of(term("germanium")) == term("germanium")


def test_a_sense_knows_its_terms():
    sense = sense_of(term("truce"))
    assert {term("ceasefire"), term("armistice"), term("truce")} <= set(terms_of_sense(sense))
    assert all(sense_of(each) == sense for each in terms_of_sense(sense))
    assert terms_of_sense(term("germanium")) == (term("germanium"),)


def test_what_is_done_tells_less_of_an_event_than_to_what():
    assert share_of_weight(sense_of(term("raise"))) < share_of_weight(term("germanium")) == 1
    assert share_of_weight(sense_of(term("China"))) == 1
