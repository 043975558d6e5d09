"""Alembic's entry: runs on the connection that monitor.store.migrate hands over.

All in one transaction: killed anywhere, the database is as it was. A migration that loses a row, or a reference, is undone.
"""

from alembic import context
from sqlalchemy import Connection, inspect, text

from monitor.store.schema import metadata
from monitor.store.wordindex import NAME

OTHERS = ("alembic_version", NAME)


def row_counts(connection: Connection) -> dict[str, int]:
    """Rows of each table of ours; an index of words counts its own as it likes."""
    names = [name for name in sorted(inspect(connection).get_table_names()) if not name.startswith(OTHERS)]
    return {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608 - names of tables
        for name in names
    }


connection = context.config.attributes["connection"]
is_sqlite = connection.dialect.name == "sqlite"
if is_sqlite:
    # Batch mode rebuilds tables; with foreign keys on, dropping the old parent deletes its children.
    connection.execute(text("COMMIT"))
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
before = row_counts(connection)  # begins a transaction, which Alembic then leaves open for us to end
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=is_sqlite, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
after = row_counts(connection)
lost = {name: (count, after[name]) for name, count in before.items() if after.get(name, count) < count}
if lost:
    raise RuntimeError(f"migration lost rows: {lost}")
if is_sqlite:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"migration broke {len(broken)} references")
connection.commit()
if is_sqlite:
    connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
