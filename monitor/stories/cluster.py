"""Which story does an article belong to? Its features and a window go in, a story id or None comes out.

One pass in time order: an article joins the story whose members of the last two weeks it is most likely to share an event
with, by the mean log odds of the pairs (`stories/pairs.py`), when that passes a line; else it opens a story. Average link,
so that one accidental likeness cannot chain two stories together; fading with the days, because the same words weeks later
are usually another event (worth .045 BCubed F1, docs/notes/stories.md).
An id once given is never changed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from math import exp, inf

from monitor.stories.features import Features
from monitor.stories.pairs import Weighed, dot, log_odds
from monitor.stories.window import Item, Near, Window

SPAN = timedelta(days=14)
_FADE_DAYS = 4.0
_TEXT, _TITLE, _NAMES = 0.6, 0.2, 0.2
JOIN = 0.0  # log odds; the lines are in the pair models
_MEMBERS = 12  # of a story, newest first: an article costs the same whatever the story's size
_CANDIDATES = 40
_SAME_TOPIC = 0.35  # likeness of texts on one topic but of different events; seeds among themselves reach .3


def story_of(features: Features, published: datetime, window: Window, *, join: float = JOIN) -> int | None:
    """The id of the story to join; None: this opens one."""
    recent = [n for n in window.near(features, limit=_CANDIDATES) if _is_recent(n.item, published)]
    stories = sorted({n.item.story_id for n in recent if n.item.story_id is not None})
    own = window.weighed(features) if stories else None
    if own is None:
        return None
    means = {story: _affinity(own, story, published, window) for story in stories}
    best = max(means, key=lambda story: (means[story], -story))
    return best if means[best] >= join else None


def _affinity(own: Weighed, story: int, published: datetime, window: Window) -> float:
    """Mean log odds with the story's newest members of the last two weeks; there is at least one."""
    odds = [
        log_odds(own, weighed, _days(item.published, published))
        for item, weighed in window.members(story, _MEMBERS)
        if item.published is not None and _is_recent(item, published)
    ]
    return sum(odds) / len(odds) if odds else -inf


def resemblance(own: Weighed, near: Near, window: Window, published: datetime) -> float:
    """Likeness as it counts for novelty, 0..1.

    For articles it fades by the days between. Seeds and what was sent do not fade (whoever tells them again, however
    late, tells nothing new), but what any two texts on the topic have in common is taken off.
    """
    item = near.item
    alike = _alike(own, window.weighed_at(near.number))
    if item.kind != "article" or item.published is None:
        return max(0.0, (alike - _SAME_TOPIC) / (1 - _SAME_TOPIC))
    return alike * exp(-_days(item.published, published) / _FADE_DAYS)


def likeness(features: Features, item: Item, window: Window) -> float:
    """Text, title and name cosines in one number 0..1, whatever time lies between."""
    return _alike(window.weighed(features), window.weighed(item.features))


def _alike(a: Weighed, b: Weighed) -> float:
    alike = _TEXT * dot(a.text, b.text) + _TITLE * dot(a.title, b.title) + _NAMES * dot(a.names, b.names)
    return min(1.0, max(0.0, alike))


def _days(one: datetime, other: datetime) -> float:
    """Days between two moments, 0 or more."""
    return abs((one - other).total_seconds()) / 86400


def _is_recent(item: Item, published: datetime) -> bool:
    """Whether an item belongs to a story and lies within two weeks."""
    return (
        item.story_id is not None and item.published is not None and abs(published - item.published) <= SPAN
    )
