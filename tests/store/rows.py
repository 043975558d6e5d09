"""Rows for every table there is, made from what its columns are: tests of the whole database stay complete when a table comes."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import JSON, Boolean, Float, Integer, LargeBinary, inspect, select, text

from monitor.store import wordindex
from monitor.store.columns import Utc
from monitor.store.schema import metadata
from tests.make import AT

COUNT = 12
MAKERS = {
    Boolean: lambda n, _: n % 2 == 0,
    Float: lambda n, _: n / 8,
    Integer: lambda n, _: n,
    JSON: lambda n, column: [column.name, n, "é 贸易 \x01"],
    LargeBinary: lambda n, _: bytes(range(n, 256)),
    Utc: lambda n, _: AT + timedelta(days=n, microseconds=n),
}


def _value(column, n, times):
    for kind, make in MAKERS.items():
        if isinstance(column.type, kind):
            return make(n, column)
    words = f"{column.name} {n} é 贸易"
    length = getattr(column.type, "length", None)
    return words[:length] if length else words * times


def fill(store, *, count=COUNT, times=50):
    """Put rows into every table; row n of one refers to row n of another. `times`: how long texts without a limit are."""
    with store.begin() as connection:
        for table in metadata.sorted_tables:
            rows = [
                {column.name: _value(column, n, times) for column in table.columns}
                for n in range(1, count + 1)
            ]
            connection.execute(table.insert(), rows)


def everything(store):
    """All rows of all tables, comparable."""
    with store.begin() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def plain(names):
    """The tables whose rows are the rows of articles, issues and so on: not Alembic's own, and not the index of words."""
    return sorted(name for name in names if not name.startswith(("alembic_version", wordindex.NAME)))


def counts(engine):
    """Rows by table, whatever the schema is now."""
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
            for name in plain(inspect(engine).get_table_names())
        }
