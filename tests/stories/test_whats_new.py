from __future__ import annotations

from monitor.stories import Teller, describe, document, whats_new
from tests.stories.samples import DUTIES, RAISED, item, told, window


def verdict(members, *known, was_told=True):
    tellers = [Teller(m, describe(m)) for m in members]
    memory = window(*known)
    return whats_new(tellers, memory.items, memory, was_told=was_told)


def test_a_told_story_is_updated_by_a_really_new_sentence():
    found = verdict([RAISED], item(DUTIES, story=7), item(DUTIES, kind="issue", issue=3))
    assert found.status == "updated"
    assert found.sentences[0][:2] == (2, "Southland's premier Jon Berg called off his visit to the capital.")
    assert [(c.old, c.new) for c in found.changes] == [("10 percent", "25 percent")]
    assert "Jon Berg" in found.why


def test_a_told_story_without_news_is_known():
    retold = told(4, "Duty of 10 percent on Southland cheese in Northland", DUTIES.text, days=2)
    found = verdict([retold], item(DUTIES, story=7), item(DUTIES, kind="issue", issue=3))
    assert found.status == "known"
    assert found.why == "nothing that was not sent already"
    assert found.nearest is not None


def test_a_headline_alone_can_update_a_story():
    sent = item(told(1, "Northland puts duty on Southland cheese"), kind="issue", issue=3)
    assert verdict([told(2, "Southland cheese hit by Northland duty", days=1)], sent).status == "known"
    assert (
        verdict([told(2, "Southland premier Berg cancels visit over Northland duty", days=1)], sent).status
        == "updated"
    )


def test_a_story_never_told_is_new():
    assert verdict([DUTIES], was_told=False).status == "new"


def test_shown_sentences_are_verbatim_and_do_not_repeat_one_another():
    again = told(6, RAISED.title, RAISED.text.replace("Dairy", "Many dairy"), days=3)
    found = verdict([RAISED, again], item(DUTIES, story=7))
    documents = {2: document(RAISED), 6: document(again)}
    assert all(sentence in documents[number] for number, sentence, _ in found.sentences)
    assert len({sentence for _, sentence, _ in found.sentences}) == len(found.sentences)
    assert [s.count("Berg") for _, s, _ in found.sentences].count(1) == 1


def test_sentences_about_the_topic_come_first():
    off = told(
        4, "Evening notes", "The opera sang an old tune twice. Cheese prices doubled in every single shop."
    )
    tellers = [Teller(off, describe(off))]
    memory = window()
    found = whats_new(tellers, memory.items, memory, topic_terms=frozenset({"chees"}))
    assert found.sentences[0][1].startswith("Cheese")


def test_halves_of_a_sentence_broken_over_a_paragraphs_end_are_never_shown():
    broken = told(
        4,
        "Cheese duty",
        "Northland will charge a duty on all cheese that comes over the border from the\nSouthland hills after the first "
        "of March. Premier Jon Berg called off his visit to the capital.",
    )
    shown = [sentence for _, sentence, _ in verdict([broken], was_told=False).sentences]
    assert shown == ["Premier Jon Berg called off his visit to the capital."]


def test_figures_of_which_nobody_can_tell_which_replaced_which_are_no_change():
    two = told(
        5, RAISED.title, RAISED.text.replace("25 percent on", "25 percent, and later 30 percent, on"), days=3
    )
    assert verdict([two], item(DUTIES, story=7)).changes == ()
