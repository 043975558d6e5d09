"""Does a story go on with one that was told weeks ago? Its features and a window go in, the id of the told story or None comes out.

Stories end with their event: the likeness that joins articles fades within days. A reader who was told of a tariff in March
wants to hear in April that it *changed*, not that there is a tariff. So a new story is compared with the told ones without
fading, by average link; what it takes to follow one is more than what it takes to join one on the same day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from monitor.stories.cluster import likeness
from monitor.stories.features import Features
from monitor.stories.window import Window

FOLLOW = 0.2  # chosen on the invented fortnight and on replayed weeks, see docs/notes/stories.md
CLEARLY = 1.5  # times the second best: what resembles everything told follows nothing in particular


def followed(members: Sequence[Features], window: Window, told: Iterable[int]) -> int | None:
    """The told story that `members` (one story's articles, at least one) clearly resemble most, if they do enough."""
    ranked = sorted(((_average(members, window, story), story) for story in set(told)), reverse=True)
    (best, story), (second, _) = (*ranked, (0.0, 0), (0.0, 0))[:2]
    return story if best >= FOLLOW and best >= CLEARLY * second else None


def _average(members: Sequence[Features], window: Window, story: int) -> float:
    """Mean likeness of all pairs, 0 when the window holds nothing of the story any more."""
    pairs = [likeness(features, item, window) for features in members for item in window.story(story)]
    return sum(pairs) / len(pairs) if pairs else 0.0
