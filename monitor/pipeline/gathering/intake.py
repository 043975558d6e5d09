"""What feeds showed -> articles, sightings and revisions, for several feeds at once: one statement each, not one per entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from monitor.articles.urls import host, key, safe_link
from monitor.model import Article, Entry, Feed, Stage
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.text.moments import in_country
from monitor.text.normalise import clean

MAX_FIELD = 2000  # characters of a guid or key that are kept; the store's columns hold no more

FINGERPRINT_BYTES = 8  # among the thousand entries of one feed


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry a feed shows.

    `is_known`: it showed it last time, with the same headline. `is_first`: the feed shows something for the first time.
    """

    feed: Feed
    entry: Entry
    is_known: bool = False
    is_first: bool = False

    @property
    def guid(self) -> str:
        """The id under which it is remembered."""
        return self.entry.guid[:MAX_FIELD]


def fingerprint(entry: Entry) -> bytes:
    """Return what tells an entry from others of its feed, and from itself with another headline."""
    said = f"{entry.guid}\0{entry.title}\0{entry.source_name}".encode()
    return blake2b(said, digest_size=FINGERPRINT_BYTES).digest()


def take_in(connection: Connection, shown: Sequence[Shown], now: datetime) -> Counter[str]:
    """Store the entries that are new; return how many articles that made, by feed id."""
    fresh = _fresh(
        connection, [s for s in shown if not s.is_known and (s.entry.title or s.entry.summary)], now
    )
    known = articles_store.ids_of(connection, [key_ for _, key_ in fresh])
    firsts = {key_: one for one, key_ in reversed(fresh) if key_ not in known}
    new = {
        key_: replace(article_of(one.entry, one.feed, now), is_backlog=one.is_first)
        for one, key_ in fresh
        if firsts.get(key_) is one
    }
    ids = known | articles_store.add_many(connection, new)
    articles_store.add_sightings(connection, [(s.feed.id, s.guid, ids[key_]) for s, key_ in fresh], at=now)
    return Counter(one.feed.id for one in firsts.values())


def _fresh(connection: Connection, shown: Sequence[Shown], now: datetime) -> list[tuple[Shown, str]]:
    """The entries their feeds have not shown before, with their keys; edited headlines of the others are recorded."""
    seen = articles_store.seen_as(connection, [(one.feed.id, one.guid) for one in shown if not one.is_first])
    fresh = []
    for one in shown:
        if (one.feed.id, one.guid) in seen:
            _revise(connection, one.entry, *seen[one.feed.id, one.guid], now=now)
        else:
            fresh.append((one, _key(one.entry, one.feed)))
    return fresh


def _revise(connection: Connection, entry: Entry, article_id: int, title: str, *, now: datetime) -> None:
    """Record an edited headline; the article stays the same one and is not new again."""
    edited = _title(entry)
    if edited and edited != title and not entry.source_name:
        articles_store.revise(connection, article_id, at=now, field="title", old=title, new=edited)


def article_of(entry: Entry, feed: Feed, now: datetime) -> Article:
    """Return the article an entry announces, as far as the feed itself tells it."""
    published, is_approximate = _published(entry, feed, now)
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


def _published(entry: Entry, feed: Feed, now: datetime) -> tuple[datetime, bool]:
    """When it was published, and whether that is a guess: what is seen now was not published later than now.

    A date ahead is a local time without its zone, a wrong clock or a post that was scheduled and is out already.
    """
    stated = entry.published or entry.updated
    if stated is not None and entry.zoneless:
        stated = in_country(stated, entry.zoneless, feed.country)
    if stated is None or stated > now:
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
