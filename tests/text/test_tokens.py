from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from monitor.text.tokens import is_han, terms, words


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
