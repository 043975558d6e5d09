from __future__ import annotations

import pytest

from monitor.errors import SeedError
from monitor.model import Seed
from monitor.settings import FacetSettings, ThemeSettings, TopicSettings
from monitor.text.tokens import terms
from monitor.text.vectors import Vocabulary
from monitor.topics import build_profile

SEEDS = [
    Seed(
        name=f"{i}.md",
        title=f"Kyiv harvest note {i}",
        text=f"Grain leaves Ukraine by rail. Kyiv counts barley again, {word}.",
    )
    for i, word in enumerate(["wheat", "rye", "oats", "maize", "millet"])
]


def topic(**values):
    return TopicSettings(
        **{"id": "grain", "title": "Grain", "sentence": "Grain exports from Ukraine"} | values
    )


def test_facets_of_the_topic_file_are_taken_with_all_languages():
    facet = FacetSettings(
        name="Grain", aliases=("grain",), weight=2, langs={"zh": ("粮食",), "de": ("Getreide",)}
    )
    profile = build_profile(
        topic(facets=(facet,), themes=(ThemeSettings(name="Rail", aliases=("rail",)),)), SEEDS
    )
    assert [(f.name, f.aliases, f.weight) for f in profile.facets] == [
        ("Grain", ("grain", "Getreide", "粮食"), 2)
    ]
    assert [t.name for t in profile.themes] == ["Rail"]
    assert not profile.facets_learnt


def test_without_facets_the_places_all_seeds_name_serve():
    profile = build_profile(topic(), SEEDS)
    assert [f.name for f in profile.facets] == ["Ukraine"]
    assert profile.facets_learnt


def test_the_theme_is_what_the_seeds_share_and_feeds_do_not():
    feeds = Vocabulary.of(
        [terms(t) for t in ["Kyiv tram opens", "rail strike", "barley beer", "new film"] * 50]
    )
    theme = [t for t, _ in build_profile(topic(), SEEDS, feeds).theme]
    assert theme.index("grain") < theme.index("rail")
    assert theme.index("barley") < theme.index("wheat")
    assert "export" in theme  # of the topic sentence only


def test_a_topic_needs_seeds_or_facets():
    with pytest.raises(SeedError, match="neither seeds nor facets"):
        build_profile(topic(), [])
    assert build_profile(topic(facets=(FacetSettings(name="Grain", aliases=("grain",)),)), []).centroid == ()


def test_the_same_seeds_give_the_same_profile():
    assert build_profile(topic(), SEEDS) == build_profile(topic(), SEEDS)
