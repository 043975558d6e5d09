"""Acts before words: what headlines tell. Everything is invented."""

from __future__ import annotations

import pytest

from monitor.stories.consequence import ACT, COMMENT, PROSPECT, TOLD_ACT, WORDS, consequence


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Ruritania imposes tariffs on Arcadian zinc", ACT),
        ("Tariffs of both sides take effect at midnight", ACT),
        ("Arcadia sues Ruritania over zinc", ACT),
        ("Minister says Arcadia has banned zinc exports", TOLD_ACT),
        ("Ruritania may tax Arcadian zinc", PROSPECT),
        ("Ruritania is set to raise tariffs on zinc", PROSPECT),
        ("Ruritania to raise tariffs on zinc", PROSPECT),
        ("Ruritania moves to block zinc from Arcadia", ACT),
        ("Zinc in Arcadia", PROSPECT),
        ("Arcadia warns of harm to smelters", WORDS),
        ("Tariffs no answer: ministry", WORDS),
        ("Arcadian stocks fall as tariffs on zinc begin", COMMENT),
        ("Explainer: what the tariffs on zinc mean", COMMENT),
        ("Will Ruritania raise tariffs on zinc?", COMMENT),
        ("阿卡迪亚对锌征收关税", PROSPECT),
        ("", PROSPECT),
    ],
)
def test_an_act_counts_more_than_its_prospect_words_and_comments(headline, expected):
    assert consequence(headline) == expected


def test_the_scale_falls_from_acts_to_comments():
    assert ACT > TOLD_ACT > PROSPECT > WORDS > COMMENT > 0
