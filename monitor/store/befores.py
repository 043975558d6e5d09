"""Scores as they were before an answer moved them, whole, so that taking it back gives them back to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from monitor.store.schema import scores

Rows = Mapping[int, Mapping[str, Any]]  # article id -> its row
_JUDGED_BY = ("profile_version", "background_id")


def waiting_rows(connection: Connection, topic: str) -> Rows:
    """Return the rows of the topic's scores that no issue has taken, by article."""
    query = select(scores).where(scores.c.topic == topic, scores.c.issue_id.is_(None))
    return {row["article_id"]: dict(row) for row in connection.execute(query).mappings()}


def put_back(connection: Connection, topic: str, rows: Rows) -> int:
    """Write rows as they were, where the article still waits and was not judged by another profile since; return how many."""
    now = waiting_rows(connection, topic)
    kept = [
        row
        for article, row in rows.items()
        if article in now and all(now[article][name] == row[name] for name in _JUDGED_BY)
    ]
    for row in kept:
        mine = (scores.c.topic == topic, scores.c.article_id == row["article_id"])
        connection.execute(update(scores).where(*mine).values(dict(row)))
    return len(kept)
