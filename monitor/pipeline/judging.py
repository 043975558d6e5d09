"""What a topic's articles are judged with, brought in from the store: profile, background, and the memory of what is known."""

from __future__ import annotations

import json
from collections.abc import Container
from dataclasses import dataclass
from datetime import timedelta

from monitor.model import TopicProfile
from monitor.pipeline import learn
from monitor.pipeline.corpus import Earlier, Memory, Sent
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from monitor.stories import KEPT, Features
from monitor.topics import Background, fit, read

BACKGROUND_TEXTS = 2000  # newest entries that say what the feeds carry; 600 gave the same ranking
BACKGROUND_AGE = timedelta(hours=24)
GROWTH = 1.25  # a background made of few texts is made anew when there are this many times more


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Everything a score is computed with, and where it is stored."""

    profile: TopicProfile
    background: Background
    background_id: int


def judging(context: Context, topic: TopicSettings) -> Judging:
    """Return the topic's profile and a background not older than a day; both are made when missing."""
    with context.store.begin() as connection:
        profile = topics_store.profile_of(connection, topic.id)
    if profile is None:
        profile = learn.run(context, topic).profile
    with context.store.begin() as connection:
        stored = topics_store.newest_background(connection, topic.id, profile_version=profile.version)
        texts = articles_store.recent_texts(connection, until=context.now, limit=BACKGROUND_TEXTS)
        if stored is not None and _is_fresh(stored, len(texts), context):
            found = Background.of_json(json.loads(stored.body))
            return Judging(profile=profile, background=found, background_id=stored.id)
        made = fit((read(title, summary) for title, summary in texts), profile)
        identity = topics_store.add_background(
            connection,
            topic.id,
            json.dumps(made.to_json(), ensure_ascii=False),
            profile_version=profile.version,
            documents=len(texts),
            at=context.now,
        )
    return Judging(profile=profile, background=made, background_id=identity)


def memory(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    judged: Judging,
    *,
    without: Container[int] = (),
) -> Memory:
    """Return what is known already: seeds, everything sent, and eight weeks of relevant articles but those in `without`."""
    rows = scores_store.window(connection, topic.id, since=context.now - KEPT)
    return Memory.of(
        judged.background,
        items=(_earlier(row) for row in rows if row.article_id not in without),
        # A replay of the past must not know what was written later.
        seeds=(s for s in judged.profile.seeds if s.published is None or s.published <= context.now),
        sent=_sent(connection, topic),
    )


def _is_fresh(stored: topics_store.StoredBackground, texts: int, context: Context) -> bool:
    return context.now - stored.made_at < BACKGROUND_AGE and texts <= GROWTH * stored.documents


def _earlier(row: scores_store.WindowRow) -> Earlier:
    return Earlier(
        article_id=row.article_id,
        story_id=row.story_id,
        title=row.title,
        published=row.published,
        features=Features.of_json(json.loads(row.features)),
        outlet=row.outlet,
    )


def _sent(connection: Connection, topic: TopicSettings) -> list[Sent]:
    return [
        Sent(text=sentence, issue=told.issue, published=told.at, title=told.headline)
        for told in issues_store.told(connection, topic.id)
        for sentence in told.sentences or (told.headline,)
    ]
