"""Alembic's entry: runs on the connection that monitor.store.migrate hands over."""

from alembic import context
from sqlalchemy import text

from monitor.store.schema import metadata

connection = context.config.attributes["connection"]
is_sqlite = connection.dialect.name == "sqlite"
if is_sqlite:
    # Batch mode rebuilds tables; with foreign keys on, dropping the old parent deletes its children.
    connection.execute(text("COMMIT"))
    connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
    connection.exec_driver_sql("BEGIN IMMEDIATE")
context.configure(
    connection=connection, target_metadata=metadata, render_as_batch=is_sqlite, transactional_ddl=True
)
with context.begin_transaction():
    context.run_migrations()
if is_sqlite:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"migration broke {len(broken)} references")
connection.commit()
