"""Which story does an article belong to? Its features and a window go in, a story id or None comes out.

One pass in time order: an article joins the story whose members of the last two weeks it resembles most on average,
when that mean, faded by exp(-days / 4), passes a line; else it opens a story. Resemblance is a weighted sum of the
cosines of text, title and names. Average link, so that one accidental likeness cannot chain two stories together;
fading, because the same words weeks later are usually another event (worth .045 BCubed F1, docs/notes/stories.md).
An id once given is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import exp, sqrt

from monitor.stories.features import Features
from monitor.stories.window import Item, Window

SPAN = timedelta(days=14)
_FADE_DAYS = 4.0
_TEXT, _TITLE, _NAMES = 0.6, 0.2, 0.2
JOIN = 0.16  # chosen on 1,856 news articles of 2016-18 grouped by editors
_CANDIDATES = 40
_SAME_TOPIC = 0.35  # likeness of texts on one topic but of different events; seeds among themselves reach .3


def story_of(features: Features, published: datetime, window: Window, *, join: float = JOIN) -> int | None:
    """The id of the story to join; None: this opens one."""
    recent = [n for n in window.near(features, limit=_CANDIDATES) if _is_recent(n.item, published)]
    known = {id(n.item): n.likeness for n in recent}
    vector = window.vector(features)
    sums: dict[int, list[float]] = {}
    for story in sorted({n.item.story_id for n in recent if n.item.story_id is not None}):
        for item in window.story(story):
            if _is_recent(item, published):
                text = known[id(item)] if id(item) in known else window.likeness(vector, item)
                sums.setdefault(story, []).append(resemblance(features, item, text, window, published))
    if not sums:
        return None
    means = {story: sum(values) / len(values) for story, values in sums.items()}
    best = max(means, key=lambda story: (means[story], -story))
    return best if means[best] >= join else None


def resemblance(features: Features, item: Item, text: float, window: Window, published: datetime) -> float:
    """Likeness as it counts for a story, 0..1; `text` is the text cosine.

    For articles it fades by the days between. Seeds and what was sent do not fade (whoever tells them again, however
    late, tells nothing new), but what any two texts on the topic have in common is taken off.
    """
    alike = _alike(features, item, text, window)
    if item.kind != "article" or item.published is None:
        return max(0.0, (alike - _SAME_TOPIC) / (1 - _SAME_TOPIC))
    return alike * _fading(item.published, published)


def likeness(features: Features, item: Item, window: Window) -> float:
    """Text, title and name cosines in one number 0..1, whatever time lies between."""
    return _alike(features, item, window.likeness(window.vector(features), item), window)


def _alike(features: Features, item: Item, text: float, window: Window) -> float:
    title = _cosine(
        {t: window.idf(t) for t in features.title_terms},
        {t: window.idf(t) for t in item.features.title_terms},
    )
    names = _cosine(_name_weights(features, window), _name_weights(item.features, window))
    return min(1.0, max(0.0, _TEXT * text + _TITLE * title + _NAMES * names))


def _fading(one: datetime, other: datetime) -> float:
    """What the days between leave of a resemblance: 1 on the same day, .37 after four."""
    return exp(-abs((one - other).total_seconds()) / 86400 / _FADE_DAYS)


def _name_weights(features: Features, window: Window) -> dict[str, float]:
    """Names weighted by how much they tell: idf of their last word's term."""
    return {name: window.idf(name.split()[-1].lower()) for name in features.names}


def _cosine(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Cosine of two weightings; 0 when either is empty."""
    norms = sqrt(sum(w * w for w in a.values()) * sum(w * w for w in b.values()))
    return sum(w * b[t] for t, w in a.items() if t in b) / norms if norms else 0.0


def _is_recent(item: Item, published: datetime) -> bool:
    """Whether an item belongs to a story and lies within two weeks."""
    return (
        item.story_id is not None and item.published is not None and abs(published - item.published) <= SPAN
    )
