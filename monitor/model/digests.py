"""Digests: stories as an issue shows them, the honest accounts, the frozen issue and its renderings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model.scores import Change, Fact, Nearest


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
class FormerClaim:
    """A claim that no longer stands: what the headline of an entry or a development replaced."""

    headline: str
    how: str  # what replaced it is: corrected, reversed, delayed, ... (stories.states.State)
    published: datetime
    outlet: str = ""
    url: str = ""
    article_id: int | None = None  # None: known by the issue that told it
    issue: int | None = None  # the last one that told it; None: no issue did
    sent_at: datetime | None = None  # when an alert told it, where no issue did later

    @property
    def was_sent(self) -> bool:
        """Whether readers were told it."""
        return self.issue is not None or self.sent_at is not None

    @property
    def is_withdrawn(self) -> bool:
        """Whether it does not hold any more: no step beyond it, but an error or a thing of the past."""
        return self.how in ("corrected", "reversed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Development:
    """Another story under the heading of an entry: a step before or after its lead, a reaction, an explainer."""

    story_id: int
    status: str  # new | updated | sent
    headline: str
    url: str
    published: datetime
    outlet: str
    article_ids: tuple[int, ...]  # members in the period, lead first
    urls: tuple[str, ...]  # their addresses
    rank: float
    quotes: tuple[Quote, ...] = ()  # its opening sentence, where there is a text
    whats_new: tuple[Quote, ...] = ()  # the sentence(s) that are new
    facts: tuple[Fact, ...] = ()
    changes: tuple[Change, ...] = ()
    before: str = ""  # as for a candidate
    earlier_issue: int | None = None  # the last issue that showed it
    follows: int | None = None  # the told story it goes on with under an id of its own
    language: str = ""
    feed: str = ""  # id of the feed its lead came by; "": an aggregator
    is_named: bool = False  # shown; the others are counted
    sent_at: datetime | None = None  # as for a candidate
    replaced: tuple[
        FormerClaim, ...
    ] = ()  # what its headline replaced, what was sent before the rest, then the closest and newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One story as it stands at digest time, with everything a card can show, and what else belongs under its heading.

    What it is about, says and is new of is the lead story's; `outlets`, `newsrooms` and `rank` are the whole heading's.
    """

    story_id: int
    status: (
        str  # new | updated | known | sent: an alert told it since the issue before, and nothing came since
    )
    headline: str
    url: str
    published: datetime
    outlet: str
    article_ids: tuple[int, ...]  # of the story, members in the period, lead first
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
    before: str = ""  # the headline under which an issue told it, where its page has another one now
    nearest: Nearest | None = None
    why: str = ""  # why it is here
    theme: str = ""
    so_far: tuple[tuple[datetime, str], ...] = ()  # earlier steps of the story
    earlier_issue: int | None = None  # the last issue that showed it
    follows: int | None = None  # the told story it goes on with under an id of its own
    language: str = ""
    urls: tuple[str, ...] = ()  # addresses of its articles
    developments: tuple[Development, ...] = ()  # the other stories under this heading, in time order
    feed: str = ""  # id of the feed its lead came by; "": an aggregator, whose outlets count each for itself
    site: str = ""  # whose address the lead's is: a registrable domain, `medium.com/@ann`
    answer_url: str = ""  # where it can be answered with a click; "": nowhere
    sent_at: datetime | None = None  # when an alert told it last, since the issue before
    replaced: tuple[
        FormerClaim, ...
    ] = ()  # what the headline replaced, what was sent before the rest, then the closest and newest
    pinned: str = ""  # by the editor: top (it stands first) | in (it stands in the issue) | ""
    pin_order: int = 0  # among those pinned to the top

    @property
    def former(self) -> FormerClaim | None:
        """The replaced claim that is shown."""
        return self.replaced[0] if self.replaced else None

    @property
    def is_correction(self) -> bool:
        """Whether it corrects what was told."""
        return any(each.how == "corrected" and each.was_sent for each in self.replaced)

    @property
    def stories(self) -> tuple[int, ...]:
        """The ids of all stories under this heading, the lead first."""
        return (self.story_id, *(each.story_id for each in self.developments))

    @property
    def named(self) -> tuple[Development, ...]:
        """The developments that are shown."""
        return tuple(each for each in self.developments if each.is_named)

    @property
    def shown(self) -> tuple[Candidate | Development, ...]:
        """What is told: the lead story and the named developments."""
        return (self, *self.named)

    @property
    def shown_article_ids(self) -> tuple[int, ...]:
        """The articles of the stories that are shown."""
        return tuple(identity for story in self.shown for identity in story.article_ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A heading of the period that has no entry: one line in the rest of the week."""

    story_id: int  # of its lead
    headline: str
    url: str
    outlet: str
    article_ids: tuple[int, ...]  # all under the heading, the lead's first
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed that did not do what it should, as the digest tells it."""

    name: str
    status: str
    since: datetime | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """An issue that did not reach everybody it was for; who left the list since is not counted."""

    issue: int  # number
    missed: int  # readers
    readers: int


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
    cause: str = ""  # why no feed answered, a word of feeds.causes; "": each for its own reason
    near_misses: tuple[tuple[str, str, float], ...] = ()  # title, url, relevance just under the line
    shortfall: Shortfall | None = None  # of the issue before; None: it reached everybody
    told: int = 0  # articles on topic under a story the issue shows
    below: int = 0  # in the rest of the week, or counted under a heading
    known: int = 0  # that tell nothing new
    sent: int = 0  # that an alert told since the issue before, and this one does not
    backlog: int = 0  # older than the period, in the first answer of a new feed
    ruled: int = 0  # kept out by the topic file's rules as they are now
    left_out: int = 0  # under a story the editor left out
    weeks: tuple[
        tuple[str, int], ...
    ] = ()  # ISO week "2018-W27", relevant articles, oldest first, at most 12


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietThread:
    """A story an earlier issue showed, and when it was last heard of."""

    story_id: int
    headline: str
    last_at: datetime  # its newest article
    issue: int  # the last one that showed it
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A headline its publisher changed after an issue had carried it."""

    article_id: int
    before: str
    headline: str  # as it is now
    outlet: str
    at: datetime  # when the change was seen
    issue: int  # the last one that carried it
    url: str = ""
    is_correction: bool = False  # another figure, or a claim taken back: not another wording alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """An article close to the line, which a reader is asked about."""

    article_id: int
    headline: str
    url: str
    outlet: str
    published: datetime
    relevance: float
    answer_url: str = ""  # where it can be answered with a click; "": nowhere


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
    lines: tuple[tuple[str, str], ...]  # the week in three lines: day and outlet, verbatim sentence
    top: tuple[Candidate, ...]
    also: tuple[Candidate, ...]
    coverage: Coverage
    rest: tuple[Mention, ...] = ()  # every other heading with something new, best first
    notices: tuple[str, ...] = ()  # partial coverage, long gap, quiet week
    minutes: int = 1  # to read
    base_url: str = ""
    quiet: tuple[QuietThread, ...] = ()  # threads gone quiet, the youngest silence first
    changed: tuple[Revision, ...] = ()  # changed after we sent it, newest first
    probes: tuple[Probe, ...] = ()  # not sure: is this about your topic?
    online_url: str = (
        ""  # where this issue is served, for those who know; "": by its file's name below base_url
    )

    sides: tuple[str, ...] = ()  # countries that are parties of the topic
    editor: str = ""  # the editor's own line above the issue
    alert: str = (
        ""  # the name of the alert that tells it, whose text is no issue: its number is below 0; "": an issue
    )
    when: str = ""  # daily | at once: the kind of that alert
    left: int = 0  # headings a brief has no place for

    @property
    def answer_urls(self) -> tuple[str, ...]:
        """The addresses of the questions it puts to its readers."""
        asked = (*(entry.answer_url for entry in self.top), *(probe.answer_url for probe in self.probes))
        return tuple(url for url in asked if url)


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedDigest:
    """The renderings of one issue."""

    subject: str
    html: str
    text: str
    markdown: str
    json: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BulletinItem:
    """One story, or one trouble, as a chat shows it: finished strings, "" for what there is not."""

    headline: str
    url: str = ""
    label: str = ""  # "New · Tariffs · 19 Nov"
    detail: str = ""  # one verbatim sentence
    source: str = ""  # who carried it
    section: str = ""  # the title this item begins; "": it goes on with the one before


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """An issue or an alarm as a chat shows it: finished strings, most important first. A channel may leave out items from the end."""

    title: str
    intro: tuple[str, ...] = ()  # one line each
    items: tuple[BulletinItem, ...] = ()
    left_out: tuple[str, ...] = ()  # what is said where the last one, two, ... items are left out
    url: str = ""  # the whole of it as a page; "": nowhere
    link: str = ""  # the words of that link


@dataclass(frozen=True, slots=True, kw_only=True)
class WebPage:
    """What a question over HTTP is answered with."""

    status: int
    body: bytes
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)  # further ones


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What came of handing one message over."""

    recipient: str
    state: str  # sent | failed | deferred | uncertain
    detail: str = ""
    # recipient: refused because of who it is for; server: nobody there or not let in; sender: refused for what we are;
    # pace: asked for fewer or later; "": other
    cause: str = ""
    retry_s: float = 0.0  # the server asked to be left alone for so long; 0: it did not say
    channel: str = ""  # the kind of place it went to, filled in by whoever sends for a topic
