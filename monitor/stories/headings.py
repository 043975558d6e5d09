"""Which developments of a period belong under one heading? Their headlines and days go in, groups of their places come out.

A development (a story) is one occurrence; a heading is what an editor prints under one headline of a weekly digest: a main event
with its threats, terms, confirmation, reactions and explainers. Headings are made anew for each issue and frozen with it, so
they have no ids, and joining two costs nothing later.

Bottom up: two headlines are as alike as one tells what the other says, in whatever words, fading with the days between. Of what
is alike the two most alike join, until the best falls below a line. Half the closest pair counts, half the mean of all: with the
mean alone reactions stay outside, with the closest alone a week becomes one chain. Figures: docs/notes/headings.md.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from heapq import heapify, heappop, heappush
from itertools import combinations
from math import exp, log

from monitor.stories.embedding import cosine
from monitor.stories.features import Features
from monitor.stories.senses import sense_of, share_of_weight

# Chosen on ten labelled weeks of headlines of 2018-19 (dev-headings.tsv, 552 headlines), November 2026, by
# QUALITY_DATA=DIR make quality ARGS="-k headings". All are round numbers in a flat neighbourhood.
_BACK = 0.2  # share of the other way round: how much the poorer headline tells of the richer; 0 to .4
_LEAST = 6.0  # what a headline tells at least, in idf: a short one proves little; 4 to 12
_DEED = 0.6  # of a thing: what was done joins reactions to their event better than it joins reports of one; .5 to .8
_PRIOR = 50  # headlines that are thought to hold none of the words; as in the window of stories
_LEAST_IDF = 0.05  # a word that nearly every headline holds joins nothing
_READ = 60  # words of text from which an article says what it is about beyond its headline
# Of what the things of a headline weigh that another text must name. By judgement on the demo's full texts, 29 Nov 2026: with a single thing
# a port fee stood under soybean ships, and a list of firms under a licence for magnets.
_MOST_THINGS = 0.5
_RARE = log(2)  # what a thing weighs that less than half of the headlines name


@dataclass(frozen=True, slots=True, kw_only=True)
class Joining:
    """How alike two headlines count, and from where on they join."""

    line: float  # likeness, 0..1
    closest: float  # share of the closest pair beside the mean of all
    fade_days: float
    meaning: float = 0.0  # share of what they mean beside what they say
    remark: float = 1.0  # times as alike counts a pair of which one is a remark
    stiffness: float = (
        0.0  # by which the line rises for each development of the smaller heading beyond the first
    )


# In the order above: .06 to .10; .3 to .6; 3 to 4; 1.4 to 1.7 and .05 to .1 on whole issues of the same weeks (docs/notes/headings.md).
BY_WORDS = Joining(line=0.08, closest=0.5, fade_days=3.0, remark=1.5, stiffness=0.08)
# With an encoder: the same weeks, 2026-11-29, by `python -m tests.quality.choosing_headings DIR MODEL`, which also gives what weeks say
# that did not choose. In the same order as above: .26 to .30; .6 to .7; 10 to 14; .8 to 1.
BY_MEANING = Joining(line=0.28, closest=0.6, fade_days=10.0, meaning=0.8)
_ALIKE_FROM = 0.3  # cosine: any two headlines on a topic have some; .1 with the line at .38 gives .713


@dataclass(frozen=True, slots=True)
class Report:
    """One headline of a development."""

    features: Features
    published: datetime
    is_remark: bool = (
        False  # its headline tells what somebody says or thinks, no act (`consequence.is_remark`)
    )

    @property
    def senses(self) -> frozenset[str]:
        """What its headline says, words of one meaning as one."""
        return frozenset(map(sense_of, self.features.title_terms))


@dataclass(frozen=True, slots=True)
class Headings:
    """Which developments belong together, and how much each speaks of what its heading is about."""

    groups: tuple[tuple[int, ...], ...]  # places of developments; every place once, in order
    central: tuple[
        float, ...
    ]  # by place, 0..1: what its best headline says that the heading's reports say too
    # By two places in `groups`, the lower first: how alike two groups are that stay apart, as a share of what would join them.
    near: Mapping[tuple[int, int], float]


def telling_of(known: Iterable[Features]) -> Callable[[str], float]:
    """What a sense tells by the headlines `known`: -ln of its share of them, of a deed less. Positive, whatever they are."""
    every = [frozenset(map(sense_of, features.title_terms)) for features in known]
    held = Counter(sense for senses in every for sense in senses)

    def weigh(sense: str) -> float:
        return log((len(every) + _PRIOR) / (held[sense] + 0.5)) * share_of_weight(sense)

    return weigh


def headings(
    developments: Sequence[Sequence[Report]],
    known: Iterable[Features] = (),
    *,
    by_meaning: Joining = BY_MEANING,
) -> Headings:
    """The headings of `developments`, each of one report at least.

    `known` are the headlines of the weeks before: what they all say tells no two events apart. The order of neither matters.
    `by_meaning` holds where two reports have vectors of one model. Costs about n^2 look-ups for n reports; 800 take a second or
    so, with vectors five.
    """
    said = [[report.senses for report in reports] for reports in developments]
    weights = _weights(said, known)
    joining = by_meaning if _have_meaning(developments) else BY_WORDS
    alike = _alike(developments, said, weights, joining)
    groups, near = _joined(len(developments), alike, [len(reports) for reports in developments], joining)
    return Headings(groups, _central(groups, said, weights), near)


def _have_meaning(developments: Sequence[Sequence[Report]]) -> bool:
    """Whether any two reports have vectors of one model."""
    models = Counter(
        report.features.embedding.model
        for reports in developments
        for report in reports
        if report.features.embedding is not None
    )
    return max(models.values(), default=0) > 1


def _central(
    groups: Sequence[tuple[int, ...]],
    said: Sequence[Sequence[frozenset[str]]],
    weights: Mapping[str, float],
) -> tuple[float, ...]:
    """Of what a headline tells, the share that the reports of its heading tell too, each word as often as they do."""
    found = [0.0] * len(said)
    for group in groups:
        every = [senses for place in group for senses in said[place]]
        held = Counter(sense for senses in every for sense in senses)
        for place in group:
            for senses in said[place]:
                told = sorted((weights.get(sense, 0.0), held[sense]) for sense in senses)
                shared = sum(weight * count / len(every) for weight, count in told)
                found[place] = max(found[place], shared / max(_LEAST, sum(weight for weight, _ in told)))
    return tuple(found)


def _weights(said: Sequence[Sequence[frozenset[str]]], known: Iterable[Features]) -> dict[str, float]:
    """What each word tells: -ln of its share of headlines, by the whole period and what was known, deeds less."""
    before = [frozenset(map(sense_of, features.title_terms)) for features in known]
    every = [*before, *(senses for each in said for senses in each)]
    held = Counter(sense for senses in every for sense in senses)
    found = {}
    for sense in frozenset().union(*(senses for each in said for senses in each)):
        share = held[sense] + 0.5
        # Of few headlines the plain share: the topic's own words stand in all of them, and must not join all.
        idf = min(log((len(every) + _PRIOR) / share), log((len(every) + 1) / share))
        if idf >= _LEAST_IDF:
            found[sense] = idf * (1.0 if share_of_weight(sense) == 1 else _DEED)
    return found


@dataclass(frozen=True)
class _Row:
    """One report with what its headline says."""

    place: int
    published: datetime
    senses: frozenset[str]
    features: Features

    @cached_property
    def text(self) -> frozenset[str]:
        """What it says anywhere."""
        return frozenset(map(sense_of, self.features.places))


Pairs = dict[tuple[int, int], float]  # (lower, higher place) -> likeness


def _alike(
    developments: Sequence[Sequence[Report]],
    said: Sequence[Sequence[frozenset[str]]],
    weights: Mapping[str, float],
    joining: Joining,
) -> Pairs:
    """How alike any two developments are that have a word in common; by meaning, any two."""
    rows = [
        _Row(place, report.published, senses, report.features)
        for place, reports in enumerate(developments)
        for report, senses in zip(reports, said[place], strict=True)
    ]
    tells = [max(_LEAST, sum(weights.get(sense, 0.0) for sense in row.senses)) for row in rows]
    closest: dict[tuple[int, int], float] = defaultdict(float)
    total: dict[tuple[int, int], float] = defaultdict(float)
    shared = _shared(rows, weights)
    for one, other in combinations(range(len(rows)), 2) if joining.meaning else sorted(shared):
        a, b = rows[one], rows[other]
        if a.place == b.place or not _mentions(a, b, weights):
            continue
        both = shared.get((one, other), 0.0)
        poorer, richer = sorted((tells[one], tells[other]))
        told = (1 - _BACK) * min(1.0, both / poorer) + _BACK * min(1.0, both / richer)
        value = _likeness(a, b, told, joining)
        pair = (a.place, b.place) if a.place < b.place else (b.place, a.place)
        closest[pair] = max(closest[pair], value)
        total[pair] += value
    mean = 1 - joining.closest
    remarks = [reports[0].is_remark for reports in developments]
    found: Pairs = {}
    for pair, best in closest.items():
        first, second = pair
        value = joining.closest * best + mean * total[pair] / (len(said[first]) * len(said[second]))
        found[pair] = min(1.0, value * joining.remark) if remarks[first] or remarks[second] else value
    return found


def _likeness(one: _Row, other: _Row, told: float, joining: Joining) -> float:
    """How alike two headlines are, 0..1, where one tells the share `told` of the other.

    Of one without a vector the words stand in, on the scale where they join at the same line.
    """
    apart = abs((one.published - other.published).total_seconds()) / 86400
    alike = cosine(one.features.embedding, other.features.embedding) if joining.meaning else None
    if alike is not None:
        meant = max(0.0, (alike - _ALIKE_FROM) / (1 - _ALIKE_FROM))
        return ((1 - joining.meaning) * told + joining.meaning * meant) * exp(-apart / joining.fade_days)
    value = told * exp(-apart / BY_WORDS.fade_days)
    return min(1.0, value * joining.line / BY_WORDS.line) if joining.meaning else value


def _mentions(one: _Row, other: _Row, weights: Mapping[str, float]) -> bool:
    """Whether each text names most of the things the other's headline is about; taken for granted where a text is too short to tell.

    Of what is read whole, words that two headlines share by chance join nothing.
    """
    if min(one.features.words, other.features.words) < _READ:
        return True
    for senses, text in ((one.senses, other.text), (other.senses, one.text)):
        things = {
            sense: weights[sense]
            for sense in senses
            if weights.get(sense, 0.0) >= _RARE and share_of_weight(sense) == 1
        }
        named = sum(weight for sense, weight in things.items() if sense in text)
        if not named or named < _MOST_THINGS * sum(things.values()):
            return False
    return True


def _shared(rows: Sequence[_Row], weights: Mapping[str, float]) -> Pairs:
    """What the words weigh that two headlines have in common, of those that have any."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(rows):
        for sense in row.senses:
            if sense in weights:
                holders[sense].append(number)
    shared: Pairs = defaultdict(float)
    for sense in sorted(holders):
        weight = weights[sense]
        for pair in combinations(holders[sense], 2):
            shared[pair] += weight
    return shared


def _joined(
    count: int, alike: Pairs, sizes: list[int], joining: Joining
) -> tuple[tuple[tuple[int, ...], ...], Pairs]:
    """Join the two most alike until none reaches the line, which rises with the smaller of the two; ties to the earlier places.

    Beside the groups stands how near those come to joining that stay apart, by their places among the groups.
    """
    near: list[dict[int, float]] = [{} for _ in range(count)]
    for (a, b), value in alike.items():
        near[a][b] = near[b][a] = value
    groups: dict[int, list[int]] = {place: [place] for place in range(count)}
    # What a joined group has in common with another is never more than the closer part had: only pairs above the line matter.
    waiting = [(-value, a, b) for (a, b), value in alike.items() if value >= joining.line]
    heapify(waiting)
    while waiting:
        value, a, b = heappop(waiting)
        if a not in groups or b not in groups or near[a].get(b) != -value:
            continue
        smaller = min(len(groups[a]), len(groups[b]))
        if -value < joining.line * (1 + joining.stiffness * (smaller - 1)):
            continue
        groups[a] += groups.pop(b)
        for other in near[a].keys() | near[b].keys():
            mine, theirs = near[a].get(other, 0.0), near[b].get(other, 0.0)
            mean = (sizes[a] * mine + sizes[b] * theirs) / (sizes[a] + sizes[b])
            now = joining.closest * max(mine, theirs) + (1 - joining.closest) * mean
            near[other].pop(b, None)
            if other in (a, b):
                continue
            near[a][other] = near[other][a] = now
            if now >= joining.line:
                heappush(waiting, (-now, min(a, other), max(a, other)))
        sizes[a] += sizes[b]
        near[a].pop(b, None)
        near[b].clear()
    number = {first: place for place, first in enumerate(sorted(groups))}  # a group bears its first place
    apart = {
        (number[a], number[b]): value / joining.line for a in number for b, value in near[a].items() if a < b
    }
    return tuple(tuple(sorted(groups[first])) for first in sorted(groups)), apart
