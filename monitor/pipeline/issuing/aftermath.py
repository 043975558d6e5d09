"""What the store knows of stories and articles that earlier issues told: their newest article, and headlines changed since."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from monitor.digests.frozen import from_json
from monitor.model import QuietThread, Revision
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import articles as articles_store
from monitor.store import issues as issues_store
from monitor.store.issues import Issue, Reported
from monitor.store.scores import Scored
from monitor.stories.states import is_corrected

WATCHED_ISSUES = 8  # whose headlines are still watched for changes


def threads(
    told: Iterable[Reported], everything: Mapping[int, tuple[Scored, ...]], followed: Container[int | None]
) -> list[QuietThread]:
    """Return the stories told lately that nothing goes on with, each with its newest article."""
    found = []
    for each in told:
        members = everything.get(each.story_id, ())
        if members and each.story_id not in followed:
            newest = max((m.article for m in members), key=lambda a: (a.published, a.id))
            found.append(
                QuietThread(
                    story_id=each.story_id,
                    headline=each.headline,
                    issue=each.issue,
                    last_at=newest.published,
                    url=newest.url,
                )
            )
    return found


def revised(
    connection: Connection, topic: TopicSettings, last: Issue | None, *, until: datetime
) -> list[Revision]:
    """Return the headlines that issues up to `last` carried and publishers changed after it was composed."""
    if last is None:
        return []
    carried = _carried(connection, topic, last)
    changed = articles_store.retitled(connection, carried, since=last.composed_at, until=until)
    articles = articles_store.get(connection, {change.article_id for change in changed})
    return [
        Revision(
            article_id=change.article_id,
            before=change.old,
            headline=change.new,
            outlet=articles[change.article_id].outlet,
            at=change.at,
            issue=carried[change.article_id],
            url=articles[change.article_id].url,
            is_correction=is_corrected(change.old, change.new),
        )
        for change in changed
    ]


def _carried(connection: Connection, topic: TopicSettings, last: Issue) -> dict[int, int]:
    """Article whose headline an issue showed -> the last issue that did."""
    issues = issues_store.recent(connection, topic.id, limit=WATCHED_ISSUES, until=last.number)
    return {
        story.article_ids[0]: digest.issue
        for digest in (from_json(issue.digest) for issue in sorted(issues, key=lambda i: i.number))
        for entry in (*digest.top, *digest.also)
        for story in entry.shown
        if story.article_ids
    }
