"""Does a story go on with one that was told weeks ago? Its features and a window go in, the id of the told story or None comes out.

Stories end with their event: the likeness that joins articles fades within days. A reader who was told of a tariff in March
wants to hear in April that it *changed*, not that there is a tariff. So a new story is compared with the told ones without
fading, by average link; what it takes to follow one is more than what it takes to join one on the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.stories.cluster import likeness
from monitor.stories.features import Features
from monitor.stories.retelling import BARE
from monitor.stories.window import Window

FOLLOW = 0.2  # chosen on the invented fortnight and on replayed weeks, see docs/notes/stories.md
# The same where the story is bare headlines, of which any two on one topic are nearly as alike. Of 49 that 78 weeks of headlines showed as updates
# of what was told, read one by one on 2026-11-29, ten were such; of those that were looked up 4 of 8 reach .3, and 1 of 19 of the others.
FOLLOW_BARE = 0.3
CLEARLY = 1.5  # times the best of another event: what resembles everything told follows nothing in particular

_MEMBERS = 5  # articles of a told story that are compared; a bound
# Mean likeness from which two told stories are of one event. By judgement, 29 Nov 2026: .19 and .20 of two such pairs of the demo's first
# issue, at most .16 of the others.
_ONE_EVENT = 0.17


def followed(members: Sequence[Features], window: Window, told: Iterable[int]) -> int | None:
    """The told story that `members` (one story's articles, at least one) clearly resemble most, if they do enough."""
    held = {story: window.story(story) for story in sorted(set(told), reverse=True)}
    alike: dict[int, list[float]] = {story: [] for story, numbers in held.items() if numbers}
    for features in members:  # the window remembers what it worked out for the article asked about last
        for story, found in alike.items():
            found += [likeness(features, number, window) for number in held[story]]
    ranked = sorted(((sum(found) / len(found), story) for story, found in alike.items()), reverse=True)
    best, story = ranked[0] if ranked else (0.0, 0)
    is_bare = all(features.words < BARE for features in members)
    if best < (FOLLOW_BARE if is_bare else FOLLOW):
        return None
    rivals = (rival for value, rival in ranked[1:] if best < CLEARLY * value)
    return story if all(_is_one_event(story, rival, window) for rival in rivals) else None


def _is_one_event(story: int, other: int, window: Window) -> bool:
    """Whether two told stories resemble each other as much as what goes on with one: an order, and the ships that fetch it."""
    found = [
        likeness(item.features, number, window)
        for _, item in window.members(story, limit=_MEMBERS)
        for number in window.story(other)[:_MEMBERS]
    ]
    return sum(found) >= _ONE_EVENT * len(found)
