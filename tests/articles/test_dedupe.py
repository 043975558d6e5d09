from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.articles.dedupe import Originals, Text, plain_title
from monitor.text.shingles import fingerprints
from tests.make import AT

BODY = [f"word{i}" for i in range(400)]
OTHER = [f"other{i}" for i in range(400)]


def text(number, words=(), title="A title of its own", days=0):
    marks = fingerprints(words or title.split())
    return Text(
        article_id=number,
        title=f"{title}",
        published=AT + timedelta(days=days),
        words=len(words),
        fingerprints=marks,
    )


def originals(*texts):
    found = Originals()
    for each in texts:
        assert found.find(each) is None
        found.add(each)
    return found


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        (BODY, "copy"),
        (BODY[:120], "copy"),
        ([w for i, w in enumerate(BODY) if i % 12], "copy"),
        (OTHER[:60] + BODY + OTHER[60:100], "update"),
        (BODY + OTHER[:300], "update"),
    ],
    ids=["verbatim", "shortened", "words dropped", "embedded", "longer"],
)
def test_a_copy_is_found_whatever_was_done_to_it(words, verdict):
    known = originals(text(1, BODY, "First title here"), text(2, [f"x{i}" for i in range(300)], "Second one"))
    found = known.find(text(3, words, "Another title"))
    assert (found.original, found.verdict) == (1, verdict)
    assert 0.3 <= found.containment <= 1


def test_another_text_on_the_same_event_is_no_copy():
    mixed = [w for pair in zip(BODY[:150], OTHER[:150], strict=True) for w in pair]
    assert originals(text(1, BODY)).find(text(2, mixed, "Other words")) is None


def test_a_report_run_by_forty_papers_stays_a_copy():
    known = originals(text(0, BODY))
    for number in range(1, 41):
        assert known.find(text(number, BODY)).original == 0


def test_boilerplate_alone_makes_no_copy():
    foot = [f"foot{i}" for i in range(60)]
    texts = [
        text(n, [f"t{n}w{i}" for i in range(90)] + foot, f"Report {n} of its own kind") for n in range(30)
    ]
    known = Originals()
    for each in texts:
        known.add(each)
    assert known.find(text(99, [f"t99w{i}" for i in range(90)] + foot, "Ninety nine")) is None


@pytest.mark.parametrize(
    ("first", "second", "days", "same"),
    [
        (
            "Beijing answers new duties with levies",
            "Beijing answers new duties with levies - Harbour Ledger",
            0,
            True,
        ),
        ("Beijing answers new duties with levies", "BEIJING ANSWERS NEW DUTIES, WITH LEVIES", 2, True),
        ("Beijing answers new duties with levies", "Beijing answers new duties with levies", 5, False),
        (
            "Minister says the new duties are a mistake today",
            "Minister says new duties are a mistake today",
            0,
            True,
        ),
        (
            "Steel profit in quarter 1 beats all forecasts",
            "Steel profit in quarter 2 beats all forecasts",
            0,
            False,
        ),
        (
            "Northland bans the new harbour ferries from its waters after sinking",
            "Southland bans the new harbour ferries from its waters after sinking",
            0,
            False,
        ),
        (
            "Northland bans the new harbour ferries from its waters after sinking",
            "Northland banned new harbour ferries from its waters after the sinking",
            0,
            True,
        ),
        ("Morning briefing", "Morning briefing", 0, False),
        (
            "Beijing answers new duties with levies",
            "Duties and levies: what Beijing may answer next",
            0,
            False,
        ),
    ],
)
def test_headlines_are_compared_by_their_words(first, second, days, same):
    found = originals(text(1, (), first)).find(text(2, (), second, days=days))
    assert (found is not None) is same


def test_a_headline_finds_the_article_with_its_title():
    found = originals(text(1, BODY, "Beijing answers new duties with levies")).find(
        text(2, (), "Beijing answers new duties with levies")
    )
    assert (found.original, found.verdict) == (1, "copy")


def test_two_articles_with_one_title_and_other_texts_are_two():
    assert (
        originals(text(1, BODY, "What we know so far today")).find(
            text(2, OTHER, "What we know so far today")
        )
        is None
    )


def test_what_was_dropped_is_forgotten():
    known = originals(text(1, BODY), text(2, (), "Beijing answers new duties with levies"))
    for number in (1, 2, 2, 77):
        known.drop(number)
    assert known.find(text(3, BODY)) is None
    assert known.find(text(4, (), "Beijing answers new duties with levies")) is None


def test_a_plain_title_has_no_outlet_and_no_case():
    assert (
        plain_title("Duties “rise” – The Ledger")
        == plain_title("DUTIES RISE | Harbour News")
        == "duties rise"
    )


def test_the_same_question_has_another_answer_once_the_original_is_known_or_gone():
    found, late = originals(), text(2, BODY)
    assert found.find(late) is None
    found.add(text(1, BODY))
    assert found.find(late).original == 1
    found.drop(1)
    assert found.find(late) is None


VOCABULARY = [f"w{n}" for n in range(7)]
TEXTS = st.lists(
    st.tuples(st.lists(st.sampled_from(VOCABULARY), max_size=60), st.integers(0, 4)), min_size=1, max_size=30
)


@given(rows=TEXTS, data=st.data())
def test_what_is_found_depends_on_what_is_held_alone(rows, data):
    """The law: order, lots, and what came and went leave no trace."""
    texts = [
        text(n, words, f"Title number {days} of five words", days) for n, (words, days) in enumerate(rows)
    ]
    held = data.draw(st.sets(st.sampled_from(range(len(texts)))))
    plain, moved = Originals(), Originals()
    for each in sorted(held):
        plain.add(texts[each])
    for each in data.draw(st.permutations(texts)):
        moved.add(each)
    moved._shingles.settle()
    for each in texts[::2]:
        moved.drop(each.article_id)
    moved.add_many(each for each in texts[::2] if each.article_id in held)
    for each in texts[1::2]:
        if each.article_id not in held:
            moved.drop(each.article_id)
    assert moved.ids == plain.ids == held
    for words, days in rows:
        asked = text(99, words, f"Title number {days} of five words", days)
        assert moved.find(asked) == plain.find(asked)


def test_many_at_once_are_held_as_one_after_the_other():
    texts = [
        text(n, [f"t{n % 300}w{i}" for i in range(40)], f"Title of report number {n}") for n in range(600)
    ]
    one, other = Originals(), Originals()
    other.add_many(texts)
    for each in texts:
        one.add(each)
    for asked in (text(999, [f"t{n}w{i}" for i in range(40)], "Another") for n in range(0, 320, 7)):
        assert one.find(asked) == other.find(asked)
