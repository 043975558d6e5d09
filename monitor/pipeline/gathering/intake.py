"""What feeds showed -> articles, sightings and revisions, for several feeds at once: one statement each, not one per entry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from monitor.articles.provenance import Speakers, can_be_one, is_aggregator, publisher, speaks_for
from monitor.articles.urls import clean_address, host, key, safe_link, unwrap
from monitor.model import Article, Entry, Feed, Stage
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.text.moments import in_country, in_zone
from monitor.text.normalise import clean

MAX_FIELD = 2000  # characters of a guid or key that are kept; the store's columns hold no more

NOBODY = Speakers()
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
    is_shared_id: bool = False  # other headlines of the document have its id
    is_shared_address: bool = False  # ... or its address

    @property
    def guid(self) -> str:
        """The id under which it is remembered."""
        if not self.is_shared_id:
            return self.entry.guid[:MAX_FIELD]
        mark = blake2b(self.entry.title.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()
        return f"{self.entry.guid[: MAX_FIELD - 20]}#={mark}"


def fingerprint(entry: Entry) -> bytes:
    """Return what tells an entry from others of its feed, and from itself with another headline."""
    said = f"{entry.guid}\0{entry.title}\0{entry.source_name}".encode()
    return blake2b(said, digest_size=FINGERPRINT_BYTES).digest()


def hosts_of(shown: Sequence[Shown]) -> set[str]:
    """Return the hosts of the pages shown for the first time; of an entry without an address its key."""
    keys = (_key(one.entry, one.feed) for one in map(_unwrapped, shown) if not one.is_known)
    return {host(key_) or key_ for key_ in keys}


def take_in(
    connection: Connection, shown: Sequence[Shown], now: datetime, speakers: Speakers = NOBODY
) -> Counter[str]:
    """Store the entries that are new; return how many articles that made, by feed id.

    Meanwhile nobody else may take in anything of these feeds or of these pages' hosts: what is stored decides what an entry is.
    `speakers`: all feeds there are, so that a page another feed lists is known by its publisher's name.
    """
    named = _distinct([_unwrapped(s) for s in shown if s.entry.title or s.entry.summary])
    fresh, edited = _fresh(connection, [one for one in named if not one.is_known])
    known = articles_store.known_by_key(connection, {key_ for _, key_ in fresh})
    firsts: dict[str, Shown] = {}
    for one, key_ in fresh:  # of several that list a new page its own publisher comes first
        if key_ not in known and (key_ not in firsts or (_owns(one) and not _owns(firsts[key_]))):
            firsts[key_] = one
    new = {
        key_: replace(article_of(_to_keep(one, key_), one.feed, now, speakers), is_backlog=one.is_first)
        for key_, one in firsts.items()
    }
    back = [(one, known[k].id) for one, k in fresh if k in known and known[k].is_secondhand and _owns(one)]
    articles_store.hold(connection, [each.id for _, each in edited] + [number for _, number in back])
    for one, before in edited:
        _revise(connection, one.entry, before.id, before.title, now=now)
    for one, number in back:
        _give_back(connection, number, article_of(one.entry, one.feed, now, speakers))
    ids = {key_: found.id for key_, found in known.items()} | articles_store.add_many(connection, new)
    articles_store.add_sightings(connection, [(s.feed.id, s.guid, ids[key_]) for s, key_ in fresh], at=now)
    return Counter(one.feed.id for one in firsts.values())


def _unwrapped(one: Shown) -> Shown:
    """The entry with the article's own address in place of that of a service that leads there; its id stays what it was."""
    url = unwrap(one.entry.url)
    return one if url == one.entry.url else replace(one, entry=replace(one.entry, url=url))


def _to_keep(one: Shown, key_: str) -> Entry:
    """The entry with the address to keep and show.

    Where one address serves several headlines, what we take for a tracker may be what tells them apart: all of it stays.
    """
    is_alone = key_ == _key(one.entry, one.feed)
    return replace(one.entry, url=clean_address(one.entry.url)) if is_alone else one.entry


def _distinct(shown: Sequence[Shown]) -> list[Shown]:
    """The entries with ids of their own: where a feed gives several headlines one id or one address, each headline counts as one."""
    by_guid: dict[tuple[str, str], set[str]] = {}
    by_address: dict[tuple[str, str], set[str]] = {}
    keys = [_key(one.entry, one.feed) for one in shown]
    for one, key_ in zip(shown, keys, strict=True):
        title = clean(one.entry.title).casefold()
        by_guid.setdefault((one.feed.id, one.entry.guid), set()).add(title)
        by_address.setdefault((one.feed.id, key_), set()).add(title)
    return [
        replace(
            one,
            is_shared_id=len(by_guid[one.feed.id, one.entry.guid]) > 1,
            is_shared_address=len(by_address[one.feed.id, key_]) > 1,
        )
        for one, key_ in zip(shown, keys, strict=True)
    ]


def _fresh(
    connection: Connection, shown: Sequence[Shown]
) -> tuple[list[tuple[Shown, str]], list[tuple[Shown, articles_store.Known]]]:
    """The entries their feeds have not shown before, with their keys; and the others whose headlines may be edited."""
    seen = articles_store.seen_as(connection, [(one.feed.id, one.guid) for one in shown if not one.is_first])
    asked = {_key(one.entry, one.feed) for one in shown} | {_own_key(one) for one in shown}
    known = articles_store.known_by_key(connection, asked)
    fresh, edited = [], []
    for one in shown:
        before = seen.get((one.feed.id, one.guid))
        if before is None or not _is_same(one, before):
            fresh.append((one, _key_of(one, known)))
        elif _owns(one):
            edited.append((one, before))
    return fresh, edited


def _is_same(one: Shown, before: articles_store.Known) -> bool:
    """Whether an entry is the article its feed showed under this id; an id given to another page with other words is not."""
    is_there = before.key in (_key(one.entry, one.feed), _own_key(one))
    return can_be_one(_title(one.entry, one.feed), before.title) or (is_there and not _owns(one))


def _key_of(one: Shown, known: Mapping[str, articles_store.Known]) -> str:
    """The key an entry is stored under: its address, and its headline where one address serves several."""
    plain, own = _key(one.entry, one.feed), _own_key(one)
    there, split = known.get(plain), known.get(own)
    is_split = one.is_shared_address or (split is not None and split.feed_id == one.feed.id)
    is_sighting = there is not None and there.feed_id != one.feed.id
    if is_sighting and not (is_split and _owns(one)):
        return plain  # what others say of a page that is there already
    if is_split:
        return own
    is_another = there is not None and not can_be_one(_title(one.entry, one.feed), there.title)
    return own if is_another else plain


def _own_key(one: Shown) -> str:
    title = clean(_title(one.entry, one.feed)).casefold()
    mark = blake2b(title.encode(), digest_size=FINGERPRINT_BYTES).hexdigest()
    return f"{_key(one.entry, one.feed)[: MAX_FIELD - 20]}#={mark}"


def _owns(one: Shown) -> bool:
    """Whether the feed speaks for the page."""
    return speaks_for(one.feed, one.entry.url)


def _give_back(connection: Connection, article_id: int, own: Article) -> None:
    """Let the publisher's own feed say what an article is called and whose it is."""
    names = ("title", "summary", "outlet", "feed_id", "country", "trust", "paywall", "state_media")
    values = {name: getattr(own, name) for name in names}
    articles_store.take_over(connection, article_id, values, text=own.text, stated=own.feed_date)


def _revise(connection: Connection, entry: Entry, article_id: int, title: str, *, now: datetime) -> None:
    """Record an edited headline; the article stays the same one and is not new again."""
    if entry.title and entry.title != title and not entry.source_name:
        articles_store.revise(connection, article_id, at=now, field="title", old=title, new=entry.title)


def article_of(entry: Entry, feed: Feed, now: datetime, speakers: Speakers = NOBODY) -> Article:
    """Return the article an entry announces, as far as the feed itself tells it.

    Whose it is: the feed's where it speaks for the page; of an aggregator that of the publisher it names; else of the feed among
    `speakers` that speaks for the page, or of the page's host (and writer).
    """
    published, is_approximate = _published(entry, feed, now)
    is_own = bool(feed.folder) or speaks_for(feed, entry.url)
    is_named = bool(entry.source_name) and is_aggregator(feed)
    sender = entry.source_name if feed.folder else ""
    owner = feed if is_own else speakers.of(entry.url)
    owner = None if is_named else owner
    outlet = entry.source_name if is_named else owner.name if owner is not None else publisher(entry.url)
    outlet = sender or outlet
    return Article(
        id=0,
        url=entry.url if feed.folder else safe_link(entry.url),
        title=_title(entry, feed) or clean(entry.summary, limit=120),
        text=entry.content,
        summary=entry.summary,
        published=published,
        published_is_approximate=is_approximate,
        seen_at=now,
        feed_date=_stated(entry, feed),
        authors=entry.authors,
        language=entry.language or feed.lang,
        outlet=outlet or feed.name,
        feed_id=feed.id,
        country=owner.country if owner is not None else "",
        trust=feed.trust,
        paywall=owner.paywall if owner is not None else False,
        state_media=owner.state_media if owner is not None else False,
        is_secondhand=not is_own and not is_named,
        stage=Stage.POLLED,
    )


def _published(entry: Entry, feed: Feed, now: datetime) -> tuple[datetime, bool]:
    """When it was published, and whether that is a guess: what is seen now was not published later than now.

    A date ahead is a local time without its zone, a wrong clock or a post that was scheduled and is out already.
    """
    stated = _stated(entry, feed)
    if stated is None or stated > now:
        return now, True
    return stated, False


def _stated(entry: Entry, feed: Feed) -> datetime | None:
    """The date an entry states, in its feed's own time where it leaves the zone open."""
    stated = entry.published or entry.updated
    if stated is not None and entry.zoneless:
        if feed.time_zone:
            return in_zone(stated, entry.zoneless, feed.time_zone)
        stated = in_country(stated, entry.zoneless, feed.country)
    return stated


def _title(entry: Entry, feed: Feed) -> str:
    """Return the headline without the " - Publisher" that aggregators append."""
    is_named = bool(entry.source_name) and is_aggregator(feed)
    return entry.title.removesuffix(f" - {entry.source_name}") if is_named else entry.title


def _key(entry: Entry, feed: Feed) -> str:
    """Return an article's identity: its address, or for aggregators publisher and headline."""
    if entry.source_name and is_aggregator(feed) and host(entry.url) != host(entry.source_url):
        words = clean(_title(entry, feed)).casefold()
        return f"headline:{host(entry.source_url) or entry.source_name}:{words}"[:MAX_FIELD]
    own = "" if feed.folder else key(entry.url)  # senders write one address under every message
    return (own or f"guid:{feed.id}:{entry.guid}")[:MAX_FIELD]
