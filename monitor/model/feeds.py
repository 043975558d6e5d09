"""Feeds: the configured source, its documents and entries, requests and answers, and what is remembered between polls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from operator import attrgetter
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source from feeds.toml. `id` is a stable slug, unique in the file."""

    id: str
    name: str
    url: str
    group: str = "press"  # us-official | cn-official | igo | think-tank | law | press | query
    country: str = ""  # ISO 3166 alpha-2 of the outlet, "" unknown
    time_zone: str = (
        ""  # IANA name of the local times its dates are in where they state no zone; "" by its country
    )
    lang: str = "en"
    trust: float = 1.0  # source weight in ranking, 0..2
    is_trusted: bool = False  # True: never gated before reading (feeds that are on topic as a whole)
    paywall: bool = False
    state_media: bool = False
    max_items: int = 1000
    enabled: bool = True
    reason: str = ""  # why it is disabled
    fallback_url: str = ""
    topics: tuple[str, ...] = ()  # topic ids that use it; empty: all
    hosts: tuple[str, ...] = ()  # further hosts whose pages it speaks for, beside that of its own address
    aggregator: bool = False  # True: the publishers it names (RSS <source>) are believed
    folder: str = (
        ""  # absolute path: its entries are the messages there, and `url` is the folder's file: address
    )

    def serves(self, topic: str) -> bool:
        """Whether the feed is asked for the topic with this id."""
        return not self.topics or topic in self.topics


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed document. `guid` is never empty (the feed's id, else the link, else a hash)."""

    guid: str
    url: str
    title: str
    summary: str = ""
    content: str = ""  # the feed's own full text, when it carries one
    published: datetime | None = None
    updated: datetime | None = None
    authors: tuple[str, ...] = ()
    language: str = ""
    source_name: str = ""  # the publisher an aggregator names (RSS <source>)
    source_url: str = ""
    tags: tuple[str, ...] = ()
    zoneless: str = ""  # `published` as written, where that leaves its zone open

    def __reduce__(self) -> tuple[Callable[..., Entry], tuple[Any, ...]]:
        """Pickled by position, five times faster than a dataclass does by itself: thousands come back from the worker."""
        return _entry, _values(self)


_ENTRY_FIELDS = tuple(f.name for f in fields(Entry))
_values = attrgetter(*_ENTRY_FIELDS)


def _entry(*values: Any) -> Entry:
    return Entry(**dict(zip(_ENTRY_FIELDS, values, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A parsed feed document."""

    format: str  # rss | atom | rdf | json | sitemap | register | mail
    title: str = ""
    url: str = ""
    language: str = ""
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()  # UTC hours
    skip_days: tuple[str, ...] = ()  # Monday .. Sunday
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()  # what was wrong with it, kept entries or not
    dropped: int = 0  # entries over the cap


@dataclass(frozen=True, slots=True)
class MessageFile:
    """One file of a folder of messages; `content` is its beginning, b"" with `trouble` when it could not be read."""

    name: str
    content: bytes
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRequest:
    """What to ask a server for."""

    url: str
    etag: str = ""  # sent back byte-exact
    last_modified: str = ""  # sent back byte-exact
    validators_url: str = ""  # the address that issued them: they go to no other; empty: `url`
    kind: str = "feed"  # feed | page


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What a server answered; `status` 0 and `error` when it did not.

    `permanent_url` is where the unbroken run of 301/308 from the start led, "" when there was none.
    """

    url: str
    final_url: str = ""
    permanent_url: str = ""
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)  # lower-case names
    body: bytes = b""
    error: str = ""  # a stable word: timeout, dns, refused, tls, too-large, redirect-loop, blocked-address, bad-url, encoding, ...
    detail: str = ""
    took_s: float = 0.0
    peer: str = ""  # the IP address that answered
    note: str = ""  # what was wrong with an answer that could be read all the same

    @property
    def ok(self) -> bool:
        """True for a usable body or a 304."""
        return not self.error and (self.status == 304 or 200 <= self.status < 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls."""

    feed_id: str
    url: str = ""  # the address in use: configured, permanently moved, or the fallback
    configured_url: str = ""  # the one in feeds.toml then: when it is edited, the feed starts afresh
    gone_url: str = ""  # one of its addresses that answered 410, now that another is in use
    etag: str = ""
    last_modified: str = ""
    body_sha256: str = (
        ""  # of the last document read, and of how it was read: the same again holds nothing new
    )
    shown: bytes = b""  # fingerprints of its entries: those need not be looked up
    next_poll_at: datetime | None = None  # None: due now
    polled_at: datetime | None = None
    ok_at: datetime | None = None
    new_at: datetime | None = None  # when it last had an entry we did not know
    failures: int = 0  # in a row
    status: str = ""  # ok | empty | html | gone | forbidden | ... the last verdict
    detail: str = ""
    moved_to: str = ""  # a permanent redirect seen, not yet confirmed
    moved_seen: int = 0  # consecutive confirmations
    disabled: bool = False  # 410 Gone
    cadence_s: float | None = None  # learned mean seconds between new entries
    gap_s: float | None = None  # learned longest silence between new entries that is usual for it
    asked_s: float = 0.0  # how long its last document and the answer that brought it asked to be left alone
    skips: str = ""  # skipHours (UTC) and skipDays of its last document: "0 1 23 Saturday"
    trouble: str = ""  # why its last request got no answer, a word of FetchResult.error; "": it got one
    offset_s: float = 0.0  # learnt: by how much its clock is ahead of UTC in dates that state no zone
    ahead: str = ""  # the evidence for that, see feeds.zones
