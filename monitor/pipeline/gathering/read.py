"""Articles at POLLED -> READ: fetch the page, extract its text; fall back to the feed's own text and say why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial

import structlog

from monitor.articles.extract import extract
from monitor.articles.robots import joined, marks_of_headers
from monitor.model import Article, Feed, FetchRequest, FetchResult, Page, Rejected, Stage, TopicProfile
from monitor.pipeline.ports import Context
from monitor.store import articles as articles_store
from monitor.store import topics as topics_store
from monitor.topics.gate import passes_gate
from monitor.work import Killed

log = structlog.get_logger()
GATED = "gated"  # the note of an article whose page no topic wanted
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


def run(context: Context) -> ReadReport:
    """Take every polled article one stage on."""
    with context.store.begin() as connection:
        waiting = articles_store.at_stage(connection, Stage.POLLED)
        profiles = [topics_store.profile_of(connection, topic.id) for topic in context.settings.topics]
    wanted, left = _choose(context, waiting, tuple(p for p in profiles if p is not None))
    notes = Counter(note for _, note in left)
    _keep_feed_text(context, left)
    pages = 0
    by_url = {article.url: article for article in wanted}
    requests = [FetchRequest(url=url, kind="page") for url in by_url]
    for done, (request, result) in enumerate(context.fetcher.fetch_all(requests), start=1):
        marked = replace(by_url[request.url], robots=marks_of_headers(result.headers))
        article = _read(context, marked, result)
        with context.store.begin() as connection:
            articles_store.put(connection, article)
        pages += article.origin == "page"
        notes.update([article.note] if article.origin == "feed" else [])
        context.progress("read", done, len(requests))
    say = log.info if pages or notes else log.debug
    say("read.done", pages=pages, feed_only=sum(notes.values()), notes=dict(sorted(notes.items())))
    return ReadReport(pages=pages, notes=tuple(sorted(notes.items())))


def _choose(
    context: Context, waiting: Iterable[Article], profiles: tuple[TopicProfile, ...]
) -> tuple[list[Article], list[tuple[Article, str]]]:
    """Split into pages to fetch and articles that keep the feed's text, each with its reason."""
    feeds = {feed.id: feed for feed in context.feeds}
    wanted: dict[str, Article] = {}
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
    return list(wanted.values()), left


def _why_not(
    context: Context, article: Article, feed: Feed | None, profiles: tuple[TopicProfile, ...]
) -> str:
    if not article.url:
        return "no address"
    if feed is not None and feed.group == "query":
        return "aggregator link"  # cannot be resolved without a browser
    if not context.settings.read.gate or (feed is not None and feed.is_trusted) or not profiles:
        return ""
    return "" if any(passes_gate(article, profile) for profile in profiles) else GATED


def _keep_feed_text(context: Context, left: list[tuple[Article, str]]) -> None:
    for start in range(0, len(left), BATCH):
        with context.store.begin() as connection:
            for article, note in left[start : start + BATCH]:
                articles_store.put(connection, _from_feed(article, note))


def _read(context: Context, article: Article, result: FetchResult) -> Article:
    if not result.ok:
        return _from_feed(article, result.error or f"HTTP {result.status}")
    job = partial(
        extract,
        url=result.final_url or result.url,
        content_type=result.headers.get("content-type", ""),
        now=context.now,
    )
    page = context.worker.run(job, result.body)
    if isinstance(page, Killed):
        return _from_feed(article, f"extraction stopped: {page.reason}")
    return merged(article, page, min_chars=context.settings.read.min_chars)


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
