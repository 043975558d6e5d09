"""Bringing a database up to the newest schema with Alembic.

Alembic itself is imported only when there is work. Whether the schema is what the revision says, `drift` looks at every start.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from monitor.errors import StoreError
from monitor.store.schema import metadata
from monitor.store.transactions import reading
from monitor.store.wordindex import NAME as WORD_INDEX

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0019"
REVISIONS = frozenset({f"{number:04}" for number in range(1, int(HEAD) + 1)})  # all there are
SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(
    engine: Engine, *, before: Callable[[str], object] = lambda _: None, further: Sequence[Path] = ()
) -> None:
    """Migrate to the newest revision; no-op when already there.

    `before` is called with the revision of a database that has one and is about to change; `further` are folders with revisions
    that come after the shipped ones. Raises StoreError when a newer program made the database.
    """
    now_at = current(engine)
    if now_at == HEAD and not further:
        return
    if now_at and now_at not in REVISIONS and not further:
        raise StoreError(
            f"the database is at revision {now_at}, which this version of monitor does not know",
            advice="A newer monitor made it: use that one, or restore a backup from before its first start.",
        )
    if now_at:
        before(now_at)
    from alembic import command  # noqa: PLC0415 - costs 0.2 s, needed once per database

    with engine.connect() as connection:
        command.upgrade(_config(connection, further), "head")


def drift(engine: Engine) -> tuple[str, ...]:
    """Return what the database lacks of the schema this version knows, in words; empty: nothing.

    Looks at tables, columns, primary keys and indexes; what is there besides does no harm.
    """
    there = inspect(reading(engine))
    keys = {name: found for (_, name), found in there.get_multi_pk_constraint().items()}
    columns = {name: found for (_, name), found in there.get_multi_columns().items()}
    indexes = {name: found for (_, name), found in there.get_multi_indexes().items()}
    lacking = [] if WORD_INDEX in columns else ["the index of words"]
    for table in metadata.sorted_tables:
        if table.name not in columns:
            lacking.append(f"the table {table.name}")
            continue
        known = {column["name"] for column in columns[table.name]}
        lacking += [
            f"the column {table.name}.{column.name}" for column in table.c if column.name not in known
        ]
        if keys[table.name]["constrained_columns"] != [column.name for column in table.primary_key]:
            lacking.append(f"the primary key of {table.name}")
        indexed = {(index["name"], tuple(index["column_names"])) for index in indexes[table.name]}
        lacking += [
            f"the index {index.name}"
            for index in sorted(table.indexes, key=lambda index: str(index.name))
            if (index.name, tuple(column.name for column in index.columns)) not in indexed
        ]
    return tuple(lacking)


def downgrade(engine: Engine, revision: str, *, further: Sequence[Path] = ()) -> None:
    """Migrate down to `revision` ("base": nothing left)."""
    from alembic import command  # noqa: PLC0415

    with engine.connect() as connection:
        command.downgrade(_config(connection, further), revision)


def current(engine: Engine) -> str:
    """Return the revision the database is at; "" for an empty one."""
    with reading(engine).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _config(connection: object, further: Sequence[Path]) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    folders = (SCRIPTS / "versions", *further)
    config.set_main_option("script_location", _plain(SCRIPTS))
    config.set_main_option("version_locations", "\n".join(map(_plain, folders)))
    config.set_main_option("path_separator", "newline")
    config.attributes["connection"] = connection
    return config


def _plain(path: Path) -> str:
    return str(path).replace("%", "%%")  # Alembic's options know % as the beginning of a name
