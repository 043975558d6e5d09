"""The tables of feeds.toml: one [[feed]] for each source, an address or a folder of messages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticKnownError

from monitor.settings.sections import WebUrl
from monitor.settings.tables import Id, Line, Section
from monitor.settings.values import ZoneOrNone, check_country, check_line

LineOrNone = Annotated[str, AfterValidator(lambda value: check_line(value) if value else value)]


class FeedSettings(Section):
    """[[feed]] in feeds.toml: one source. The fields are those of `monitor.model.Feed`."""

    name: Line
    folder: LineOrNone = ""  # of messages, .eml files or a Maildir, in place of an address
    url: WebUrl = Field(default="", validate_default=True)
    id: Id = Field(  # below what it is made of
        default_factory=lambda fields: feed_id(fields["name"], fields["url"] or fields["folder"])
    )
    group: Id = "press"
    country: Annotated[str, AfterValidator(check_country)] = ""  # ISO 3166 alpha-2 of the outlet, "" unknown
    time_zone: ZoneOrNone = ""  # of dates without a zone; "": by country
    lang: str = Field(default="en", pattern="^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")
    trust: float = Field(default=1.0, ge=0, le=2)  # source weight in ranking
    is_trusted: bool = False  # True: never gated before reading
    paywall: bool = False
    state_media: bool = False
    max_items: int = Field(default=1000, ge=1)
    enabled: bool = True
    reason: str = ""  # why it is disabled
    fallback_url: WebUrl = ""
    topics: tuple[str, ...] = ()  # topic ids that use it; empty: all
    hosts: tuple[Line, ...] = ()  # further hosts whose pages it speaks for, beside that of its own address
    aggregator: bool = False  # True: the publishers it names (RSS <source>) are believed

    @field_validator("url")
    @classmethod
    def _is_one_source(cls, url: str, given: ValidationInfo) -> str:
        """A feed is an address or a folder, one of the two."""
        folder = given.data.get("folder")  # None: it was refused itself
        if not url and folder == "":
            raise PydanticKnownError("missing")
        if url and folder:
            raise ValueError(
                "stands beside 'folder': a feed is an address or a folder; leave one of them out"
            )
        return url

    @field_validator("fallback_url")
    @classmethod
    def _has_address(cls, fallback_url: str, given: ValidationInfo) -> str:
        if fallback_url and given.data.get("folder"):
            raise ValueError("is for feeds with a 'url', and this one is a folder; leave it out")
        return fallback_url


class FeedsFile(Section):
    """The tables of feeds.toml."""

    feed: tuple[FeedSettings, ...] = ()


def feed_id(name: str, url: str = "") -> str:
    """The slug of a feed's name; of a name without Latin letters or digits, `feed-` and eight hex digits of its URL.

    >>> feed_id("SCMP: China economy", "https://example.org/rss")
    'scmp-china-economy'
    """
    latin = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", latin)[:64].strip("-")
    return slug or f"feed-{hashlib.sha256(url.encode()).hexdigest()[:8]}"
