"""What alerts told since the last issue, and what the next one makes of it: a story that was sent is never new again.

An issue is the record of its week, and not all its readers get the alerts: what an alert told stands where it ranks, marked with when it
was sent. What came since then is judged against it, as against whatever an issue told: then the story is updated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.digests.frozen import from_json
from monitor.digests.select import KNOWN, SENT, UPDATED
from monitor.model import Candidate
from monitor.store.issues import Issue


@dataclass(frozen=True, slots=True, kw_only=True)
class Alerted:
    """What alerts told: by story the last time and how, and every article that stood behind it."""

    stories: Mapping[int, tuple[datetime, Candidate]] = field(default_factory=dict)
    articles: frozenset[int] = frozenset()


def alerted(frozen: Iterable[Issue]) -> Alerted:
    """Return what these texts of alerts told, given oldest first."""
    stories: dict[int, tuple[datetime, Candidate]] = {}
    articles: set[int] = set()
    for issue in frozen:
        for entry in from_json(issue.digest).top:
            stories[entry.story_id] = issue.composed_at, entry
            articles.update(entry.article_ids)
    return Alerted(stories=stories, articles=frozenset(articles))


def as_sent(whole: Candidate, since: Candidate | None, sent: tuple[datetime, Candidate]) -> Candidate:
    """Return a story as an issue shows it after an alert told it.

    `whole`: all its articles of the period; `since`: those alone that came after the alert, None for none; `sent`: when, and what was told.
    """
    at, told = sent
    if since is None or since.status == KNOWN:
        return replace(
            whole,
            status=SENT,
            sent_at=at,
            quotes=told.quotes or whole.quotes,
            whats_new=(),
            facts=told.facts,
            changes=(),
            before="",
            nearest=None,
        )
    return replace(
        whole,
        status=UPDATED,
        sent_at=at,
        whats_new=since.whats_new,
        facts=(*told.facts, *since.facts),
        changes=since.changes,
        before=since.before,
        nearest=since.nearest,
    )
