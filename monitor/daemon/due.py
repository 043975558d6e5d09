"""One tick: whatever the database says is due now. The command line's `run --once` and the daemon call the same function.

One step's or topic's trouble never stops the others: it is logged, and raised when everything was tried. Only without a database
there is no point in going on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import structlog

from monitor.errors import MonitorError, StoreError
from monitor.operations import alarms, clock
from monitor.pipeline.delivering import deliver, receivers
from monitor.pipeline.delivering.finishing import finish_all
from monitor.pipeline.gathering import poll, read, reread
from monitor.pipeline.issuing import alerts, digest, drafting
from monitor.pipeline.judging import learn, score
from monitor.pipeline.ports import Context
from monitor.schedule import slots
from monitor.settings import AlertSettings, TopicSettings
from monitor.store import alert_slots
from monitor.store import issues as issues_store
from monitor.store.transactions import of_topics

log = structlog.get_logger()
LOOK_BACK = 500  # stored articles a new or edited topic scores in one tick: some seconds


def run_due(context: Context) -> None:
    """Poll what is due, take articles through every stage, publish what is due, send what waits.

    Raises the first trouble after everything was tried.
    """
    troubles: list[Exception] = []
    with _noted(troubles, step="poll"):
        begun = monotonic()
        polled = poll.poll_feeds(context)
        if polled.feeds:
            context.tally.took("poll", monotonic() - begun)
        _count(context, polled)
        alarms.feeds_asked(context, asked=len(polled.feeds), answered=polled.answered)
    with _noted(troubles, step="read"):
        begun = monotonic()
        score.ask_for_pages(context)
        found = read.read_pages(context)
        if found.pages or found.notes:
            context.tally.took("read", monotonic() - begun)
    with _noted(troubles, step="reread"):
        reread.reread_pages(context)
    behind: frozenset[str] = frozenset()
    with _noted(troubles, step="score"):
        begun = monotonic()
        scored = score.score_articles(context, look_back=LOOK_BACK)
        behind = scored.behind
        if scored.scored or scored.looked_back:
            context.tally.took("score", monotonic() - begun)
    # By a wrong clock an issue would cover a wrong time, and mail would be dated wrongly and given up too early.
    held = _is_held(context)
    ready = () if held else learn.ready(context)
    for topic in () if held else context.settings.topics:
        # Else its seeds are missing, and the alarm says so; or it still looks back, which takes minutes.
        _tell_topic(context, topic, troubles, may_issue=topic in ready and topic.id not in behind)
    with _noted(troubles, step="alarm"):
        alarms.report(context)
    if troubles:
        raise troubles[0]


def _tell_topic(
    context: Context, topic: TopicSettings, troubles: list[Exception], *, may_issue: bool
) -> None:
    """Hand over what is frozen, publish and alert where that may be, send, and keep the draft of the next issue."""
    with _noted(troubles, step="publish", topic=topic.id):
        finish_all(context, topic)
    # A block of its own: last week's file that cannot be written keeps no new issue back.
    with _noted(troubles, step="publish", topic=topic.id):
        if may_issue:
            _publish(context, topic)
    for alert in topic.alerts if may_issue else ():  # after the issue: what that told needs no alert
        with _noted(troubles, step="alert", topic=topic.id):
            _tell_alert(context, topic, alert)
    with _noted(troubles, step="alert", topic=topic.id):
        _enter_alerts(context, topic)
    with _noted(troubles, step="deliver", topic=topic.id):
        begun = monotonic()
        delivered = deliver.send_due(context, topic)
        if delivered.receipts:
            context.tally.took("send", monotonic() - begun)
        _count_receipts(context, delivered)
    with _noted(troubles, step="draft", topic=topic.id):
        if may_issue:
            drafting.refresh(context, topic)


@contextmanager
def _noted(troubles: list[Exception], *, step: str, topic: str = "") -> Iterator[None]:
    try:
        yield
    except MonitorError as error:
        if isinstance(error, StoreError) and not topic:
            raise  # a topic's StoreError may be one damaged issue; here it is the database itself
        log.error("step.failed", step=step, topic=topic, error=str(error))  # noqa: TRY400 - ours need no traceback
        troubles.append(error)
    except Exception as error:  # what nobody foresaw stops this step or topic until the next tick
        log.exception("step.crashed", step=step, topic=topic)
        troubles.append(error)


def _is_held(context: Context) -> bool:
    """Whether digests wait because the clock cannot be believed."""
    with context.store.look() as connection:
        skew = clock.skew(connection, context)
    if skew is None or not skew.is_odd:
        return False
    log.warning("clock.off", skew_s=round(skew.seconds), digests_held=skew.is_off, detail=str(skew))
    return skew.is_off


def _publish(context: Context, topic: TopicSettings) -> None:
    """Make the issue of the newest slot that has passed, once; missed earlier slots are covered by it."""
    with context.store.begin(of_topics(topic.id)) as connection:
        due = slots.due(connection, topic, context.now)
    if due is None:
        return
    begun = monotonic()
    alarms.start(context, topic.id, due.slot)
    outcome = digest.compose_issue(context, topic, kind="issue", due=due)
    log.info(
        "slot.bound", topic=topic.id, slot=due.slot.isoformat(), kind=outcome.kind, missed=len(due.missed)
    )
    finish_all(context, topic)
    context.tally.took("issue", monotonic() - begun)


def _tell_alert(context: Context, topic: TopicSettings, alert: AlertSettings) -> None:
    """Freeze what an alert has to tell now; what is for nobody is not told, and so new to the issue."""
    if not receivers.has_receivers(topic.receiving(alert)):
        return
    begun = monotonic()
    if alerts.tell(context, topic, alert) is not None:
        context.tally.took("alert", monotonic() - begun)


def _enter_alerts(context: Context, topic: TopicSettings) -> None:
    """Enter what alerts told into the ledger; after a kill, what was frozen and not entered is found here."""
    with context.store.look() as connection:
        rows = alert_slots.unfinished(connection, topic.id)
    for row in rows:
        alert = topic.alert(row.name)
        if alert is not None and row.issue_id is not None:  # one taken out of the file tells nobody any more
            with context.store.look() as connection:
                issue = issues_store.by_id(connection, row.issue_id)
            deliver.enter(context, topic.receiving(alert), issue)
        with context.store.begin(of_topics(topic.id)) as connection:
            alert_slots.finish(connection, row, at=context.now)


def _count(context: Context, polled: poll.Polled) -> None:
    for one in polled.feeds:
        result = one.status if one.ok else one.trouble or one.status
        context.tally.add("monitor_feed_fetches_total", label="result", value=result)
        context.tally.measure("monitor_fetch_duration_seconds", one.took_s)
        for word, name in _COUNTED.items():
            if one.trouble == word:
                context.tally.add(name)


_COUNTED = {"killed": "monitor_parse_killed_total", "blocked-address": "monitor_ssrf_refused_total"}


def _count_receipts(context: Context, delivered: deliver.Delivered) -> None:
    for receipt in delivered.receipts:
        if receipt.state == "uncertain":
            context.tally.add("monitor_deliveries_uncertain_total")
