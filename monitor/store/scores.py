"""Scores, the features they leave behind for the window, and the stories they belong to."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, case, func, select, update

from monitor.model import Article, Score
from monitor.store import articles as articles_store
from monitor.store.database import pairs, parsed
from monitor.store.schema import articles, features, scores, stories

V = TypeVar("V")

SCORE = TypeAdapter(Score)
MOST_IDS = 500  # in one statement

# What an issue did with a relevant article it took.
TOLD = "told"  # it stands under a story the issue shows
BELOW = "below"  # other stories ranked higher
KNOWN = "known"  # its story tells nothing new
SENT = "sent"  # an alert told it before, and the issue does not show its story
BACKLOG = "backlog"  # older than the period, in the first answer of a new feed
RULED = "ruled"  # the topic file's rules of that moment keep it out
LEFT_OUT = "left_out"  # the editor left its story out


class WindowRow(NamedTuple):
    """What the novelty window needs of an earlier relevant article beside its features."""

    article_id: int
    story_id: int
    duplicate_of: int | None
    title: str
    outlet: str
    published: datetime
    size: int  # bytes of the features as they are stored
    checksum: (
        bytes  # of the features: zlib ends with one (RFC 1950), so others are told apart without reading them
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A score with the article it belongs to and what it was computed with."""

    article: Article
    score: Score
    profile_version: int
    background_id: int
    issue_id: int | None
    tuning_version: int = 0
    fate: str = ""  # told | below | known | sent | backlog | ruled | left_out; "" while it waits, and in issues of earlier versions
    because: str = ""  # why it is below or left out, in words; "": it ranked lower


@dataclass(frozen=True, slots=True, kw_only=True)
class BareScore:
    """A score, its relevance as the row's own column has it, and what it was computed with."""

    score: Score
    column: float
    scored_at: datetime
    profile_version: int
    background_id: int
    tuning_version: int


def window(connection: Connection, topic: str, *, since: datetime) -> list[WindowRow]:
    """Return the relevant articles of a topic published after `since`, in any order."""
    # By way of the stories that went on since: without, every relevant article ever stored would be looked at.
    recent = select(stories.c.id).where(stories.c.topic == topic, stories.c.last_at > since)
    query = (
        select(
            articles.c.id,
            scores.c.story_id,
            scores.c.duplicate_of,
            articles.c.title,
            articles.c.outlet,
            articles.c.published,
            func.length(features.c.body),
            func.substr(features.c.body, func.length(features.c.body) - 3),
        )
        .join(scores, scores.c.article_id == articles.c.id)
        .join(features, features.c.article_id == articles.c.id)
        .where(scores.c.topic == topic, scores.c.story_id.in_(recent), articles.c.published > since)
    )
    return [WindowRow(*row[:-1], bytes(row[-1])) for row in connection.execute(query)]


def features_of(
    connection: Connection, article_ids: Iterable[int], parse: Callable[[str], V]
) -> Iterator[tuple[int, V]]:
    """Yield article id and features, as `parse` makes them of JSON, of those articles that have some."""
    ids = sorted(article_ids)
    for start in range(0, len(ids), MOST_IDS):
        some = features.c.article_id.in_(ids[start : start + MOST_IDS])
        for article_id, body in connection.execute(
            select(features.c.article_id, features.c.body).where(some)
        ):
            what = f"the features of article {article_id}"
            yield article_id, parsed(what, lambda packed: parse(zlib.decompress(packed).decode()), body)


def relevant_texts(
    connection: Connection, topic: str, *, until: datetime, limit: int
) -> tuple[tuple[str, str], ...]:
    """Return title and summary of the newest relevant articles seen up to `until`, oldest first."""
    query = (
        select(articles.c.title, articles.c.summary)
        .join(scores, scores.c.article_id == articles.c.id)
        .where(scores.c.topic == topic, scores.c.is_relevant, articles.c.seen_at <= until)
        .order_by(articles.c.published.desc(), articles.c.id.desc())
        .limit(limit)
    )
    return tuple(reversed([(row.title, row.summary) for row in connection.execute(query)]))


def last_story_id(connection: Connection, topic: str) -> int:
    """Return the highest story id given so far within a topic; 0 for none."""
    return (
        connection.execute(select(func.max(stories.c.id)).where(stories.c.topic == topic)).scalar_one() or 0
    )


def waiting(
    connection: Connection, topic: str, *, until: datetime, since: datetime | None = None
) -> tuple[Scored, ...]:
    """Return the relevant articles no issue has taken yet, first seen up to `until` (and after `since`), in date order.

    When an article was first seen decides to which issue it belongs: the dates publishers state are wrong, ahead or missing.
    """
    conditions = [
        scores.c.topic == topic,
        scores.c.is_relevant,
        scores.c.issue_id.is_(None),
        articles.c.seen_at <= until,
    ]
    if since is not None:
        conditions.append(articles.c.seen_at > since)
    return _scored(connection, tuple(conditions))


def newest_waiting(connection: Connection, topic: str) -> datetime | None:
    """Return when the newest of the relevant articles no issue has taken yet was scored; None for none."""
    query = select(func.max(scores.c.scored_at)).where(
        scores.c.topic == topic, scores.c.is_relevant, scores.c.issue_id.is_(None)
    )
    return connection.execute(query).scalar_one_or_none()


def considered(connection: Connection, topic: str, issue_id: int) -> tuple[Scored, ...]:
    """Return the relevant articles an issue chose from, in date order."""
    return _scored(connection, (scores.c.topic == topic, scores.c.is_relevant, scores.c.issue_id == issue_id))


def of_stories(connection: Connection, topic: str, story_ids: Iterable[int]) -> tuple[Scored, ...]:
    """Return all scored members of these stories, in date order."""
    return _scored(connection, (scores.c.topic == topic, scores.c.story_id.in_(sorted(set(story_ids)))))


def near_misses(
    connection: Connection, topic: str, *, since: datetime, until: datetime, limit: int
) -> tuple[Scored, ...]:
    """Return the period's irrelevant articles that came closest to the line, closest first."""
    found = _scored(
        connection,
        (
            scores.c.topic == topic,
            scores.c.is_relevant.is_(False),
            scores.c.relevance >= 0.2,
            scores.c.scored_at > since,
            scores.c.scored_at <= until,
        ),
    )
    return tuple(sorted(found, key=lambda s: (-s.score.relevance.value, s.article.id))[:limit])


def between(
    connection: Connection, topic: str, *, low: float, high: float, since: datetime, until: datetime
) -> tuple[Scored, ...]:
    """Return the period's articles with a relevance from `low` to `high`, in date order."""
    return _scored(
        connection,
        (
            scores.c.topic == topic,
            scores.c.relevance >= low,
            scores.c.relevance <= high,
            scores.c.scored_at > since,
            scores.c.scored_at <= until,
        ),
    )


def bare(
    connection: Connection, topic: str, *, article_ids: Sequence[int] | None = None
) -> Iterator[BareScore]:
    """Yield the topic's scores (of these articles) without the articles, by background, then by article."""
    conditions = [scores.c.topic == topic]
    if article_ids is not None:
        conditions.append(scores.c.article_id.in_(article_ids))
    yield from _bare(connection, conditions)


def bare_open(connection: Connection, topic: str) -> Iterator[BareScore]:
    """Yield the scores no issue has considered yet, in the same order."""
    yield from _bare(connection, [scores.c.topic == topic, scores.c.issue_id.is_(None)])


def _bare(connection: Connection, conditions: Sequence[ColumnElement[bool]]) -> Iterator[BareScore]:
    query = select(scores).where(*conditions).order_by(scores.c.background_id, scores.c.article_id)
    for row in connection.execute(query):
        yield BareScore(
            score=_read(row),
            column=row.relevance,
            scored_at=row.scored_at,
            profile_version=row.profile_version,
            background_id=row.background_id,
            tuning_version=row.tuning_version,
        )


def of_article(connection: Connection, article_id: int) -> tuple[Scored, ...]:
    """Return an article's scores under all topics."""
    return _scored(connection, (scores.c.article_id == article_id,))


def close(
    connection: Connection,
    topic: str,
    fates: Mapping[int, str],
    *,
    because: Mapping[int, str],
    until: datetime,
    issue_id: int,
) -> None:
    """Give the articles an issue took (id -> fate) to it, exactly those; what is off topic and was scored by then is closed as well.

    `because` holds the reason in words for those that are below for another one than their rank, and for what was left out.

    An article that an answer brings onto the topic later was not taken by this issue, and waits for the next.
    """
    mine = update(scores).where(scores.c.topic == topic, scores.c.issue_id.is_(None))
    groups: dict[tuple[str, str], list[int]] = {}
    for article_id, fate in sorted(fates.items()):
        why = because.get(article_id, "") if fate in (BELOW, LEFT_OUT) else ""
        groups.setdefault((fate, why), []).append(article_id)
    for (fate, why), ids in sorted(groups.items()):
        for start in range(0, len(ids), MOST_IDS):
            part = mine.where(scores.c.article_id.in_(ids[start : start + MOST_IDS]))
            connection.execute(part.values(issue_id=issue_id, fate=fate, because=why))
    off_topic = mine.where(scores.c.is_relevant.is_(False), scores.c.scored_at <= until)
    connection.execute(off_topic.values(issue_id=issue_id))


def fates(connection: Connection, topic: str) -> dict[str, int]:
    """Return how many relevant articles of a topic came to which end; "waiting" are those no issue has taken."""
    end = case((scores.c.issue_id.is_(None), "waiting"), else_=scores.c.fate)
    query = select(end, func.count()).where(scores.c.topic == topic, scores.c.is_relevant).group_by(end)
    return dict(pairs(connection.execute(query)))


def relevant_dates(connection: Connection, topic: str, *, since: datetime) -> tuple[datetime, ...]:
    """Return the dates of the relevant articles published after `since`."""
    query = (
        select(articles.c.published)
        .join(scores, scores.c.article_id == articles.c.id)
        .where(scores.c.topic == topic, scores.c.is_relevant, articles.c.published > since)
        .order_by(articles.c.published)
    )
    return tuple(connection.execute(query).scalars())


def counts(connection: Connection) -> dict[str, tuple[int, int, int]]:
    """Return, by topic: articles scored, relevant, waiting for an issue."""
    rows = connection.execute(
        select(scores.c.topic, scores.c.is_relevant, scores.c.issue_id.is_(None), func.count()).group_by(
            scores.c.topic, scores.c.is_relevant, scores.c.issue_id.is_(None)
        )
    )
    found: dict[str, tuple[int, int, int]] = {}
    for topic, relevant, waits, count in rows:
        scored, on_topic, waiting_ = found.get(topic, (0, 0, 0))
        found[topic] = (
            scored + count,
            on_topic + (count if relevant else 0),
            waiting_ + (count if relevant and waits else 0),
        )
    return found


def _scored(connection: Connection, conditions: tuple[Any, ...]) -> tuple[Scored, ...]:
    query = (
        select(scores)
        .join(articles, articles.c.id == scores.c.article_id)
        .where(*conditions)
        .order_by(articles.c.published, articles.c.id)
    )
    rows = connection.execute(query).all()
    found = articles_store.get(connection, (row.article_id for row in rows))
    return tuple(_pair(row, found[row.article_id]) for row in rows)


def _read(row: Row[Any]) -> Score:
    return parsed(f"the score of article {row.article_id} under {row.topic}", SCORE.validate_json, row.body)


def _pair(row: Row[Any], article: Article) -> Scored:
    return Scored(
        article=article,
        score=_read(row),
        profile_version=row.profile_version,
        background_id=row.background_id,
        issue_id=row.issue_id,
        tuning_version=row.tuning_version,
        fate=row.fate,
        because=row.because,
    )
