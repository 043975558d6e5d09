"""The state of everything in one look: what `monitor status` shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from monitor.feeds import Cause, common_cause, dead, is_due, quiet, rests
from monitor.model import FeedHealth, FeedState, Stage
from monitor.operations import alarms, clock
from monitor.operations.clock import Skew
from monitor.pipeline.delivering import deliver
from monitor.pipeline.delivering.deliver import Undelivered
from monitor.pipeline.issuing import identity
from monitor.pipeline.issuing.identity import Removed
from monitor.pipeline.judging import learn
from monitor.pipeline.judging.measured import expected
from monitor.pipeline.ports import Context
from monitor.schedule.weekly import next_slot
from monitor.settings import AlertSettings, BrokenTopic, TopicSettings
from monitor.store import arrears
from monitor.store import articles as articles_store
from monitor.store import deliveries as ledger
from monitor.store import feeds as feeds_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store import slots as slots_store
from monitor.store import suppressed as suppressed_store
from monitor.store.alarms import Alarm
from monitor.store.suppressed import Suppressed

MISSED_SHOWN = 20  # messages that are named one by one


MANY = 8  # feeds with one kind of trouble: more likely the network than the feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertOverview:
    """How one alert of a topic stands."""

    name: str
    rule: str  # when it tells what
    sent: int  # how often it told something
    last_at: datetime | None  # when it did last
    waiting: int  # messages still to be sent
    receivers: int

    def line(self, zone: ZoneInfo) -> str:
        """Return it for people."""
        last = f", last {self.last_at.astimezone(zone):%Y-%m-%d %H:%M}" if self.last_at else ""
        waits = f"; {self.waiting} still to be sent" if self.waiting else ""
        nobody = "; it is for nobody, and tells nothing" if not self.receivers else ""
        return f"{self.name}, {self.rule}: told {self.sent} times{last}{waits}{nobody}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicOverview:
    """How one topic stands."""

    id: str
    scored: int
    relevant: int
    waiting: int  # relevant articles no issue has considered yet
    issues: int
    next_issue: datetime
    time_zone: str
    line: tuple[str, ...] = ()  # how good the line is expected to be, by kind of text
    alerts: tuple[AlertOverview, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How everything stands."""

    enabled: int
    due: int
    trouble: tuple[FeedState, ...]
    dead: tuple[FeedHealth, ...]  # gone, or no usable answer for a week
    quiet: tuple[FeedHealth, ...]  # they answer, with nothing new for longer than is usual for them
    stages: dict[str, int]
    topics: tuple[TopicOverview, ...]
    deliveries: dict[str, int]
    undelivered: tuple[Undelivered, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    removed: tuple[Removed, ...] = ()  # topics whose mail waits and whose file is gone
    skew: Skew | None = None  # None: too few servers said
    slots: Mapping[str, int] = field(default_factory=dict)  # state -> due moments, see store/slots.py
    alarms: tuple[Alarm, ...] = ()
    broken: tuple[BrokenTopic, ...] = ()
    cause: Cause | None = None  # what all feeds suffer from

    def values(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "feeds": {
                "enabled": self.enabled,
                "due": self.due,
                "cause": self.cause.word if self.cause else None,
                "in_trouble": [t.feed_id for t in self.trouble],
                "dead": [feed.name for feed in self.dead],
                "quiet": [feed.name for feed in self.quiet],
            },
            "articles": self.stages,
            "topics": [
                {name: value for name, value in asdict(topic).items() if name != "time_zone"}
                for topic in self.topics
            ],
            "broken_topics": [each.model_dump() for each in self.broken],
            "deliveries": self.deliveries,
            "undelivered": [asdict(each) for each in self.undelivered],
            "suppressed": [asdict(each) for each in self.suppressed],
            "removed": [asdict(each) for each in self.removed],
            "clock_skew_s": None if self.skew is None else self.skew.seconds,
            "slots": dict(self.slots),
            "alarms": [asdict(each) for each in self.alarms],
        }

    def lines(self) -> list[str]:
        """Return it for people."""
        rows = [f"feeds       {self.enabled} enabled, {self.due} due, {len(self.trouble)} in trouble"]
        rows += [f"  {self.cause}"] if self.cause else _troubles(self.trouble)
        rows += [f"  dead: {feed.name}, {_last(feed)}. {feed.detail}" for feed in self.dead]
        rows += [f"  quiet: {feed.name}, {feed.detail}" for feed in self.quiet]
        rows.append("articles    " + ", ".join(f"{self.stages.get(stage, 0)} {stage}" for stage in Stage))
        for topic in self.topics:
            local = topic.next_issue.astimezone(ZoneInfo(topic.time_zone))
            rows.append(
                f"topic       {topic.id}: {topic.scored} scored, {topic.relevant} on topic, {topic.waiting} waiting for issue {topic.issues + 1}"
            )
            rows += [f"  line       {told}" for told in topic.line or ("nobody has measured how good it is",)]
            rows.append(f"  next issue {local:%A %Y-%m-%d %H:%M} {topic.time_zone}")
            rows += [f"  alert      {each.line(ZoneInfo(topic.time_zone))}" for each in topic.alerts]
        for each in self.broken:
            state = "goes on as it was" if each.is_served else "SKIPPED"
            rows.append(f"topic       {each.id}: {state}: {each.why}")
        counted = ", ".join(f"{count} {state}" for state, count in sorted(self.deliveries.items()))
        rows.append(f"deliveries  {counted or 'none'}")
        rows += [f"  {_missed(one)}" for one in self.undelivered[:MISSED_SHOWN]]
        more = len(self.undelivered) - MISSED_SHOWN
        rows += [f"  and {more} more"] if more > 0 else []
        rows += [
            f"  gets no more mail: {one.recipient} ({one.topic}), {one.reason}. `monitor suppressed` undoes it"
            for one in self.suppressed
        ]
        rows += [
            f"  {each.waiting} messages wait of {each.id}, which no topic file configures any more"
            for each in self.removed
        ]
        return rows + list(self._house_lines())

    def _house_lines(self) -> Iterator[str]:
        """The clock, due moments that got no issue of their own, and what is wrong."""
        if self.skew is not None:
            words = (
                str(self.skew) if self.skew.is_odd else f"right, by the answers of {self.skew.feeds} feeds"
            )
            yield f"clock       {words}" + ("; digests are held until it is set" if self.skew.is_off else "")
        skipped = ", ".join(f"{self.slots[s]} {word}" for s, word in _SKIPPED.items() if self.slots.get(s))
        if skipped:
            yield f"schedule    {skipped}"
        for each in self.alarms:
            told = f"told {each.told_at:%Y-%m-%d %H:%M} UTC" if each.told_at else "nobody was told"
            yield f"ALARM       {each.detail} (since {each.since:%Y-%m-%d %H:%M} UTC, {told})"


_SKIPPED = {
    "missed": "missed while the service did not run or was held, and covered by a later issue",
    "quiet": "without news, and skipped as the topic file says",
    "repeat": "with nothing new since an issue made by hand",
    "frozen": "with files or deliveries still to be made",
}


def _missed(each: Undelivered) -> str:
    """One message that did not arrive, why, and what comes next."""
    what = f"alert {each.alert}" if each.alert else f"issue {each.issue}"
    said = f"{each.topic} {what} to {each.recipient}: "
    if each.is_held:
        whose = f"--topic {each.topic} --recipient {each.recipient}"
        named = f"{whose} -- {each.issue}" if each.alert else f"{each.issue} {whose}"
        again = f"monitor issues resend {named}"
        return f"{said}held, perhaps it arrived. {each.detail}. `{again}` sends it again"
    if each.state == "failed":
        return f"{said}failed, {each.reason.replace('_', ' ')}. {each.detail}"
    if not each.attempts:
        return f"{said}waits"
    when = f"{each.next_attempt_at:%Y-%m-%d %H:%M} UTC" if each.next_attempt_at else "the next run"
    return f"{said}{each.state} after {each.attempts} attempts, next at {when}. {each.detail}"


def _troubles(states: tuple[FeedState, ...]) -> Iterator[str]:
    """A line for each feed in trouble; one for all where many have the same, for then it is rather ours."""
    for status, count in Counter(state.status for state in states).items():
        alike = [state for state in states if state.status == status]
        if count < MANY:
            yield from (f"  {s.feed_id}: {status}, {s.failures} failures in a row. {s.detail}" for s in alike)
        else:
            yield f"  {status}: {count} feeds ({', '.join(s.feed_id for s in alike)})"
            yield f"    {alike[0].feed_id}, {alike[0].failures} failures in a row. {alike[0].detail}"


def _last(feed: FeedHealth) -> str:
    return f"last good answer {feed.since:%Y-%m-%d}" if feed.since else "no good answer ever"


def _alert(
    topic: TopicSettings,
    alert: AlertSettings,
    told: Mapping[tuple[str, str], tuple[int, datetime]],
    unsent: Mapping[tuple[str, str], tuple[int, datetime]],
) -> AlertOverview:
    goes_to = topic.receiving(alert)
    count, last_at = told.get((topic.id, alert.name), (0, None))
    return AlertOverview(
        name=alert.name,
        rule=f"daily at {alert.time}" if alert.is_daily else f"at once from urgency {alert.bar:.2f}",
        sent=count,
        last_at=last_at,
        waiting=unsent.get((topic.id, alert.name), (0, None))[0],
        receivers=len(goes_to.recipients) + len(goes_to.channels) + len(goes_to.webhooks),
    )


def read_status(context: Context) -> Overview:
    """Look at everything; nothing is changed."""
    with context.store.look() as connection:
        states = feeds_store.states(connection)
        resting = feeds_store.rests(connection, now=context.now)
        stages = articles_store.stages(connection)
        counts = scores_store.counts(connection)
        issues = issues_store.counts(connection)
        alerted = issues_store.alert_counts(connection)
        unsent = arrears.of_alerts(connection)
        deliveries = ledger.counts(connection)
        skew = clock.skew(connection, context)
        slots = slots_store.counts(connection)
        noted = alarms.noted(connection)
        removed = tuple(each for each in identity.removed(connection, context) if each.waiting)
        broken = learn.broken(connection, context)
        off = tuple(s for s in suppressed_store.everybody(connection) if s.reason != "unsubscribed")
    enabled = [feed for feed in context.feeds if feed.enabled]
    asked = [(feed, states[feed.id]) for feed in enabled if feed.id in states]
    known = [state for _, state in asked]
    not_due = sum(1 for s in known if not is_due(s, context.now) or rests(s, resting))
    topics = []
    for topic in context.settings.topics:
        scored, relevant, waiting = counts.get(topic.id, (0, 0, 0))
        topics.append(
            TopicOverview(
                id=topic.id,
                scored=scored,
                relevant=relevant,
                waiting=waiting,
                issues=issues.get(topic.id, 0),
                next_issue=next_slot(topic.schedule, context.now),
                time_zone=topic.schedule.time_zone,
                line=expected(topic),
                alerts=tuple(_alert(topic, each, alerted, unsent) for each in topic.alerts),
            )
        )
    return Overview(
        enabled=len(enabled),
        due=len(enabled) - not_due,
        trouble=tuple(s for s in known if s.failures),
        dead=tuple(filter(None, (dead(feed, state, context.now) for feed, state in asked))),
        quiet=tuple(filter(None, (quiet(feed, state, context.now) for feed, state in asked))),
        stages=stages,
        topics=tuple(topics),
        deliveries=deliveries,
        undelivered=deliver.undelivered(context),
        suppressed=off,
        removed=removed,
        skew=skew,
        slots=slots,
        alarms=noted,
        broken=broken,
        cause=common_cause((state.url, state.trouble) for state in known if state.polled_at),
    )
