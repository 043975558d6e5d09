"""Articles: how far one has come, what a page gave, and what could not be used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that could not be used. `reason` is a stable word, `detail` is for people."""

    reason: str
    detail: str = ""


class Stage(StrEnum):
    """How far an article has come. Each step takes one stage and commits the next."""

    POLLED = "polled"
    READ = "read"
    SCORED = "scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What reading a web page gave."""

    title: str = ""
    text: str = ""  # paragraphs joined by "\n"
    published: datetime | None = None
    published_is_approximate: bool = False
    authors: tuple[str, ...] = ()
    language: str = ""
    canonical_url: str = ""
    paywall: bool = False
    robots: str = ""  # noarchive, noai ... as the page says
    left_out: tuple[str, ...] = ()  # lines that are no part of its text: offers, then notes, captions ...
    left_out_more: int = 0  # further ones, which are not kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A read page, or the feed's own text when the page could not be read (`origin`, `note`)."""

    id: int
    url: str
    title: str
    text: str = ""  # paragraphs joined by "\n"; the feed's own text when origin == "feed"; may be ""
    summary: str = ""  # the feed's own summary, always kept
    published: datetime  # the feed's or page's date, else when it was first seen (then approximate)
    published_is_approximate: bool = False
    seen_at: datetime
    feed_date: datetime | None = None  # as the feed states it, though it may lie ahead
    page_date: datetime | None = None  # as the page states it, though the feed's may count
    authors: tuple[str, ...] = ()
    language: str = ""
    outlet: str = ""
    feed_id: str = ""
    country: str = ""
    trust: float = 1.0
    origin: str = "feed"  # page | feed
    note: str = ""  # why the page was not used: blocked, thin, timeout, gated ...
    paywall: bool = False
    state_media: bool = False
    robots: str = ""  # noarchive, noai, tdm-reservation ... as page or server say; recorded, not enforced
    is_secondhand: bool = False  # its headline is that of a feed that does not speak for its host
    is_backlog: bool = (
        False  # it stood in its feed's first answer: what is older than the period then is no news
    )
    stage: Stage = Stage.POLLED
