"""Bringing a database up to the newest schema with Alembic.

A database at the newest revision costs one query; Alembic itself is imported only when there is work.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0001"
SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Migrate to HEAD; no-op when already there."""
    if current(engine) == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - costs 0.2 s, needed once per database

    with engine.connect() as connection:
        command.upgrade(_config(connection), "head")


def downgrade(engine: Engine, revision: str) -> None:
    """Migrate down to `revision` ("base": nothing left)."""
    from alembic import command  # noqa: PLC0415

    with engine.connect() as connection:
        command.downgrade(_config(connection), revision)


def current(engine: Engine) -> str:
    """Return the revision the database is at; "" for an empty one."""
    if not inspect(engine).has_table("alembic_version"):
        return ""
    with engine.connect() as connection:
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def _config(connection: object) -> Config:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
