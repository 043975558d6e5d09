"""Which story does an article belong to? Its features and a window go in, a story id or None comes out.

One pass in time order: an article joins the story whose members of the last two weeks it is most likely to share an event
with, by the mean log odds of the pairs (`stories/pairs.py`), when that passes a line; else it opens a story. Average link,
so that one accidental likeness cannot chain two stories together; fading with the days, because the same words weeks later
are usually another event (worth .045 BCubed F1, docs/notes/stories.md).
An id once given is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import exp, inf

from monitor.stories.embedding import cosine
from monitor.stories.features import Features
from monitor.stories.items import Item, Near
from monitor.stories.pairs import (
    SHORT_WORDS,
    Common,
    are_long,
    are_texts,
    are_thin,
    at_most,
    of_headlines,
    of_texts,
    of_thin,
    retold,
)
from monitor.stories.retelling import LATELY
from monitor.stories.window import Window

SPAN = timedelta(days=14)
_SHARP = 0.5  # of log odds as they count for novelty; 1 serves as well
_FADE_DAYS = 4.0
_STEEPNESS = (
    3.2  # of likeness as it counts for novelty: puts the line between known and new where log odds have it
)
_TEXT, _TITLE, _NAMES = 0.6, 0.2, 0.2
_FADE_HEADLINE_DAYS = 3.0
_NEWEST = 150  # articles; on a busy topic a week
# With an encoder. Share 0..1, days, cosine; chosen on ten labelled weeks of headlines (dev-headings.tsv, 2026-11-29) by
# `python -m tests.quality.choosing_novelty DIR MODEL`: the cosine from which a headline is retold puts as many first reports below the
# line between new and known as words alone do (docs/notes/novelty.md).
_MEANT = 0.5  # of what was told, beside the words; .4 to .6
_FADE_MEANT_DAYS = 8.0  # 8 to 12
_ALIKE_FROM = 0.6  # cosine; of .55 first reports rank as well, but a quarter more of them count as known
JOIN = 0.0  # log odds; the lines are in the pair models
_MEMBERS = 12  # of a story, newest first: an article costs the same whatever the story's size
_CANDIDATES = 32  # as many as a window compares
_SAME_TOPIC = 0.35  # likeness of texts on one topic but of different events; seeds among themselves reach .3


def story_of(features: Features, published: datetime, window: Window, *, join: float = JOIN) -> int | None:
    """The id of the story to join; None: this opens one."""
    recent = [n for n in window.near(features, limit=_CANDIDATES) if _is_recent(n.item, published)]
    stories = sorted({n.item.story_id for n in recent if n.item.story_id is not None})
    if not stories:
        return None
    means = {story: _affinity(features, story, published, window, join) for story in stories}
    best = max(means, key=lambda story: (means[story], -story))
    return best if means[best] >= join else None


def _affinity(features: Features, story: int, published: datetime, window: Window, join: float) -> float:
    """Mean log odds with the story's newest members of the last two weeks, of which there is at least one.

    -inf for a story that cannot reach `join`, as most cannot for their age alone.
    """
    members = [
        (number, item, _days(item.published, published))
        for number, item in window.members(story, _MEMBERS)
        if item.published is not None and _is_recent(item, published)
    ]
    if not members or sum(_most(features, *member, window) for member in members) < join * len(members):
        return -inf
    return sum(_odds(features, number, window, days=days) for number, _, days in members) / len(members)


def _most(features: Features, number: int, item: Item, days: float, window: Window) -> float:
    """What `_odds` gives at most."""
    if not are_long(features.words, item.words):
        return inf
    return at_most(window.text_at_most(features, number), days)


def _steep(alike: float) -> float:
    return float(1 - (1 - min(1.0, alike)) ** _STEEPNESS)


def _odds(features: Features, number: int, window: Window, *, days: float) -> float:
    """Log odds that an article and an item of the window report one event."""
    own, other = window.weighed(features), window.weighed_at(number)
    if are_texts(own, other):
        return of_texts(own, other, window.common(features, number), days)
    if are_thin(own, other):
        return of_thin(own, other, window.common(features, number), days)
    return of_headlines(own, other, days)


def _most_alike(features: Features, near: Iterable[Near], window: Window, published: datetime) -> float:
    """The highest `resemblance` to any of `near`, 0 for none. What is too old to reach the best so far is not looked at."""
    best = 0.0
    for each in near:
        if _reach(features, each, published) > best:
            best = max(best, resemblance(features, each, window, published))
    return best


def _reach(features: Features, near: Near, published: datetime) -> float:
    """What `resemblance` gives at most."""
    item = near.item
    if item.kind != "article" or item.published is None:
        return 1.0
    days = _days(item.published, published)
    if are_long(features.words, item.words):
        return _same_event(at_most(near.likeness, days))
    return _steep((_TEXT * near.likeness + _TITLE + _NAMES) * exp(-days / _FADE_DAYS))


def _same_event(odds: float) -> float:
    """Log odds as a share of such pairs."""
    return 1 / (1 + exp(-_SHARP * odds))


def resemblance(features: Features, near: Near, window: Window, published: datetime) -> float:
    """Likeness as it counts for novelty, 0..1.

    Of two running texts it is the share of such pairs that report one event, which falls with the days between. Of
    others it is their likeness, fading. Seeds and what was sent do not fade (whoever tells them again, however late, tells
    nothing new), but what any two texts on the topic have in common is taken off.
    """
    item, common = near.item, window.common(features, near.number)
    if item.kind != "article" or item.published is None:
        return _steep(max(0.0, (_alike(common) - _SAME_TOPIC) / (1 - _SAME_TOPIC)))
    days = _days(item.published, published)
    own, other = window.weighed(features), window.weighed_at(near.number)
    if are_texts(own, other):
        return _same_event(of_texts(own, other, common, days))
    return _steep(_alike(common) * exp(-days / _FADE_DAYS))


def known(features: Features, near: Iterable[Near], window: Window, published: datetime) -> float:
    """How far what is remembered tells an article's event, 0..1: the most that one item does.

    A bare headline shares too few words with another one for their cosine to tell (docs/notes/novelty.md): there it counts
    how much of it was told, in whatever words. A thin text has both.
    """
    texts = near if features.words else (n for n in near if _can_tell(n.item, published))
    alike = _most_alike(features, texts, window, published)
    if features.words >= SHORT_WORDS:
        return alike
    told = _headline_told(features, window, published)
    if features.embedding is not None:
        told = (1 - _MEANT) * told + _MEANT * _headline_meant(features, window, published)
    return max(alike, _steep(told))


def _can_tell(item: Item, published: datetime) -> bool:
    """Whether an item may tell a bare headline by the likeness of texts: a text may, and what was sent or known not long ago."""
    if item.kind == "article":
        return item.words > 0
    return item.kind == "seed" or item.published is None or published - item.published <= LATELY


def _headline_told(features: Features, window: Window, published: datetime) -> float:
    """The most that the headline of one of the newest articles tells of this one, fading with the days, 0..1.

    All of the last days are looked at, not only those with a rare word in common: there may be none.
    """
    own, most = window.weighed(features), 0.0
    for number, item in window.newest(_NEWEST):
        if item.kind == "article" and item.published is not None:
            fade = exp(-_days(item.published, published) / _FADE_HEADLINE_DAYS)
            if fade > most:
                most = max(most, fade * retold(own, window.weighed_at(number)))
    return most


def _headline_meant(features: Features, window: Window, published: datetime) -> float:
    """The same by what headlines mean. Of one without a vector of the same model, its words stand in."""
    most = 0.0
    for number, item in window.newest(_NEWEST):
        if item.kind != "article" or item.published is None:
            continue
        days = _days(item.published, published)
        alike = cosine(features.embedding, item.features.embedding)
        if alike is None:
            told = retold(window.weighed(features), window.weighed_at(number))
            most = max(most, exp(-days / _FADE_HEADLINE_DAYS) * told)
        else:
            fade = exp(-days / _FADE_MEANT_DAYS)
            most = max(most, fade * (alike - _ALIKE_FROM) / (1 - _ALIKE_FROM))
    return most


def likeness(features: Features, number: int, window: Window) -> float:
    """Text, title and name cosines of an article and an item of the window in one number 0..1; time is no matter."""
    return _alike(window.common(features, number))


def _alike(common: Common) -> float:
    alike = _TEXT * common.text + _TITLE * common.title + _NAMES * common.names
    return min(1.0, max(0.0, alike))


def _days(one: datetime, other: datetime) -> float:
    """Days between two moments, 0 or more."""
    return abs((one - other).total_seconds()) / 86400


def _is_recent(item: Item, published: datetime) -> bool:
    """Whether an item belongs to a story and lies within two weeks."""
    return (
        item.story_id is not None and item.published is not None and abs(published - item.published) <= SPAN
    )
