"""What does an article tell that was not known? Its features and a window go in, a `Novelty` with its receipt comes out.

A sentence is as new as the best single earlier sentence leaves it: 1 - max over u of idf(s and u) / idf(s). By a single
one, because the union of many old sentences covers any new combination of known words (measured: AUC .79 against .67).
Each new sentence brings its facts (sums, per cent, counts, dates, names, laws) that no earlier item has, and the quantities
that it gives another value than before (see changes).
An article's value says above all whether its event was known: one minus what the best earlier item tells of it (the share
of such pairs that report one event, their fading likeness, or how much of a headline was told), and to a tenth the mean
novelty of its sentences weighted by what they tell. Sentences alone tell first reports from later ones badly (two papers
never write the same), events alone do not rank within a story.
First runs are measured against the seeds: nothing is new by decree. Measurements: docs/notes/novelty.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.model import Change, Fact, Nearest, Novelty
from monitor.stories.changes import changes
from monitor.stories.cluster import known
from monitor.stories.features import Features, Sentence
from monitor.stories.items import Item, Near
from monitor.stories.window import Window
from monitor.text.english.forms import is_recap

NEIGHBOURS = 20  # items that may have told the event; 12 cost .017 of Cmin on AllSides
_TELLERS = 12  # the nearest of them, whose sentences are compared; 8 to 20 serve
_SENTENCES = 0.1  # weight of the sentences beside the event; 0 .. .3 measured
_SPREAD = 1.25  # power that puts the line between known and new at .5
NEW = 0.5  # an article's novelty from which it counts as new
# Factor: what a recap (timeline, explainer, factbox) keeps of its novelty. It is worded anew and tells what is known: on ten labelled
# weeks of headlines, 2026-11-29, AUC of first reports against repeats .76 -> .84 (.3: .85); on AllSides 2016-18 Cmin .360 -> .367.
RECAP = 0.5
_SHOWN = 5  # sentences, facts, changes in a receipt
_FACT_BONUS = 0.15  # for a sentence with a fact no earlier item has; 0 and .15 measured
_LEAST_TERMS = 3  # shorter sentences ("He declined.") tell nothing
_ROUNDING = 1e-9  # of sums of weights
_MOST_SENTENCES = 1 << 12  # more than any item has


class Effort(NamedTuple):
    """How many earlier sentences are looked at for one new sentence."""

    met: int  # by its heaviest terms; then no others are looked for
    compared: int  # of those with all its terms


_EXACT, _QUICK = Effort(sys.maxsize, sys.maxsize), Effort(30, 2)


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence compared: novelty 0..1, its weight, its new facts, the earlier sentence that covers it best."""

    sentence: Sentence
    novelty: float
    weight: float
    new_facts: tuple[Fact, ...] = ()
    earlier: Sentence | None = None
    where: Item | None = None


def compare(
    features: Features, earlier: Sequence[Item] | Known, window: Window, *, effort: Effort = _EXACT
) -> tuple[Told, ...]:
    """Each sentence of an article against all sentences of `earlier` items, in the article's order."""
    known = earlier if isinstance(earlier, Known) else Known(earlier)
    weights = window.weights(features.places)
    return tuple(_told(sentence, weights, known, effort) for sentence in features.sentences if sentence.terms)


def novelty(features: Features, text: str, published: datetime, window: Window) -> Novelty:
    """The novelty of an article against its nearest items in `window`.

    `text` is the article's document, from which sentences are quoted. An article without a telling sentence gets 0.
    """
    near = window.near(features, limit=NEIGHBOURS)
    earlier = [each.item for each in near[:_TELLERS]]
    told = compare(features, earlier, window, effort=_QUICK)
    value = _value(features, published, told, near, window)
    if is_recap(text.partition("\n")[0]):
        value *= RECAP
    return Novelty(
        value=value,
        is_new=value >= NEW,
        sentences=tuple((text[t.sentence.start : t.sentence.end], t.novelty) for t in newest(features, told)),
        facts=new_facts(told),
        changes=changed(told, text),
        nearest=nearest(told, near),
        why=_why(value, told, text, len(window)),
    )


def _value(
    features: Features, published: datetime, told: Sequence[Told], near: Sequence[Near], window: Window
) -> float:
    """Event and sentences in one number 0..1; 0 for an article that tells nothing."""
    if not any(t.weight for t in told):
        return 0.0
    event = known(features, near, window, published)
    return float(((1 - _SENTENCES) * (1 - event) + _SENTENCES * overall(told)) ** _SPREAD)


def overall(told: Sequence[Told]) -> float:
    """The mean novelty of sentences weighted by what they tell, 0..1; 0 for none."""
    total = sum(t.weight for t in told)
    return sum(t.weight * t.novelty for t in told) / total if total else 0.0


def newest(features: Features, told: Sequence[Told]) -> list[Told]:
    """The quotable sentences, newest first, then in the article's order; at most five."""
    first = features.body()[0].start if told else 0
    usable = [t for t in told if t.sentence.start >= first and len(t.sentence.terms) >= _LEAST_TERMS]
    return sorted(usable, key=lambda t: (-t.novelty, t.sentence.start))[:_SHOWN]


def new_facts(told: Iterable[Told]) -> tuple[Fact, ...]:
    """The facts no earlier item has, each once, at most five; those of the newest sentences first."""
    found: dict[tuple[str, str], Fact] = {}
    for t in sorted(told, key=lambda t: (-t.novelty, t.sentence.start)):
        for fact in filter(_is_telling, t.new_facts):
            found.setdefault((fact.kind, fact.value), fact)
    return tuple(found.values())[:_SHOWN]


def _is_telling(fact: Fact) -> bool:
    """Whether a new fact is worth showing: a lone capitalised word is too often a headline's or a slogan's."""
    return fact.kind != "name" or " " in fact.value or fact.value.isupper()


def changed(told: Iterable[Told], text: str) -> tuple[Change, ...]:
    """Quantities and dates that have another value than before, each once, at most five."""
    found: dict[tuple[str, str], Change] = {}
    for t in told:
        if t.novelty and t.sentence.facts:
            for change in changes(t.sentence, text[t.sentence.start : t.sentence.end], t.earlier):
                found.setdefault((change.old, change.new), change)
    return tuple(found.values())[:_SHOWN]


def nearest(told: Sequence[Told], near: Sequence[Near]) -> Nearest | None:
    """The earlier item that covers most of the article, with the share it covers; else the most alike one."""
    total = sum(t.weight for t in told)
    held: dict[int, float] = {}
    items: dict[int, Item] = {}
    best: dict[int, Told] = {}
    for t in told:
        if t.where is None:
            continue
        key = id(t.where)
        items.setdefault(key, t.where)
        held[key] = held.get(key, 0.0) + t.weight * (1 - t.novelty)
        if key not in best or t.novelty < best[key].novelty:
            best[key] = t
    if not held:
        return _nearest(near[0].item, 0.0, None) if near else None
    key = max(held, key=lambda k: held[k])
    return _nearest(items[key], min(1.0, held[key] / total), best[key].earlier)


class Known:
    """Sentences and facts of earlier items, ready to be asked for."""

    __slots__ = ("_beside", "_first", "_holding", "_items", "_places", "_sentences", "_told")

    def __init__(self, items: Sequence[Item], beside: Known | None = None) -> None:
        """`beside`: what comes before these, and is remembered from one question to the next."""
        self._beside = beside
        self._first = len(beside) if beside else 0
        self._items = items
        self._places = [
            (at * _MOST_SENTENCES, item.features.places) for at, item in enumerate(items, self._first)
        ]
        self._sentences = [item.features.sentences for item in items]
        self._told = frozenset().union(*(item.features.told for item in items))
        self._holding: dict[str, list[int]] = {}

    def __len__(self) -> int:
        """How many items there are."""
        return self._first + len(self._items)

    def holding(self, term: str) -> list[int]:
        """The numbers of the earlier sentences that hold a term, ascending."""
        found = self._holding.get(term)
        if found is None:
            found = self._holding[term] = [*self._beside.holding(term)] if self._beside else []
            for first, places in self._places:
                if term in places:
                    found += [first + number for number in places[term]]
        return found

    def row(self, number: int) -> tuple[Sentence, Item]:
        """The earlier sentence of that number, and whose it is."""
        at, place = divmod(number, _MOST_SENTENCES)
        if self._beside and at < self._first:
            return self._beside.row(number)
        return self._sentences[at - self._first][place], self._items[at - self._first]

    def has(self, fact: Fact) -> bool:
        """Whether an earlier item has the fact; of a name, whether it has its last word."""
        key = (fact.kind, fact.value.split()[-1]) if fact.kind == "name" else (fact.kind, fact.value)
        return key in self._told or (self._beside is not None and self._beside.has(fact))


def _told(sentence: Sentence, weights: Mapping[str, float], known: Known, effort: Effort) -> Told:
    """One sentence against all earlier ones."""
    total = sum(map(weights.__getitem__, sentence.terms))
    if not total:
        return Told(sentence, 0.0, 0.0)
    unknown = tuple(fact for fact in sentence.facts if not known.has(fact))
    number, held = _closest(sentence.terms, weights, known, total, effort)
    if number is None:
        return Told(sentence, 1.0, total, unknown)
    earlier, where = known.row(number)
    value = min(1.0, max(0.0, 1 - held / total) + (_FACT_BONUS if unknown else 0.0))
    return Told(sentence, value, total, unknown, earlier, where)


def _closest(
    terms: Sequence[str], weights: Mapping[str, float], known: Known, total: float, effort: Effort
) -> tuple[int | None, float]:
    """The earlier sentence that holds most of the weight, and how much; ties to the older."""
    ordered = sorted(terms, key=weights.__getitem__, reverse=True)
    shared, rest = _met(ordered, weights, known, total, effort)
    if not shared:
        return None, 0.0
    ranked = sorted(shared, key=shared.__getitem__, reverse=True)
    # Who holds all terms so far leads: so a sentence told before word for word is found whatever the effort.
    leading = [*shared.values()].count(shared[ranked[0]])
    held, found = -1.0, 0
    for number in ranked[: max(leading, effort.compared)]:
        if shared[number] + rest + _ROUNDING < held:
            break
        whole = _held(known.row(number)[0], ordered, weights)
        if whole > held or (whole == held and number < found):
            held, found = whole, number
    return found, held


def _met(
    terms: Iterable[str], weights: Mapping[str, float], known: Known, total: float, effort: Effort
) -> tuple[dict[int, float], float]:
    """Earlier sentences with what the terms weigh that they hold, of those looked at; and what the other terms weigh.

    Terms come from the heaviest to the lightest, until no further sentence can come from behind, or the effort's sentences
    were met: who shares only the lightest words covers little.
    """
    shared: dict[int, float] = {}
    rest, best, met = total, 0.0, 0
    for term in terms:
        holding = known.holding(term)
        met += len(holding)
        if 0 < best >= rest or (met > effort.met and shared):
            break
        weight = weights[term]
        for number in holding:
            value = shared[number] = shared.get(number, 0.0) + weight
            if value > best:  # noqa: PLR1730 -- a call of max takes longer than the sum
                best = value
        rest -= weight
    return shared, rest


def _held(sentence: Sentence, terms: Sequence[str], weights: Mapping[str, float]) -> float:
    """What those of the terms weigh that stand in a sentence."""
    return sum(map(weights.__getitem__, filter(sentence.terms.__contains__, terms)))


def _nearest(item: Item, overlap: float, sentence: Sentence | None) -> Nearest:
    """An item as the model tells it."""
    quoted = item.text[sentence.start : sentence.end] if sentence is not None else ""
    return Nearest(
        kind=item.kind,
        title=item.title,
        published=item.published,
        overlap=overlap,
        article_id=item.article_id,
        issue=item.issue,
        sentence=quoted,
    )


def _why(value: float, told: Sequence[Told], text: str, known: int) -> str:
    """One sentence for people: the newest sentence, and what it was compared with."""
    best = max(told, key=lambda t: (t.novelty, -t.sentence.start), default=None)
    if best is None:
        return "nothing to compare"
    quoted = text[best.sentence.start : best.sentence.end]
    quoted = quoted if len(quoted) <= 120 else quoted[:117].rsplit(" ", 1)[0] + "…"
    if value < NEW:
        return f"the event is known from {known} earlier items; newest is “{quoted}”"
    return f"“{quoted}” is not in the {known} earlier items"
