"""Which facts were told, for good: a small number for each, so that a look-up takes as long in the tenth year as in the first."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from monitor.store.database import upsert
from monitor.store.schema import articles, told_facts

_ASKED = 500  # keys in one question


def add(connection: Connection, told: Iterable[tuple[str, int, Iterable[int]]]) -> None:
    """Remember which facts articles told, by topic, article and keys; those told before stay with the article that told them."""
    rows = [
        {"topic": topic, "key": key, "article_id": article_id}
        for topic, article_id, keys in told
        for key in sorted(set(keys))
    ]
    if rows:
        connection.execute(upsert(connection, told_facts).on_conflict_do_nothing(), rows)


def before(
    connection: Connection, topic: str, keys: Collection[int], *, until: datetime, without: Container[int]
) -> frozenset[int]:
    """Return those of `keys` that an article told first which was published up to `until` and is not one of `without`."""
    found: set[int] = set()
    asked = sorted(keys)
    for start in range(0, len(asked), _ASKED):
        some = asked[start : start + _ASKED]
        query = (
            select(told_facts.c.key, told_facts.c.article_id)
            .join(articles, articles.c.id == told_facts.c.article_id)
            .where(told_facts.c.topic == topic, told_facts.c.key.in_(some), articles.c.published <= until)
        )
        found.update(key for key, article in connection.execute(query) if article not in without)
    return frozenset(found)
