"""Due feeds -> new articles at stage POLLED. One feed's trouble never touches another's.

Answers are stored in groups: as many as have come by the time the group before is stored. So a slow round commits each feed
by itself, and a fast one does not wait for the disk two hundred times (docs/notes/poll-speed.md).
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import chain

import structlog

from monitor import __version__
from monitor.articles.provenance import Speakers
from monitor.feeds import (
    UNLEARNT,
    Cause,
    Zone,
    common_cause,
    current,
    host_of,
    host_rests_until,
    is_due,
    learnt,
    next_state,
    parse,
    parse_messages,
    remembered,
    rests,
    shifted,
    skew_s,
    trouble_of,
    verdict,
)
from monitor.model import Entry, Feed, FeedDocument, FeedState, FetchRequest, FetchResult, Rejected
from monitor.pipeline.gathering import mailbag, readdress
from monitor.pipeline.gathering.intake import FINGERPRINT_BYTES, Shown, fingerprint, hosts_of, take_in
from monitor.pipeline.ports import Context
from monitor.store import feeds as feeds_store
from monitor.store.transactions import gathering
from monitor.text.moments import has_own_time
from monitor.work import Killed

log = structlog.get_logger()
GROUP_FEEDS = 32  # of one transaction: more saves nothing that could be measured
GROUP_BYTES = 4 * 2**20  # of documents held at a time
PATIENCE_S = 0.1  # for the next answer, before what has come is stored


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPolled:
    """What one feed gave."""

    feed: Feed
    ok: bool
    status: str  # the verdict's word
    advice: str
    entries: int = 0
    new: int = 0
    trouble: str = ""  # the stable word of what went wrong: dns, timeout, blocked-address, killed, ...
    took_s: float = 0.0


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
    def cause(self) -> Cause | None:
        """What they all suffer from, when that is rather ours than theirs."""
        return cause(self.feeds)

    @property
    def new(self) -> int:
        """Articles seen for the first time."""
        return sum(f.new for f in self.feeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What came of one request. `document` None: nothing to parse."""

    feed: Feed
    state: FeedState  # before
    is_first: bool  # nothing is stored of this feed
    result: FetchResult
    body_sha256: str = ""
    document: FeedDocument | Rejected | None = None
    fingerprints: tuple[bytes, ...] = ()  # of `entries`
    zone: Zone = UNLEARNT  # of its dates that state none, as known by now

    @property
    def is_unchanged(self) -> bool:
        """True for the document we know: a server that never says 304 says it this way."""
        return bool(self.body_sha256) and self.body_sha256 == self.state.body_sha256

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The entries wanted."""
        return self.document.entries[: self.feed.max_items] if isinstance(self.document, FeedDocument) else ()

    @property
    def cut(self) -> int:
        """How many entries of the document are not wanted."""
        return (
            len(self.document.entries) - len(self.entries) if isinstance(self.document, FeedDocument) else 0
        )


def poll_feeds(context: Context, *, only: Iterable[str] = (), everything: bool = False) -> Polled:
    """Ask all due feeds (`everything`: due or not; `only`: these ids) and store what is new."""
    with context.store.held():
        return _run(context, set(only), everything=everything)


def _run(context: Context, wanted: set[str], *, everything: bool) -> Polled:
    with context.store.look() as connection:
        states = feeds_store.states(connection, wanted or None)
        resting = feeds_store.rests(connection, now=context.now)
        is_upgraded = readdress.is_due(connection)
    if is_upgraded:
        readdress.readdress_articles(context)
    chosen = [f for f in context.feeds if f.enabled and (not wanted or f.id in wanted)]
    all_chosen = [(feed, current(feed, states.get(feed.id))) for feed in chosen]
    due = [
        (feed, state)
        for feed, state in all_chosen
        if everything or (is_due(state, context.now) and not rests(state, resting))
    ]
    polled: list[FeedPolled] = []
    speakers = Speakers(context.feeds)
    for group in _groups(context, due, states):
        polled += _take(context, group, speakers)
        context.progress("poll", len(polled), len(due))
    say = log.info if polled else log.debug
    say("poll.done", feeds=len(polled), answered=sum(p.ok for p in polled), new=sum(p.new for p in polled))
    return Polled(feeds=tuple(polled), not_due=len(chosen) - len(due))


def check(context: Context, *, only: Iterable[str] = ()) -> tuple[FeedPolled, ...]:
    """Ask feeds now and judge the answers; nothing is stored."""
    wanted = set(only)
    chosen = [f for f in context.feeds if (f.id in wanted if wanted else f.enabled)]
    asked = {f.url: f for f in chosen if not f.folder}
    requests = [FetchRequest(url=url) for url in asked]
    answers = context.fetcher.fetch_all(requests, deadline_s=context.settings.fetch.deadline_s)
    folders = ((f, mailbag.ask(context, f, FetchRequest(url=f.url))) for f in chosen if f.folder)
    served = ((asked[request.url], result) for request, result in answers)
    checked = []
    for feed, result in chain(folders, served):
        document = _parse(context, feed, result) if result.ok else None
        state = FeedState(feed_id=feed.id, url=feed.url)
        status, advice = verdict(feed, state, result, document, context.now)
        ok = isinstance(document, FeedDocument)
        entries = len(document.entries) if isinstance(document, FeedDocument) else 0
        trouble = trouble_of(result)
        checked.append(
            FeedPolled(feed=feed, ok=ok, status=status, advice=advice, entries=entries, trouble=trouble)
        )
        context.progress("poll", len(checked), len(chosen))
    return tuple(checked)


def cause(polled: Iterable[FeedPolled]) -> Cause | None:
    """Return what all feeds of a round suffer from; None when their trouble is their own."""
    return common_cause((one.feed.url, one.trouble) for one in polled)


def _request(state: FeedState) -> FetchRequest:
    return FetchRequest(url=state.url, etag=state.etag, last_modified=state.last_modified)


def _groups(
    context: Context, due: Iterable[tuple[Feed, FeedState]], states: Collection[str]
) -> Iterator[list[_Answer]]:
    """Give the answers in groups, read; without waiting for an answer while others are at hand."""
    asked: dict[FetchRequest, deque[tuple[Feed, FeedState]]] = defaultdict(deque)
    for feed, state in due:
        if feed.folder:
            result = mailbag.ask(context, feed, _request(state))
            is_first = feed.id not in states
            yield [_read(context, _Answer(feed=feed, state=state, is_first=is_first, result=result))]
        else:
            asked[_request(state)].append((feed, state))
    requests = [request for request, those in asked.items() for _ in those]
    group: list[_Answer] = []
    size_bytes = 0
    for request, result in context.fetcher.fetch_all(requests, deadline_s=context.settings.fetch.deadline_s):
        feed, state = asked[request].popleft()
        group.append(
            _read(context, _Answer(feed=feed, state=state, is_first=feed.id not in states, result=result))
        )
        size_bytes += len(result.body)
        is_full = len(group) >= GROUP_FEEDS or size_bytes >= GROUP_BYTES
        if is_full or not context.fetcher.has_more(PATIENCE_S):
            yield group
            group, size_bytes = [], 0
    if group:
        yield group


def _read(context: Context, answer: _Answer) -> _Answer:
    """Return the answer with its document, unless it is the document of last time."""
    result = answer.result
    if not result.ok or result.status == 304:
        return answer
    known = replace(answer, body_sha256=_body_sha256(context, answer.feed, result.body))
    if known.is_unchanged:
        return known
    known = replace(known, document=_parse(context, answer.feed, result))
    known = replace(known, fingerprints=tuple(map(fingerprint, known.entries)))
    return replace(known, zone=_zone(context, known))


def _zone(context: Context, answer: _Answer) -> Zone:
    """What is known of the zone of a feed's dates after this answer; UTC where feeds.toml says it, by zone or country."""
    feed, state = answer.feed, answer.state
    if feed.time_zone or has_own_time(feed.country):
        return UNLEARNT
    zone = remembered(state.offset_s, state.ahead)
    if state.ok_at is None or state.ok_at >= context.now:
        return zone  # of what a feed shows first nobody knows since when
    seen = _seen(state)
    rows = zip(answer.entries, answer.fingerprints, strict=True)
    dates = [e.published for e, own in rows if e.zoneless and e.published is not None and own not in seen]
    found = learnt(zone, dates, before=state.ok_at, now=context.now)
    if found.offset_s != zone.offset_s:
        log.info("feed.zone_learnt", feed=feed.id, zone=found.local(), before=zone.local())
    return found


def _body_sha256(context: Context, feed: Feed, body: bytes) -> str:
    """Return what stands for a document read in this way: another version or limit may find more in it."""
    reading = f"{__version__} {context.settings.fetch.max_entries} {feed.max_items}\n"
    return sha256(reading.encode() + body).hexdigest()


def _take(context: Context, group: list[_Answer], speakers: Speakers) -> list[FeedPolled]:
    """Commit entries and states together: validators never run ahead of the entries."""
    shown = [one for answer in group for one in _shown(answer)]
    with context.store.begin(gathering(_places(group, shown))) as connection:
        new = take_in(connection, shown, context.now, speakers)
        following = [_following(context, answer, new[answer.feed.id]) for answer in group]
        feeds_store.put_states(connection, following)
        feeds_store.put_rests(connection, _resting(context, group, following), at=context.now)
        polled = [_polled(a, state, new[a.feed.id]) for a, state in zip(group, following, strict=True)]
        feeds_store.add_polls(connection, [_poll(context, a, p) for a, p in zip(group, polled, strict=True)])
    for answer, one in zip(group, polled, strict=True):
        took_s = round(answer.result.took_s, 3)
        say = log.info if one.new or not one.ok else log.debug
        say(
            "feed.polled",
            feed=one.feed.id,
            status=one.status,
            entries=one.entries,
            new=one.new,
            took_s=took_s,
        )
        if answer.cut:  # each poll may lose what stands at the end of the list
            log.warning("feed.cut", feed=one.feed.id, cut=answer.cut, max_items=one.feed.max_items)
    return polled


def _places(group: list[_Answer], shown: list[Shown]) -> set[str]:
    """What nobody else takes in meanwhile: these feeds, and pages on the hosts they show something new of."""
    return {answer.feed.id for answer in group} | hosts_of(shown)


def _resting(context: Context, group: list[_Answer], following: list[FeedState]) -> dict[str, datetime]:
    """The hosts that ask for a pause, and until when: all their feeds wait."""
    found: dict[str, datetime] = {}
    for answer, state in zip(group, following, strict=True):
        until = host_rests_until(answer.result, state, context.now)
        if until is not None:
            host = host_of(answer.result.final_url or answer.result.url)
            found[host] = max(until, found.get(host, until))
    return found


def _seen(state: FeedState) -> set[bytes]:
    """The fingerprints of what a feed showed last time."""
    return {state.shown[at : at + FINGERPRINT_BYTES] for at in range(0, len(state.shown), FINGERPRINT_BYTES)}


def _shown(answer: _Answer) -> Iterator[Shown]:
    known = _seen(answer.state)
    for entry, own in zip(answer.entries, answer.fingerprints, strict=True):
        meant = replace(entry, published=shifted(entry.published, answer.zone)) if entry.zoneless else entry
        yield Shown(answer.feed, meant, own in known, answer.is_first)


def _following(context: Context, answer: _Answer, new: int) -> FeedState:
    """Return what to remember of a feed after this answer."""
    state, result, document = answer.state, answer.result, answer.document
    if answer.is_unchanged:
        # A 304 in all but name, except that validators it does not repeat are gone.
        state = replace(state, etag="", last_modified="")
        result = replace(result, status=304)
    status, advice = verdict(answer.feed, state, result, document, context.now)
    following = next_state(
        state,
        result,
        document,
        new_entries=new,
        now=context.now,
        settings=context.settings.fetch,
        jitter=context.jitter(),
    )
    if (
        answer.feed.folder
    ):  # to look into it costs nobody anything, and what came must be there for the next issue
        soon = context.now + timedelta(seconds=max(1, context.settings.fetch.min_interval_s))
        following = replace(following, next_poll_at=soon)
    if not isinstance(document, FeedDocument):
        return replace(following, status=status, detail=advice)
    return replace(
        following,
        status=status,
        detail=advice,
        body_sha256=answer.body_sha256,
        shown=b"".join(answer.fingerprints),
        offset_s=answer.zone.offset_s,
        ahead=answer.zone.evidence,
    )


def _polled(answer: _Answer, following: FeedState, new: int) -> FeedPolled:
    return FeedPolled(
        feed=answer.feed,
        ok=answer.result.ok and not isinstance(answer.document, Rejected),
        status=following.status,
        advice=following.detail,
        entries=len(answer.entries),
        new=new,
        trouble=trouble_of(answer.result)
        or (answer.document.reason if isinstance(answer.document, Rejected) else ""),
        took_s=answer.result.took_s,
    )


def _poll(context: Context, answer: _Answer, polled: FeedPolled) -> feeds_store.Poll:
    return feeds_store.Poll(
        feed_id=polled.feed.id,
        at=context.now,
        ok=polled.ok,
        http_status=answer.result.status,
        status=polled.status,
        entries=polled.entries,
        new=polled.new,
        skew_s=skew_s(answer.result, context.now) if context.is_live else None,
    )


def _parse(context: Context, feed: Feed, result: FetchResult) -> FeedDocument | Rejected:
    most = context.settings.fetch.max_entries
    kind = result.headers.get("content-type", "")
    job: Callable[[bytes], FeedDocument | Rejected] = (
        partial(parse_messages, max_entries=most)
        if feed.folder
        else partial(parse, url=result.final_url or result.url, content_type=kind, max_entries=most)
    )
    document = context.worker.run(job, result.body)
    if isinstance(document, Killed):
        log.warning("feed.parse_killed", feed=feed.id, reason=document.reason, detail=document.detail)
        return Rejected("killed", f"parsing was stopped: {document.reason}")
    return document


def statuses(polled: Polled) -> Counter[str]:
    """Return how many feeds got which verdict."""
    return Counter(f.status for f in polled.feeds)
