"""One tick: whatever the database says is due now. The command line's `run --once` and the daemon call the same function."""

from __future__ import annotations

from datetime import datetime

import structlog

from monitor.digests.schedule import latest_slot
from monitor.errors import MonitorError
from monitor.pipeline import deliver, digest, poll, read, score
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import slots as slots_store

log = structlog.get_logger()


def run(context: Context) -> None:
    """Poll what is due, take articles through every stage, publish what is due, send what waits."""
    poll.run(context)
    read.run(context)
    score.run(context)
    for topic in context.settings.topics:
        try:
            _publish(context, topic)
            deliver.run(context, topic)
        except MonitorError as error:  # one topic's trouble never stops the others
            log.error("topic.failed", topic=topic.id, error=str(error))  # noqa: TRY400


def _publish(context: Context, topic: TopicSettings) -> None:
    """Make the issue of the newest slot that has passed, once; missed earlier slots are covered by it."""
    slot = latest_slot(topic.schedule, context.now)
    with context.store.begin() as connection:
        last = slots_store.newest(connection, topic.id)
        if last is None:
            # A fresh installation owes nobody the past: its first issue is the next slot's.
            slots_store.put(connection, topic.id, slot, state="skipped", at=context.now)
            return
    if last >= slot:
        return
    outcome = digest.run(context, topic, kind="issue")
    digest.write(context, topic, outcome)
    if topic.recipients and outcome.issue is not None:
        deliver.enter(context, topic, outcome.issue)
    _done(context, topic, slot, outcome)


def _done(context: Context, topic: TopicSettings, slot: datetime, outcome: digest.Outcome) -> None:
    issue_id = None if outcome.issue is None else outcome.issue.id
    with context.store.begin() as connection:
        slots_store.put(connection, topic.id, slot, state="done", at=context.now, issue_id=issue_id)
    log.info("slot.done", topic=topic.id, slot=slot.isoformat(), issue=outcome.digest.issue)
