"""The content of the demo as data: who publishes, what, when, and what each article is really about.

Everything is invented: outlets, people, companies, events. The texts are in articles/*.toml, week one is 2-8 March 2026 and
week two 9-15 March; a fortnight before stands in before.toml. `LABELS` tells for each page what a perfect monitor would make of it. Serves nothing, see server.py.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 3, 9, 8, tzinfo=UTC)  # Monday after week one
NOW_WEEK_TWO = NOW + timedelta(days=7)
PERIOD_STARTS = NOW - timedelta(days=6, hours=20)  # of the issue made at 12:00 on the day of NOW
WEEK_ONE = (datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC))  # from, until (not included)
WEEK_TWO = (datetime(2026, 3, 9, tzinfo=UTC), datetime(2026, 3, 16, tzinfo=UTC))
_ARTICLES = Path(__file__).parent / "articles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One outlet and its feed. `answer` is how the feed is served: see documents.ANSWERS."""

    id: str
    name: str
    answer: str
    country: str
    state_media: bool = False

    @property
    def path(self) -> str:
        """Where the feed is."""
        return f"/{self.id}/feed.{'json' if self.answer == 'json' else 'xml'}"


SOURCES = (
    Source(id="harbour-ledger", name="Harbour Ledger", answer="rss", country="US"),
    Source(id="pacific-courier", name="Pacific Courier", answer="rss-full", country="US"),
    Source(id="strait-business-review", name="Strait Business Review", answer="rss-tracked", country="SG"),
    Source(id="beacon-daily", name="Beacon Daily", answer="atom", country="GB"),
    Source(id="jade-gate-times", name="Jade Gate Times", answer="rdf", country="CN", state_media=True),
    Source(id="lantern-post", name="Lantern Post", answer="json", country="HK"),
    Source(id="quayside-herald", name="Quayside Herald", answer="broken", country="US"),
    Source(id="granite-tribune", name="Granite Tribune", answer="error", country="US"),
    Source(id="copper-kettle-news", name="Copper Kettle News", answer="html", country="NZ"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published article. Paragraphs are lines of `text`."""

    outlet: str  # id of its source
    slug: str
    title: str
    text: str
    published: datetime
    author: str = ""
    story: str = ""  # "" off topic
    kind: str = ""  # of week two: follow-up | rewrite | new
    category: str = ""  # of off-topic items
    paywall: bool = False
    lede: str = ""  # the feed's summary where it is not the first paragraph

    @property
    def path(self) -> str:
        """Where the page is; also its key in LABELS."""
        return f"/{self.outlet}/{self.published:%Y/%m/%d}/{self.slug}"

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The text as on the page."""
        return tuple(self.text.split("\n"))

    @property
    def summary(self) -> str:
        """What the feed tells of it."""
        return self.lede or self.paragraphs[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a perfect monitor would make of a page."""

    story: str  # "" off topic
    on_topic: bool
    week: int  # 0 before | 1 | 2
    kind: str = ""  # of week two's on-topic articles: follow-up | rewrite | new


def week_of(moment: datetime) -> int:
    """Return the week of the demo a moment belongs to: 1 or 2, 0 for all that was before."""
    if moment < WEEK_ONE[0]:
        return 0
    return 1 if moment < WEEK_ONE[1] else 2


def _read(name: str) -> tuple[Item, ...]:
    blocks = tomllib.loads((_ARTICLES / name).read_text("utf-8"))["article"]
    return tuple(_item(block) for block in blocks)


def _item(block: dict[str, Any]) -> Item:
    fields = {"lede" if key == "summary" else key: value for key, value in block.items()}
    return Item(**fields | {"text": block["text"].strip()})


ITEMS: tuple[Item, ...] = tuple(
    sorted(
        (
            item
            for name in ("before.toml", "week-one.toml", "week-two.toml", "off-topic.toml")
            for item in _read(name)
        ),
        key=lambda item: item.published,
    )
)

LABELS: dict[str, Label] = {
    item.path: Label(
        story=item.story, on_topic=bool(item.story), week=week_of(item.published), kind=item.kind
    )
    for item in ITEMS
}

FOLLOW_UPS = frozenset(
    item.story for item in ITEMS if item.kind == "follow-up"
)  # to be shown as UPDATED in week two
REWRITES = frozenset(item.story for item in ITEMS if item.kind == "rewrite")  # not to be shown again
NEW_STORIES = frozenset(item.story for item in ITEMS if item.kind == "new")  # to be shown as NEW in week two
