"""How likely do two articles report one event? Two weighed articles and the days between go in, log odds come out.

Two linear models with shipped weights. Running texts: a logistic model fitted on 1,856 news articles of 2016-18 grouped by
editors, shrunk to a plain sum, faded by exp(-days / 4). Headlines and thin summaries: a logistic model of *things* in common
(who, what, how much) apart from deeds in common (raise, ban, talk: `stories/deeds.py`), because what a model learns from
headlines of many topics (any shared word on one day is one event) is wrong in a window on one topic. Figures:
docs/notes/stories.md. Nothing here knows of stories or windows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from operator import mul
from typing import NamedTuple

from monitor.stories.deeds import DEEDS, PERIODS
from monitor.stories.senses import sense_of
from monitor.text.tokens import term as term_of

SHORT_WORDS = 60  # of running text; below, the headline says more than the text
THIN_WORDS = 15  # of text, below which there is a headline only: a feed's summary has 20 to 50
_TELLING = 2.5  # idf from which a thing in common is rare
_MOST_TELLING = 3
_KNOWN_NAME = 2.0  # idf below which a name ("China") tells no two events apart
_OTHER_THING = 2.3  # idf that both headlines must have for themselves to be look-alikes
_SAME_WORDS, _SAME_PAIRS = 0.5, 0.35  # of the shorter headline: from here on it is the same wording
_NUMBERED = 0.9  # of the shorter headline's words without figures: other figures then tell two notices of one series apart
_BACK = 0.2  # of what counts as told again: the share of the earlier headline; 0 to .4 serve
_LEAST_TOLD = 9.0  # idf: a headline that tells less proves less
_LIMIT = 6.0  # log odds: no single pair counts for more


@dataclass(frozen=True, slots=True)
class Common:
    """What two articles have in common: cosines of texts, titles and names, each 0..1."""

    text: float
    title: float
    names: float


class Part(NamedTuple):
    """A term of a title that is a thing or a deed, its sense, and what the term tells, idf."""

    term: str
    sense: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """One article as pairs are compared: vectors of norm 1, and its title's terms with what they tell."""

    words: int
    title: Mapping[str, float]  # norm 1
    names: Mapping[str, float]  # norm 1
    title_weights: Mapping[str, float]  # idf, not normalised
    title_weight: float  # their sum
    title_pairs: frozenset[tuple[str, str]]
    things: Sequence[Part]  # of the title
    deeds: Sequence[Part]
    telling_names: frozenset[str]  # last words of the title's names, those that tell
    figures: frozenset[str]  # numbers in the title
    terms: Collection[str]  # all terms of the text
    senses: Mapping[str, float]  # of the title, with what they tell for an event
    senses_weight: float  # their sum


@dataclass(frozen=True, slots=True, kw_only=True)
class _Texts:
    """Weights of what two running texts have in common, and the sum from which they tell one event."""

    days: float
    line: float
    text: float
    title: float
    names: float
    title_held: float
    title_pairs: float
    title_told: float
    near: float  # for being close in time alone


@dataclass(frozen=True, slots=True, kw_only=True)
class _Headlines:
    """Weights of what two headlines have in common, log odds; `line` is taken off."""

    line: float
    things: float  # for each unit of idf
    deeds: float  # the same
    share: float  # of the things of the poorer one that are in common
    telling: float  # for each rare thing, up to three
    other_names: float
    figures: float
    other_figures: float
    other_periods: float  # another month, weekday or quarter: set by hand, labelled weeks hold none
    same_words: float  # the same words about different things: look-alikes
    same_pairs: float
    a_day: float


# Fitted on 1,856 news articles (`make fit`), but for days and line, which were chosen on them: seven tenths of a logistic model, three of
# one of the plain sum .6 text + .2 title + .2 names. The former alone asks for like titles and tells first reports worse.
_TEXTS = _Texts(
    days=4.0, line=6.2, text=12.1, title=0.9, names=2.8, title_held=4.3, title_pairs=0.1, title_told=0.8, near=3.2
)  # fmt: skip
# Fitted on pairs of titles with 40 words of the same articles, rounded, the line by clustering; fitted on the older half alone it joins the
# newer half as well (BCubed F1 .902, .883 by headlines; 29 Nov 2026, docs/notes/stories.md).
_THIN = _Texts(
    days=4.0, line=7.0, text=8.8, title=0.0, names=0.6, title_held=4.0, title_pairs=-2.0, title_told=3.0, near=5.4
)  # fmt: skip
# Chosen: once fitted on five labelled weeks and 60 invented pairs, with other measures than those of now; what tells two things apart was
# set on 40 pairs more. What a fit gives today: docs/notes/parameters.md.
_HEADLINES = _Headlines(
    line=2.2, things=0.278, deeds=0.1, share=1.98, telling=0.57, other_names=-0.5, figures=0.94, other_figures=-2.0,
    other_periods=-4.0, same_words=-1.0, same_pairs=-2.0, a_day=-1.03,
)  # fmt: skip


def are_texts(a: Weighed, b: Weighed) -> bool:
    """Whether both have running text, so that `of_texts` tells; else `of_headlines` does."""
    return are_long(a.words, b.words)


def are_long(one: int, other: int) -> bool:
    """The same of two numbers of words."""
    return one >= SHORT_WORDS and other >= SHORT_WORDS


def are_thin(a: Weighed, b: Weighed) -> bool:
    """Whether both have some text and one at least has little, so that `of_thin` tells."""
    return min(a.words, b.words) >= THIN_WORDS and not are_texts(a, b)


def of_texts(a: Weighed, b: Weighed, common: Common, days: float) -> float:
    """Log odds that two running texts report one event, -6..6, symmetric; 0 is the line. `days` between them, 0 or more."""
    return _of_texts(_TEXTS, a, b, common, days)


def of_thin(a: Weighed, b: Weighed, common: Common, days: float) -> float:
    """The same of two articles of which one at least is a headline with a summary."""
    missing = min(_held(a, b).missing, _held(b, a).missing)
    words = frozenset(a.title_weights) - a.figures, frozenset(b.title_weights) - b.figures
    if _differ(a.figures, b.figures) and _overlap(*words) >= _NUMBERED:
        return -_LIMIT
    return _limited(_of_texts(_THIN, a, b, common, days) + _look_alike(a, b, missing))


def _of_texts(model: _Texts, a: Weighed, b: Weighed, common: Common, days: float) -> float:
    titles = a.title_weights
    both = sum(map(titles.__getitem__, filter(b.title_weights.__contains__, titles)))
    total = (
        model.text * common.text
        + model.title * common.title
        + model.names * common.names
        + model.title_held * _share(both, min(a.title_weight, b.title_weight))
        + model.title_pairs * _overlap(a.title_pairs, b.title_pairs)
        + model.title_told * min(_told(a, b), _told(b, a))
        + model.near
    )
    return _limited(total * exp(-days / model.days) - model.line)


def at_most(text: float, days: float) -> float:
    """What `of_texts` gives at most for a cosine of texts and the days between: all else the same."""
    model = _TEXTS
    alike = model.names + model.title_held + model.title_pairs + model.title_told + model.near
    return _limited((model.text * text + alike) * exp(-days / model.days) - model.line)


def of_headlines(a: Weighed, b: Weighed, days: float) -> float:
    """The same of two articles of which one at least is a bare headline."""
    return _limited(_of_headlines(a, b, days))


def retold(a: Weighed, b: Weighed) -> float:
    """How much of one headline another tells, in the same words or others, 0..1; a fifth of it is the other way round."""
    both = sum(map(a.senses.__getitem__, filter(b.senses.__contains__, a.senses)))
    whole, other = max(_LEAST_TOLD, a.senses_weight), max(_LEAST_TOLD, b.senses_weight)
    return (1 - _BACK) * min(1.0, both / whole) + _BACK * min(1.0, both / other)


def _limited(value: float) -> float:
    return max(-_LIMIT, min(_LIMIT, value))


def _of_headlines(a: Weighed, b: Weighed, days: float) -> float:
    model, own, other = _HEADLINES, _held(a, b), _held(b, a)
    things = (own.things + other.things) / 2
    missing = min(own.missing, other.missing)
    together = (
        model.things * things
        + model.deeds * (own.deeds + other.deeds) / 2
        + model.share * things / max(2.0, things + missing)
        + model.telling * min(own.telling, other.telling, _MOST_TELLING)
        + model.figures * (missing < _OTHER_THING and not a.figures.isdisjoint(b.figures))
    )
    apart = (
        model.other_names * _differ(a.telling_names, b.telling_names)
        + model.other_figures * _differ(a.figures, b.figures)
        + model.other_periods
        * _differ(PERIODS.intersection(a.title_weights), PERIODS.intersection(b.title_weights))
    )
    return together + apart + _look_alike(a, b, missing) + model.a_day * days - model.line


def _look_alike(a: Weighed, b: Weighed, missing: float) -> float:
    """Log odds, 0 or less, of the same wording in both headlines where each names a thing for itself (`missing`, idf of the lesser)."""
    if missing < _OTHER_THING:
        return 0.0
    is_same = _overlap(*_title_words(a, b)) >= _SAME_WORDS
    is_paired = _overlap(a.title_pairs, b.title_pairs) >= _SAME_PAIRS
    return _HEADLINES.same_words * is_same + _HEADLINES.same_pairs * is_paired


def _title_words(a: Weighed, b: Weighed) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(a.title_weights), frozenset(b.title_weights)


@dataclass(slots=True)
class _Held:
    """What of one headline stands in another article, in idf; `telling` counts."""

    things: float = 0.0
    missing: float = 0.0  # things
    deeds: float = 0.0
    telling: int = 0


def telling_names(names: Iterable[str], weights: Mapping[str, float]) -> frozenset[str]:
    """The names that tell; `weights`: idf of the title's terms."""
    return frozenset(n for n in names if weights.get(term_of(n), 0.0) >= _KNOWN_NAME)


def parts(weights: Mapping[str, float]) -> tuple[list[Part], list[Part]]:
    """The things and the deeds among a title's terms, given with their idf; months, weekdays and figures are neither."""
    things, deeds = [], []
    for word, weight in weights.items():
        if word in DEEDS:
            deeds.append(Part(word, sense_of(word), weight))
        elif word not in PERIODS and not word[0].isdigit():
            things.append(Part(word, sense_of(word), weight))
    return things, deeds


def _held(of: Weighed, by: Weighed) -> _Held:
    held = _Held()
    terms, senses = by.terms, by.senses
    for word, sense, weight in of.deeds:
        if word in terms or sense in senses:
            held.deeds += weight
    for word, sense, weight in of.things:
        if word in terms or sense in senses:
            held.things += weight
            held.telling += weight > _TELLING
        else:
            held.missing += weight
    return held


def _differ(a: frozenset[str], b: frozenset[str]) -> bool:
    """Whether both have some, and none in common."""
    return bool(a) and bool(b) and a.isdisjoint(b)


def dot(a: Mapping[str, float], b: Mapping[str, float]) -> float:
    """Sum over shared terms, in the order of the smaller vector."""
    if len(b) < len(a):
        a, b = b, a
    shared = [*filter(b.__contains__, a)]
    return sum(map(mul, map(a.__getitem__, shared), map(b.__getitem__, shared)), 0.0)


def _told(of: Weighed, by: Weighed) -> float:
    """The share of a title's information that stands anywhere in the other article."""
    titles = of.title_weights
    return _share(sum(map(titles.__getitem__, filter(by.terms.__contains__, titles))), of.title_weight)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _overlap(
    a: frozenset[str] | frozenset[tuple[str, str]], b: frozenset[str] | frozenset[tuple[str, str]]
) -> float:
    """Shared elements as a share of the smaller set; 0 when either is empty."""
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0
