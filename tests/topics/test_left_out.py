"""An answered article that became a seed is judged as if it were none."""

from __future__ import annotations

from monitor.model import Facet, Seed
from monitor.settings import TopicSettings
from monitor.topics import Judge, build_profile, fit, read, without_seed
from tests import make
from tests.cli.beekeeping import story

SEEDS = [
    Seed(name=str(n), title=title, text="\n".join(text), url=f"http://example.org/{n}")
    for n, (title, text) in enumerate(story("bees", n) for n in range(5))
]
STREAM = [read(t, b[0]) for t, b in (story(s, n) for n in range(30, 90) for s in ("trams", "common"))]
TOPIC = TopicSettings(id="bees", title="Bees", sentence="Beekeeping.")


def test_a_seed_is_closest_to_itself_and_no_closer_than_others_without_it():
    profile = build_profile(TOPIC, SEEDS)
    background = fit(STREAM, profile)
    article = make.article(title=SEEDS[0].title, text=SEEDS[0].text)
    itself = Judge(profile, background).relevance(article)
    others, alone = without_seed(profile, background, SEEDS[0])
    without = Judge(others, alone).relevance(article)
    assert SEEDS[0] not in others.seeds
    assert dict(without.features)["cosine"] < dict(itself.features)["cosine"]
    assert alone.scale == background.scale


def test_the_only_seed_and_a_topic_with_facets_stay_as_they_are():
    profile = build_profile(TOPIC, SEEDS[:1])
    background = fit(STREAM, profile)
    assert without_seed(profile, background, SEEDS[0]) == (profile, background)
    facets = TopicSettings(
        id="bees", title="Bees", sentence="Beekeeping.", facets=[{"name": "Bees", "aliases": ["hives"]}]
    )
    own = build_profile(facets, SEEDS)
    assert own.facets == (Facet(name="Bees", aliases=("hives",)),)
    assert without_seed(own, fit(STREAM, own), SEEDS[0])[0] is own
