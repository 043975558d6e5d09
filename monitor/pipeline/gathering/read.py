"""Articles at POLLED -> READ: fetch the page, extract its text; fall back to the feed's own text and say why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import structlog

from monitor.articles.another import TEXT_SHARE, TITLE_SHARE, shared
from monitor.articles.extract import extract, own_lines
from monitor.articles.provenance import can_be_one, speaks_for
from monitor.articles.robots_meta import joined, marks_of_headers
from monitor.articles.urls import host, safe_link
from monitor.model import Article, Feed, FetchRequest, FetchResult, Page, Rejected, Stage, TopicProfile
from monitor.pipeline.ports import Context
from monitor.store import Connection, leavings
from monitor.store import articles as articles_store
from monitor.store import topics as topics_store
from monitor.store import visits as visits_store
from monitor.store.transactions import PAGES
from monitor.store.visits import Visit
from monitor.topics.gate import passes_gate
from monitor.work import Killed

log = structlog.get_logger()
MESSAGE = "a message"  # the note of one from a folder: to open its links would tell the sender who reads it
GATED = "gated"  # the note of an article whose page no topic wanted
LOT = 32  # pages of one transaction; what is killed before it is asked again
PATIENCE_S = 0.1  # for the next page, before what has come is stored
PART = 500  # articles read at a time to choose from
BATCH = 50  # rows in one transaction where nothing is fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReport:
    """What a round of reading gave."""

    pages: int = 0
    notes: tuple[tuple[str, int], ...] = ()  # why the feed's own text was used, how often

    @property
    def feed_only(self) -> int:
        """Articles for which the feed's own text has to do."""
        return sum(count for _, count in self.notes)


def read_pages(context: Context) -> ReadReport:
    """Take every polled article one stage on; what is read by then is stored in lots, as many as have come meanwhile."""
    with context.store.held():
        return _read(context)


def _read(context: Context) -> ReadReport:
    with context.store.look() as connection:
        waiting = articles_store.ids_at_stage(connection, Stage.POLLED)
        found = [topics_store.profile_of(connection, topic.id) for topic in context.settings.topics]
    profiles = tuple(profile for profile in found if profile is not None)
    notes = Counter[str]()
    by_url: dict[str, Article] = {}
    for start in range(0, len(waiting), PART):
        with context.store.look() as connection:
            part = articles_store.get_in_order(connection, waiting[start : start + PART])
        left = _choose(context, part, profiles, by_url)
        notes.update(note for _, note in left)
        _keep_feed_text(context, left)
    stored: list[Article] = []
    requests = [FetchRequest(url=url, kind="page") for url in by_url]
    readings: dict[tuple[str, str], list[_Reading]] = {}  # by host and text
    doubtful: list[tuple[_Reading, list[_Reading]]] = []
    lot: list[_Reading] = []
    for done, (request, result) in enumerate(context.fetcher.fetch_all(requests), start=1):
        marked = replace(by_url[request.url], robots=marks_of_headers(result.headers))
        page = page_of(context, result, headline=marked.title)
        reading = _Reading(marked, page, replace(result, body=b""))
        same = [] if isinstance(page, Rejected) else readings.setdefault((host(marked.url), page.text), [])
        same.append(reading)
        if isinstance(page, Page) and shared(marked.title, page.title) < TITLE_SHARE:
            doubtful.append((reading, same))  # until all answers are there: their order decides nothing
        else:
            lot.append(reading)
        if len(lot) >= LOT or not context.fetcher.has_more(PATIENCE_S):
            stored += _kept(context, lot)
            lot = []
        context.progress("read", done, len(requests))
    stored += _kept(context, [*lot, *(_judged(reading, same) for reading, same in doubtful)])
    pages = sum(article.origin == "page" for article in stored)
    notes.update(article.note for article in stored if article.origin == "feed")
    say = log.info if pages or notes else log.debug
    say("read.done", pages=pages, feed_only=sum(notes.values()), notes=dict(sorted(notes.items())))
    return ReadReport(pages=pages, notes=tuple(sorted(notes.items())))


def _choose(
    context: Context,
    waiting: Iterable[Article],
    profiles: tuple[TopicProfile, ...],
    wanted: dict[str, Article],
) -> list[tuple[Article, str]]:
    """Put those whose pages are to be fetched into `wanted`, by address; return the others, each with its reason."""
    feeds = {feed.id: feed for feed in context.feeds}
    left = []
    for article in waiting:
        note = _why_not(context, article, feeds.get(article.feed_id), profiles)
        if not note and article.url in wanted:
            note = "same address as another entry"
        if not note and len(wanted) >= context.settings.read.max_pages:
            note = "over the limit of pages"
        if note:
            left.append((article, note))
        else:
            wanted[article.url] = article
    return left


def _why_not(
    context: Context, article: Article, feed: Feed | None, profiles: tuple[TopicProfile, ...]
) -> str:
    if feed is not None and feed.folder:
        return MESSAGE
    if not safe_link(article.url):
        return "no address"
    if feed is not None and feed.group == "query" and speaks_for(feed, article.url):
        return "aggregator link"  # cannot be resolved without a browser
    if not context.settings.read.gate or (feed is not None and feed.is_trusted) or not profiles:
        return ""
    return "" if any(passes_gate(article, profile) for profile in profiles) else GATED


def _keep_feed_text(context: Context, left: list[tuple[Article, str]]) -> None:
    for start in range(0, len(left), BATCH):
        with context.store.begin(PAGES) as connection:
            part = left[start : start + BATCH]
            articles_store.hold(connection, [article.id for article, _ in part])
            bare = [
                _without_surroundings(connection, article) if note == MESSAGE else article
                for article, note in part
            ]
            kept = zip(bare, part, strict=True)
            articles_store.put(connection, [_from_feed(article, note) for article, (_, note) in kept])


def _without_surroundings(connection: Connection, article: Article) -> Article:
    """A message with the text a page would have; what surrounds it is stored by itself."""
    own = own_lines((article.text or article.summary).split("\n"), title=article.title)
    if not own.text:
        return article
    leavings.put(connection, article.id, own.left_out, own.left_out_more)
    return replace(article, text=own.text)


def page_of(context: Context, result: FetchResult, *, headline: str = "") -> Page | Rejected:
    """Return the article of an answer, or why there is none; `headline`: what the feed calls it, "" unknown."""
    if not result.ok:
        return Rejected(result.error or f"HTTP {result.status}")
    job = partial(
        extract,
        url=result.final_url or result.url,
        content_type=result.headers.get("content-type", ""),
        now=context.now,
        asked=result.url,
        headline=headline,
    )
    page = context.worker.run(job, result.body)
    return Rejected(f"extraction stopped: {page.reason}") if isinstance(page, Killed) else page


@dataclass(frozen=True, slots=True)
class _Reading:
    """An article with what its address gave; `result` without its body."""

    article: Article
    page: Page | Rejected
    result: FetchResult


def _kept(context: Context, readings: Sequence[_Reading]) -> list[Article]:
    """Store articles with what was read of them, LOT in one transaction, and return them."""
    kept: list[Article] = []
    least = context.settings.read.min_chars
    for start in range(0, len(readings), LOT):
        part = readings[start : start + LOT]
        made = [merged(each.article, each.page, min_chars=least) for each in part]
        with context.store.begin(PAGES) as connection:
            articles_store.put(connection, made)
            for article, reading in sorted(zip(made, part, strict=True), key=lambda pair: pair[0].id):
                _put_rest(context, connection, article, reading)
        kept += made
    return kept


def _put_rest(context: Context, connection: Connection, article: Article, reading: _Reading) -> None:
    """Store what stands on a page beside the text, and what tells next time whether it changed."""
    page = reading.page
    if not isinstance(page, Page) or article.origin != "page":
        return
    leavings.put(connection, article.id, page.left_out, page.left_out_more)
    if context.settings.read.reread_pages:
        visit = Visit(article_id=article.id, asked_at=context.now)
        visits_store.put(connection, visited(visit, page, reading.result))


def _judged(reading: _Reading, same: Iterable[_Reading]) -> _Reading:
    if not _is_of_another(reading, same):
        return reading
    return replace(reading, page=Rejected("same-text", "the host gives this text for another headline"))


def _is_of_another(reading: _Reading, same: Iterable[_Reading]) -> bool:
    """Whether a text that a host gave for several headlines in this round is not that of this one, which its page is not called by.

    `same`: all that this text was read for. It is of another one when a headline that cannot be the same article's suits it better, or
    when it does not suit this one at all.
    """
    headline = reading.article.title
    others = [each for each in same if not can_be_one(each.article.title, headline)]
    own = _suits(reading)
    return bool(others) and (own < TEXT_SHARE or any(_suits(each) > own for each in others))


def _suits(reading: _Reading) -> float:
    """How well a text suits the headline it was read for, 0..2: the share of its words in the title, and in all."""
    page = reading.page
    if isinstance(page, Rejected):
        return 0.0
    headline = reading.article.title
    return shared(headline, page.title) + shared(headline, f"{page.title}\n{page.text}")


def visited(visit: Visit, page: Page, result: FetchResult) -> Visit:
    """Return the visit with what tells next time whether the page changed."""
    return replace(
        visit,
        title=page.title,
        etag=result.headers.get("etag", ""),
        last_modified=result.headers.get("last-modified", ""),
        validators_url=result.final_url or result.url,
        failures=0,
    )


def merged(article: Article, page: Page | Rejected, *, min_chars: int) -> Article:
    """Return the article with the page's text, or with the feed's own when that says more."""
    if isinstance(page, Rejected):
        return _from_feed(article, page.reason)
    own = max(article.text, article.summary, key=len)
    if len(page.text) < min_chars and len(page.text) <= len(own):
        return replace(
            _from_feed(article, "thin"),
            paywall=article.paywall or page.paywall,
            robots=joined(article.robots, page.robots),
        )
    dated = (
        article.published_is_approximate and page.published is not None and page.published <= article.seen_at
    )
    return replace(
        article,
        # What another feed said of a page is a sighting; the page itself says what it is called.
        title=(page.title or article.title) if article.is_secondhand else (article.title or page.title),
        text=page.text,
        published=page.published if dated and page.published is not None else article.published,
        published_is_approximate=page.published_is_approximate if dated else article.published_is_approximate,
        page_date=page.published,
        authors=article.authors or page.authors,
        language=page.language or article.language,
        paywall=article.paywall or page.paywall,
        robots=joined(article.robots, page.robots),
        origin="page",
        note="",
        stage=Stage.READ,
    )


def _from_feed(article: Article, note: str) -> Article:
    """Keep what the feed itself said, with the reason: an item is never dropped because its page is blocked."""
    return replace(article, origin="feed", note=note, stage=Stage.READ)
