"""What is frozen is handed over: its deliveries are entered and its files written, once, whoever froze it and however that ended."""

from __future__ import annotations

import structlog

from monitor.pipeline.delivering import deliver, receivers
from monitor.pipeline.issuing import digest
from monitor.pipeline.issuing.digest import Outcome
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import slots as slots_store
from monitor.store.slots import Slot
from monitor.store.transactions import of_topics

log = structlog.get_logger()


def finish_all(context: Context, topic: TopicSettings) -> None:
    """Hand over what is frozen: after a kill, an issue whose deliveries or files are still to be made is found here.

    Raises the first trouble after everything was tried.
    """
    with context.store.look() as connection:
        rows = slots_store.unfinished(connection, topic.id)
    troubles: list[Exception] = []
    for row in rows:
        if row.issue_id is not None:
            try:
                _finish(context, topic, row, digest.frozen(context, row.issue_id))
            except Exception as error:  # noqa: BLE001 - the next issue is finished all the same, then it is raised
                troubles.append(error)
    if troubles:
        raise troubles[0]


def _finish(context: Context, topic: TopicSettings, row: Slot, outcome: Outcome) -> None:
    try:
        if receivers.has_receivers(topic) and outcome.issue is not None:
            deliver.enter(context, topic, outcome.issue)
    finally:  # a full disk must not keep the mail, nor a missing mail server the files
        digest.write(context, topic, outcome)
    with context.store.begin(of_topics(topic.id)) as connection:
        slots_store.finish(connection, row, at=context.now)
    log.info("slot.done", topic=topic.id, slot=row.slot.isoformat(), issue=outcome.digest.issue)
