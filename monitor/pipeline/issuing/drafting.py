"""The stored draft of each topic's next issue: composed by what composes the issue, when something moved, and read by whoever looks.

In: a topic and what is stored; out: a row in `drafts`. An issue is never made of it: the slot composes anew, from the same rows by the same code.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import structlog

from monitor import __version__
from monitor.digests.frozen import to_json
from monitor.pipeline.issuing import digest
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import decisions as decisions_store
from monitor.store import drafts as drafts_store
from monitor.store import issues as issues_store
from monitor.store.drafts import Draft
from monitor.store.transactions import of_topics

log = structlog.get_logger()
# So long a draft of which nothing moved is as good as new: an article's recency fades by a seventh a day, and the accounts beside the
# entries (feeds that answered, near misses) are of this hour.
AGE = timedelta(hours=1)


def refresh(context: Context, topic: TopicSettings) -> bool:
    """Make the topic's draft anew and store it, when something moved or it is over an hour old; return whether it was.

    While nothing was learnt of the topic there is none.
    """
    with context.store.look() as connection:
        kept, mark = drafts_store.get(connection, topic.id), mark_of(connection, context, topic)
    if _is_fresh(kept, mark, context):
        return False
    made = _made(context, topic, mark)
    if made is None:
        return False
    with context.store.begin(of_topics(topic.id)) as connection:
        drafts_store.put(connection, made)
    log.debug("draft.made", topic=topic.id, issue=made.number)
    return True


def current(context: Context, topic: TopicSettings, *, known: Draft | None = None) -> Draft | None:
    """Return the stored draft, or the one `known` from an earlier look; where both are stale, one made now, and nothing is stored.

    None while nothing was learnt of the topic.
    """
    with context.store.look() as connection:
        kept, mark = drafts_store.get(connection, topic.id), mark_of(connection, context, topic)
    fresh = (each for each in (kept, known) if _is_fresh(each, mark, context))
    return next(fresh, None) or _made(context, topic, mark)


def mark_of(connection: Connection, context: Context, topic: TopicSettings) -> str:
    """Return what tells apart two drafts of which one is to be made anew: rows, decisions, settings and the program, in 64 letters."""
    last = issues_store.last_number(connection, topic.id)
    decided = tuple(each.id for each in decisions_store.standing(connection, topic.id, last + 1))
    own = context.settings.digest
    made_of = (
        __version__,
        drafts_store.state(connection, topic.id),
        decided,
        topic.model_dump_json(),
        (own.base_url, own.templates, context.link_key, context.feeds),
    )
    return sha256(repr(made_of).encode("utf-8", "replace")).hexdigest()


def _is_fresh(kept: Draft | None, mark: str, context: Context) -> bool:
    return kept is not None and kept.mark == mark and timedelta() <= context.now - kept.at < AGE


def _made(context: Context, topic: TopicSettings, mark: str) -> Draft | None:
    """The mark was taken before: what moves while it is composed makes it stale at once."""
    found = digest.draft(context, topic)
    if found is None:
        return None
    return Draft(topic=topic.id, number=found.issue, at=context.now, mark=mark, digest=to_json(found))
