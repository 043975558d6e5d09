from __future__ import annotations

import pytest

from monitor.model import Seed
from monitor.settings import FacetSettings, TopicSettings
from monitor.topics import build_profile, passes_gate
from tests.make import article

FACETS = tuple(FacetSettings(name=n, aliases=(n,)) for n in ("north", "fish", "law"))
PROFILE = build_profile(TopicSettings(id="t", title="T", sentence="T", facets=FACETS), [])
UNEQUAL = build_profile(
    TopicSettings(
        id="t",
        title="T",
        sentence="T",
        facets=(
            FacetSettings(name="Greece", aliases=("greece", "athens"), weight=0.8),
            FacetSettings(name="Chile", aliases=("chile", "santiago"), weight=1.4),
            FacetSettings(name="Fish", aliases=("quota*", "net?"), weight=0.8),
        ),
    ),
    [],
)
LONG = "and so on for many more words that say nothing at all about the matter at hand today"


def test_one_facet_is_enough_for_a_headline_and_two_are_needed_with_a_summary():
    assert passes_gate(article(title="North wind", summary=""), PROFILE)
    assert not passes_gate(article(title="North wind", summary=LONG), PROFILE)
    assert passes_gate(article(title="North wind", summary=f"fish {LONG}"), PROFILE)
    assert not passes_gate(article(title="Opera", summary=""), PROFILE)


@pytest.mark.parametrize(
    ("headline", "passes"),
    [
        ("Santiago opens a museum", True),  # the heaviest facet
        ("Quotas fall again", True),  # a matter, plainly
        ("Net result of a long night", False),  # a matter, weakly
        ("Athens opens a museum", False),  # a lighter country
        ("Athens casts its net", False),
        ("Athens raises quotas", True),
    ],
)
def test_a_headline_must_touch_a_facet_that_is_telling_on_its_own(headline, passes):
    assert passes_gate(article(title=headline, summary="Read all of it here"), UNEQUAL) is passes


def test_a_summary_counts_every_facet_alike():
    assert passes_gate(article(title="Athens casts its net", summary=LONG), UNEQUAL)
    assert not passes_gate(article(title="Santiago opens a museum", summary=LONG), UNEQUAL)


def test_a_topic_without_facets_fetches_everything():
    learnt = build_profile(
        TopicSettings(id="t", title="T", sentence="Grain"), [Seed(name="s", title="Rye", text="Oats.")]
    )
    assert passes_gate(article(title="Opera"), learnt)
