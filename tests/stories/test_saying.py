from __future__ import annotations

import pytest

from monitor.stories.saying import STANCE, can_be_news, weight
from tests.make import AT


@pytest.mark.parametrize(
    "said",
    [
        "A crane lifts a container in the harbour of Bergen on Monday. (Photo from Wire)",
        "File photo: cheese makers in Southland.",
        "Ada Holm in Bergen contributed to this story.",
        "Will the truce hold?",
        "“Will the truce hold?”",
    ],
)
def test_captions_credits_and_questions_are_no_news(said):
    assert not can_be_news(said, 0, len(said))


def test_a_sentence_before_a_credit_is_a_caption():
    caption = "A crane lifts a container in the harbour of Bergen on Monday."
    assert not can_be_news(f"{caption}\n[Photo/Wire] The port shut.", 0, len(caption))
    assert can_be_news(f"{caption} The port shut.", 0, len(caption))


def test_stances_and_figures_of_past_years_count_less():
    plain = weight("Northland raised the duty on cheese to 25 percent.", AT.date())
    assert plain == 1
    assert weight("Southland hopes that both sides should talk.", AT.date()) == STANCE
    assert weight("Southland sold cheese for $3 million in 2017.", AT.date()) < plain
    assert weight(f"Southland sold cheese for $3 million in {AT.year}.", AT.date()) == plain


@pytest.mark.parametrize(
    "said",
    [
        "If free trade is threatened, the whole process will be disrupted.",
        "Such action has gravely violated the principles of the body.",
        "This is unilateralism, the spokesman added on Monday.",
    ],
)
def test_rhetoric_counts_as_a_stance(said):
    assert weight(said, AT.date()) == STANCE
