"""The nouns of the house: frozen values that travel between the rooms. No behaviour beyond reading themselves.

All times are aware UTC; all shares and scores are 0..1; all texts are plain text, never HTML, unless a name says so.
Order follows the data: feed -> entry -> article -> scores -> story -> digest -> delivery.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# --------------------------------------------------------------------------- what could not be used


@dataclass(frozen=True, slots=True)
class Rejected:
    """Something that could not be used. `reason` is a stable word, `detail` is for people."""

    reason: str
    detail: str = ""


# --------------------------------------------------------------------------- feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One source from feeds.toml. `id` is a stable slug, unique in the file."""

    id: str
    name: str
    url: str
    group: str = "press"  # us-official | cn-official | igo | think-tank | law | press | query
    country: str = ""  # ISO 3166 alpha-2 of the outlet, "" unknown
    lang: str = "en"
    trust: float = 1.0  # source weight in ranking, 0..2
    is_trusted: bool = False  # True: never gated before reading (feeds that are on topic as a whole)
    paywall: bool = False
    state_media: bool = False
    max_items: int = 200
    enabled: bool = True
    reason: str = ""  # why it is disabled
    fallback_url: str = ""
    topics: tuple[str, ...] = ()  # topic ids that use it; empty: all


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


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedDocument:
    """A parsed feed document."""

    format: str  # rss | atom | rdf | json
    title: str = ""
    url: str = ""
    language: str = ""
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()  # UTC hours
    skip_days: tuple[str, ...] = ()  # Monday .. Sunday
    entries: tuple[Entry, ...] = ()
    warnings: tuple[str, ...] = ()  # what was wrong with it, kept entries or not
    dropped: int = 0  # entries over the cap


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

    @property
    def ok(self) -> bool:
        """True for a usable body or a 304."""
        return not self.error and (self.status == 304 or 200 <= self.status < 300)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls."""

    feed_id: str
    url: str = ""  # the address in use: configured, permanently moved, or the fallback
    etag: str = ""
    last_modified: str = ""
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


# --------------------------------------------------------------------------- articles


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
    stage: Stage = Stage.POLLED


# --------------------------------------------------------------------------- topic and scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One baseline article, cleaned."""

    name: str  # file name
    title: str
    text: str
    published: datetime | None = None
    outlet: str = ""
    url: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One side of a topic: its aliases, compiled into one term list. All facets must be touched for a full score."""

    name: str
    aliases: tuple[str, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicProfile:
    """What a topic is about: learnt from seeds and the topic file. JSON-able through store and `profile show`."""

    topic: str
    title: str
    sentence: str
    facets: tuple[Facet, ...]
    facets_learnt: bool = False  # True: the topic file brought no facets; these are the places all seeds name
    theme: tuple[tuple[str, float], ...] = ()  # stem, weight
    centroid: tuple[tuple[str, float], ...] = ()  # stem, weight; L2 norm 1
    themes: tuple[Facet, ...] = ()  # named sub-themes for labels in the digest
    must: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    muted: tuple[str, ...] = ()  # outlets or host names
    seeds: tuple[Seed, ...] = ()
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Relevance:
    """Is it about my topic? `value` is a calibrated 0..1; `features` with the background give it back exactly."""

    value: float
    is_relevant: bool
    features: tuple[tuple[str, float], ...] = ()
    matched: tuple[tuple[str, int], ...] = ()  # term, hits
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearest:
    """The earlier item closest to an article: a seed, an earlier article, or something already sent."""

    kind: str  # seed | article | issue
    title: str
    published: datetime | None = None
    overlap: float = 0.0  # share of the article's information it already held
    article_id: int | None = None
    issue: int | None = None
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One normalised fact in a sentence."""

    kind: str  # money | percent | count | date | name | law
    value: str  # normalised: "145 %", "100000000000 USD", "2025-05-12", "Scott Bessent"
    text: str  # as written


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The same quantity with another value than before."""

    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Novelty:
    """Does it tell something the corpus and the issues sent do not? With its receipt."""

    value: float
    is_new: bool
    sentences: tuple[tuple[str, float], ...] = ()  # newest first: verbatim sentence, novelty 0..1
    facts: tuple[Fact, ...] = ()  # new ones only
    changes: tuple[Change, ...] = ()
    nearest: Nearest | None = None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """All that is known of one article under one topic."""

    article_id: int
    topic: str
    relevance: Relevance
    novelty: Novelty | None = None  # None for irrelevant articles
    duplicate_of: int | None = None  # article id whose text this one repeats
    story_id: int | None = None
    why: str = ""  # one sentence a reader understands


# --------------------------------------------------------------------------- digests


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """Who carried a story."""

    name: str
    url: str
    country: str = ""
    paywall: bool = False
    state_media: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A verbatim sentence and where it stands."""

    text: str
    article_id: int
    outlet: str
    url: str
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One story as it stands at digest time, with everything a card can show. Built in pipeline.digest."""

    story_id: int
    status: str  # new | updated | known
    headline: str
    url: str
    published: datetime
    outlet: str
    article_ids: tuple[int, ...]  # members in the period, lead first
    outlets: tuple[Outlet, ...]  # one row per outlet, lead first
    newsrooms: int  # independent ones: copies of one text count once
    relevance: float
    novelty: float
    rank: float
    rank_parts: tuple[tuple[str, float], ...] = ()
    quotes: tuple[Quote, ...] = ()  # up to two verbatim sentences
    whats_new: tuple[Quote, ...] = ()  # the sentence(s) that are new
    facts: tuple[Fact, ...] = ()
    changes: tuple[Change, ...] = ()
    nearest: Nearest | None = None
    why: str = ""  # why it is here
    theme: str = ""
    so_far: tuple[tuple[datetime, str], ...] = ()  # earlier steps of the story
    earlier_issue: int | None = None  # the last issue that showed it
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed that did not do what it should, as the digest tells it."""

    name: str
    status: str
    since: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Honest accounts of a period."""

    feeds_enabled: int
    feeds_answered: int
    entries: int  # entries seen for the first time
    articles: int  # distinct texts among them
    relevant: int
    stories: int
    shown: int
    outlets: int
    countries: int
    read_pages: int = 0  # full page text
    read_feed_only: int = 0  # the feed's own text only
    failing: tuple[FeedHealth, ...] = ()
    near_misses: tuple[tuple[str, str, float], ...] = ()  # title, url, relevance just under the line
    weeks: tuple[tuple[str, int], ...] = ()  # ISO week "2018-W27", relevant articles, oldest first, at most 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """One issue: composed once, then frozen. Every rendering is made from this value alone."""

    topic: str
    title: str
    issue: int
    since: datetime
    until: datetime
    composed_at: datetime
    time_zone: str
    language: str  # of the frame texts
    lines: tuple[tuple[str, str], ...]  # the week in three lines: label, verbatim sentence
    top: tuple[Candidate, ...]
    also: tuple[Candidate, ...]
    coverage: Coverage
    notices: tuple[str, ...] = ()  # partial coverage, long gap, quiet week
    minutes: int = 1  # to read
    base_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedDigest:
    """The renderings of one issue."""

    subject: str
    html: str
    text: str
    markdown: str
    json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of handing one message over."""

    recipient: str
    state: str  # sent | failed | deferred | uncertain
    detail: str = ""
