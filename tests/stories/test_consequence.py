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
        ("Ruritania finance minister Aso: zinc quarrel no crisis", WORDS),
        ("Zinc chief: Arcadia has raised tariffs", TOLD_ACT),
        ("Zinc quarrel: Arcadia raises tariffs", ACT),
        ("From ore to ingot: Arcadia raises tariffs", ACT),
        ("Arcadian stocks fall as tariffs on zinc begin", COMMENT),
        ("Explainer: what the tariffs on zinc mean", COMMENT),
        ("Will Ruritania raise tariffs on zinc?", COMMENT),
        ("阿卡迪亚对锌征收关税", PROSPECT),
        ("", PROSPECT),
    ],
)
def test_an_act_counts_more_than_its_prospect_words_and_comments(headline, expected):
    assert consequence(headline) == expected


VIEW = "Zinc is the soul of Ruritania. Its smelters have stood up to worse. Nobody should bet against them."


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("Ruritania imposes tariffs on Arcadian zinc", PROSPECT),
        ("Ruritania is ready to meet the costs of the quarrel", WORDS),
        ("Arcadia warns of harm to smelters", WORDS),
        ("Arcadian stocks fall as tariffs on zinc begin", COMMENT),
    ],
)
def test_a_piece_that_reports_nothing_counts_a_step_less(headline, expected):
    assert consequence(headline, VIEW) == expected
    for report in ("The ministry said so. ", "It did so on Friday. ", "On March 3 it did. "):
        assert consequence(headline, report + VIEW) == consequence(headline)


@pytest.mark.parametrize(
    "text", ["锌是国家的灵魂。冶炼厂经受过更坏的。", "Zink ist die Seele Ruritaniens. Niemand wette dagegen."]
)
def test_texts_of_other_languages_are_taken_for_reports(text):
    assert consequence("Ruritania imposes tariffs on Arcadian zinc", text) == ACT


def test_the_scale_falls_from_acts_to_comments():
    assert ACT > TOLD_ACT > PROSPECT > WORDS > COMMENT > 0
