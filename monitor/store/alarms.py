"""What is wrong at present, and whether anybody was told: a restart tells nobody a second time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from monitor.store.database import upsert
from monitor.store.schema import alarms


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong. `told_at` None: nobody could be told yet."""

    name: str
    since: datetime
    detail: str
    told_at: datetime | None = None


def everything(connection: Connection) -> tuple[Alarm, ...]:
    """Return all that is noted, by name."""
    rows = connection.execute(select(alarms).order_by(alarms.c.name)).mappings()
    return tuple(Alarm(**row) for row in rows)


def put(connection: Connection, alarm: Alarm) -> None:
    """Note something; what was noted under this name before is replaced."""
    values = {name: getattr(alarm, name) for name in Alarm.__slots__}
    statement = upsert(connection, alarms).values(values)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["name"],
            set_={name: statement.excluded[name] for name in values if name != "name"},
        )
    )


def told(connection: Connection, name: str, *, at: datetime) -> None:
    """Somebody was told."""
    connection.execute(update(alarms).where(alarms.c.name == name).values(told_at=at))


def end(connection: Connection, name: str) -> None:
    """It is over, and nobody waits to hear so."""
    connection.execute(delete(alarms).where(alarms.c.name == name))
