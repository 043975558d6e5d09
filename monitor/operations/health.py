"""How the daemon is, for machines: alive, ready, and from when on it counts as unwell. Changes nothing that lasts."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import structlog

from monitor.errors import BusyError, StoreError
from monitor.model import WebPage
from monitor.model.schedule import LATE
from monitor.operations import alarms, heartbeat
from monitor.operations.heartbeat import Red
from monitor.pipeline.judging import learn
from monitor.pipeline.ports import Context
from monitor.schedule.slots import Standing
from monitor.schedule.weekly import next_slot
from monitor.store import alarms as alarms_store
from monitor.store import deliveries as ledger
from monitor.store.alarms import Alarm
from monitor.store.transactions import WATCHING

log = structlog.get_logger()
_PROBE = f"{alarms.PING}readyz"


def alive(context: Context) -> WebPage:
    """200 while the heartbeat is younger than 90 seconds by the machine's clock, else 503."""
    age_s = heartbeat.age_s(context.settings.heartbeat, context.wall())
    if age_s is None:
        return WebPage(status=503, body=b"no heartbeat yet\n")
    said = f"heartbeat {age_s:.0f} s ago\n".encode()
    return WebPage(status=200 if age_s <= heartbeat.STALE_S else 503, body=said)


def ready(context: Context) -> WebPage:
    """200 when the database takes a row, the ledger can be read, and no issue is overdue; else 503."""
    try:
        # Whoever else is writing just now proves the same.
        with suppress(BusyError), context.store.begin(WATCHING, wait_s=0) as connection:
            alarms_store.put(connection, Alarm(name=_PROBE, since=context.now, detail=""))
            alarms_store.end(connection, _PROBE)
        with context.store.look() as connection:
            ledger.counts(connection)
            late = [
                each.topic for each in alarms.standings(connection, context) if overdue_s(each, context.now)
            ]
    except StoreError as error:
        log.warning("web.not_ready", error=str(error))
        return WebPage(status=503, body=b"the database cannot be used; the log knows why\n")
    if late:
        return WebPage(status=503, body=f"overdue: {', '.join(late)}\n".encode())
    return WebPage(status=200, body="".join(f"{line}\n" for line in ("ready", *notes(context))).encode())


def red(context: Context) -> tuple[Red, ...]:
    """Return when each topic's issue counts as overdue unless it is settled before, by the machine's clock."""
    with context.store.look() as connection:
        open_slots = {
            each.topic: each.slot for each in alarms.standings(connection, context) if not each.is_settled
        }
    behind = context.wall() - context.now
    return tuple(
        Red(
            slot + LATE + behind,
            f"the issue of {topic.id} that was due {slot:%Y-%m-%d %H:%M} UTC has not gone out",
        )
        for topic in context.settings.topics
        for slot in [open_slots.get(topic.id) or next_slot(topic.schedule, context.now)]
    )


def notes(context: Context) -> tuple[str, ...]:
    """Return what is wrong and does not make the daemon unwell: topics in trouble."""
    with context.store.look() as connection:
        found = learn.broken(connection, context)
    words = {True: "goes on as it was", False: "is skipped"}
    return tuple(f"the topic {each.id} {words[each.is_served]}: {each.why}" for each in found)


def overdue_s(standing: Standing | None, now: datetime) -> float:
    """Return the seconds since an issue was due that has not wholly gone out two hours later; 0 when all is well."""
    if standing is None or standing.is_settled or now - standing.slot <= LATE:
        return 0.0
    return (now - standing.slot).total_seconds()
