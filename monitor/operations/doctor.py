"""The house looked over: what `monitor doctor` checks without asking the network; see doctor_network for the rest."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from monitor.errors import BusyError, MonitorError
from monitor.feeds import common_cause, dead
from monitor.operations import alarms, clock
from monitor.pipeline.gathering import mailbag
from monitor.pipeline.issuing import identity
from monitor.pipeline.judging.learn import read_seeds
from monitor.pipeline.ports import Context
from monitor.store import articles as articles_store
from monitor.store import backup
from monitor.store import feeds as feeds_store
from monitor.store.transactions import WATCHING
from monitor.text.languages import pack_of

HOUR = timedelta(hours=1)
BACKUP_LATE = 3  # times the usual interval
DISK_FREE_BYTES = 200 * 2**20  # a year of 50 feeds takes about half of this


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at. `detail` says what to do when it is not ok."""

    what: str
    ok: bool
    detail: str


def examine(context: Context) -> tuple[Finding, ...]:
    """Look everything over."""
    looks = (
        _config,
        _topics,
        _languages,
        _storage,
        _disk,
        _backups,
        _clock,
        _feeds,
        _folders,
        _mail,
        _alarms,
    )
    return tuple(finding for look in looks for finding in look(context))


def _config(context: Context) -> Iterator[Finding]:
    settings = context.settings
    yield Finding(what="configuration", ok=True, detail=f"{settings.config} is valid")
    enabled = sum(feed.enabled for feed in context.feeds)
    advice = (
        f"{enabled} enabled of {len(context.feeds)}" if enabled else "none is enabled: see config/feeds.toml"
    )
    yield Finding(what="feeds.toml", ok=enabled > 0, detail=advice)
    if not settings.topics:
        yield Finding(
            what="topics", ok=False, detail="none: put a file into config/topics/, or run `monitor init`"
        )


def _topics(context: Context) -> Iterator[Finding]:
    for broken in context.settings.broken:
        yield Finding(what=f"topic {broken.id}", ok=False, detail=f"skipped: {broken.why}")
    for topic in context.settings.topics:
        try:
            seeds, skipped = read_seeds(context.settings.root / topic.seeds)
        except MonitorError as error:
            yield Finding(what=f"topic {topic.id}", ok=False, detail=" ".join(str(error).split()))
            continue
        unread = f", could not read {', '.join(name for name, _ in skipped)}" if skipped else ""
        yield Finding(what=f"topic {topic.id}", ok=True, detail=f"{len(seeds)} seeds{unread}")


def _languages(context: Context) -> Iterator[Finding]:
    """What articles of feeds in other languages than English are read without: nothing is dropped in silence."""
    packs = [pack_of(feed.lang) for feed in context.feeds if feed.enabled]
    for pack, count in sorted(Counter(packs).items(), key=lambda item: item[0].language):
        if pack.missing:
            detail = f"{count} {'feed' if count == 1 else 'feeds'}; {pack.missing}"
            yield Finding(what=f"language {pack.language}", ok=True, detail=detail)


def _storage(context: Context) -> Iterator[Finding]:
    with context.store.look() as connection:
        stages = articles_store.stages(connection)
    with suppress(BusyError), context.store.begin(WATCHING, wait_s=0):
        pass  # it can be written; whoever else is writing just now proves the same
    context.store.check()  # raises StoreError with the newest good backup
    yield Finding(what="database", ok=True, detail=f"{sum(stages.values())} articles, sound, can be written")


def _disk(context: Context) -> Iterator[Finding]:
    free = shutil.disk_usage(
        context.settings.data if context.settings.data.exists() else context.settings.root
    ).free
    enough = free >= DISK_FREE_BYTES
    yield Finding(
        what="disk",
        ok=enough,
        detail=f"{free // 2**20} MiB free" + ("" if enough else ": make room in the data folder"),
    )


def _backups(context: Context) -> Iterator[Finding]:
    every_h = context.settings.store.backup_every_h
    if context.store.file is None or not every_h:
        why = "none are made of this database: see docs/commands.md, or `backup_every_h` under [store]"
        yield Finding(what="backups", ok=True, detail=why)
        return
    made = max((copy.made_at for copy in backup.found(backup.folder_of(context.store.file))), default=None)
    if made is None:
        yield Finding(what="backups", ok=True, detail="none yet; the daemon makes one by itself")
        return
    age = context.now - made
    is_old = age > BACKUP_LATE * timedelta(hours=every_h)
    advice = "; is the daemon running? `monitor backup` makes one now" if is_old else ""
    yield Finding(what="backups", ok=not is_old, detail=f"the newest is {age / HOUR:.0f} hours old{advice}")


def _clock(context: Context) -> Iterator[Finding]:
    with context.store.look() as connection:
        skew = clock.skew(connection, context)
    if skew is None:
        detail = "not compared: it takes answers of three feeds of the last day; `monitor poll` asks them"
        yield Finding(what="clock", ok=True, detail=detail)
        return
    held = "; digests are held" if skew.is_off else ""
    detail = f"{skew}{held}: set the clock (NTP)" if skew.is_odd else f"right, by {skew.feeds} feeds"
    yield Finding(what="clock", ok=not skew.is_odd, detail=detail)


def _alarms(context: Context) -> Iterator[Finding]:
    with context.store.look() as connection:
        noted = alarms.noted(connection)
        known = {each.name for each in noted}
        names = [each for each in alarms.names(connection, context) if each.name not in known]
    for trouble in names:  # seen now, before the daemon has noted it
        yield Finding(what="topics", ok=False, detail=f"{trouble.detail}. {trouble.advice}")
    for each in noted:
        detail = f"{each.detail} (since {each.since:%Y-%m-%d %H:%M} UTC)"
        yield Finding(
            what="alarm", ok=False, detail=f"{detail}: look at `monitor status` and the daemon's log"
        )
    places = context.settings.alarm
    if not (places.webhook or places.ping or places.channels):
        detail = (
            "none: when a digest stays out, nobody is told but by it; see [alarm] in docs/configuration.md"
        )
        yield Finding(what="alarms", ok=True, detail=detail)


def _feeds(context: Context) -> Iterator[Finding]:
    with context.store.look() as connection:
        states = feeds_store.states(connection)
    if not states:
        yield Finding(what="feeds", ok=True, detail="not asked yet; `monitor feeds check` asks them all")
        return
    enabled = {feed.id for feed in context.feeds if feed.enabled}
    asked = [state for state in states.values() if state.feed_id in enabled and state.polled_at]
    ours = common_cause((state.url, state.trouble) for state in asked)
    if ours:
        yield Finding(what="feeds", ok=False, detail=str(ours))
        return
    failing = sorted(s.feed_id for s in states.values() if s.failures)
    detail = f"{len(states) - len(failing)} of {len(states)} answered last time"
    yield Finding(
        what="feeds",
        ok=len(failing) < len(states),
        detail=detail + (f"; failing: {', '.join(failing)}" if failing else ""),
    )
    for feed in context.feeds:
        state = states.get(feed.id)
        if (
            feed.enabled
            and not feed.folder
            and state is not None
            and (found := dead(feed, state, context.now))
        ):
            advice = f"{found.status}, {found.detail}: `monitor feeds check {feed.id}` says more; name a fallback_url or disable it"
            yield Finding(what=f"feed {feed.id}", ok=False, detail=advice)


def _folders(context: Context) -> Iterator[Finding]:
    for feed in context.feeds:
        if feed.enabled and feed.folder:
            count, trouble = mailbag.look(feed)
            advice = f"{trouble}: look at `folder` in feeds.toml, and at its rights"
            detail = advice if trouble else f"{count} messages in {feed.folder}"
            yield Finding(what=f"feed {feed.id}", ok=not trouble, detail=detail)


def _mail(context: Context) -> Iterator[Finding]:
    with_readers = [topic.id for topic in context.settings.topics if topic.recipients]
    if not with_readers:
        yield Finding(what="mail", ok=True, detail="no recipients: digests are written as files")
        return
    configured = bool(context.settings.smtp.host)
    advice = (
        context.settings.smtp.host
        if configured
        else "recipients but no mail server: set host and sender under [smtp]"
    )
    yield Finding(what="mail", ok=configured, detail=advice)
    with context.store.look() as connection:
        off = {topic.id: identity.off(connection, context, topic) for topic in context.settings.topics}
    for topic in context.settings.topics:
        gone = [
            f"{r} ({off[topic.id][r.casefold()]})" for r in topic.recipients if r.casefold() in off[topic.id]
        ]
        if gone:
            detail = (
                f"{len(gone)} of {len(topic.recipients)} in the topic file get no mail: {', '.join(gone)}"
            )
            advice = "; remove them, or `monitor suppressed --forget ADDRESS` lets one get mail again"
            is_wish = all(
                off[topic.id].get(r.casefold(), "unsubscribed") == "unsubscribed" for r in topic.recipients
            )
            is_fine = is_wish and len(gone) < len(topic.recipients)
            yield Finding(what=f"readers of {topic.id}", ok=is_fine, detail=detail + advice)
