"""A profile and a background as they would be without one of the seeds: what an answered article that became a seed is judged with.

Judged by itself it would be as close as can be, and its answer would tell nothing of where the line should lie. Theme and
centroid are learnt again from the other seeds; the scale and the line stay. A topic with its own facets is judged by those.
"""

from __future__ import annotations

from dataclasses import replace

from monitor.model import Seed, TopicProfile
from monitor.topics import seeded
from monitor.topics.background import Background
from monitor.topics.reading import read


def without_seed(
    profile: TopicProfile, background: Background, seed: Seed
) -> tuple[TopicProfile, Background]:
    """The same two without `seed`; unchanged where it is the only one, or facets say what the topic is."""
    rest = tuple(each for each in profile.seeds if each != seed)
    if not rest or not profile.facets_learnt or not background.documents:
        return profile, background
    readings = [read(each.title, each.text) for each in rest]
    learnt = seeded.learn(
        readings,
        profile.sentence,
        background.vocabulary(),
        background.usual_words,
        is_mixed=any(not each.is_known for each in profile.seeds),
    )
    alone = replace(background, theme=tuple(learnt.theme), centroid=tuple(learnt.centroid))
    return replace(profile, seeds=rest), alone
