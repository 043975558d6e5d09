"""Rows <-> dataclasses: the database and everything that is kept in it. SQLAlchemy Core only.

Every function takes a connection first; the transaction belongs to the pipeline step that opened it.
"""

from sqlalchemy import Connection

from monitor.store.database import Store

__all__ = ["Connection", "Store"]
