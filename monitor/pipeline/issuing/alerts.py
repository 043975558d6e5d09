"""What waits -> what an alert tells between two issues, frozen: a brief each day, or what is urgent at once. Sends nothing.

An alert takes no article: all of them wait for the issue, which marks what was sent (`alerted`). Told once is told: what an alert or an
issue told is known to the next one, so that nothing goes out twice but as an update with what changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from monitor.digests.frozen import to_json
from monitor.digests.select import NEW, UPDATED, choose
from monitor.model import Candidate, Digest, RenderedDigest
from monitor.pipeline.issuing import coverage, identity
from monitor.pipeline.issuing.alerted import Alerted
from monitor.pipeline.issuing.candidates import Built
from monitor.pipeline.issuing.composing import Considered, Span, alerted_before, considered, sorted_out
from monitor.pipeline.issuing.rendering import rendered
from monitor.pipeline.judging.knowledge import judging
from monitor.pipeline.ports import Context
from monitor.schedule.alert_times import is_quiet, latest_brief, midnight
from monitor.settings import AlertSettings, LimitSettings, TopicSettings
from monitor.store import Connection
from monitor.store import alert_slots as slots_store
from monitor.store import decisions as decisions_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.issues import Issue
from monitor.store.scores import Scored
from monitor.store.transactions import of_topics
from monitor.stories.rank import urgency
from monitor.topics import MODES

log = structlog.get_logger()
PERIOD = timedelta(days=7)  # before the first issue
FRESH = timedelta(
    days=1
)  # what was first seen longer ago is told at once no more: it stands in the brief or the issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment at which an alert may tell something, and what it looks at."""

    slot: datetime
    since: datetime  # what was first seen later
    looked_at: datetime | None = (
        None  # of what is told at once: when the newest of what it looks at was scored
    )


def tell(context: Context, topic: TopicSettings, alert: AlertSettings) -> Issue | None:
    """Freeze what an alert has to tell now, and return it; None when there is nothing, or it is not the moment.

    Raises SettingsError for a topic that looks like one of another name.
    """
    with context.store.begin(of_topics(topic.id)) as connection:
        moment = (_due if alert.is_daily else _open)(connection, topic, alert, context.now)
    if moment is None:
        return None
    with context.store.look() as connection:
        identity.refuse_renamed(connection, context, topic)
        span = _span(connection, topic, context.now)
        sent = alerted_before(connection, topic, span)
        _, chosen = sorted_out(connection, topic, span)
        chosen = tuple(s for s in chosen if s.article.seen_at > moment.since or s.article.id in sent.articles)
        number = issues_store.next_alert_number(connection, topic.id)
    digest = None
    if _may_pass(alert, chosen, sent):
        digest = _composed(context, topic, alert, moment, span, chosen=chosen, sent=sent, number=number)
    if digest is not None:
        digest, shown = rendered(digest, templates=_templates(context))
    if digest is None or not digest.top:
        _nothing(context, topic, alert, moment)
        return None
    return _freeze(context, topic, alert, moment, told=(digest, shown), last=span.number - 1)


def _due(connection: Connection, topic: TopicSettings, alert: AlertSettings, now: datetime) -> Moment | None:
    """The newest brief that is due and not made; one before the alert was there is owed to nobody."""
    since = _in_force_since(connection, topic, alert, f"daily {alert.time} {topic.schedule.time_zone}", now)
    slot = latest_brief(alert, topic, now)
    before = slots_store.newest(connection, topic.id, alert.name, until=slot)
    if slot <= since or before == slot:
        return None
    last = issues_store.newest(connection, topic.id)
    ends = [before or since, *([last.until] if last is not None and last.until <= now else [])]
    return Moment(slot=slot, since=max(ends))


def _open(connection: Connection, topic: TopicSettings, alert: AlertSettings, now: datetime) -> Moment | None:
    """Now, when something may be told and something was scored since the last look."""
    since = _in_force_since(connection, topic, alert, "at once", now)
    newest = scores_store.newest_waiting(connection, topic.id)
    known = slots_store.in_force(connection, topic.id, alert.name)
    if newest is None or (known and known.looked_at and newest <= known.looked_at):
        return None
    # Nothing is looked at before it can be told: what still stands then is told together.
    if is_quiet(alert, topic, now) or _is_full(connection, topic, alert, now):
        return None
    return Moment(slot=now, since=max(since, now - FRESH), looked_at=newest)


def _is_full(connection: Connection, topic: TopicSettings, alert: AlertSettings, now: datetime) -> bool:
    sent = slots_store.sent_since(connection, topic.id, alert.name, midnight(topic, now))
    return sent >= alert.at_most


def _in_force_since(
    connection: Connection, topic: TopicSettings, alert: AlertSettings, rule: str, now: datetime
) -> datetime:
    known = slots_store.in_force(connection, topic.id, alert.name)
    if known is not None and known.rule == rule:
        return min(known.since, now)  # later is a clock that was wrong
    slots_store.put_in_force(connection, topic.id, alert.name, rule, since=now)
    log.info("alert.in_force", topic=topic.id, alert=alert.name, rule=rule)
    return now


def _span(connection: Connection, topic: TopicSettings, now: datetime) -> Span:
    """What the next issue would be made of by now."""
    last = issues_store.newest(connection, topic.id)
    number = 1 if last is None else last.number + 1
    return Span(
        number=number,
        since=now - PERIOD if last is None else min(last.until, now),
        until=now,
        waiting=scores_store.waiting(connection, topic.id, until=now),
        last=last,
        decisions=decisions_store.standing(
            connection, topic.id, number
        ),  # no alert tells what the editor left out
    )


def _may_pass(alert: AlertSettings, chosen: Sequence[Scored], sent: Alerted) -> bool:
    """Whether it is worth composing: something came that was not sent, and is urgent enough whatever its headline tells."""
    fresh = [s for s in chosen if s.article.id not in sent.articles]
    if alert.is_daily or not fresh:
        return bool(fresh)
    values = (s.score.novelty.value for s in fresh if s.score.novelty is not None)
    # The novelty of one report and the relevance of another may be a story's.
    return max(values, default=0.0) * max((s.score.relevance.value for s in chosen), default=0.0) >= alert.bar


def _composed(
    context: Context,
    topic: TopicSettings,
    alert: AlertSettings,
    moment: Moment,
    span: Span,
    *,
    chosen: Sequence[Scored],
    sent: Alerted,
    number: int,
) -> Digest | None:
    """What is told, as an issue's kind of value; None for nothing."""
    judged = judging(context, topic)
    with context.store.look() as connection:
        found = considered(connection, context, topic, judged, span, chosen=chosen, sent=sent, left_out=[])
        if alert.is_daily:
            told, left = _brief(found, topic, alert)
        else:
            told, left = _urgent(found, alert, since=midnight(topic, context.now)), 0
        if not told:
            return None
        counted = coverage.count_coverage(
            connection,
            context,
            topic,
            since=moment.since,
            until=span.until,
            relevant=tuple(s for s in chosen if s.article.id not in sent.articles),
            stories=len(found.built),
            number=span.number,
        )
    return Digest(
        topic=topic.id,
        title=topic.title,
        issue=number,
        since=moment.since,
        until=span.until,
        composed_at=context.now,
        time_zone=topic.schedule.time_zone,
        language=topic.language,
        lines=(),
        top=tuple(replace(each, developments=(), so_far=()) for each in told),
        also=(),
        coverage=replace(counted, shown=len(told)),
        sides=topic.sides,
        alert=alert.name,
        when=alert.when,
        left=left,
    )


def _urgency(story: Candidate) -> float:
    parts = dict(story.rank_parts)
    return urgency(parts["relevance"], parts["novelty"], parts["consequence"])


def _told_of(built: Built) -> Candidate | None:
    """A story as an alert tells it: of one that was sent what came since; None where that is nothing."""
    return built.candidate if built.candidate.sent_at is None else built.since


def _urgent(found: Considered, alert: AlertSettings, *, since: datetime) -> list[Candidate]:
    """The most urgent story of each heading that passes the bar, by urgency.

    A heading of which something was sent `since` (today) tells no further story at once but a change of what was sent; nothing is told
    that was corrected or taken back.
    """
    built = {each.candidate.story_id: each for each in found.built}
    told = []
    for entry in found.headed:
        stories = [built[story] for story in entry.stories]
        former = [*entry.replaced, *(f for each in entry.developments for f in each.replaced)]
        withdrawn = {each.article_id for each in former if each.is_withdrawn}
        was_sent = any(s.candidate.sent_at is not None and s.candidate.sent_at >= since for s in stories)
        passing = [
            each
            for each in map(_told_of, stories)
            if each is not None
            and each.status in ((UPDATED,) if was_sent else (NEW, UPDATED))
            and each.article_ids[0] not in withdrawn
            and _urgency(each) >= alert.bar
        ]
        if passing:
            told.append(max(passing, key=lambda each: (_urgency(each), -each.story_id)))
    return sorted(told, key=lambda each: (-_urgency(each), each.story_id))


def _brief(found: Considered, topic: TopicSettings, alert: AlertSettings) -> tuple[list[Candidate], int]:
    """The headings with something that was not sent, as an issue would choose them, and how many more there are."""
    built = {each.candidate.story_id: each for each in found.built}
    able = []
    for entry in found.headed:
        stories = [_told_of(built[story]) for story in entry.stories]
        news = [each for each in stories if each is not None and each.status in (NEW, UPDATED)]
        if entry.sent_at is None and entry.story_id in {each.story_id for each in news}:
            able.append(entry)
        elif news:
            able.append(max(news, key=lambda each: (each.rank, -each.story_id)))
    limits = LimitSettings(top=alert.headings, also=0, outlet=topic.limits.outlet)
    shown, _ = choose(able, limits=limits, line=MODES[topic.mode])
    return list(shown), len(able) - len(shown)


def _nothing(context: Context, topic: TopicSettings, alert: AlertSettings, moment: Moment) -> None:
    with context.store.begin(of_topics(topic.id)) as connection:
        if alert.is_daily:
            slots_store.put(
                connection, topic.id, alert.name, moment.slot, state=slots_store.QUIET, at=context.now
            )
        elif moment.looked_at is not None:
            slots_store.looked(connection, topic.id, alert.name, at=moment.looked_at)


def _freeze(
    context: Context,
    topic: TopicSettings,
    alert: AlertSettings,
    moment: Moment,
    *,
    told: tuple[Digest, RenderedDigest],
    last: int,
) -> Issue | None:
    """Write it down with its moment, in one transaction; None when another process told something meanwhile: the next look knows it.

    `last`: the number of the issue before, 0 for none.
    """
    digest, shown = told
    with context.store.begin(of_topics(topic.id)) as connection:
        newest = issues_store.newest(connection, topic.id)
        is_stale = issues_store.next_alert_number(connection, topic.id) != digest.issue or last != (
            newest.number if newest else 0
        )
        if is_stale or (not alert.is_daily and _is_full(connection, topic, alert, context.now)):
            return None
        issue = issues_store.freeze(
            connection,
            topic=topic.id,
            number=digest.issue,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=shown,
            told=[(each.story_id, each.headline, _sentences(each)) for each in digest.top],
            alert=alert.name,
        )
        is_ours = slots_store.put(
            connection,
            topic.id,
            alert.name,
            moment.slot,
            state=slots_store.FROZEN,
            at=context.now,
            issue_id=issue.id,
        )
        if not is_ours:
            connection.rollback()
            return None
        if moment.looked_at is not None:
            slots_store.looked(connection, topic.id, alert.name, at=moment.looked_at)
    log.info("alert.frozen", topic=topic.id, alert=alert.name, stories=len(digest.top), number=issue.number)
    return issue


def _sentences(story: Candidate) -> tuple[str, ...]:
    """What was told of a story: its headline, and the sentence that stands under it."""
    said = (*story.whats_new, *story.quotes) if story.status == UPDATED else (*story.quotes, *story.whats_new)
    return tuple(dict.fromkeys((story.headline, *(quote.text for quote in said))))


def _templates(context: Context) -> Path | None:
    return Path(context.settings.digest.templates) if context.settings.digest.templates else None
