"""What waits and what is known -> one composed issue, not yet frozen. The same for the issue at hand, a preview and a replay of the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.digests import personal
from monitor.digests.compose import compose
from monitor.digests.lateness import Lateness
from monitor.digests.probes import band
from monitor.model import Digest, Probe
from monitor.pipeline.issuing import aftermath, candidates, coverage
from monitor.pipeline.judging.knowledge import Judging, memory
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import feedback as feedback_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.issues import Issue, Reported
from monitor.store.scores import Scored
from monitor.topics import MODES

RECENT_ISSUES = 8  # whose stories a new one may go on with: the memory holds as many weeks


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """What an issue is made of: its number, its period, the articles it chooses from, the issue before it."""

    number: int
    since: datetime
    until: datetime
    waiting: tuple[Scored, ...]
    last: Issue | None
    late: Lateness | None = None  # None: nobody waited for it at a certain moment


def composed(
    connection: Connection, context: Context, topic: TopicSettings, judged: Judging, span: Span
) -> Digest:
    """Return the issue as it would stand, seen from the end of its period: nothing later is looked at."""
    told = tuple(t for t in issues_store.told(connection, topic.id) if t.issue < span.number)
    everything = _by_story(connection, topic, span, told)
    period = candidates.Period(
        topic=topic,
        profile=judged.profile,
        until=span.until,
        known=memory(
            connection,
            context,
            topic,
            judged,
            without={s.article.id for s in span.waiting},
            before=span.number,
        ),
        told=told,
        everything=everything,
    )
    left_out: list[str] = []
    found = candidates.build(span.waiting, period, left_out=left_out.append)
    return compose(
        topic=topic,
        issue=span.number,
        since=span.since,
        until=span.until,
        now=context.now,
        candidates=found,
        coverage=coverage.run(
            connection,
            context,
            topic,
            since=span.since,
            until=span.until,
            relevant=span.waiting,
            stories=len(found),
            number=span.number,
        ),
        base_url=context.settings.digest.base_url,
        online_url=personal.issue_page(
            topic.id, span.number, secret=context.link_key, base_url=context.settings.digest.base_url
        ),
        quiet=aftermath.threads(told, everything, {c.follows for c in found}),
        changed=aftermath.revised(connection, topic, span.last, until=span.until),
        unsure=_unsure(connection, context, topic, span),
        line=MODES[topic.mode],
        late=span.late,
        left_out=left_out,
    )


def _by_story(
    connection: Connection, topic: TopicSettings, span: Span, told: tuple[Reported, ...]
) -> Mapping[int, tuple[Scored, ...]]:
    """Return all members of the stories of this period and of those told in recent issues."""
    recent = max((t.issue for t in told), default=0) - RECENT_ISSUES
    ids = {s.score.story_id for s in span.waiting if s.score.story_id is not None}
    ids |= {t.story_id for t in told if t.issue > recent}
    groups: dict[int, list[Scored]] = {}
    for scored in scores_store.of_stories(connection, topic.id, ids):
        if scored.score.story_id is not None and scored.article.published <= span.until:
            groups.setdefault(scored.score.story_id, []).append(scored)
    return {story: tuple(members) for story, members in groups.items()}


def _unsure(connection: Connection, context: Context, topic: TopicSettings, span: Span) -> list[Probe]:
    """Return the period's articles close to the line that nobody has answered about."""
    answered = feedback_store.answered(connection, topic.id)
    low, high = band(MODES[topic.mode])
    between = scores_store.between(
        connection, topic.id, low=low, high=high, since=span.since, until=span.until
    )
    return [
        Probe(
            article_id=s.article.id,
            headline=s.article.title,
            url=s.article.url,
            outlet=s.article.outlet,
            published=s.article.published,
            relevance=s.score.relevance.value,
            answer_url=personal.question(
                topic.id,
                span.number,
                s.article.id,
                secret=context.link_key,
                base_url=context.settings.digest.base_url,
            ),
        )
        for s in between
        if s.article.id not in answered and s.score.duplicate_of is None
    ]
