"""The memory that novelty and stories are measured against: seeds, earlier relevant articles, sentences already sent.

Items go in with their features; out come term weights, and the items nearest to a new article. It can be rebuilt from
stored rows at any time. It holds eight weeks: on a real stream that keeps 94 % of what an endless memory would find
(docs/notes/novelty.md), and what was sent stays for good, as sentences.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import log, sqrt
from operator import mul
from typing import TypeVar

from monitor.stories.features import Features
from monitor.stories.pairs import Weighed, dot

K = TypeVar("K", str, int)

KEPT = timedelta(weeks=8)
_PRIOR = 50.0  # window articles that the feeds' document frequencies count for
_COMMON_SHARE = 0.2  # terms of more than a fifth of the window find no neighbours
_TELLING = 60  # terms of an article that look for neighbours; 30 and all give the same stories
_COMPARED = 60  # candidates whose likeness is worked out
_NEAREST = 40
_FRESH = 1.1  # weights are taken again when the window has grown by a tenth


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something already known: a seed, an earlier article, or an article of an earlier issue."""

    kind: str  # seed | article | issue
    title: str
    published: datetime | None
    features: Features
    article_id: int | None = None
    story_id: int | None = None
    outlet: str = ""
    issue: int | None = None
    text: str = ""  # the document its sentences stand in, where it is at hand


@dataclass(frozen=True, slots=True)
class Near:
    """An item and its cosine to the article asked about, 0..1."""

    item: Item
    likeness: float
    number: int  # running number in its window


class _Weights(dict[str, float]):
    """Term -> what it tells, worked out when first asked for."""

    __slots__ = ("_of",)

    def __init__(self, of: Callable[[str], float]) -> None:
        super().__init__()
        self._of = of

    def __missing__(self, term: str) -> float:
        """The weight of a term not asked for before."""
        weight = self[term] = self._of(term)
        return weight


class Window:
    """Items in the order they came. Give it the feeds' document frequencies once, then ask and add."""

    __slots__ = (
        "_asked", "_documents", "_frequencies", "_held", "_idf", "_items", "_own", "_paired", "_pairs", "_postings",
        "_stories", "_vectors", "_weighed",
    )  # fmt: skip

    def __init__(self, *, documents: int = 0, frequencies: Mapping[str, int] | None = None) -> None:
        self._documents = documents
        self._frequencies: Mapping[str, int] = frequencies or {}
        self._items: dict[int, Item] = {}  # running number -> item
        self._postings: dict[str, list[int]] = {}  # term -> running numbers, ascending
        self._stories: dict[int, list[int]] = {}  # story id -> running numbers
        self._idf = _Weights(self._weight)  # of the present weighing
        self._vectors: dict[int, dict[str, float]] = {}  # the same
        self._pairs: dict[int, Weighed] = {}  # the same
        self._asked: tuple[Features, list[Near]] | None = (
            None  # the last answer of `near`: novelty and stories both ask
        )
        # The article last asked about, as long as its weights hold: novelty, story and `add` want the same of it.
        self._own: tuple[Features, dict[str, float]] | None = None
        self._paired: tuple[Features, Weighed] | None = None
        self._weighed = 0  # items at the present weighing
        self._held = 0  # running number of the next item

    @classmethod
    def of(
        cls, items: Iterable[Item], *, documents: int = 0, frequencies: Mapping[str, int] | None = None
    ) -> Window:
        """A window over `items`, oldest first; document frequencies of what feeds carry."""
        window = cls(documents=documents, frequencies=frequencies)
        for item in items:
            window.add(item)
        return window

    def __len__(self) -> int:
        """How many items it holds."""
        return len(self._items)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order they came."""
        return tuple(self._items.values())

    def story(self, story_id: int) -> tuple[Item, ...]:
        """The items of a story in the order they came; () for one it does not hold."""
        return tuple(self._items[number] for number in self._stories.get(story_id, ()))

    def add(self, item: Item) -> None:
        """Remember `item`."""
        number = self._held
        self._held += 1
        self._asked = None
        self._items[number] = item
        for term in item.features.counts:
            self._postings.setdefault(term, []).append(number)
        if item.story_id is not None:
            self._stories.setdefault(item.story_id, []).append(number)
        if len(self._items) > _FRESH * self._weighed:
            self._weigh_again()
        else:
            self._keep_weights(number, item.features)

    def _keep_weights(self, number: int, features: Features) -> None:
        """Take over what was worked out when the new item was asked about."""
        if self._own is not None and self._own[0] is features:
            self._vectors[number] = self._own[1]
        if self._paired is not None and self._paired[0] is features:
            self._pairs[number] = self._paired[1]

    def expire(self, before: datetime) -> list[Item]:
        """Forget articles published earlier; seeds and what was sent stay. Returns what went."""
        gone = [n for n, item in self._items.items() if item.kind == "article" and _is_before(item, before)]
        return [self._forget(number) for number in gone]

    def reweigh(self, *, documents: int, frequencies: Mapping[str, int]) -> None:
        """Take new document frequencies of what feeds carry."""
        self._documents, self._frequencies = documents, frequencies
        self._weigh_again()

    def idf(self, term: str) -> float:
        """How much a term tells here: -ln of its share of articles, in the window as far as that knows.

        In a window on one topic the topic's own words tell little, which is what stories need.
        """
        return self._idf[term]

    def weights(self, terms: Iterable[str]) -> dict[str, float]:
        """Terms with what they tell, in their order."""
        return {term: self._idf[term] for term in terms}

    def _weight(self, term: str) -> float:
        """What `idf` gives, worked out."""
        everywhere = (self._frequencies.get(term, 0) + 1) / (self._documents + 1) if self._documents else 0.01
        here = len(self._postings.get(term, ()))
        return -log(min(1.0, (here + _PRIOR * min(1.0, everywhere)) / (len(self._items) + _PRIOR)))

    def vector(self, features: Features) -> dict[str, float]:
        """(1 + ln n) x idf over the terms of an article, norm 1."""
        if self._own is not None and self._own[0] is features:
            return self._own[1]
        raw = [*map(mul, map(self._idf.__getitem__, features.counts), features.loudness)]
        norm = _norm(raw)
        return dict(zip(features.counts, [w / norm for w in raw], strict=True))

    def weighed(self, features: Features) -> Weighed:
        """An article as pairs are compared; the last one is remembered."""
        if self._paired is None or self._paired[0] is not features:
            self._paired = features, self._weigh(features, self.vector(features))
        return self._paired[1]

    def _weigh(self, features: Features, vector: dict[str, float]) -> Weighed:
        """An article whose vector is known, as pairs are compared."""
        title = self.weights(features.title_terms)
        return Weighed(
            words=features.words,
            text=vector,
            title=_unit(title),
            names=_unit({name: self.idf(name.split()[-1].lower()) for name in features.names}),
            title_weights=title,
            title_pairs=frozenset(pairwise(features.title_terms)),
            title_names=features.title_names,
            figures=frozenset(t for t in features.title_terms if t[0].isdigit()),
            terms=features.counts,
        )

    def weighed_at(self, number: int) -> Weighed:
        """An item held here as pairs are compared, remembered until the next weighing."""
        known = self._pairs.get(number)
        if known is None:
            known = self._pairs[number] = self._weigh(self._items[number].features, self._vector_at(number))
        return known

    def members(self, story_id: int, limit: int) -> list[tuple[Item, Weighed]]:
        """The newest `limit` items of a story, in the order they came, as pairs are compared."""
        return [(self._items[n], self.weighed_at(n)) for n in self._stories.get(story_id, ())[-limit:]]

    def near(self, features: Features, *, limit: int) -> list[Near]:
        """The `limit` most alike items (at most forty), most alike first, ties to the older; only those that share a telling term."""
        if self._asked is None or self._asked[0] is not features:
            self._asked = features, self._nearest(features)
        return self._asked[1][:limit]

    def _nearest(self, features: Features) -> list[Near]:
        vector = self.vector(features)
        self._own = features, vector
        common = max(20.0, _COMMON_SHARE * len(self._items))
        shared: defaultdict[int, float] = defaultdict(float)
        for term in _heaviest(vector, _TELLING):
            holders = self._postings.get(term, ())
            if len(holders) <= common:
                square = vector[term] * vector[term]
                for number in holders:
                    shared[number] += square
        alike = [(dot(vector, self._vector_at(n)), n) for n in _heaviest(shared, _COMPARED)]
        best = sorted(alike, key=lambda entry: (-entry[0], entry[1]))[:_NEAREST]
        return [Near(self._items[number], likeness, number) for likeness, number in best]

    def likeness(self, vector: Mapping[str, float], item: Item) -> float:
        """Cosine of a vector from `vector` and an item of this window or another."""
        return dot(vector, self.vector(item.features))

    def _vector_at(self, number: int) -> dict[str, float]:
        """The vector of an item held here, remembered until the next weighing."""
        known = self._vectors.get(number)
        if known is None:
            known = self._vectors[number] = self.vector(self._items[number].features)
        return known

    def _forget(self, number: int) -> Item:
        """Take one item out."""
        item = self._items.pop(number)
        self._asked = None
        self._vectors.pop(number, None)
        self._pairs.pop(number, None)
        for term in item.features.counts:
            holders = self._postings[term]
            holders.remove(number)
            if not holders:
                del self._postings[term]
        if item.story_id is not None:
            self._stories[item.story_id].remove(number)
        return item

    def _weigh_again(self) -> None:
        """Let weights and vectors be taken from what the window holds now."""
        self._weighed = len(self._items)
        self._asked = self._own = self._paired = None
        self._idf.clear()
        self._vectors.clear()
        self._pairs.clear()


def _unit(raw: dict[str, float]) -> dict[str, float]:
    """Weights with norm 1; as they are when all are 0."""
    norm = _norm(raw.values())
    return {t: w / norm for t, w in raw.items()}


def _norm(weights: Collection[float]) -> float:
    """The root of the sum of squares; 1 when all are 0."""
    return sqrt(sum(map(mul, weights, weights))) or 1.0


def _heaviest(weights: Mapping[K, float], limit: int) -> list[K]:
    """The keys of the `limit` heaviest entries, heaviest first, ties by key."""
    return sorted(sorted(weights), key=weights.__getitem__, reverse=True)[:limit]


def _is_before(item: Item, moment: datetime) -> bool:
    """Whether an item is dated before `moment`."""
    return item.published is not None and item.published < moment
