"""The period's stories -> the entries of an issue: one for each heading, led by its most telling story."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.digests.select import KNOWN
from monitor.model import Candidate, Development, Outlet
from monitor.pipeline.issuing.candidates import Built, carried
from monitor.settings import WeightSettings
from monitor.stories import Features
from monitor.stories.headings import headings
from monitor.stories.rank import breadth, rank

# Every two reports are compared: 600 stories take about a second and 70 MB, 1,600 ten seconds and 435 MB. Beyond the highest-ranking
# ones, which a flood of entries makes and no issue shows, each story stands alone.
JOINED_MOST = 600
REPORTS_MOST = 5  # of a story, the first: they say the same
_BEST = ("relevance", "novelty", "consequence", "recency")  # of a heading: what its best story has


def entries(
    built: Sequence[Built], before: Iterable[Features], weights: WeightSettings
) -> tuple[Candidate, ...]:
    """Return a candidate for every heading, in the order of its lead's story ids; what is known stands alone.

    The lead is the story of the highest rank, its age aside, weighed by how central it is: what all reports of the heading speak
    of. `before` are the relevant articles of the weeks before.
    """
    ranked = sorted(
        built,
        key=lambda each: (each.candidate.status == KNOWN, -each.candidate.rank, each.candidate.story_id),
    )
    fresh = [each for each in ranked[:JOINED_MOST] if each.candidate.status != KNOWN]
    found = headings([each.reports[:REPORTS_MOST] for each in fresh], before)
    alone = [each.candidate for each in ranked[len(fresh) :]]
    for group in found.groups:
        leads = {place: _leads(fresh[place].candidate, weights) * found.central[place] for place in group}
        ordered = sorted(group, key=lambda place: (-leads[place], fresh[place].candidate.story_id))
        alone.append(_entry([fresh[place] for place in ordered], weights))
    return tuple(sorted(alone, key=lambda candidate: candidate.story_id))


def _leads(candidate: Candidate, weights: WeightSettings) -> float:
    """How high a story would rank if all were of one age."""
    return rank({name: part for name, part in candidate.rank_parts if name != "recency"}, weights)


def _entry(stories: Sequence[Built], weights: WeightSettings) -> Candidate:
    """The first story with the others under it; what carries a heading is what all its newsrooms carry."""
    lead = stories[0].candidate
    if len(stories) == 1:
        return lead
    newsrooms = [newsroom for story in stories for newsroom in story.newsrooms]
    every = [dict(story.candidate.rank_parts) for story in stories]
    parts = dict(lead.rank_parts)
    parts |= {name: max(each[name] for each in every) for name in _BEST} | {
        "breadth": breadth(carried(newsrooms))
    }
    outlets: dict[str, Outlet] = {}
    for story in stories:
        for outlet in story.candidate.outlets:
            outlets.setdefault(outlet.name, outlet)
    return replace(
        lead,
        outlets=tuple(outlets.values()),
        newsrooms=len(set(newsrooms)),
        rank=rank(parts, weights),
        rank_parts=tuple(parts.items()),
        developments=tuple(
            sorted(map(_development, stories[1:]), key=lambda each: (each.published, each.story_id))
        ),
    )


def _development(story: Built) -> Development:
    candidate = story.candidate
    return Development(
        story_id=candidate.story_id,
        status=candidate.status,
        headline=candidate.headline,
        url=candidate.url,
        published=candidate.published,
        outlet=candidate.outlet,
        article_ids=candidate.article_ids,
        urls=candidate.urls,
        rank=candidate.rank,
        whats_new=candidate.whats_new,
        facts=candidate.facts,
        changes=candidate.changes,
        earlier_issue=candidate.earlier_issue,
        follows=candidate.follows,
        language=candidate.language,
        feed=candidate.feed,
    )
