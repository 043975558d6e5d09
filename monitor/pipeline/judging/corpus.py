"""What later articles are compared with: seeds, sentences sent, earlier relevant articles. Rows go in, a `Memory` comes out.

It reads nothing: the step that calls it brings the rows. It joins what stories and duplicates need to know of the past.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from monitor.articles.dedupe import Originals, Text
from monitor.model import Seed, TopicProfile
from monitor.stories import KEPT, Features, Item, Window, describe_text, seen
from monitor.stories.novelty import Known
from monitor.topics import Background

RememberedFacts = Callable[[frozenset[int]], frozenset[int]]

_UNDATED = date(2000, 1, 1)  # completes "May 12" in a seed without a date; any year serves
_CLEARED = timedelta(days=1)  # of the articles' own time, between two clearings


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A sentence that stood in an earlier issue or alert, or that a reader knew without one."""

    text: str
    issue: int  # 0: a reader knew it, or an alert told it before there was any issue
    published: datetime
    title: str = ""  # headline of its story
    article_id: int | None = None
    alert: str = ""  # the name of the alert that told it


class Memory:
    """What later articles are compared with: `of` builds it from stored rows, `bring_up_to_date` keeps it so."""

    __slots__ = ("_cleared", "_keys", "_seen", "_stories", "facts_before", "originals", "window")

    def __init__(self, background: Background) -> None:
        self.window = Window(documents=background.documents, frequencies=background.frequencies)
        self.originals = Originals()
        self.facts_before: RememberedFacts | None = None  # what was told before the window reaches back
        self._stories: dict[int, int] = {}  # article id -> story id
        self._cleared: datetime | None = None
        self._seen: Known | None = None  # what was sent or known, once asked for: it stays as it is
        self._keys: frozenset[int] | None = None  # of all facts in the window, once asked for

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
        items: Iterable[Item] = (),
        seeds: Iterable[Seed] = (),
        sent: Iterable[Sent] = (),
        told: RememberedFacts | None = None,
    ) -> Memory:
        """A memory of seeds, sentences sent and earlier articles (any order; eight weeks of them are enough).

        `told` says of keys of facts (see stories.told) which of them were told at any time.
        """
        memory = cls(background)
        memory.facts_before = told
        for item in (*map(_seed_item, seeds), *_sent_items(sent)):
            memory.window.add(item)
        memory.bring_up_to_date((), items)
        return memory

    def add(self, item: Item) -> None:
        """Remember an article; as an original, unless it copies one."""
        assert item.article_id is not None
        assert item.story_id is not None
        if item.duplicate_of not in self._stories:
            self.originals.add(text_of(item))
        self.see(item)
        self._stories[item.article_id] = item.story_id

    def see(self, item: Item) -> None:
        """Remember an article of the memory this one is beside, whose originals it shares."""
        self._keys = None
        self.window.add(item)

    def bring_up_to_date(self, gone: Iterable[int], came: Iterable[Item]) -> None:
        """Forget articles (by id) and remember others; what it answers then is what one built anew would.

        An original is what does not copy an article that is remembered too.
        """
        left = frozenset(gone)
        self.window.drop(left)
        for item in came:
            self.window.add(item)
        self.window.settle()
        held = self.window.articles
        self._stories = {
            article_id: item.story_id for article_id, item in held.items() if item.story_id is not None
        }
        originals = {article_id for article_id, item in held.items() if item.duplicate_of not in held}
        # What comes back changed, under another headline, is another original.
        for article_id in sorted(self.originals.ids & left | self.originals.ids - originals):
            self.originals.drop(article_id)
        self.originals.add_many(text_of(held[each]) for each in sorted(originals - self.originals.ids))
        self._cleared = self._keys = None

    def seen(self) -> Known:
        """What the reader has seen of all that is remembered."""
        if self._seen is None:
            self._seen = seen(self.window.items)
        return self._seen

    def story_of(self, article_id: int) -> int | None:
        """The story of an article it remembers; None otherwise."""
        return self._stories.get(article_id)

    def known_facts(self, features: Iterable[Features]) -> frozenset[int]:
        """The keys of facts in `features` that anything remembered, or anything ever told, holds already."""
        if self._keys is None:
            self._keys = frozenset().union(*(item.packed.told_keys for item in self.window.items))
        asked = frozenset[int]().union(*(each.told_keys for each in features))
        held = asked & self._keys
        return held if self.facts_before is None else held | self.facts_before(asked)

    def expire(self, now: datetime) -> None:
        """Forget articles older than eight weeks at `now`; looked at once a day of the articles' own time."""
        if self._cleared is not None and now - self._cleared < _CLEARED:
            return
        self._cleared, self._keys = now, None
        for item in self.window.expire(now - KEPT):
            if item.article_id is not None:
                self.originals.drop(item.article_id)
                self._stories.pop(item.article_id, None)

    def reweigh(self, background: Background) -> None:
        """Weigh words by a newer background."""
        self.window.reweigh(documents=background.documents, frequencies=background.frequencies)


def known_seeds(profile: TopicProfile) -> tuple[Seed, ...]:
    """The seeds whose contents are no news; the others only teach what the topic is."""
    return tuple(seed for seed in profile.seeds if seed.is_known)


def text_of(item: Item) -> Text:
    """What duplicates of an article are told by."""
    assert item.article_id is not None
    assert item.published is not None
    return Text(
        article_id=item.article_id,
        title=item.title,
        published=item.published,
        words=item.words,
        fingerprints=item.fingerprints,
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
    """Sentences sent or known, one item for each issue or alert and headline."""
    ordered = sorted(sent, key=lambda s: (s.issue, s.alert, s.title, s.published, s.text))
    for (issue, alert, title), group in groupby(ordered, key=lambda s: (s.issue, s.alert, s.title)):
        rows = list(group)
        text = "\n".join(dict.fromkeys(row.text for row in rows))
        yield Item(
            kind="alert" if alert else "issue" if issue else "known",
            title=title,
            published=rows[0].published,
            features=describe_text(title, text, rows[0].published.date()),
            article_id=rows[0].article_id,
            issue=None if alert else issue or None,
            text=f"{title}\n{text}",
        )
