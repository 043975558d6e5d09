"""Lines of pages that are no part of their articles' texts, kept so that whoever misses one can see where it went."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from monitor.store.schema import left_out


def put(connection: Connection, article_id: int, lines: Sequence[str], more: int) -> None:
    """Keep what was left out of an article's text in place of what was kept before; `more`: lines that are only counted."""
    connection.execute(delete(left_out).where(left_out.c.article_id == article_id))
    if lines:
        values = {"article_id": article_id, "lines": list(lines), "more": more}
        connection.execute(insert(left_out).values(values))


def of(connection: Connection, article_id: int) -> tuple[tuple[str, ...], int]:
    """Return (the lines left out of an article's text, how many further ones are not kept)."""
    query = select(left_out.c.lines, left_out.c.more).where(left_out.c.article_id == article_id)
    row = connection.execute(query).first()
    return ((), 0) if row is None else (tuple(row.lines), row.more)
