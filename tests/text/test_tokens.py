from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.chinese.characters import is_han
from monitor.text.tokens import terms, words


def test_the_country_is_not_the_pronoun():
    assert words("US tells us: the U.S. and U. S. -China trade, U.S.A.") == [
        "US", "tells", "us", "the", "US", "and", "US", "China", "trade", "US",
    ]  # fmt: skip
    assert terms("US tells us") == ["US", "tell"]


def test_possessives_and_stop_words_go():
    assert terms("China's ministry said that Trump’s tariffs are unfair") == [
        "china",
        "ministri",
        "trump",
        "tariff",
        "unfair",
    ]


def test_a_quotation_mark_that_lost_its_space_parts_words():
    assert words("US-China'trade war' and China'phase one'deal") == [
        "US", "China", "trade", "war", "and", "China", "phase", "one", "deal",
    ]  # fmt: skip
    assert words("U. S.'rumors', China’s'threat'") == ["US", "rumors", "China", "threat"]


def test_an_apostrophe_inside_a_word_stays():
    told = "don't O'Brien Xi'an Qur'an d'état rock'n'roll they're couldn’t've"
    assert words(told) == told.split()


@given(st.text("abdtz", min_size=3), st.text("abdtz", min_size=3), st.sampled_from("'’"))
def test_longer_words_on_both_sides_of_a_mark_are_two(left, right, mark):
    assert words(f"{left}{mark}{right}") == [left, right]


def test_numbers_have_one_spelling():
    assert terms("1,000 bn") == terms("1000 billion") == ["1000", "billion"]


def test_chinese_becomes_pairs():
    assert words("中国加征关税, tariffs") == ["中国加征关税", "tariffs"]
    assert terms("加征关税") == ["加征", "征关", "关税"]
    assert terms("税") == ["税"]


def test_han_is_told_from_latin():
    assert is_han("关税")
    assert not is_han("tariff")


@given(st.text())
def test_any_text_gives_words_that_stand_in_it(text):
    plain = text.replace("U.", "").replace("U. ", "")
    assert all(word in plain for word in words(plain))
    assert all(terms(plain))
