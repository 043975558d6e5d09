"""Does an article only retell what was told? Its features and what the reader was told go in, what it retells or None comes out.

What was told does not fade: the same facts in another outlet's words a week later, or put in order by an explainer, are no news. A text
retells where most of what it says, its opening above all, stands in one text that was told (a recap: in three together), no sentence
tells something else and no figure is another. A bare headline retells what was told lately, where hardly a thing it names is missing.
Likeness of words only: that an event has taken a step in the same words is for `standing` to say.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from datetime import datetime, timedelta
from functools import cached_property

from monitor.stories.features import Features
from monitor.stories.items import Item
from monitor.stories.senses import sense_of
from monitor.stories.window import Window
from monitor.text.english.forms import FORM_WORDS

LATELY = timedelta(days=24)  # how long a bare headline is held against what was told: three weekly issues
_NEAR = 32  # items that a text is compared with
BARE = 15  # words of text, below which there is a headline only
# Shares 0..1 of what a page says, by what its words tell. Chosen on half a of tests/quality/data/known-pages.jsonl, 29 Nov 2026
# (`python -m tests.quality.known_pages full a`): there pages told before reach .64 (whole) and .56 (opening), news .57 and .64.
_WHOLE, _OPENING = 0.55, 0.55
_RECAP = 0.5
_OPENS = 2  # sentences that open a text, beside the headline
_ASIDE, _ASIDES = 0.4, 0.2  # a sentence of which less was told tells something else; how much of the text may
_FIGURES = 0.1  # of a text's figures may be others; none in its opening
_RECAP_OF = 3  # told texts that one recap puts together
_HEADLINE = 0.7  # of a bare headline by one sentence
SAME = 0.95  # ... whenever that was told
_YEAR = re.compile(r"(?:19|20)\d\d")


class Told:
    """What the reader was told, ready to be asked for: seeds, what issues sent, articles of told stories.

    A bare headline is held against the headlines of all articles of late as well: its event is known, told or not.
    """

    def __init__(self, window: Window, stories: Container[int | None], *, until: datetime) -> None:
        """`stories`: those that issues told; `until`: the end of the period whose pages are asked about."""
        self._window = window
        self._until = until
        self._told = {id(i): i for i in window.items if i.kind != "article" or i.story_id in stories}

    @cached_property
    def _sentences(self) -> list[tuple[Item, list[frozenset[str]]]]:
        """What a bare headline is held against: told items sentence by sentence, headlines of all late articles."""
        found = []
        for item in self._window.items:
            is_told = id(item) in self._told
            if item.kind == "article" and (
                item.published is None or self._until - item.published > 2 * LATELY
            ):
                continue
            features = item.features
            told = features.sentences if is_told else features.sentences[: features.title_sentences]
            found.append((item, [_senses(sentence.terms) for sentence in told]))
        return found

    def retold(self, features: Features, published: datetime, *, is_recap: bool) -> Item | None:
        """The item that an article retells; None where it says more than was told."""
        weights = _weights(features, self._window)
        if features.words < BARE:
            return self._headline(weights, published, is_recap=is_recap)
        near = self._window.near(features, limit=_NEAR)
        told = [each.item for each in near if id(each.item) in self._told]
        ranked = sorted(told, key=lambda item: -_share(weights, _said(item)))[: _RECAP_OF if is_recap else 1]
        if not ranked:
            return None
        held = frozenset[str]().union(*map(_said, ranked))
        return ranked[0] if _is_retold(features, weights, held, is_recap=is_recap) else None

    def _headline(self, weights: dict[str, float], published: datetime, *, is_recap: bool) -> Item | None:
        """The same of a bare headline: one sentence must tell it, lately, or nearly word for word."""
        for item, sentences in self._sentences:
            is_late = item.published is None or not timedelta(0) <= published - item.published <= LATELY
            line = SAME if is_late or item.kind == "seed" else _RECAP if is_recap else _HEADLINE
            if any(_share(weights, said) >= line and not _others(weights, said) for said in sentences):
                return item
        return None


def _is_retold(
    features: Features, weights: dict[str, float], held: frozenset[str], *, is_recap: bool
) -> bool:
    """Whether what is `held` tells a text."""
    figures = [sense for sense in weights if sense[0].isdigit() and not (is_recap and _YEAR.fullmatch(sense))]
    if sum(figure not in held for figure in figures) > _FIGURES * len(figures):
        return False
    if is_recap:
        return _share(weights, held) >= _RECAP
    said = [_of(sentence.terms, weights) for sentence in features.sentences]
    opening = {s: w for each in said[: features.title_sentences + _OPENS] for s, w in each.items()}
    body = said[features.title_sentences :]
    aside = sum(sum(own.values()) for own in body if _share(own, held) < _ASIDE)
    return (
        _share(weights, held) >= _WHOLE
        and _share(opening, held) >= _OPENING
        and not _others(opening, held)
        and aside <= _ASIDES * sum(sum(own.values()) for own in body)
    )


def _others(weights: dict[str, float], held: frozenset[str]) -> bool:
    """Whether a figure is not held."""
    return any(sense[0].isdigit() and sense not in held for sense in weights)


def _weights(features: Features, window: Window) -> dict[str, float]:
    """The senses of all terms of an article, with what they tell."""
    return {s: window.sense_weight(s) for s in sorted(_senses(features.places)) if s not in FORM_WORDS}


def _of(terms: Iterable[str], weights: dict[str, float]) -> dict[str, float]:
    return {sense: weights[sense] for sense in dict.fromkeys(map(sense_of, terms)) if sense in weights}


def _share(weights: dict[str, float], held: frozenset[str]) -> float:
    """What those weigh that are held, as a share 0..1."""
    total = sum(weights.values())
    return sum(weight for sense, weight in weights.items() if sense in held) / total if total else 0.0


def _said(item: Item) -> frozenset[str]:
    """All that an item says."""
    return _senses(item.features.places)


def _senses(terms: Iterable[str]) -> frozenset[str]:
    return frozenset(map(sense_of, terms))
