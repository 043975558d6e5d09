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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Change, Fact, Nearest, Novelty
from monitor.stories.cluster import resemblance
from monitor.stories.facts import quantities
from monitor.stories.features import Features, Sentence
from monitor.stories.window import Item, Near, Window

NEIGHBOURS = 20  # items whose sentences are compared
_SENTENCES = 0.1  # weight of the sentences beside the event; 0 .. .3 measured
_SPREAD = 4  # power that puts the line between known and new at .5
NEW = 0.5  # an article's novelty from which it counts as new
_SHOWN = 5  # sentences, facts, changes in a receipt
_FACT_BONUS = 0.15  # for a sentence with a fact no earlier item has; 0 and .15 measured
_LEAST_TERMS = 3  # shorter sentences ("He declined.") tell nothing
_SAME_QUANTITY = 0.45  # of a sentence's information without its figures, held by the earlier one


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
    known = _Sentences(earlier)
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
    alike = max((resemblance(features, n.item, n.likeness, window, published) for n in near), default=0.0)
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
        for fact in t.new_facts:
            found.setdefault((fact.kind, fact.value), fact)
    return tuple(found.values())[:_SHOWN]


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


class _Sentences:
    """Sentences of earlier items, by term, and all their facts."""

    __slots__ = ("by_term", "facts", "names", "rows")

    def __init__(self, items: Sequence[Item]) -> None:
        self.rows = [(sentence, item) for item in items for sentence in item.features.sentences]
        self.by_term: dict[str, list[int]] = {}
        for number, (sentence, _) in enumerate(self.rows):
            for term in sentence.terms:
                self.by_term.setdefault(term, []).append(number)
        self.facts = {(f.kind, f.value) for sentence, _ in self.rows for f in sentence.facts}
        self.names = {word for kind, value in self.facts if kind == "name" for word in value.split()}

    def has(self, fact: Fact) -> bool:
        """Whether an earlier item has the fact; of a name, whether it has its last word."""
        if fact.kind == "name":
            return fact.value.split()[-1] in self.names
        return (fact.kind, fact.value) in self.facts


def _told(sentence: Sentence, known: _Sentences, window: Window) -> Told:
    """One sentence against all earlier ones."""
    weights = {term: window.idf(term) for term in sentence.terms}
    total = sum(weights.values())
    if not total:
        return Told(sentence, 0.0, 0.0)
    shared: dict[int, float] = {}
    for term, weight in weights.items():
        for number in known.by_term.get(term, ()):
            shared[number] = shared.get(number, 0.0) + weight
    unknown = tuple(fact for fact in sentence.facts if not known.has(fact))
    if not shared:
        return Told(sentence, 1.0, total, unknown)
    number = max(shared, key=lambda n: (shared[n], -n))
    earlier, where = known.rows[number]
    value = min(1.0, max(0.0, 1 - shared[number] / total) + (_FACT_BONUS if unknown else 0.0))
    return Told(sentence, value, total, unknown, earlier, where)


def _changes(told: Told, text: str) -> Iterable[Change]:
    """Figures of one sentence that replace figures of the earlier one, kind by kind in their order."""
    if told.earlier is None or told.novelty == 0:
        return
    own, old = set(told.sentence.terms), set(told.earlier.terms)
    wording = {term for term in own if not term[0].isdigit()}
    if len(wording & old) < max(2, _SAME_QUANTITY * len(wording)):
        return
    values = {fact.value for fact in told.sentence.facts}
    before = {fact.value for fact in told.earlier.facts}
    fresh = [f for f in quantities(told.sentence.facts) if f.value not in before]
    stale = [f for f in quantities(told.earlier.facts) if f.value not in values]
    for fact in fresh:
        match = next((f for f in stale if f.kind == fact.kind and _unit(f) == _unit(fact)), None)
        if match is not None:
            stale.remove(match)
            yield Change(what=_about(told, fact, text), old=match.text, new=fact.text)


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
