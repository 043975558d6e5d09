"""What the store gives back of earlier relevant articles."""

from __future__ import annotations

from datetime import timedelta

from monitor.model import Relevance
from monitor.store import articles as articles_store
from monitor.store import judged as judged_store
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from tests.make import AT, article, score


def scored(connection, *, days, topic="trade", story=1):
    """Store an article and its score; gives the article's id."""
    made = topics_store.add_background(connection, topic, "{}", profile_version=1, documents=0, at=AT)
    published = AT + timedelta(days=days)
    identity = articles_store.add(connection, article(published=published), key=f"{topic}{days}")
    judged_store.put(
        connection,
        [
            judged_store.Made(
                score=score(article_id=identity, topic=topic, story_id=story),
                at=AT,
                published=published,
                profile_version=1,
                background_id=made,
                features_json=f'{{"of": "{days}"}}',
            )
        ],
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
        features = dict(scores_store.features_of(connection, (row.article_id for row in rows), str))
    assert [(row.article_id, row.story_id) for row in rows] == [(late, 1), (later, 3)]
    assert features == {late: '{"of": "-1"}', later: '{"of": "0"}'}


def test_the_newest_relevant_texts_come_oldest_first_and_none_seen_later_or_off_topic(store):
    with store.begin() as connection:
        made = topics_store.add_background(connection, "trade", "{}", profile_version=1, documents=0, at=AT)
        for days, is_relevant in ((-9, True), (-3, True), (-2, False), (-1, True), (1, True)):
            seen = AT + timedelta(days=days)
            written = article(title=f"{days}", summary=f"S {days}", published=seen, seen_at=seen)
            identity = articles_store.add(connection, written, key=str(days))
            judged_store.put(
                connection,
                [
                    judged_store.Made(
                        score=score(
                            article_id=identity,
                            story_id=None,
                            relevance=Relevance(value=0.9, is_relevant=is_relevant),
                        ),
                        at=AT,
                        published=seen,
                        profile_version=1,
                        background_id=made,
                        features_json=None,
                    )
                ],
            )
        rows = scores_store.relevant_texts(connection, "trade", until=AT, limit=2)
    assert rows == (("-3", "S -3"), ("-1", "S -1"))
