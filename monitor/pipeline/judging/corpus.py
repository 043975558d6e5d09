"""What later articles are compared with: seeds, sentences sent, earlier relevant articles. Rows go in, a `Memory` comes out.

It reads nothing: the step that calls it brings the rows. It joins what stories and duplicates need to know of the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from monitor.articles.dedupe import Originals, Text
from monitor.model import Seed
from monitor.stories import KEPT, Features, Item, Window, describe_text
from monitor.topics import Background

Told = Callable[[frozenset[int]], frozenset[int]]

_UNDATED = date(2000, 1, 1)  # completes "May 12" in a seed without a date; any year serves
_CLEARED = timedelta(days=1)  # of the articles' own time, between two clearings


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """A relevant article scored before, as the store keeps it."""

    article_id: int
    story_id: int
    title: str
    published: datetime
    features: Features
    outlet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A sentence that stood in an earlier issue, or that a reader knew without one."""

    text: str
    issue: int  # 0: a reader knew it
    published: datetime
    title: str = ""  # headline of its story
    article_id: int | None = None


class Memory:
    """What later articles are compared with. `Memory.of` builds it from stored rows."""

    __slots__ = ("_cleared", "_stories", "_told", "originals", "window")

    def __init__(self, background: Background, *, told: Told | None = None) -> None:
        self.window = Window(documents=background.documents, frequencies=background.frequencies)
        self.originals = Originals()
        self._stories: dict[int, int] = {}  # article id -> story id
        self._cleared: datetime | None = None
        self._told = told  # what was told before the window reaches back

    def beside(self, background: Background) -> Memory:
        """An empty memory that knows the same originals, so that copies are found on either side."""
        other = Memory(background)
        other.originals, other._stories = self.originals, self._stories
        return other

    @classmethod
    def of(
        cls,
        background: Background,
        *,
        items: Iterable[Earlier] = (),
        seeds: Iterable[Seed] = (),
        sent: Iterable[Sent] = (),
        told: Told | None = None,
    ) -> Memory:
        """A memory of seeds, sentences sent and earlier articles (any order; eight weeks of them are enough).

        `told` knows of keys of facts (see stories.told) which of them were told at any time.
        """
        memory = cls(background, told=told)
        for item in (*map(_seed_item, seeds), *_sent_items(sent)):
            memory.window.add(item)
        for earlier in sorted(items, key=lambda e: (e.published, e.article_id)):
            memory.add(earlier)
        return memory

    def add(self, earlier: Earlier) -> None:
        """Remember an article; as an original, unless it copies one."""
        text = text_of(earlier)
        if self.originals.find(text) is None:
            self.originals.add(text)
        self.window.add(_item(earlier))
        self._stories[earlier.article_id] = earlier.story_id

    def see(self, earlier: Earlier) -> None:
        """Remember an article of the memory this one is beside, whose originals it shares."""
        self.window.add(_item(earlier))

    def story_of(self, article_id: int) -> int | None:
        """The story of an article it remembers; None otherwise."""
        return self._stories.get(article_id)

    def told(self, features: Iterable[Features]) -> frozenset[int]:
        """The keys of facts in `features` that anything remembered, or anything ever told, holds already."""
        asked = frozenset[int]().union(*(each.told_keys for each in features))
        held = frozenset[int]().union(*(asked & item.features.told_keys for item in self.window.items))
        return held if self._told is None else held | self._told(asked)

    def expire(self, now: datetime) -> None:
        """Forget articles older than eight weeks at `now`; looked at once a day of the articles' own time."""
        if self._cleared is not None and now - self._cleared < _CLEARED:
            return
        self._cleared = now
        for item in self.window.expire(now - KEPT):
            if item.article_id is not None:
                self.originals.drop(item.article_id)
                self._stories.pop(item.article_id, None)

    def reweigh(self, background: Background) -> None:
        """Weigh words by a newer background."""
        self.window.reweigh(documents=background.documents, frequencies=background.frequencies)


def text_of(earlier: Earlier) -> Text:
    """What duplicates are told by."""
    return Text(
        article_id=earlier.article_id,
        title=earlier.title,
        published=earlier.published,
        words=earlier.features.words,
        fingerprints=earlier.features.fingerprints,
    )


def _item(earlier: Earlier) -> Item:
    """An earlier article as the window holds it."""
    return Item(
        kind="article",
        title=earlier.title,
        published=earlier.published,
        features=earlier.features,
        article_id=earlier.article_id,
        story_id=earlier.story_id,
        outlet=earlier.outlet,
    )


def _seed_item(seed: Seed) -> Item:
    """A seed as the window holds it."""
    on = seed.published.date() if seed.published else _UNDATED
    return Item(
        kind="seed",
        title=seed.title,
        published=seed.published,
        features=describe_text(seed.title, seed.text, on),
        outlet=seed.outlet,
        text=f"{seed.title}\n{seed.text}",
    )


def _sent_items(sent: Iterable[Sent]) -> Iterable[Item]:
    """Sentences sent or known, one item for each issue and headline."""
    ordered = sorted(sent, key=lambda s: (s.issue, s.title, s.published, s.text))
    for (issue, title), group in groupby(ordered, key=lambda s: (s.issue, s.title)):
        rows = list(group)
        text = "\n".join(dict.fromkeys(row.text for row in rows))
        yield Item(
            kind="issue" if issue else "known",
            title=title,
            published=rows[0].published,
            features=describe_text(title, text, rows[0].published.date()),
            article_id=rows[0].article_id,
            issue=issue or None,
            text=f"{title}\n{text}",
        )
