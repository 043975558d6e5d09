"""What is already known, as one type: a seed, an earlier article, what an issue said, or what a reader knew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.stories.features import Features
from monitor.stories.packed import Packed, Shelf, Stored


class Item:
    """Something already known: a seed, an earlier article, what an issue said, or what a reader knew.

    In a window its features are packed, and unpacked when somebody asks for them.
    """

    __slots__ = (
        "_features", "article_id", "duplicate_of", "issue", "kind", "outlet", "published", "story_id", "text", "title",
    )  # fmt: skip

    def __init__(
        self,
        *,
        kind: str = "article",  # seed | article | issue | alert | known
        title: str,
        published: datetime | None,
        features: Features | Packed | Stored,
        article_id: int | None = None,
        story_id: int | None = None,
        duplicate_of: int | None = None,  # the article whose text it repeats
        outlet: str = "",
        issue: int | None = None,
        text: str = "",  # the document its sentences stand in, where it is at hand
    ) -> None:
        self.kind = kind
        self.title = title
        self.published = published
        self.article_id = article_id
        self.story_id = story_id
        self.duplicate_of = duplicate_of
        self.outlet = outlet
        self.issue = issue
        self.text = text
        self._features = features

    @property
    def features(self) -> Features:
        """What it says."""
        kept = self._features
        if isinstance(kept, Packed):
            return kept.features
        return kept if isinstance(kept, Features) else Features.of_json(kept)

    @property
    def words(self) -> int:
        """Of its running text."""
        return self.packed.words if isinstance(self._features, Packed) else self.features.words

    @property
    def fingerprints(self) -> Sequence[int]:
        """Of its running text."""
        return self.packed.fingerprints if isinstance(self._features, Packed) else self.features.fingerprints

    @property
    def packed(self) -> Packed:
        """The same in little room, as a window holds it."""
        assert isinstance(self._features, Packed)
        return self._features

    def on(self, shelf: Shelf) -> Item:
        """The item with its features packed."""
        return Item(
            kind=self.kind,
            title=self.title,
            published=self.published,
            features=shelf.pack(self._features),
            article_id=self.article_id,
            story_id=self.story_id,
            duplicate_of=self.duplicate_of,
            outlet=self.outlet,
            issue=self.issue,
            text=self.text,
        )


@dataclass(frozen=True, slots=True)
class Near:
    """An item and its cosine to the article asked about, 0..1."""

    item: Item
    likeness: float
    number: int  # running number in its window
