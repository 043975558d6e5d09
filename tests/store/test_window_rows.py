"""What the store gives back of earlier relevant articles."""

from __future__ import annotations

from datetime import timedelta

from monitor.store import articles as articles_store
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from tests.make import AT, article, score


def scored(connection, *, days, topic="trade", story=1):
    """Store an article and its score; gives the article's id."""
    made = topics_store.add_background(connection, topic, "{}", profile_version=1, documents=0, at=AT)
    published = AT + timedelta(days=days)
    identity = articles_store.add(connection, article(published=published), key=f"{topic}{days}")
    scores_store.put(
        connection,
        score(article_id=identity, topic=topic, story_id=story),
        at=AT,
        published=published,
        profile_version=1,
        background_id=made,
        features_json=f'{{"of": "{days}"}}',
    )
    return identity


def test_the_window_holds_what_was_published_since_and_of_an_old_story_only_its_new_articles(store):
    with store.begin() as connection:
        scored(connection, days=-100, story=1)
        scored(connection, days=-90, story=2)
        late = scored(connection, days=-1, story=1)
        later = scored(connection, days=0, story=3)
        scored(connection, days=-2, topic="fish", story=1)
        rows = scores_store.window(connection, "trade", since=AT - timedelta(days=56))
    assert [(row.article_id, row.story_id, row.features) for row in rows] == [
        (late, 1, '{"of": "-1"}'),
        (later, 3, '{"of": "0"}'),
    ]
