"""What does an article tell that was not known? Its features and a window go in, a `Novelty` with its receipt comes out.

A sentence is as new as the best single earlier sentence leaves it: 1 - max over u of idf(s and u) / idf(s). By a single
one, because the union of many old sentences covers any new combination of known words (measured: AUC .79 against .67).
Each new sentence brings its facts (sums, per cent, counts, dates, names, laws) that no earlier item has, and where the
best earlier sentence holds the same quantity with another value, that change.
An article's value says above all whether its event was known: one minus the resemblance to the nearest earlier item,
faded by the days between, and to a tenth the mean novelty of its sentences weighted by what they tell. Sentences alone
tell first reports from later ones badly (two papers never write the same), events alone do not rank within a story.
First runs are measured against the seeds: nothing is new by decree. Measurements: docs/notes/novelty.md.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Change, Fact, Nearest, Novelty
from monitor.stories.cluster import resemblance
from monitor.stories.facts import quantities
from monitor.stories.features import Features, Sentence
from monitor.stories.window import Item, Near, Window

NEIGHBOURS = 20  # items whose sentences are compared; 12 cost .017 of Cmin on AllSides
_SENTENCES = 0.1  # weight of the sentences beside the event; 0 .. .3 measured
_SPREAD = 4  # power that puts the line between known and new at .5
NEW = 0.5  # an article's novelty from which it counts as new
_SHOWN = 5  # sentences, facts, changes in a receipt
_FACT_BONUS = 0.15  # for a sentence with a fact no earlier item has; 0 and .15 measured
_LEAST_TERMS = 3  # shorter sentences ("He declined.") tell nothing
_SAME_QUANTITY = (
    0.5  # of the words of both sentences, figures aside, in common: less is often another quantity
)


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
    known = _Known(earlier, features.counts)
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
        changes=changes(told, text),
        nearest=nearest(told, near),
        why=_why(value, told, text, len(window)),
    )


def _value(
    features: Features, published: datetime, told: Sequence[Told], near: Sequence[Near], window: Window
) -> float:
    """Event and sentences in one number 0..1; 0 for an article that tells nothing."""
    if not any(t.weight for t in told):
        return 0.0
    own = window.weighed(features)
    alike = max((resemblance(own, n, window, published) for n in near), default=0.0)
    return float(((1 - _SENTENCES) * (1 - alike) + _SENTENCES * overall(told)) ** _SPREAD)


def overall(told: Sequence[Told]) -> float:
    """The mean novelty of sentences weighted by what they tell, 0..1; 0 for none."""
    total = sum(t.weight for t in told)
    return sum(t.weight * t.novelty for t in told) / total if total else 0.0


def newest(features: Features, told: Sequence[Told]) -> list[Told]:
    """The quotable sentences, newest first, then in the article's order; at most five."""
    quotable = set(features.body())
    usable = [t for t in told if t.sentence in quotable and len(t.sentence.terms) >= _LEAST_TERMS]
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


def changes(told: Iterable[Told], text: str) -> tuple[Change, ...]:
    """Quantities that stood with another value in the earlier sentence closest in wording."""
    found: dict[tuple[str, str], Change] = {}
    for t in told:
        for change in _changes(t, text):
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
    """Sentences of earlier items that share a term with an article, and all the items' facts."""

    __slots__ = ("_firsts", "_items", "by_term", "facts")

    def __init__(self, items: Sequence[Item], terms: Iterable[str]) -> None:
        self._items = items
        self._firsts: list[int] = []  # of each item: the number of its first sentence among all
        self.by_term: dict[str, list[int]] = {term: [] for term in terms}
        self.facts = [item.features.told for item in items]
        own, number = frozenset(self.by_term), 0
        for item in items:
            self._firsts.append(number)
            for sentence in item.features.sentences:
                for term in own.intersection(sentence.terms):
                    self.by_term[term].append(number)
                number += 1

    def row(self, number: int) -> tuple[Sentence, Item]:
        """The earlier sentence of that number, and whose it is."""
        at = bisect_right(self._firsts, number) - 1
        return self._items[at].features.sentences[number - self._firsts[at]], self._items[at]

    def has(self, fact: Fact) -> bool:
        """Whether an earlier item has the fact; of a name, whether it has its last word."""
        key = (fact.kind, fact.value.split()[-1]) if fact.kind == "name" else (fact.kind, fact.value)
        return any(key in facts for facts in self.facts)


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

    Terms are taken from the rarest to the commonest. What the terms not yet taken weigh is the most by which a sentence
    that shares none of the earlier ones can come from behind, so common terms only add to the sentences found already.
    """
    shared: dict[int, float] = {}
    rest, best = total, 0.0
    for _, term in sorted([(len(known.by_term[term]), term) for term in weights]):
        weight = weights[term]
        if rest > best:
            for number in known.by_term[term]:
                value = shared[number] = shared.get(number, 0.0) + weight
                best = max(best, value)
        else:
            for number in shared.keys() & known.by_term[term]:
                shared[number] += weight
        rest -= weight
    if not shared:
        return None, 0.0
    held = max(shared.values())
    return min(number for number, value in shared.items() if value == held), held


def _changes(told: Told, text: str) -> Iterable[Change]:
    """Figures of one sentence that replace figures of the earlier one, kind by kind in their order."""
    if told.earlier is None or told.novelty == 0:
        return
    own, old = _wording(told.sentence), _wording(told.earlier)
    if len(own & old) < max(3, _SAME_QUANTITY * len(own | old)):
        return
    values = {fact.value for fact in told.sentence.facts}
    before = {fact.value for fact in told.earlier.facts}
    fresh = [f for f in quantities(told.sentence.facts) if f.value not in before]
    stale = [f for f in quantities(told.earlier.facts) if f.value not in values]
    for fact in fresh:
        mine = [f for f in fresh if (f.kind, _unit(f)) == (fact.kind, _unit(fact))]
        match = [f for f in stale if (f.kind, _unit(f)) == (fact.kind, _unit(fact))]
        if len(mine) == len(match) == 1:  # of several figures nobody can tell which replaced which
            yield Change(what=_about(told, fact, text), old=match[0].text, new=fact.text)


def _wording(sentence: Sentence) -> set[str]:
    """The terms of a sentence without its figures."""
    return {term for term in sentence.terms if not term[0].isdigit()}


def _unit(fact: Fact) -> str:
    """What is measured: currency, noun, or the per cent sign."""
    return fact.value.rpartition(" ")[2]


def _about(told: Told, fact: Fact, text: str) -> str:
    """The words before a figure, as written: what it is a figure of; up to five."""
    sentence = text[told.sentence.start : told.sentence.end]
    before = sentence[: max(0, sentence.find(fact.text))].split()
    return " ".join(before[-5:]).strip(" ,;:—–-\"'“”‘’(") or " ".join(sentence.split()[:5])


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
