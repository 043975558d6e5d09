"""The period's stories -> the entries of an issue: one for each heading, led by its most telling story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from monitor.digests.select import KNOWN, NEW, UPDATED
from monitor.model import Candidate, Development, FormerClaim, Outlet
from monitor.pipeline.issuing.candidates import Built, carried
from monitor.pipeline.issuing.claims import claim_of_candidate, headed_by, is_withdrawn, settled_among
from monitor.settings import WeightSettings
from monitor.stories import Features
from monitor.stories.headings import headings, telling_of
from monitor.stories.rank import breadth, rank
from monitor.stories.standing import settled

# Every two reports are compared: 600 stories take about a second and 70 MB, 1,600 ten seconds and 435 MB. Beyond the highest-ranking
# ones, which a flood of entries makes and no issue shows, each story stands alone.
JOINED_MOST = 600
REPORTS_MOST = 5  # of a story, the first: they say the same
# What a story counts as lead by how central it is, as an exponent. On whole issues of ten labelled weeks, 29 Nov 2026, at 1, 2, 3 and 4 the lead of
# a heading of three reports or more carries the label of most of them in .68, .78, .88 and .88 of headings (docs/notes/headings.md).
_CENTRAL = 3
# ... and by its consequence, beside what that counts in its rank: an act heads what is said of it. At 0, 1, 2 and 3 distinct headings among the
# first five .92, .92, .94, .92, among all .80, .80, .82, .81 (the same weeks and day).
_ACTS = 2
# What a development counts by its consequence, beside what that counts in its rank, when the issue names a few of a heading: acts before
# words. At 0, 1, 2, 3 and 4 main events told .89, .89, .89, .91, .91, leading ones among the first five .95, .98 from 1 on (30 Nov 2026).
_NAMED_ACTS = 3
# How much of its rank a heading gives up that comes as near to one above it as two can without being one. At 0, .3, .5, .7, .8 and .9
# distinct headings among the first five .88, .89, .89, .91, .94, .92, leading main events .93, .95, .95, .95, .95, .92 (the same day).
_LIKENESS_COSTS = 0.7
_BEST = ("relevance", "novelty", "consequence", "recency")  # of a heading: what its best story has


def entries(
    built: Sequence[Built], before: Iterable[Features], weights: WeightSettings
) -> tuple[Candidate, ...]:
    """Return a candidate for every heading, in the order of its lead's story ids; what is known stands alone.

    The lead is the story of the highest rank, its age aside, weighed above all by how central it is: what all reports of the heading
    speak of. `before` are the relevant articles of the weeks before.
    """
    ranked = sorted(
        built,
        key=lambda each: (each.candidate.status == KNOWN, -each.candidate.rank, each.candidate.story_id),
    )
    before = list(before)
    fresh = [each for each in ranked[:JOINED_MOST] if each.candidate.status != KNOWN]
    found = headings([each.reports[:REPORTS_MOST] for each in fresh], before)
    alone = [each.candidate for each in ranked[len(fresh) :]]
    weigh = telling_of([*before, *(report.features for each in fresh for report in each.reports)])
    ordered = []
    group_of: dict[int, int] = {}
    for number, group in enumerate(found.groups):
        group_of |= {fresh[place].candidate.story_id: number for place in group}
        leads = {
            place: _leads(fresh[place].candidate, weights) * found.central[place] ** _CENTRAL
            for place in group
        }
        places = sorted(group, key=lambda place: (-leads[place], fresh[place].candidate.story_id))
        ordered.append([fresh[place] for place in places])
    made = [_entry(stories, weights, weigh) for stories in _rejoined(ordered, weigh)]
    alone += _apart(made, found.near, group_of, weights)
    return tuple(sorted(alone, key=lambda candidate: candidate.story_id))


def _apart(
    made: Sequence[Candidate],
    near: Mapping[tuple[int, int], float],
    group_of: Mapping[int, int],
    weights: WeightSettings,
) -> list[Candidate]:
    """The entries, each with what it counts by how unlike those above it it is: two headings of one event do not both come first.

    `near`: how near two headings came to being one, by their numbers; `group_of`: the number of each story's heading.
    """
    entry_of = {group_of[story]: place for place, entry in enumerate(made) for story in entry.stories}
    beside: dict[int, dict[int, float]] = {place: {} for place in range(len(made))}
    for (one, other), value in near.items():
        a, b = entry_of[one], entry_of[other]
        if a != b:
            beside[a][b] = beside[b][a] = max(value, beside[a].get(b, 0.0))
    parts = [{**dict(entry.rank_parts), "distinctness": 1.0} for entry in made]
    ranks = [rank(each, weights) for each in parts]
    waiting = set(range(len(made)))
    while waiting:
        best = max(
            waiting, key=lambda place: (made[place].is_correction, ranks[place], -made[place].story_id)
        )
        waiting.remove(best)
        for place in waiting & beside[best].keys():
            left = 1 - _LIKENESS_COSTS * min(1.0, beside[best][place])
            if left < parts[place]["distinctness"]:
                parts[place]["distinctness"] = left
                ranks[place] = rank(parts[place], weights)
    return [
        replace(entry, rank=ranks[place], rank_parts=tuple(parts[place].items()))
        for place, entry in enumerate(made)
    ]


def _rejoined(headings_: list[list[Built]], weigh: Callable[[str], float]) -> list[list[Built]]:
    """The headings, of which those are one whose heads claim one thing and settle it: "Truce agreed", days later "Truce expires"."""
    heads = [stories[headed_by([story.candidate for story in stories], weigh)[0]] for stories in headings_]
    into: dict[int, int] = {}
    for old, new in settled([claim_of_candidate(head.candidate) for head in heads], weigh):
        into.setdefault(old, new)
    joined: dict[int, list[Built]] = {}
    for place, stories in enumerate(headings_):
        last, seen = place, {place}
        while last in into and into[last] not in seen:
            last = into[last]
            seen.add(last)
        joined.setdefault(last, []).extend(stories)
    return list(joined.values())


def _leads(candidate: Candidate, weights: WeightSettings) -> float:
    """How high a story would stand among those of its heading if all were of one age and as central."""
    parts = {name: part for name, part in candidate.rank_parts if name != "recency"}
    return float(rank(parts, weights) * parts.get("consequence", 1.0) ** _ACTS)


def _entry(stories: Sequence[Built], weights: WeightSettings, weigh: Callable[[str], float]) -> Candidate:
    """The story whose claim stands with the others under it; what carries a heading is what all its newsrooms carry.

    `stories` stand in the order in which they would lead whatever they claim.
    """
    if len(stories) == 1:
        return stories[0].candidate
    place, replaced = headed_by([story.candidate for story in stories], weigh)
    lead = stories[place].candidate
    others = [story for story in stories if story is not stories[place]]
    among = settled_among([story.candidate for story in others], weigh)
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
        _after_alerts(lead, others),
        outlets=tuple(outlets.values()),
        newsrooms=len(set(newsrooms)),
        rank=rank(parts, weights),
        rank_parts=tuple(parts.items()),
        developments=tuple(
            sorted(
                (_development(story, replaced, among) for story in others),
                key=lambda each: (each.published, each.story_id),
            )
        ),
        replaced=_one_each((*lead.replaced, *replaced)),
    )


def _after_alerts(lead: Candidate, others: Sequence[Built]) -> Candidate:
    """The lead; as an update where it is new and an alert told the heading by another story: the event is nothing new to its readers."""
    sent = [each.candidate.sent_at for each in others if each.candidate.sent_at is not None]
    if lead.status != NEW or not sent:
        return lead
    return replace(lead, status=UPDATED, sent_at=max(sent))


def _one_each(former: Iterable[FormerClaim]) -> tuple[FormerClaim, ...]:
    """Each headline once, in the order given: what an issue told before the rest."""
    found: dict[str, FormerClaim] = {}
    for each in sorted(former, key=lambda each: not each.was_sent):
        found.setdefault(each.headline, each)
    return tuple(found.values())


def _development(
    story: Built, replaced: Sequence[FormerClaim], among: Mapping[int, tuple[FormerClaim, ...]]
) -> Development:
    """What stands under a heading; without the figures and sentences of what was corrected or taken back.

    `among`: what its other stories replaced of one another, by story id.
    """
    candidate = story.candidate
    if is_withdrawn(candidate.article_ids[0], (*replaced, *chain.from_iterable(among.values()))):
        candidate = replace(candidate, quotes=(), whats_new=(), facts=(), changes=())
    return Development(
        story_id=candidate.story_id,
        status=candidate.status,
        headline=candidate.headline,
        url=candidate.url,
        published=candidate.published,
        outlet=candidate.outlet,
        article_ids=candidate.article_ids,
        urls=candidate.urls,
        rank=candidate.rank * dict(candidate.rank_parts).get("consequence", 1.0) ** _NAMED_ACTS,
        quotes=candidate.quotes[:1],
        whats_new=candidate.whats_new,
        facts=candidate.facts,
        changes=candidate.changes,
        before=candidate.before,
        earlier_issue=candidate.earlier_issue,
        follows=candidate.follows,
        language=candidate.language,
        feed=candidate.feed,
        replaced=_one_each((*candidate.replaced, *among.get(candidate.story_id, ()))),
        sent_at=candidate.sent_at,
    )
