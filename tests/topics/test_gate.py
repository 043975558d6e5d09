from __future__ import annotations

from monitor.model import Seed
from monitor.settings import FacetSettings, TopicSettings
from monitor.topics import build_profile, passes_gate
from tests.make import article

FACETS = tuple(FacetSettings(name=n, aliases=(n,)) for n in ("north", "fish", "law"))
PROFILE = build_profile(TopicSettings(id="t", title="T", sentence="T", facets=FACETS), [])
LONG = "and so on for many more words that say nothing at all about the matter at hand today"


def test_one_facet_is_enough_for_a_headline_and_two_are_needed_with_a_summary():
    assert passes_gate(article(title="North wind", summary=""), PROFILE)
    assert not passes_gate(article(title="North wind", summary=LONG), PROFILE)
    assert passes_gate(article(title="North wind", summary=f"fish {LONG}"), PROFILE)
    assert not passes_gate(article(title="Opera", summary=""), PROFILE)


def test_a_topic_without_facets_fetches_everything():
    learnt = build_profile(
        TopicSettings(id="t", title="T", sentence="Grain"), [Seed(name="s", title="Rye", text="Oats.")]
    )
    assert passes_gate(article(title="Opera"), learnt)
