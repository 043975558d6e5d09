"""Scores written together leave the rows that scores written one after the other leave."""

from __future__ import annotations

import random
from datetime import timedelta

from sqlalchemy import select

from monitor.model import Relevance
from monitor.store import articles as articles_store
from monitor.store import judged as judged_store
from monitor.store import topics as topics_store
from monitor.store.schema import features, scores, stories, told_facts
from tests.make import AT, article, score


def made(draw, ids, backgrounds):
    """Scores of two topics, some of one article twice, with stories that stretch both ways."""
    found = []
    for _ in range(60):
        topic, is_relevant = draw.choice(["trade", "fish"]), draw.random() < 0.7
        found.append(
            judged_store.Made(
                score=score(
                    article_id=draw.choice(ids),
                    topic=topic,
                    story_id=draw.randint(1, 5) if is_relevant else None,
                    relevance=Relevance(value=round(draw.random(), 3), is_relevant=is_relevant),
                ),
                at=AT,
                published=AT + timedelta(days=draw.randint(-50, 50)),
                profile_version=1,
                background_id=backgrounds[topic],
                tuning_version=draw.randint(0, 3),
                features_json=f'{{"n": {draw.random()}}}' if is_relevant else None,
                fact_keys=[draw.randint(1, 30) for _ in range(draw.randint(0, 9))],
            )
        )
    return found


def test_together_is_as_one_by_one(store):
    left = []
    for size in (1, 7, 60):
        with store.begin() as connection:
            for table in (told_facts, features, scores, stories):
                connection.execute(table.delete())
            new = {f"k{n}": article(title=f"{n}") for n in range(20)}
            ids = sorted(articles_store.add_many(connection, new).values())
            backgrounds = {
                topic: topics_store.add_background(
                    connection, topic, "{}", profile_version=1, documents=0, at=AT
                )
                for topic in ("trade", "fish")
            }
            every = made(random.Random(5), ids, backgrounds)  # noqa: S311 - no secret
            for first in range(0, 60, size):
                judged_store.put(connection, every[first : first + size])
        with store.look() as connection:
            rows = [
                [
                    {name: value for name, value in row.items() if name != "background_id"}
                    for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
                ]
                for table in (stories, scores, features, told_facts)
            ]
        left.append(rows)
    assert left[0] == left[1] == left[2]
    assert min(map(len, left[0])) >= 8
