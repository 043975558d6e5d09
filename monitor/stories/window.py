"""The memory that novelty and stories are measured against: seeds, earlier relevant articles, sentences already sent.

Items go in with their features; out come term weights, and the items nearest to a new article. It can be rebuilt from
stored rows at any time, or kept and brought up to date: once settled it answers as one that was built anew. It holds
eight weeks: on a real stream that keeps 94 % of what an endless memory would find (docs/notes/novelty.md), and what was
sent stays for good, as sentences.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import nsmallest
from itertools import islice
from math import exp, log, sqrt
from operator import itemgetter, mul

from monitor.stories.features import Features
from monitor.stories.items import Item, Near
from monitor.stories.packed import AT_HAND, Shelf
from monitor.stories.pairs import Common, Weighed, dot, parts, telling_names
from monitor.stories.senses import sense_of, share_of_weight, terms_of_sense
from monitor.stories.term_weights import PRIOR, Terms, Weights, heaviest, norm, unit

KEPT = timedelta(weeks=8)
_COMMON_SHARE = 0.2  # terms of more than a fifth of the window find no neighbours
_TELLING = 60  # terms of an article that look for neighbours; 30 and all give the same stories
_COMPARED = 32  # candidates whose likeness is worked out
# A word that so many of the feeds' texts hold is known to everybody.
_COMMON_TEXTS, _COMMON_OF_FEEDS = 3, 0.0015
_UNKNOWN_SHARE = 0.01  # of the feeds' texts that hold a term, before there are any
_WEIGHT = itemgetter(0)
_DIGITS = 12  # of a cosine: beyond them lies the order in which it was summed up
_FRESH = 1.1  # weights are taken again when the window has grown by a tenth


@dataclass(frozen=True, slots=True)
class _Asked:
    """The article asked about. Novelty, story and `add` want the same of it, each of the same items."""

    features: Features
    numbers: list[int]  # of its terms
    raw: list[float]  # what they weigh, not yet of norm 1
    norm: float
    shares: list[float]  # by number of the term: what one mention adds to the product with such a vector
    weighed: Weighed
    common: dict[int, Common]  # by running number
    texts: dict[int, float]  # the same: cosines of the texts alone


class Window:
    """Items in the order they came. Give it the feeds' document frequencies once, then ask and add."""

    __slots__ = (
        "_articles", "_asked", "_documents", "_frequencies", "_held", "_items", "_lengths", "_louder", "_near", "_norms", "_order", "_pairs", "_senses",
        "_shelf", "_stale", "_stories", "_terms", "_weighed",
    )  # fmt: skip

    def __init__(self, *, documents: int = 0, frequencies: Mapping[str, int] | None = None) -> None:
        self._documents = documents
        self._frequencies: Mapping[str, int] = frequencies or {}
        self._items: dict[int, Item] = {}  # running number -> item
        self._articles: dict[int, int] = {}  # article id -> running number
        self._terms = Terms(self._prior)  # and the running numbers of the items that hold them
        self._shelf = Shelf(self._terms)
        self._order = array("I")  # by running number: its place among the items
        self._lengths = array("d")  # by running number: what a norm is for the number of terms alone
        self._stories: dict[int, list[int]] = {}  # story id -> running numbers
        self._senses = Weights(self._sense_weight)  # of the present weighing
        self._norms: dict[int, float] = {}  # the same, by running number
        self._pairs: dict[int, Weighed] = {}  # the same
        self._asked: _Asked | None = None  # as long as its weights hold
        self._near: list[Near] | None = None  # of the article asked about, as long as the items are the same
        # Term number -> running numbers of the items with several sentences of it, and what it counts beyond one.
        self._louder: dict[int, list[tuple[int, float]]] | None = None
        self._weighed = 0  # items at the present weighing
        self._stale = False  # whether terms are to be weighed again before the next question
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

    @property
    def articles(self) -> Mapping[int, Item]:
        """The articles among them, by id."""
        return {article_id: self._items[number] for article_id, number in self._articles.items()}

    def story(self, story_id: int) -> tuple[int, ...]:
        """The running numbers of a story's items in the order they came; () for one it does not hold."""
        return tuple(self._stories.get(story_id, ()))

    def add(self, item: Item) -> None:
        """Remember `item`."""
        number = self._held
        self._held += 1
        self._near = self._louder = None
        asked = None if self._asked is None else self._asked_about(item.features)
        item = self._items[number] = item.on(self._shelf)
        terms = item.packed.numbers
        for holders in map(self._terms.holders.__getitem__, terms):
            holders.append(number)
        self._order.append(number)
        self._lengths.append(sqrt(len(terms) + 1))
        if item.kind == "article" and item.article_id is not None:
            self._articles[item.article_id] = number
        if item.story_id is not None:
            self._stories.setdefault(item.story_id, []).append(number)
        if len(self._items) > _FRESH * self._weighed:
            self._weigh_again()
        elif asked:  # take over what was worked out
            self._norms[number] = asked.norm
            self._pairs[number] = asked.weighed
        self._asked = None  # its shares may lack terms that come later

    def expire(self, before: datetime) -> list[Item]:
        """Forget articles published earlier; seeds and what was sent stay. Returns what went."""
        gone = [n for n, item in self._items.items() if item.kind == "article" and _is_before(item, before)]
        return [self._forget(number) for number in gone]

    def drop(self, article_ids: Iterable[int]) -> None:
        """Forget articles it holds."""
        for number in sorted(map(self._articles.__getitem__, article_ids), reverse=True):
            self._forget(number)

    def settle(self) -> None:
        """Answer from now on as if all items had just been added, articles in the order of their dates."""
        rows = [
            (item.published, item.article_id, number)
            for number, item in self._items.items()
            if item.kind == "article"
        ]
        numbers = [number for number, item in self._items.items() if item.kind != "article"]
        numbers += [number for _, _, number in sorted(rows)]
        self._items = {number: self._items[number] for number in numbers}
        for place, number in enumerate(numbers):
            self._order[number] = place
        for held in self._stories.values():
            held.sort(key=self._order.__getitem__)
        self._weigh_again()
        self._weighed = 0  # at what size it would have been weighed last
        while (size := int(_FRESH * self._weighed) + 1) <= len(numbers):
            self._weighed = size

    def reweigh(self, *, documents: int, frequencies: Mapping[str, int]) -> None:
        """Take new document frequencies of what feeds carry."""
        self._documents, self._frequencies = documents, frequencies
        self._terms.expect(self._prior)
        self._weigh_again()

    def is_common(self, terms: Collection[str]) -> bool:
        """Whether each of `terms` stands in several of the feeds' texts; False for none."""
        held = [self._frequencies.get(term, 0) for term in terms]
        return min(held, default=0) >= max(_COMMON_TEXTS, _COMMON_OF_FEEDS * self._documents)

    def idf(self, term: str) -> float:
        """How much a term tells here: -ln of its share of articles, in the window as far as that knows.

        In a window on one topic the topic's own words tell little, which is what stories need.
        """
        self._fresh()
        return self._terms.weight(term)

    def weights(self, terms: Collection[str]) -> dict[str, float]:
        """Terms with what they tell, in their order."""
        self._fresh()
        numbers = self._terms.numbers(terms)
        return dict(zip(terms, map(self._terms.weights.__getitem__, numbers), strict=True))

    def _prior(self, term: str) -> float:
        """How many of `PRIOR` articles of the feeds hold a term."""
        if not self._documents:
            return PRIOR * _UNKNOWN_SHARE
        return PRIOR * min(1.0, (self._frequencies.get(term, 0) + 1) / (self._documents + 1))

    def sense_weight(self, sense: str) -> float:
        """What a sense (see `senses`) tells for an event here; a deed less than a thing."""
        self._fresh()
        return self._senses[sense]

    def weighed(self, features: Features) -> Weighed:
        """An article as pairs are compared."""
        asked = self._asked_about(features)
        return asked.weighed if asked else self._weigh(features)

    def _weigh(self, features: Features) -> Weighed:
        title = self.weights(features.title_terms)
        senses = {sense: self._senses[sense] for sense in map(sense_of, features.title_terms)}
        things, deeds = parts(title)
        return Weighed(
            words=features.words,
            title=unit(title),
            names=unit({name: self.idf(word) for name, word in features.name_terms}),
            title_weights=title,
            title_weight=sum(title.values()),
            title_pairs=features.title_pairs,
            things=things,
            deeds=deeds,
            telling_names=telling_names(features.title_names, title),
            figures=features.title_figures,
            terms=features.places,
            senses=senses,
            senses_weight=sum(senses.values()),
        )

    def _sense_weight(self, sense: str) -> float:
        """What a sense tells for an event: of all terms that have it together."""
        shares = sum(exp(-self.idf(term)) for term in terms_of_sense(sense))
        return -log(min(1.0, shares)) * share_of_weight(sense)

    def weighed_at(self, number: int) -> Weighed:
        """An item held here as pairs are compared, remembered until the next weighing."""
        known = self._pairs.get(number)
        if known is None:
            if len(self._pairs) >= AT_HAND:
                del self._pairs[next(iter(self._pairs))]
            known = self._pairs[number] = self._weigh(self._items[number].features)
        return known

    def members(self, story_id: int, limit: int) -> list[tuple[int, Item]]:
        """The newest `limit` items of a story in the order they came, with their running numbers."""
        return [(n, self._items[n]) for n in self._stories.get(story_id, ())[-limit:]]

    def newest(self, limit: int) -> Iterator[tuple[int, Item]]:
        """The `limit` items that came last with their running numbers, newest first."""
        return islice(reversed(self._items.items()), limit)

    def near(self, features: Features, *, limit: int) -> list[Near]:
        """The `limit` most alike items (at most `_COMPARED`), most alike first, ties to the older; only those that share a telling term."""
        asked = self._ask(features)
        if self._near is None:
            self._near = self._nearest(asked)
        return self._near[:limit]

    def common(self, features: Features, number: int) -> Common:
        """Cosines of an article and an item held here; those of the article last asked about are remembered."""
        asked = self._ask(features)
        known = asked.common.get(number)
        if known is None:
            other = self.weighed_at(number)
            text = asked.texts.get(number)
            if text is None:
                text = self._texts(asked, [number])[0]
            known = asked.common[number] = Common(
                text,
                dot(asked.weighed.title, other.title),
                dot(asked.weighed.names, other.names),
            )
        return known

    def text_at_most(self, features: Features, number: int) -> float:
        """The cosine of the texts of an article and an item held here; of one that is not near, that of the last that is."""
        asked = self._ask(features)
        known = asked.texts.get(number)
        if known is None:
            near = self.near(features, limit=_COMPARED)
            known = near[-1].likeness if near else 0.0
        return known

    def _ask(self, features: Features) -> _Asked:
        """Remember what is asked about."""
        asked = self._asked_about(features)
        if asked is None:
            self._fresh()
            numbers = self._terms.numbers(features.places)
            weights = [*map(self._terms.weights.__getitem__, numbers)]
            raw = [*map(mul, weights, features.loudness)]
            length = norm(raw)
            shares = [0.0] * (len(self._terms) + 1)
            for number, weight, loud in zip(numbers, weights, raw, strict=True):
                shares[number] = weight * loud / length
            asked = self._asked = _Asked(
                features, numbers, raw, length, shares, self._weigh(features), {}, {}
            )
            self._near = None
        return asked

    def _asked_about(self, features: Features) -> _Asked | None:
        """What is remembered of the article, if it is the one asked about."""
        asked = self._asked
        return asked if asked is not None and asked.features is features else None

    def _nearest(self, asked: _Asked) -> list[Near]:
        promise = {n: shared / self._lengths[n] for n, shared in self._shared(asked).items()}
        numbers = heaviest(promise, _COMPARED, self._order)
        texts = self._texts(asked, numbers)
        asked.texts.update(zip(numbers, texts, strict=True))
        best = sorted(zip(texts, numbers, strict=True), key=lambda entry: (-entry[0], self._order[entry[1]]))
        return [Near(self._items[number], likeness, number) for likeness, number in best]

    def _shared(self, asked: _Asked) -> dict[int, float]:
        """Running numbers of items with what they have in common with the article, by its heaviest terms that others hold."""
        common = max(20.0, _COMMON_SHARE * len(self._items))
        holders = map(self._terms.holders.__getitem__, asked.numbers)
        telling = [
            (weight, held) for weight, held in zip(asked.raw, holders, strict=True) if 0 < len(held) <= common
        ]
        telling.sort(key=_WEIGHT, reverse=True)
        shared: defaultdict[int, float] = defaultdict(float)
        for weight, held in telling[:_TELLING]:
            square = weight * weight
            for number in held:
                shared[number] += square
        return shared

    def _texts(self, asked: _Asked, numbers: Iterable[int]) -> list[float]:
        """Cosines of the texts of the article asked about and of items held here.

        Most terms stand in one sentence of the other text, so that there the product is a sum of what they weigh; the
        vectors of items need not be known, only their norms.
        """
        return [self._items[n].packed.pick.product(asked.shares) / self._norm_at(n) for n in numbers]

    def alike(self, features: Features, limit: int, but: Container[str]) -> list[Item]:
        """The `limit` items most alike by the cosine of texts, without the kinds `but`; ties to those that came first.

        All are looked at, by way of who holds each term: a sixth of what it costs pair by pair.
        """
        asked = self._ask(features)
        if self._louder is None:
            self._louder = defaultdict(list)
            for number, item in self._items.items():
                for term, more in item.packed.louder():
                    self._louder[term].append((number, more))
        sums = [0.0] * self._held
        for term in asked.numbers:
            share = asked.shares[term]
            for number in self._terms.holders[term]:
                sums[number] += share
            for number, more in self._louder.get(term, ()):
                sums[number] += share * more
        found = [
            (-round(sums[number] / self._norm_at(number), _DIGITS), place, item)
            for place, (number, item) in enumerate(self._items.items())
            if item.kind not in but
        ]
        return [item for _, _, item in nsmallest(limit, found)]

    def _norm_at(self, number: int) -> float:
        """The norm of the vector of an item held here, remembered until the next weighing."""
        known = self._norms.get(number)
        if known is None:
            known = self._norms[number] = self._items[number].packed.pick.norm(self._terms.weights)
        return known

    def _forget(self, number: int) -> Item:
        """Take one item out."""
        item = self._items.pop(number)
        self._near = self._louder = None
        self._norms.pop(number, None)
        self._pairs.pop(number, None)
        for held in item.packed.numbers:
            holders = self._terms.holders[held]
            if holders[-1] == number:
                holders.pop()
            else:
                holders.remove(number)
        if item.kind == "article" and item.article_id is not None:
            self._articles.pop(item.article_id, None)
        if item.story_id is not None:
            self._stories[item.story_id].remove(number)
        return item

    def _weigh_again(self) -> None:
        """Let weights and vectors be taken from what the window holds now."""
        self._weighed = len(self._items)
        self._stale = True
        self._senses.clear()
        self._asked = self._near = None
        self._norms.clear()
        self._pairs.clear()

    def _fresh(self) -> None:
        """Weigh terms, if that is due: not before somebody asks, as most items are loaded at once."""
        if self._stale:
            self._terms.weigh(len(self._items))
            self._stale = False


def _is_before(item: Item, moment: datetime) -> bool:
    """Whether an item is dated before `moment`."""
    return item.published is not None and item.published < moment
