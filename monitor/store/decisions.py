"""What an editor decided about an issue to come. A row is never changed but to say that it was taken back, when and by whom.

top    a story stands first in the issue, among several in the order in which they were decided
in     a story stands in the issue, wherever its rank puts it
out    a story is left out of it
line   the editor's own line above the issue

The newest decision about a story stands; when that is taken back, the one before it does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from monitor.model import Article
from monitor.store import articles as articles_store
from monitor.store.draft_tables import decisions
from monitor.store.schema import issues, scores
from monitor.store.scores import LEFT_OUT

TOP, IN, OUT, LINE = "top", "in", "out", "line"
KINDS = (TOP, IN, OUT, LINE)
_SPOKEN = {TOP: "pinned to the top", IN: "pinned into the issue", OUT: "left out", LINE: "headed by a line"}
WHOLE = 0  # stands for the issue itself where a story's leading article would stand


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision that stands."""

    id: int
    topic: str
    issue: int  # number
    kind: str  # top | in | out | line
    article_id: int  # that leads the story; WHOLE: of the issue itself
    article_ids: tuple[int, ...]  # that lead the stories that are meant
    words: str  # the headline as it was then, or the line
    who: str
    at: datetime

    def in_words(self) -> str:
        """Who decided what when, for whoever asks why."""
        return f"{_SPOKEN[self.kind]} by the editor ({self.who}, {self.at:%Y-%m-%d %H:%M} UTC)"


def add(
    connection: Connection,
    topic: str,
    issue: int,
    *,
    kind: str,
    article_id: int,
    article_ids: tuple[int, ...],
    words: str,
    who: str,
    at: datetime,
) -> int:
    """Write a decision down and return its id; one that says what stands already changes nothing, and returns that one's."""
    for each in standing(connection, topic, issue):
        if (each.kind, each.article_id, each.words) == (kind, article_id, words):
            return each.id
    values: dict[str, Any] = {"topic": topic, "issue": issue, "kind": kind, "article_id": article_id}
    values |= {"article_ids": list(article_ids), "words": words, "who": who, "at": at}
    found: int = connection.execute(insert(decisions).values(values).returning(decisions.c.id)).scalar_one()
    return found


def take_back(
    connection: Connection, topic: str, identity: int, *, issue: int, who: str, at: datetime
) -> bool:
    """Let a decision stand no more; False where it does not stand, or was of another issue."""
    mine = update(decisions).where(
        decisions.c.id == identity,
        decisions.c.topic == topic,
        decisions.c.issue == issue,
        decisions.c.undone_at.is_(None),
    )
    done = connection.execute(mine.values(undone_at=at, undone_by=who).returning(decisions.c.id)).first()
    return done is not None


def standing(connection: Connection, topic: str, issue: int) -> tuple[Decision, ...]:
    """Return what stands for an issue by its number, in the order in which it was decided."""
    query = (
        select(decisions)
        .where(decisions.c.topic == topic, decisions.c.issue == issue, decisions.c.undone_at.is_(None))
        .order_by(decisions.c.id)
    )
    newest = {row.article_id: row for row in connection.execute(query)}
    return tuple(_decision(row) for row in sorted(newest.values(), key=lambda row: int(row.id)))


def about(connection: Connection, topic: str, issue: int, story: int | None) -> Decision | None:
    """Return what stands about a story for an issue by its number, the newest; None where nothing was decided of it."""
    found = standing(connection, topic, issue) if story is not None else ()
    for each in reversed(found):
        query = select(scores.c.story_id).where(
            scores.c.topic == topic, scores.c.article_id.in_(each.article_ids), scores.c.story_id == story
        )
        if connection.execute(query.limit(1)).first() is not None:
            return each
    return None


def left_out(connection: Connection, topic: str, *, before: int | None) -> tuple[Article, ...]:
    """Return the articles that editors left out of issues, of those before number `before` where one is given, in the order of ids."""
    # By way of the few issues an editor took something from: without, every relevant article ever stored would be looked at.
    edited = select(decisions.c.issue).where(decisions.c.topic == topic, decisions.c.kind == OUT).distinct()
    numbers = [each for each in connection.scalars(edited) if before is None or each < before]
    if not numbers:
        return ()
    query = (
        select(scores.c.article_id)
        .join(issues, issues.c.id == scores.c.issue_id)
        .where(issues.c.topic == topic, issues.c.number.in_(numbers))
        .where(scores.c.topic == topic, scores.c.is_relevant, scores.c.fate == LEFT_OUT)
    )
    found = articles_store.get(connection, connection.scalars(query))
    return tuple(found[each] for each in sorted(found))


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        topic=row.topic,
        issue=row.issue,
        kind=row.kind,
        article_id=row.article_id,
        article_ids=tuple(row.article_ids),
        words=row.words,
        who=row.who,
        at=row.at,
    )
