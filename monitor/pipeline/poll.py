"""Due feeds -> new articles at stage POLLED. One feed's trouble never touches another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import structlog

from monitor.articles import host, key, safe_link
from monitor.feeds import is_due, next_state, parse, verdict
from monitor.model import (
    Article,
    Entry,
    Feed,
    FeedDocument,
    FeedState,
    FetchRequest,
    FetchResult,
    Rejected,
    Stage,
)
from monitor.pipeline.ports import Context
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from monitor.text.normalise import clean
from monitor.work import Killed

log = structlog.get_logger()
FUTURE = timedelta(days=1)  # a later date than this is the publisher's mistake
MAX_FIELD = 2000  # characters of a guid or key that are kept; the store's columns hold no more


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPolled:
    """What one feed gave."""

    feed: Feed
    ok: bool
    status: str  # the verdict's word
    advice: str
    entries: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What a round of polling gave."""

    feeds: tuple[FeedPolled, ...] = ()
    not_due: int = 0

    @property
    def answered(self) -> int:
        """Feeds that answered."""
        return sum(f.ok for f in self.feeds)

    @property
    def new(self) -> int:
        """Articles seen for the first time."""
        return sum(f.new for f in self.feeds)


def run(context: Context, *, only: Iterable[str] = (), everything: bool = False) -> Polled:
    """Ask all due feeds (`everything`: due or not; `only`: these ids) and store what is new."""
    wanted = set(only)
    with context.store.begin() as connection:
        states = feeds_store.states(connection)
    chosen = [f for f in context.feeds if f.enabled and (not wanted or f.id in wanted)]
    due = [f for f in chosen if everything or is_due(_state(f, states), context.now)]
    asked = {_state(f, states).url: f for f in due}
    requests = [_request(_state(f, states)) for f in due]
    polled = []
    for request, result in context.fetcher.fetch_all(requests, deadline_s=context.settings.fetch.deadline_s):
        feed = asked[request.url]
        polled.append(_take(context, feed, _state(feed, states), result))
        context.progress("poll", len(polled), len(requests))
    log.info(
        "poll.done", feeds=len(polled), answered=sum(p.ok for p in polled), new=sum(p.new for p in polled)
    )
    return Polled(feeds=tuple(polled), not_due=len(chosen) - len(due))


def check(context: Context, *, only: Iterable[str] = ()) -> tuple[FeedPolled, ...]:
    """Ask feeds now and judge the answers; nothing is stored."""
    wanted = set(only)
    asked = {f.url: f for f in context.feeds if (f.id in wanted if wanted else f.enabled)}
    requests = [FetchRequest(url=url) for url in asked]
    checked = []
    for request, result in context.fetcher.fetch_all(requests, deadline_s=context.settings.fetch.deadline_s):
        feed = asked[request.url]
        document = _parse(context, feed, result) if result.ok else None
        state = FeedState(feed_id=feed.id, url=feed.url)
        status, advice = verdict(feed, state, result, document, context.now)
        ok = isinstance(document, FeedDocument)
        entries = len(document.entries) if isinstance(document, FeedDocument) else 0
        checked.append(FeedPolled(feed=feed, ok=ok, status=status, advice=advice, entries=entries))
        context.progress("poll", len(checked), len(requests))
    return tuple(checked)


def _state(feed: Feed, states: dict[str, FeedState]) -> FeedState:
    """Return what is remembered of a feed; an address edited in feeds.toml starts afresh."""
    state = states.get(feed.id)
    if state is None or not state.url:
        return FeedState(feed_id=feed.id, url=feed.url)
    return state


def _request(state: FeedState) -> FetchRequest:
    return FetchRequest(url=state.url, etag=state.etag, last_modified=state.last_modified)


def _take(context: Context, feed: Feed, state: FeedState, result: FetchResult) -> FeedPolled:
    """Parse one answer and commit entries and state together: validators never run ahead of the entries."""
    document = _parse(context, feed, result) if result.ok and result.status != 304 else None
    entries = document.entries[: feed.max_items] if isinstance(document, FeedDocument) else ()
    status, advice = verdict(feed, state, result, document, context.now)
    ok = result.ok and not isinstance(document, Rejected)
    with context.store.begin() as connection:
        new = _store_entries(connection, feed, entries, context.now)
        following = next_state(
            state,
            result,
            document,
            new_entries=new,
            now=context.now,
            settings=context.settings.fetch,
            jitter=context.jitter(),
        )
        feeds_store.put_state(connection, replace(following, status=status, detail=advice))
        feeds_store.add_poll(
            connection,
            feed.id,
            at=context.now,
            ok=ok,
            http_status=result.status,
            status=status,
            entries=len(entries),
            new=new,
        )
    log.info(
        "feed.polled",
        feed=feed.id,
        status=status,
        entries=len(entries),
        new=new,
        took_s=round(result.took_s, 3),
    )
    return FeedPolled(feed=feed, ok=ok, status=status, advice=advice, entries=len(entries), new=new)


def _parse(context: Context, feed: Feed, result: FetchResult) -> FeedDocument | Rejected:
    job = partial(
        parse,
        url=result.final_url or result.url,
        content_type=result.headers.get("content-type", ""),
        max_entries=context.settings.fetch.max_entries,
    )
    document = context.worker.run(job, result.body)
    if isinstance(document, Killed):
        log.warning("feed.parse_killed", feed=feed.id, reason=document.reason, detail=document.detail)
        return Rejected("killed", f"parsing was stopped: {document.reason}")
    return document


def _store_entries(connection: Connection, feed: Feed, entries: Iterable[Entry], now: datetime) -> int:
    """Store the entries that are new; return how many articles that made."""
    rows = [
        (entry, entry.guid[:MAX_FIELD], _key(entry, feed))
        for entry in entries
        if entry.title or entry.summary
    ]
    seen = articles_store.seen_as(connection, feed_id=feed.id, guids=[guid for _, guid, _ in rows])
    fresh = [row for row in rows if row[1] not in seen]
    for entry, guid, _ in rows:
        if guid in seen:
            _revise(connection, entry, *seen[guid], now=now)
    ids = articles_store.ids_of(connection, [key_ for _, _, key_ in fresh])
    new = 0
    for entry, guid, key_ in fresh:
        if key_ not in ids:
            ids[key_] = articles_store.add(connection, article_of(entry, feed, now), key=key_)
            new += 1
        articles_store.add_sighting(connection, feed_id=feed.id, guid=guid, article_id=ids[key_], at=now)
    return new


def _revise(connection: Connection, entry: Entry, article_id: int, title: str, *, now: datetime) -> None:
    """Record an edited headline; the article stays the same one and is not new again."""
    edited = _title(entry)
    if edited and edited != title and not entry.source_name:
        articles_store.revise(connection, article_id, at=now, field="title", old=title, new=edited)


def article_of(entry: Entry, feed: Feed, now: datetime) -> Article:
    """Return the article an entry announces, as far as the feed itself tells it."""
    published, is_approximate = _published(entry, now)
    return Article(
        id=0,
        url=safe_link(entry.url),
        title=_title(entry) or clean(entry.summary, limit=120),
        text=entry.content,
        summary=entry.summary,
        published=published,
        published_is_approximate=is_approximate,
        seen_at=now,
        authors=entry.authors,
        language=entry.language or feed.lang,
        outlet=entry.source_name or feed.name,
        feed_id=feed.id,
        country="" if entry.source_name else feed.country,
        trust=feed.trust,
        paywall=feed.paywall,
        state_media=feed.state_media,
        stage=Stage.POLLED,
    )


def _published(entry: Entry, now: datetime) -> tuple[datetime, bool]:
    stated = entry.published or entry.updated
    if stated is None or stated > now + FUTURE:
        return now, True
    return stated, False


def _title(entry: Entry) -> str:
    """Return the headline without the " - Publisher" that aggregators append."""
    return entry.title.removesuffix(f" - {entry.source_name}") if entry.source_name else entry.title


def _key(entry: Entry, feed: Feed) -> str:
    """Return an article's identity: its address, or for aggregators publisher and headline."""
    if entry.source_name and host(entry.url) != host(entry.source_url):
        words = clean(_title(entry)).casefold()
        return f"headline:{host(entry.source_url) or entry.source_name}:{words}"[:MAX_FIELD]
    return (key(entry.url) or f"guid:{feed.id}:{entry.guid}")[:MAX_FIELD]


def statuses(polled: Polled) -> Counter[str]:
    """Return how many feeds got which verdict."""
    return Counter(f.status for f in polled.feeds)
