"""The draft of each topic's next issue as it was made last: one row a topic, replaced whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from monitor.store.database import upsert
from monitor.store.draft_tables import drafts
from monitor.store.schema import feedback, issues, profiles, revisions, scores, tunings


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A draft as stored. `digest` is the JSON of the composed content, as an issue has it."""

    topic: str
    number: int  # of the issue it would be
    at: datetime  # when it was made
    mark: str  # of all it was made of
    digest: str


def put(connection: Connection, draft: Draft) -> None:
    """Keep a draft in place of the topic's earlier one."""
    values = {"number": draft.number, "at": draft.at, "mark": draft.mark, "digest": draft.digest}
    statement = upsert(connection, drafts).values({"topic": draft.topic} | values)
    connection.execute(statement.on_conflict_do_update(index_elements=["topic"], set_=values))


def get(connection: Connection, topic: str) -> Draft | None:
    """Return the topic's draft; None while none was made."""
    row = connection.execute(select(drafts).where(drafts.c.topic == topic)).mappings().first()
    return None if row is None else Draft(**row)


def state(connection: Connection, topic: str) -> tuple[object, ...]:
    """Return what changes whenever anything does that an issue's entries are made of; cheap enough for every look.

    What waits and was judged on topic, answers and what was learnt of them, headlines changed, issues made. What lies beside the entries
    (how many feeds answered, near misses) may change without it.
    """
    # Whole numbers alone: the sum of others depends on the order in which a server comes by them.
    judged_by = (scores.c.article_id, scores.c.story_id, scores.c.background_id)
    versions = (scores.c.profile_version, scores.c.tuning_version)
    waiting = select(func.count(), func.max(scores.c.scored_at), *map(func.sum, (*judged_by, *versions)))
    of_topic = (
        waiting.where(scores.c.topic == topic, scores.c.is_relevant, scores.c.issue_id.is_(None)),
        select(func.count(), func.max(feedback.c.at)).where(feedback.c.topic == topic),
        select(func.max(tunings.c.version)).where(tunings.c.topic == topic),
        select(func.max(profiles.c.version)).where(profiles.c.topic == topic),
        select(func.max(issues.c.id)).where(
            issues.c.topic == topic
        ),  # alerts too: what they told is told as sent
        select(func.max(revisions.c.id)),
    )
    return tuple(value for query in of_topic for value in connection.execute(query).one())
