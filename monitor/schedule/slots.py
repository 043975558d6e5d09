"""Due moments against the ledger of what was done about them: what is due now, and binding a slot to what became of it.

A slot is bound in the transaction that freezes its issue: whoever is killed afterwards finds the issue, and makes no second one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from monitor.errors import MonitorError
from monitor.model.schedule import Lateness
from monitor.schedule.weekly import latest_slot, slots_between
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import feeds as feeds_store
from monitor.store import slots as slots_store

log = structlog.get_logger()
SILENCE = timedelta(
    days=2
)  # every feed is asked once a day: a log without answers for longer means that nobody asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A slot that wants an issue, and what is to be said about its lateness."""

    slot: datetime
    missed: tuple[datetime, ...] = ()  # earlier ones nothing was done about, oldest first
    down: tuple[datetime, datetime] | None = None  # from when to when nobody asked a feed

    @property
    def lateness(self) -> Lateness:
        """For the issue's notices."""
        return Lateness(due=self.slot, missed=len(self.missed), down=self.down)


def due(connection: Connection, topic: TopicSettings, now: datetime) -> Due | None:
    """Return the newest slot that has passed, when nothing was done about it; None when all is done.

    Nobody is owed the past: the first issue of a fresh installation, of a new topic and of an edited schedule is the next slot's.
    """
    slot = latest_slot(topic.schedule, now)
    last = slots_store.newest(connection, topic.id, until=slot)
    since = _in_force_since(connection, topic, last, now)
    if last is None:
        slots_store.put(connection, topic.id, slot, state="skipped", at=now)
        return None
    owed = [each for each in slots_between(topic.schedule, last, slot) if each > since]
    if last == slot or not owed:
        return None
    *missed, newest = owed
    return Due(slot=newest, missed=tuple(missed), down=_down(connection, missed[0], now) if missed else None)


def _in_force_since(
    connection: Connection, topic: TopicSettings, last: datetime | None, now: datetime
) -> datetime:
    """Since when the topic has its schedule, which is written down where it is another than before.

    A schedule never seen before holds since the last slot that was dealt with, else from now on.
    """
    said = _in_one_line(topic)
    known = slots_store.in_force(connection, topic.id)
    if known is not None and known[0] == said:
        return min(known[1], now)  # later is a clock that was wrong
    since = last or now if known is None else now
    slots_store.put_schedule(connection, topic.id, said, since=since)
    if known is not None:
        log.info("schedule.changed", topic=topic.id, before=known[0], now=said)
    return since


def _in_one_line(topic: TopicSettings) -> str:
    schedule = topic.schedule
    return f"{schedule.day} {schedule.time} {schedule.time_zone}"


def bind(
    connection: Connection, topic: TopicSettings, what: Due, *, state: str, at: datetime, issue_id: int | None
) -> None:
    """Write down what became of a slot, and that it covers the missed ones before it. Raises as `refuse_taken`."""
    refuse_taken(connection, topic, what)
    slots_store.put(connection, topic.id, what.slot, state=state, at=at, issue_id=issue_id)
    for slot in what.missed:
        slots_store.put(connection, topic.id, slot, state="missed", at=at, issue_id=issue_id)
    if what.missed:
        log.warning("slots.missed", topic=topic.id, missed=len(what.missed), covered_by=what.slot.isoformat())


def refuse_taken(connection: Connection, topic: TopicSettings, what: Due) -> None:
    """Raises MonitorError when another process was faster; the transaction must then be undone."""
    if slots_store.of(connection, topic.id, what.slot) is not None:
        raise MonitorError(
            f"another process has just made the issue of {topic.id} that was due {what.slot:%Y-%m-%d %H:%M} UTC",
            advice="Nothing is lost: that process sends it.",
        )


def _down(connection: Connection, missed: datetime, now: datetime) -> tuple[datetime, datetime] | None:
    """The silence of the log of answers around a missed slot; None when feeds were asked all the time, or never."""
    before, after = feeds_store.polls_around(connection, missed)
    if before is None or (after or now) - before < SILENCE:
        return None
    return before, after or now


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a topic's newest slot has come."""

    topic: str
    slot: datetime
    is_made: bool  # its issue is frozen, entered and written, or none was wanted
    waiting: int = 0  # deliveries still to be tried
    failed: int = 0  # that never will arrive
    deliveries: int = 0

    @property
    def is_settled(self) -> bool:
        """Nothing is left to do about it."""
        return self.is_made and not self.waiting


def standing(
    connection: Connection, topic: TopicSettings, now: datetime, *, is_uncertain_final: bool = False
) -> Standing | None:
    """Return how far the newest slot has come; None before a topic's first slot. `is_uncertain_final`: those are held, not sent again."""
    slot = latest_slot(topic.schedule, now)
    row = slots_store.of(connection, topic.id, slot)
    if row is None:
        last = slots_store.newest(connection, topic.id, until=slot)
        known = slots_store.in_force(connection, topic.id)
        is_owed = known is None or (known[0] == _in_one_line(topic) and slot > known[1])
        return Standing(topic=topic.id, slot=slot, is_made=False) if last is not None and is_owed else None
    states = {} if row.issue_id is None else slots_store.deliveries_of(connection, row.issue_id)
    held = states.get("uncertain", 0) if is_uncertain_final else 0
    waiting = sum(states.get(state, 0) for state in ("pending", "sending", "uncertain")) - held
    return Standing(
        topic=topic.id,
        slot=slot,
        is_made=row.state not in slots_store.FINAL,
        waiting=waiting,
        failed=states.get("failed", 0) + held,
        deliveries=sum(states.values()),
    )
