from __future__ import annotations

import pytest

from monitor.text.aliases import WEAK, lexicon
from monitor.text.tokens import words


def found(aliases, text):
    return lexicon(tuple(aliases)).hits(words(text))


@pytest.mark.parametrize(
    ("alias", "text", "hits"),
    [
        ("china", "China and china's CHINA", 3),
        ("tariff*", "tariff, Tariffs; tariffed", 3),
        ("tariff", "tariffs", 0),
        ("US", "US tells us", 1),
        ("SMIC", "smic SMIC", 1),
        ("trade war", "a trade war, the trade of war, Trade War", 2),
        ("export control*", "export controls and export control", 2),
        ("U.S.-China", "U.S.-China ties", 1),
        ("tit-for-tat", "a tit-for-tat move", 1),
        ("关税", "中国加征关税，关税升级", 2),
        ("section 301", "Section 301 probe", 1),
        ("5G", "5G networks", 1),
    ],
)
def test_aliases_are_found(alias, text, hits):
    assert sum(found([alias], text).values()) == hits


def test_the_longest_alias_wins_and_uses_its_words_up():
    assert found(["trade", "trade war"], "trade war and trade") == {"trade war": 1, "trade": 1}


def test_wording_can_be_excluded():
    assert found(["china", "-south china sea"], "South China Sea, off China") == {"china": 1}


def test_a_question_mark_makes_weak_evidence():
    hits = lexicon(("deal?", "tariff*")).find(words("tariff deal"))
    assert [(h.name, h.at, h.strength) for h in hits] == [("tariff*", 0, 1.0), ("deal", 1, WEAK)]


def test_nothing_is_found_in_nothing():
    assert found(["china"], "") == {}
    assert found([], "China") == {}
    assert found(["", "-", "*"], "China") == {}


def test_many_different_words_later_the_same_is_found():
    list_ = lexicon(("china", "trade war", "关税"))
    said = words("a trade war with China: 加征关税")
    before = list_.find(said)
    assert [hit.at for hit in before] == [1, 4, 5]
    list_.find([f"w{n}" for n in range(1 << 17)])
    assert list_.find(said) == before
