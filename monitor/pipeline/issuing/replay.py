"""What if: past issues composed again from the stored corpus, with other weights or limits. Nothing is frozen, nothing is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.digests.difference import difference
from monitor.digests.frozen import from_json
from monitor.model import Digest
from monitor.pipeline.issuing.composing import Span, composed
from monitor.pipeline.judging.knowledge import Judging, Parts, judging
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings, with_changes
from monitor.store import Connection, decisions
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.issues import Issue
from monitor.store.scores import Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """One issue as it was frozen, and as it would be; `lines` tell the difference."""

    issue: Issue
    digest: Digest
    lines: tuple[str, ...]


def replay_issues(
    context: Context, topic: TopicSettings, *, since: datetime, until: datetime, changes: Sequence[str] = ()
) -> Iterator[Replayed]:
    """Yield every issue whose period ends between `since` and `until`, oldest first.

    Raises InputError for a change that is not KEY=VALUE of a weight or limit of the topic file.
    """
    tried = with_changes(topic, changes)
    judged = judging(context, topic)
    with context.store.look() as connection:
        issues = issues_store.recent(connection, topic.id, limit=1_000_000)
    by_number = {issue.number: issue for issue in issues}
    for number in sorted(by_number):
        issue = by_number[number]
        if not since <= issue.until <= until:
            continue
        with context.store.look() as connection:
            waiting = scores_store.considered(connection, topic.id, issue.id)
            span = Span(
                number=number,
                since=issue.since,
                until=issue.until,
                waiting=waiting,
                last=by_number.get(number - 1),
                decisions=decisions.standing(connection, topic.id, number),
            )
            then = replace(context, now=issue.composed_at)
            digest, _, _ = composed(connection, then, tried, _as_then(connection, judged, waiting), span)
        yield Replayed(issue=issue, digest=digest, lines=difference(from_json(issue.digest), digest))


def _as_then(connection: Connection, judged: Judging, waiting: Sequence[Scored]) -> Judging:
    """With the background the issue's newest scores were made on: today's weighs words differently."""
    newest = max((scored.background_id for scored in waiting), default=judged.background_id)
    background = Parts(connection, judged.profile.topic).background(newest)
    return replace(judged, background=background, background_id=newest)
