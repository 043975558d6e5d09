"""What was done once to all that was stored, by name, with a mark of the rules it was done by."""

from __future__ import annotations

from sqlalchemy import Connection, select

from monitor.store.database import upsert
from monitor.store.schema import marks


def mark(connection: Connection, name: str) -> str:
    """Return by which rules it was done last; "" for never."""
    return connection.execute(select(marks.c.mark).where(marks.c.name == name)).scalar_one_or_none() or ""


def put(connection: Connection, name: str, mark: str) -> None:
    """Say that it was done, by these rules."""
    statement = upsert(connection, marks).values(name=name, mark=mark)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["name"], set_={"mark": statement.excluded.mark})
    )
