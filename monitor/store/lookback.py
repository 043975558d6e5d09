"""What a topic has still to judge of what was stored before it was there, or before it was edited."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, select

from monitor.model import Stage
from monitor.store.database import upsert
from monitor.store.schema import articles, feedback, looked_back, scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """An article, and when the topic scored it before it was edited; None for never."""

    article_id: int
    scored_at: datetime | None


def unjudged(
    connection: Connection,
    topic: str,
    *,
    profile_version: int,
    line: float,
    since: datetime,
    without_feeds: Collection[str] = (),
) -> tuple[Unjudged, ...]:
    """Return the articles seen after `since` that have no score by this profile and this line, in the order of their dates.

    Left alone are scores an issue has considered, and articles a reader called relevant or irrelevant.
    """
    own = and_(scores.c.article_id == articles.c.id, scores.c.topic == topic)
    query = (
        select(articles.c.id, scores.c.scored_at)
        .outerjoin(scores, own)
        .where(
            articles.c.stage == Stage.SCORED,
            articles.c.seen_at > since,
            articles.c.feed_id.not_in(sorted(without_feeds)),
            _is_open(profile_version, line),
            ~_is_answered(topic),
        )
        .order_by(articles.c.published, articles.c.id)
    )
    return tuple(Unjudged(article_id=i, scored_at=at) for i, at in connection.execute(query))


def unread(
    connection: Connection, *, note: str, since: datetime, without_feeds: Collection[str] = ()
) -> tuple[int, ...]:
    """Return the scored articles seen after `since` whose page was not read for this reason, newest first."""
    query = (
        select(articles.c.id)
        .where(
            articles.c.stage == Stage.SCORED,
            articles.c.note == note,
            articles.c.seen_at > since,
            articles.c.feed_id.not_in(sorted(without_feeds)),
        )
        .order_by(articles.c.seen_at.desc(), articles.c.id.desc())
    )
    return tuple(connection.execute(query).scalars())


def settled(connection: Connection, article_ids: Collection[int]) -> frozenset[tuple[str, int]]:
    """Return the pairs of topic and article whose score stays, though the article is scored once more.

    An issue has considered it, it is on topic already, or a reader called it relevant or irrelevant.
    """
    query = select(scores.c.topic, scores.c.article_id).where(
        scores.c.article_id.in_(sorted(article_ids)),
        scores.c.issue_id.is_not(None)
        | scores.c.is_relevant
        | exists().where(
            feedback.c.topic == scores.c.topic,
            feedback.c.article_id == scores.c.article_id,
            feedback.c.verdict.in_(("relevant", "irrelevant")),
        ),
    )
    return frozenset((topic, number) for topic, number in connection.execute(query))


def mark(connection: Connection, topic: str) -> str:
    """Return with what the topic has looked back last; "" when it has not, or has missed something since."""
    query = select(looked_back.c.mark).where(looked_back.c.topic == topic)
    return connection.execute(query).scalar_one_or_none() or ""


def put_mark(connection: Connection, topic: str, mark: str) -> None:
    """Say that the topic has looked back over everything."""
    statement = upsert(connection, looked_back).values(topic=topic, mark=mark)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["topic"], set_={"mark": statement.excluded.mark})
    )


def missed(connection: Connection, *, but: Collection[str]) -> None:
    """Say that articles went by all topics but these: whoever comes back looks back."""
    connection.execute(delete(looked_back).where(looked_back.c.topic.not_in(sorted(but))))


def _is_open(profile_version: int, line: float) -> ColumnElement[bool]:
    is_above = scores.c.relevance >= line
    is_otherwise = (
        (scores.c.profile_version != profile_version)
        | and_(is_above, ~scores.c.is_relevant)
        | and_(~is_above, scores.c.is_relevant)
    )
    return scores.c.article_id.is_(None) | and_(scores.c.issue_id.is_(None), is_otherwise)


def _is_answered(topic: str) -> ColumnElement[bool]:
    return exists().where(
        feedback.c.topic == topic,
        feedback.c.article_id == articles.c.id,
        feedback.c.verdict.in_(("relevant", "irrelevant")),
    )
