"""Frozen issues and what each one told. Nothing here is ever changed after it was written.

What an alert told between two issues is frozen beside them: under the alert's name and a number below 0, so that no list of issues holds
it and the ledger of deliveries need not know the difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select

from monitor.errors import StoreError
from monitor.model import RenderedDigest
from monitor.store.database import pairs
from monitor.store.schema import deliveries, issues, reported

IS_ISSUE = issues.c.number > 0  # and not what an alert told


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A frozen issue, or what an alert told, as stored. `digest` is the JSON of the composed content."""

    id: int
    topic: str
    number: int  # below 0: of an alert
    since: datetime
    until: datetime
    composed_at: datetime
    digest: str
    rendered: RenderedDigest
    alert: str = ""  # its name; "": an issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """One story as an issue, or an alert, told it."""

    issue: int  # number; of an alert that of the issue before it, 0 for none
    story_id: int
    headline: str
    sentences: tuple[str, ...]
    at: datetime
    alert: str = ""  # its name; "": the issue told it


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One issue in a list: how many stories it told, and how many recipients have it."""

    topic: str
    number: int
    since: datetime
    until: datetime
    subject: str
    stories: int
    sent: int

    def values(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {name: getattr(self, name) for name in Listed.__slots__}


def freeze(
    connection: Connection,
    *,
    topic: str,
    number: int,
    since: datetime,
    until: datetime,
    composed_at: datetime,
    digest: str,
    rendered: RenderedDigest,
    told: Iterable[tuple[int, str, tuple[str, ...]]],
    alert: str = "",
) -> Issue:
    """Write an issue, or what an `alert` told, with its stories (story id, headline, sentences), once and for all."""
    assert (number < 0) == bool(alert)
    bodies = _bodies(rendered)
    values = {"topic": topic, "number": number, "since": since, "until": until, "composed_at": composed_at}
    issue_id = connection.execute(
        insert(issues)
        .values(**values, digest=digest, **bodies, sha256=_sha256(digest, bodies), alert=alert)
        .returning(issues.c.id)
    ).scalar_one()
    rows = [
        {"issue_id": issue_id, "story_id": story_id, "headline": headline, "sentences": list(sentences)}
        for story_id, headline, sentences in told
    ]
    if rows:
        connection.execute(insert(reported), rows)
    return by_id(connection, issue_id)


def newest(connection: Connection, topic: str) -> Issue | None:
    """Return a topic's newest issue."""
    row = connection.execute(
        select(issues).where(issues.c.topic == topic, IS_ISSUE).order_by(issues.c.number.desc()).limit(1)
    ).first()
    return None if row is None else _issue(row)


def last_number(connection: Connection, topic: str) -> int:
    """Return the number of a topic's newest issue; 0 before the first."""
    return (
        connection.execute(
            select(func.max(issues.c.number)).where(issues.c.topic == topic, IS_ISSUE)
        ).scalar_one()
        or 0
    )


def recent(connection: Connection, topic: str, *, limit: int, until: int | None = None) -> tuple[Issue, ...]:
    """Return a topic's newest issues (up to number `until`), newest first."""
    query = select(issues).where(issues.c.topic == topic, IS_ISSUE)
    query = query.order_by(issues.c.number.desc()).limit(limit)
    query = query if until is None else query.where(issues.c.number <= until)
    return tuple(_issue(row) for row in connection.execute(query))


def composed_since(connection: Connection, topic: str, since: datetime) -> tuple[Issue, ...]:
    """Return a topic's issues, and what alerts told, composed after a moment, oldest first."""
    query = select(issues).where(issues.c.topic == topic, issues.c.composed_at > since)
    return tuple(_issue(row) for row in connection.execute(query.order_by(issues.c.id)))


def alerted_since(connection: Connection, topic: str, number: int) -> tuple[Issue, ...]:
    """Return what alerts told between issue `number` (0: the beginning) and the one after it, oldest first."""
    row_of = select(issues.c.id).where(issues.c.topic == topic)
    after = connection.execute(row_of.where(issues.c.number == number)).scalar_one_or_none() or 0
    until = connection.execute(row_of.where(issues.c.number == number + 1)).scalar_one_or_none()
    query = select(issues).where(issues.c.topic == topic, ~IS_ISSUE, issues.c.id > after)
    query = query if until is None else query.where(issues.c.id < until)
    return tuple(_issue(row) for row in connection.execute(query.order_by(issues.c.id)))


def alerts_of(connection: Connection, issue_ids: Iterable[int]) -> dict[int, str]:
    """Return which of these rows (by id) are no issues but what an alert told, with its name."""
    query = select(issues.c.id, issues.c.alert).where(issues.c.id.in_(sorted(set(issue_ids))), ~IS_ISSUE)
    return dict(pairs(connection.execute(query)))


def next_alert_number(connection: Connection, topic: str) -> int:
    """Return the number the next text of an alert gets: -1, -2, ..."""
    query = select(func.min(issues.c.number)).where(issues.c.topic == topic, ~IS_ISSUE)
    return (connection.execute(query).scalar_one_or_none() or 0) - 1


def alert_counts(connection: Connection) -> dict[tuple[str, str], tuple[int, datetime]]:
    """Return by topic and name of an alert how often it told something, and when last."""
    query = select(issues.c.topic, issues.c.alert, func.count(), func.max(issues.c.composed_at))
    rows = connection.execute(query.where(~IS_ISSUE).group_by(issues.c.topic, issues.c.alert))
    return {(topic, name): (count, last) for topic, name, count, last in rows}


def overview(connection: Connection, topic: str) -> tuple[Listed, ...]:
    """Return a topic's issues for a list, newest first, without their bodies."""
    stories = select(func.count()).where(reported.c.issue_id == issues.c.id).scalar_subquery()
    sent = (
        select(func.count())
        .where(deliveries.c.issue_id == issues.c.id, deliveries.c.state == "sent")
        .scalar_subquery()
    )
    columns = (issues.c.number, issues.c.since, issues.c.until, issues.c.subject, stories, sent)
    query = select(*columns).where(issues.c.topic == topic, IS_ISSUE).order_by(issues.c.number.desc())
    return tuple(
        Listed(topic=topic, number=n, since=since, until=until, subject=subject, stories=told_, sent=sent_)
        for n, since, until, subject, told_, sent_ in connection.execute(query)
    )


def numbered(connection: Connection, topic: str, number: int) -> Issue | None:
    """Return one issue by its number."""
    row = connection.execute(select(issues).where(issues.c.topic == topic, issues.c.number == number)).first()
    return None if row is None else _issue(row)


def by_id(connection: Connection, issue_id: int) -> Issue:
    """Return one issue by its row id."""
    return _issue(connection.execute(select(issues).where(issues.c.id == issue_id)).one())


def counts(connection: Connection) -> dict[str, int]:
    """Return the number of issues of each topic."""
    query = select(issues.c.topic, func.count()).where(IS_ISSUE).group_by(issues.c.topic)
    return dict(pairs(connection.execute(query)))


def spans(connection: Connection) -> dict[str, tuple[datetime, datetime]]:
    """Return when the first and the last issue of each topic were composed."""
    moments = (func.min(issues.c.composed_at), func.max(issues.c.composed_at))
    rows = connection.execute(select(issues.c.topic, *moments).group_by(issues.c.topic))
    return {topic: (first, last) for topic, first, last in rows}


def told(connection: Connection, topic: str) -> tuple[Reported, ...]:
    """Return everything ever told about a topic, by issues and by alerts, oldest first."""
    rows = connection.execute(
        select(
            issues.c.number,
            issues.c.alert,
            reported.c.story_id,
            reported.c.headline,
            reported.c.sentences,
            issues.c.until,
        )
        .join(issues, issues.c.id == reported.c.issue_id)
        .where(issues.c.topic == topic)
        .order_by(issues.c.id, reported.c.story_id)
    )
    found, issue = [], 0
    for number, alert, story, headline, sentences, at in rows:
        issue = issue if number < 0 else number
        found.append(
            Reported(
                issue=issue, story_id=story, headline=headline, sentences=tuple(sentences), at=at, alert=alert
            )
        )
    return tuple(found)


def _bodies(rendered: RenderedDigest) -> dict[str, str]:
    return {
        "subject": rendered.subject,
        "html": rendered.html,
        "text": rendered.text,
        "markdown": rendered.markdown,
        "json": rendered.json,
    }


def _sha256(digest: str, bodies: Mapping[str, str]) -> str:
    return sha256("\0".join((digest, *bodies.values())).encode()).hexdigest()


def _issue(row: Row[Any]) -> Issue:
    rendered = RenderedDigest(
        subject=row.subject, html=row.html, text=row.text, markdown=row.markdown, json=row.json
    )
    if _sha256(row.digest, _bodies(rendered)) != row.sha256:
        raise StoreError(
            f"issue {row.number} of {row.topic} is not what was frozen (its sha256 differs)",
            advice="The database is damaged: restore a backup. Nothing of this issue was sent.",
        )
    return Issue(
        id=row.id,
        topic=row.topic,
        number=row.number,
        since=row.since,
        until=row.until,
        composed_at=row.composed_at,
        digest=row.digest,
        rendered=rendered,
        alert=row.alert,
    )
