"""What is wrong, told by another way than mail: once when it begins, once when it is over, by a webhook, by channels and by pings.

What is told stands in the database, so that a restart tells nobody a second time, and what nobody could be told is tried again.
A ping is a dead man's switch: when none comes, whoever waits for it raises the alarm, this process being dead or not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

import structlog

from monitor.feeds import common_cause
from monitor.model import Bulletin
from monitor.model.schedule import LATE
from monitor.operations import clock
from monitor.pipeline.delivering import receivers
from monitor.pipeline.issuing import identity
from monitor.pipeline.judging import learn
from monitor.pipeline.ports import Context
from monitor.schedule import slots
from monitor.schedule.slots import Standing
from monitor.store import Connection
from monitor.store import alarms as alarms_store
from monitor.store import deliveries as ledger
from monitor.store import feeds as feeds_store
from monitor.store.alarms import Alarm
from monitor.store.transactions import WATCHING

log = structlog.get_logger()
SILENT = timedelta(days=1)  # every feed is asked once a day: no answer from any for longer is an outage
PING = "ping:"  # rows of the table that say which ping went out last; nothing is wrong with those
HEARD_BY = "told:"  # ... and which place was told of which alarm
WEBHOOK = "/webhook"  # the place that [alarm] calls so; no channel can have this name
FEEDS_EVERY = timedelta(minutes=15)  # between two pings that say that feeds are asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong now. `name` is stable while it lasts."""

    name: str
    since: datetime
    detail: str
    advice: str


def troubles(connection: Connection, context: Context) -> Iterator[Trouble]:
    """Yield what is wrong now."""
    for each in standings(connection, context):
        yield from _of_topic(each, context.now)
    skew = clock.skew(connection, context)
    if skew is not None and skew.is_off:
        yield Trouble(
            name="clock",
            since=context.now,
            detail=f"{skew}; digests are held",
            advice="Set the clock (NTP); the digests go out by themselves then.",
        )
    yield from _broken(connection, context)
    yield from _feeds(connection, context)
    yield from _readers(connection, context)
    yield from names(connection, context)


def standings(connection: Connection, context: Context) -> list[Standing]:
    """Return how far the newest slot of each topic has come; none for a topic that had no slot yet."""
    is_final = context.settings.delivery.on_uncertain == "hold"
    found = (
        slots.standing(connection, topic, context.now, is_uncertain_final=is_final)
        for topic in context.settings.topics
    )
    return [each for each in found if each is not None]


def noted(connection: Connection) -> tuple[Alarm, ...]:
    """Return what is noted as wrong, without the pings and who was told."""
    rows = alarms_store.everything(connection)
    return tuple(alarm for alarm in rows if not alarm.name.startswith((PING, HEARD_BY)))


def report(context: Context) -> None:
    """Note what is newly wrong, tell it; tell what is over, and forget it."""
    with context.store.look() as connection:
        present = {trouble.name: trouble for trouble in troubles(connection, context)}
        known = {alarm.name: alarm for alarm in noted(connection)}
    if present.keys() - known.keys():
        known = _noted(context, present)
    for name, alarm in sorted(known.items()):
        if name in present:
            _tell(context, alarm, present[name])
        else:
            _tell_end(context, alarm)
    _ping_digests(context)


def _noted(context: Context, present: Mapping[str, Trouble]) -> dict[str, Alarm]:
    """Note what is newly wrong and return all that is noted; what another process noted meanwhile stays its own."""
    with context.store.begin(WATCHING) as connection:
        known = {alarm.name: alarm for alarm in noted(connection)}
        for name in present.keys() - known.keys():
            alarm = Alarm(name=name, since=present[name].since, detail=present[name].detail)
            alarms_store.put(connection, known.setdefault(name, alarm))
            log.error("alarm.begun", alarm=name, detail=alarm.detail, advice=present[name].advice)
    return known


def _of_topic(each: Standing, now: datetime) -> Iterator[Trouble]:
    due = f"{each.slot:%Y-%m-%d %H:%M} UTC"
    if not each.is_settled and now - each.slot > LATE:
        what = f"{each.waiting} of {each.deliveries} deliveries wait" if each.is_made else "no issue was made"
        yield Trouble(
            name=f"overdue:{each.topic}",
            since=each.slot,
            detail=f"the issue of {each.topic} that was due {due} is overdue: {what}",
            advice="Look at `monitor status`, then at the log; `monitor doctor` checks the mail server.",
        )
    if each.failed:
        yield Trouble(
            name=f"undelivered:{each.topic}:{each.slot:%Y-%m-%d}",
            since=each.slot,
            detail=f"the issue of {each.topic} that was due {due} did not reach {each.failed} of {each.deliveries} readers",
            advice="`monitor status` says who and why.",
        )


def _broken(connection: Connection, context: Context) -> Iterator[Trouble]:
    for each in learn.broken(connection, context):
        state = "goes on as it was" if each.is_served else "is skipped"
        yield Trouble(
            name=f"topic:{each.id}",
            since=context.now,
            detail=f"the topic {each.id} {state}: {each.why}",
            advice="When that is put right, reload the daemon (SIGHUP); `monitor doctor` looks at all topics.",
        )


def _feeds(connection: Connection, context: Context) -> Iterator[Trouble]:
    enabled = {feed.id for feed in context.feeds if feed.enabled}
    states = [state for key, state in feeds_store.states(connection).items() if key in enabled]
    answered = max((state.ok_at for state in states if state.ok_at), default=None)
    asked = any(state.failures for state in states)
    ours = common_cause((state.url, state.trouble) for state in states if state.polled_at)
    if asked and answered is not None and context.now - answered > SILENT:
        yield Trouble(
            name="feeds",
            since=answered,
            detail=f"no feed has answered since {answered:%Y-%m-%d %H:%M} UTC"
            + (f": {ours.detail}" if ours else ""),
            advice=ours.advice
            if ours
            else "Look at the network and the name server: `monitor feeds check` says what happens.",
        )


def _readers(connection: Connection, context: Context) -> Iterator[Trouble]:
    """A mail server that refuses us, and topics all of whose readers were taken off."""
    for topic in context.settings.topics:
        refused = ledger.refused_for_us(connection, topic.id)
        if refused:
            since = min(row.entered_at or context.now for row in refused)
            yield Trouble(
                name=f"mail:{topic.id}",
                since=since,
                detail=f"the mail server refuses our mail of {topic.id} to {len(refused)} readers: {refused[0].detail}",
                advice="Correct [smtp], or ask whoever runs the server: what waits goes out by itself then.",
            )
        if receivers.is_nobody_left(connection, context, topic):
            count = len(topic.recipients)
            yield Trouble(
                name=f"nobody:{topic.id}",
                since=context.now,
                detail=f"nobody is left to send {topic.id} to: {count} of {count} readers were taken off",
                advice="`monitor suppressed` says why and lets them get mail again.",
            )


def names(connection: Connection, context: Context) -> Iterator[Trouble]:
    """Topics that look renamed, and mail of topics that are gone."""
    for topic in context.settings.topics:
        former = identity.looks_like(connection, context, topic)
        if former:
            yield Trouble(
                name=f"renamed:{topic.id}",
                since=context.now,
                detail=f"no issue of {topic.id} is made: it looks like {former}, which no file configures any more",
                advice=f'Put id = "{former}" into its file to go on with {former}, or id = "{topic.id}" when it is another topic.',
            )
    for gone in identity.removed(connection, context):
        if gone.waiting:
            yield Trouble(
                name=f"removed:{gone.id}",
                since=gone.since or context.now,
                detail=f"{gone.waiting} messages of {gone.id} wait, and no topic file configures {gone.id} any more",
                advice='Put the file back, or id = "'
                + gone.id
                + '" into the one it became, and they go out.',
            )


def _tell(context: Context, alarm: Alarm, trouble: Trouble) -> None:
    """Tell each place that has not heard it; one that is deaf keeps no other from it."""
    with context.store.look() as connection:
        heard = _heard(connection, alarm)
    for place in sorted(_places(context) - heard):
        if _told(context, place, alarm, "begun", trouble.advice):
            mark = Alarm(name=_mark(place, alarm), since=alarm.since, detail="", told_at=context.now)
            with context.store.begin(WATCHING) as connection:
                alarms_store.put(connection, mark)
                if alarm.told_at is None:
                    alarms_store.told(connection, alarm.name, at=context.now)


def _tell_end(context: Context, alarm: Alarm) -> None:
    """Tell each place that has heard it begin and is still there."""
    with context.store.look() as connection:
        heard = _heard(connection, alarm)
    waiting = heard & _places(context)
    for place in sorted(waiting):
        if _told(context, place, alarm, "over", ""):
            waiting.discard(place)
            with context.store.begin(WATCHING) as connection:
                alarms_store.end(connection, _mark(place, alarm))
    if not waiting:
        with context.store.begin(WATCHING) as connection:
            for place in heard:
                alarms_store.end(connection, _mark(place, alarm))
            alarms_store.end(connection, alarm.name)
        log.info("alarm.over", alarm=alarm.name)


def _places(context: Context) -> set[str]:
    """The names of those who hear alarms."""
    places = context.settings.alarm
    return {*places.channels, *([WEBHOOK] if places.webhook else [])}


def _heard(connection: Connection, alarm: Alarm) -> set[str]:
    """Who was told that it began. Of an alarm from before each place had a mark of its own it was the webhook."""
    end = f":{alarm.name}"
    names = [each.name for each in alarms_store.everything(connection)]
    marks = {n[len(HEARD_BY) : -len(end)] for n in names if n.startswith(HEARD_BY) and n.endswith(end)}
    heard = {place for place in marks if ":" not in place}  # with one it is another alarm's, which ends alike
    return heard if heard or alarm.told_at is None else {WEBHOOK}


def _mark(place: str, alarm: Alarm) -> str:
    return f"{HEARD_BY}{place}:{alarm.name}"


def _told(context: Context, place: str, alarm: Alarm, state: str, advice: str) -> bool:
    """Tell one place, and say whether it was taken."""
    if place == WEBHOOK:
        return context.notify(context.settings.alarm.webhook, _said(context, alarm, state, advice))
    identity = sha256(f"{alarm.name}\0{alarm.since.isoformat()}\0{state}\0{place}".encode()).hexdigest()[:40]
    title = "monitor" if state == "begun" else "monitor, over"
    return context.tell(place, Bulletin(title=title, intro=(alarm.detail, *filter(None, [advice]))), identity)


def _said(context: Context, alarm: Alarm, state: str, advice: str) -> bytes:
    """The webhook's body. `text` is the whole in one line, as chat programs want it."""
    whole = f"monitor: {alarm.detail}" if state == "begun" else f"monitor, over: {alarm.detail}"
    said = {
        "what": alarm.name,
        "state": state,
        "since": alarm.since.isoformat(),
        "at": context.now.isoformat(),
        "detail": alarm.detail,
        "advice": advice,
        "text": f"{whole} {advice}".strip(),
    }
    return json.dumps(said, ensure_ascii=False).encode()


def start(context: Context, topic: str, slot: datetime) -> None:
    """Say that work on a slot begins: whoever waits for its end knows from when on."""
    _ping(context, topic, slot, "start")


def _ping_digests(context: Context) -> None:
    """Success when everything of a slot is settled; fail when it is overdue, or did not reach everybody."""
    with context.store.look() as connection:
        found = standings(connection, context)
    is_late = any(not each.is_settled and context.now - each.slot > LATE for each in found)
    for each in found:
        if each.is_settled and not each.failed and not is_late:
            _ping(context, each.topic, each.slot, "success")
        elif each.failed or (not each.is_settled and context.now - each.slot > LATE):
            _ping(context, each.topic, each.slot, "fail")


def _ping(context: Context, topic: str, slot: datetime, stage: str) -> None:
    """Each stage of a slot once, however often the process is started anew."""
    url, name = context.settings.alarm.ping, f"{PING}{topic}"
    if not url:
        return
    with context.store.look() as connection:
        last = next((a for a in alarms_store.everything(connection) if a.name == name), None)
    if last is not None and last.since == slot and stage in (last.detail, "start"):
        return
    end = {"start": "/start", "success": "", "fail": "/fail"}[stage]
    body = f"{topic}, due {slot:%Y-%m-%d %H:%M} UTC: {stage}".encode()
    if context.notify(
        f"{url.rstrip('/')}{end}?rid={uuid5(NAMESPACE_URL, f'{topic}/{slot.isoformat()}')}", body
    ):
        with context.store.begin(WATCHING) as connection:
            alarms_store.put(connection, Alarm(name=name, since=slot, detail=stage, told_at=context.now))


def feeds_asked(context: Context, *, asked: int, answered: int) -> None:
    """Say that feeds were asked, and whether any answered; at once when that changes, else now and then."""
    url, name = context.settings.alarm.ping_feeds, f"{PING}feeds"
    if not url or not asked:
        return
    stage = "success" if answered else "fail"
    with context.store.look() as connection:
        last = next((a for a in alarms_store.everything(connection) if a.name == name), None)
    if last is not None and last.detail == stage and timedelta() <= context.now - last.since < FEEDS_EVERY:
        return
    body = f"{answered} of {asked} feeds answered".encode()
    if context.notify(url.rstrip("/") + ("" if answered else "/fail"), body):
        with context.store.begin(WATCHING) as connection:
            alarms_store.put(
                connection, Alarm(name=name, since=context.now, detail=stage, told_at=context.now)
            )
