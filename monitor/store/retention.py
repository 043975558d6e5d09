"""What is forgotten in time, and what never: counts and deletes by the ages of [retention]. It knows no clock.

Never forgotten: articles themselves with title and summary, the texts of relevant ones and of those a reader answered, scores,
features, stories, issues, what they told, deliveries. A sighting is only a shortcut: without it an entry is found by its address.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select, update

from monitor.model import Stage
from monitor.settings import RetentionSettings
from monitor.store.schema import articles, feedback, polls, scores, sightings

Conditions = tuple[ColumnElement[bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How much was or would be forgotten."""

    texts: int = 0
    text_chars: int = 0
    polls: int = 0
    sightings: int = 0


def prunable(connection: Connection, ages: RetentionSettings, *, now: datetime) -> Pruned:
    """Return what `prune` would forget now."""
    texts, chars = connection.execute(
        select(func.count(), func.coalesce(func.sum(func.length(articles.c.text)), 0)).where(
            *_old_texts(ages, now)
        )
    ).one()
    old_polls, old_sightings = (
        connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one()
        for table, conditions in ((polls, _old_polls(ages, now)), (sightings, _old_sightings(ages, now)))
    )
    return Pruned(texts=texts, text_chars=chars, polls=old_polls, sightings=old_sightings)


def prune(connection: Connection, ages: RetentionSettings, *, now: datetime) -> Pruned:
    """Forget what is older than its age; return how much that was. Repeating it changes nothing."""
    found = prunable(connection, ages, now=now)
    connection.execute(update(articles).where(*_old_texts(ages, now)).values(text=""))
    connection.execute(delete(polls).where(*_old_polls(ages, now)))
    connection.execute(delete(sightings).where(*_old_sightings(ages, now)))
    return found


def _old_texts(ages: RetentionSettings, now: datetime) -> Conditions:
    answered = exists().where(feedback.c.article_id == articles.c.id)
    return (
        articles.c.seen_at < _before(now, ages.texts_days),
        articles.c.stage == Stage.SCORED,
        articles.c.text != "",
        ~_is_relevant(articles.c.id),
        ~answered,
    )


def _old_polls(ages: RetentionSettings, now: datetime) -> Conditions:
    return (polls.c.at < _before(now, ages.polls_days),)


def _old_sightings(ages: RetentionSettings, now: datetime) -> Conditions:
    return (
        sightings.c.seen_at < _before(now, ages.sightings_days),
        ~_is_relevant(sightings.c.article_id),
    )


def _is_relevant(article_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists().where(scores.c.article_id == article_id, scores.c.is_relevant)


def _before(now: datetime, days: int) -> datetime:
    """The moment that many days ago; for 0, which means for ever, one that nothing is older than."""
    return now - timedelta(days=days) if days else datetime.min.replace(year=1900, tzinfo=now.tzinfo)
