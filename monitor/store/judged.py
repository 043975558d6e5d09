"""Writing scores with what they leave behind: stories, features for the window, facts told."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, select, update

from monitor.model import Score
from monitor.store import told as told_store
from monitor.store.database import upsert
from monitor.store.schema import features, scores, stories
from monitor.store.scores import MOST_IDS, SCORE, BareScore


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A score as it is stored: what it was computed with, and what it leaves behind."""

    score: Score
    at: datetime
    published: datetime  # of the article
    profile_version: int
    background_id: int
    tuning_version: int = 0
    features_json: str | None = None  # what the window needs of it
    fact_keys: Iterable[int] = ()  # keys of the facts it told


def put(connection: Connection, made: Sequence[Made]) -> None:
    """Write scores in this order with their stories, features and the facts they told; repeating it gives the same rows."""
    if not made:
        return
    _touch_stories(connection, made)
    rows = [
        {"topic": each.score.topic, "article_id": each.score.article_id}
        | _columns(each.score)
        | {
            "scored_at": each.at,
            "profile_version": each.profile_version,
            "background_id": each.background_id,
            "tuning_version": each.tuning_version,
        }
        for each in made
    ]
    _put_rows(connection, scores, ("topic", "article_id"), rows)
    packed = [
        {"article_id": each.score.article_id, "body": zlib.compress(each.features_json.encode())}
        for each in made
        if each.features_json is not None
    ]
    _put_rows(connection, features, ("article_id",), packed)
    told_store.add(connection, ((each.score.topic, each.score.article_id, each.fact_keys) for each in made))


def _put_rows(
    connection: Connection, into: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write rows over those with the same keys; all hold the same columns."""
    if rows:
        statement = upsert(connection, into)
        new = {name: statement.excluded[name] for name in rows[0] if name not in keys}
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=new), rows)


def describe_again(
    connection: Connection, article_id: int, features_json: str, *, told: Iterable[int]
) -> None:
    """Put what later articles are compared with in place of what an article said before; its scores stay."""
    body = zlib.compress(features_json.encode())
    connection.execute(update(features).where(features.c.article_id == article_id).values(body=body))
    keys = tuple(told)
    query = select(scores.c.topic).where(scores.c.article_id == article_id, scores.c.is_relevant)
    topics = connection.execute(query.order_by(scores.c.topic)).scalars().all()
    told_store.add(connection, ((topic, article_id, keys) for topic in topics))


def put_again(connection: Connection, made: BareScore) -> None:
    """Write a score that is there already with another value; its story, if it keeps one, is there too."""
    score = made.score
    connection.execute(
        update(scores)
        .where(scores.c.topic == score.topic, scores.c.article_id == score.article_id)
        .values(**_columns(score), tuning_version=made.tuning_version)
    )


def _columns(score: Score) -> dict[str, Any]:
    return {
        "relevance": score.relevance.value,
        "is_relevant": score.relevance.is_relevant,
        "novelty": None if score.novelty is None else score.novelty.value,
        "duplicate_of": score.duplicate_of,
        "story_id": score.story_id,
        "body": SCORE.dump_json(score).decode(),
    }


def _touch_stories(connection: Connection, made: Sequence[Made]) -> None:
    """Let the stories of scores last from their first article to their last."""
    spans: dict[tuple[str, int], tuple[datetime, datetime]] = {}
    for each in made:
        if each.score.story_id is not None:
            story = (each.score.topic, each.score.story_id)
            first, last = spans.get(story, (each.published, each.published))
            spans[story] = min(first, each.published), max(last, each.published)
    for topic in {topic for topic, _ in spans}:
        ids = sorted(number for name, number in spans if name == topic)
        for start in range(0, len(ids), MOST_IDS):
            mine = (stories.c.topic == topic, stories.c.id.in_(ids[start : start + MOST_IDS]))
            for row in connection.execute(select(stories).where(*mine)):
                first, last = spans[topic, row.id]
                spans[topic, row.id] = min(first, row.first_at), max(last, row.last_at)
    rows = [
        {"topic": topic, "id": number, "first_at": first, "last_at": last}
        for (topic, number), (first, last) in sorted(spans.items())
    ]
    _put_rows(connection, stories, ("topic", "id"), rows)
