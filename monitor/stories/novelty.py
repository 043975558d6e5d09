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

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from operator import itemgetter

from monitor.model import Change, Fact, Nearest, Novelty
from monitor.stories.changes import changes
from monitor.stories.cluster import known
from monitor.stories.features import Features, Sentence
from monitor.stories.window import Item, Near, Window

NEIGHBOURS = 20  # items whose sentences are compared; 12 cost .017 of Cmin on AllSides
_SENTENCES = 0.1  # weight of the sentences beside the event; 0 .. .3 measured
_SPREAD = 1.25  # power that puts the line between known and new at .5
NEW = 0.5  # an article's novelty from which it counts as new
_SHOWN = 5  # sentences, facts, changes in a receipt
_FACT_BONUS = 0.15  # for a sentence with a fact no earlier item has; 0 and .15 measured
_LEAST_TERMS = 3  # shorter sentences ("He declined.") tell nothing
_ROUNDING = 1e-9  # of sums of weights
_BY_WEIGHT = itemgetter(1)


@dataclass(frozen=True, slots=True)
class Told:
    """One sentence compared: novelty 0..1, its weight, its new facts, the earlier sentence that covers it best."""

    sentence: Sentence
    novelty: float
    weight: float
    new_facts: tuple[Fact, ...] = ()
    earlier: Sentence | None = None
    where: Item | None = None


def compare(features: Features, earlier: Sequence[Item], window: Window) -> tuple[Told, ...]:
    """Each sentence of an article against all sentences of `earlier` items, in the article's order."""
    known = _Known(earlier)
    return tuple(_told(sentence, known, window) for sentence in features.sentences if sentence.terms)


def novelty(
    features: Features, text: str, published: datetime, window: Window, *, more: Iterable[Item] = ()
) -> Novelty:
    """The novelty of an article against its nearest items in `window` and those in `more` (say, its story).

    `text` is the article's document, from which sentences are quoted. An article without a telling sentence gets 0.
    """
    near = window.near(features, limit=NEIGHBOURS)
    earlier = _distinct([each.item for each in near], more)
    told = compare(features, earlier, window)
    value = _value(features, published, told, near, window)
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
        if t.novelty:
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


class _Known:
    """Sentences and facts of earlier items, ready to be asked for."""

    __slots__ = ("_facts", "_firsts", "_holding", "_items", "_places")

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        # Of each item: the number of its first sentence among all.
        self._firsts = [0, *accumulate(len(item.features.sentences) for item in items)]
        self._places = [item.features.places for item in items]
        self._holding: dict[str, list[int]] = {}
        self._facts = frozenset[tuple[str, str]]().union(*(item.features.told for item in items))

    def holding(self, term: str) -> list[int]:
        """The numbers of the earlier sentences that hold a term, ascending."""
        found = self._holding.get(term)
        if found is None:
            found = self._holding[term] = []
            for first, places in zip(self._firsts, self._places, strict=False):
                for number in places.get(term, ()):
                    found.append(first + number)
        return found

    def row(self, number: int) -> tuple[Sentence, Item]:
        """The earlier sentence of that number, and whose it is."""
        at = bisect_right(self._firsts, number) - 1
        return self._items[at].features.sentences[number - self._firsts[at]], self._items[at]

    def has(self, fact: Fact) -> bool:
        """Whether an earlier item has the fact; of a name, whether it has its last word."""
        key = (fact.kind, fact.value.split()[-1]) if fact.kind == "name" else (fact.kind, fact.value)
        return key in self._facts


def _told(sentence: Sentence, known: _Known, window: Window) -> Told:
    """One sentence against all earlier ones."""
    weights = window.weights(sentence.terms)
    total = sum(weights.values())
    if not total:
        return Told(sentence, 0.0, 0.0)
    unknown = tuple(fact for fact in sentence.facts if not known.has(fact))
    number, held = _closest(weights, known, total)
    if number is None:
        return Told(sentence, 1.0, total, unknown)
    earlier, where = known.row(number)
    value = min(1.0, max(0.0, 1 - held / total) + (_FACT_BONUS if unknown else 0.0))
    return Told(sentence, value, total, unknown, earlier, where)


def _closest(weights: Mapping[str, float], known: _Known, total: float) -> tuple[int | None, float]:
    """The earlier sentence that holds most of the weight, and how much; ties to the older.

    Terms are taken from the heaviest to the lightest. What the terms not yet taken weigh is the most by which a sentence
    can still come from behind: once that is less than the best holds, no further sentence has to be looked up, and of
    those found only the few close to the best are asked for the rest.
    """
    shared: dict[int, float] = {}
    rest, best, taken = total, 0.0, 0
    ordered = sorted(weights.items(), key=_BY_WEIGHT, reverse=True)
    for term, weight in ordered:
        if 0 < best >= rest:
            break
        for number in known.holding(term):
            value = shared[number] = shared.get(number, 0.0) + weight
            if value > best:  # noqa: PLR1730 -- a call of max takes longer than the sum
                best = value
        rest -= weight
        taken += 1
    if not shared:
        return None, 0.0
    least = best - rest - _ROUNDING
    close = [(value, -number) for number, value in shared.items() if value >= least]
    held, found = -1.0, 0
    for value, number in sorted(close, reverse=True):
        if value + rest + _ROUNDING < held:
            break
        held, found = max((held, found), (_also(value, ordered[taken:], known.row(-number)[0]), number))
    return -found, held


def _also(value: float, weights: Iterable[tuple[str, float]], sentence: Sentence) -> float:
    """`value`, and the weights of the terms that stand in the sentence."""
    for term, weight in weights:
        if term in sentence.terms:
            value += weight
    return value


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


def _distinct(first: Iterable[Item], more: Iterable[Item]) -> list[Item]:
    """Both, each item once."""
    return list({id(item): item for item in (*first, *more)}.values())


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
