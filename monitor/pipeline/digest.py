"""Waiting scores -> one frozen issue, or a preview of it. Rendered once; what is frozen is never composed again."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from monitor.deliver.address import address
from monitor.deliver.file import write as write_files
from monitor.deliver.message import build as build_message
from monitor.deliver.message import message_id
from monitor.digests.compose import compose
from monitor.digests.frozen import from_json, to_json
from monitor.digests.ics import calendar
from monitor.digests.render import render
from monitor.model import Candidate, Digest, QuietThread, RenderedDigest
from monitor.pipeline import candidates, coverage
from monitor.pipeline.judging import judging, memory
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store.issues import Issue, Reported
from monitor.store.scores import Scored

log = structlog.get_logger()
PERIOD = timedelta(days=7)
LATE = timedelta(days=3)  # an article dated this long before the period may still arrive in it
RECENT_ISSUES = 8  # whose stories a new one may go on with: the memory holds as many weeks
SOON = timedelta(days=6)  # after so long a quiet issue is due; before, nothing new means no new issue
NOBODY = "monitor <monitor@localhost>"  # sender and reader of an .eml file nobody sends
ENDINGS = {"html": "html", "text": "txt", "md": "md", "json": "json", "eml": "eml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run made. `kind`: issue (frozen now), preview (nothing frozen), repeat (nothing new: the last issue again)."""

    kind: str
    digest: Digest
    rendered: RenderedDigest
    issue: Issue | None = None

    @property
    def headline(self) -> str:
        """One line for people."""
        shown = len(self.digest.top) + len(self.digest.also)
        number = self.digest.issue
        return {
            "issue": f"issue {number}, {shown} stories",
            "preview": f"preview of issue {number}, {shown} stories; nothing was frozen or sent",
            "repeat": f"nothing new since issue {number}; its files are written again",
        }[self.kind]


def run(
    context: Context,
    topic: TopicSettings,
    *,
    kind: str,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Outcome:
    """Compose the topic's next issue from what waits. `kind`: issue freezes it, preview does not."""
    judged = judging(context, topic)
    end = until or context.now
    with context.store.begin() as connection:
        last = issues_store.newest(connection, topic.id)
        start = since or (last.until if last else end - PERIOD)
        waiting = _waiting(
            connection, topic, start=start, end=end, is_first=last is None or since is not None
        )
        told = issues_store.told(connection, topic.id)
        everything = _by_story(connection, topic, waiting, told)
        period = candidates.Period(
            topic=topic,
            profile=judged.profile,
            until=end,
            known=memory(connection, context, topic, judged, without={s.article.id for s in waiting}),
            told=told,
            everything=everything,
        )
        found = candidates.build(waiting, period)
        accounts = coverage.run(
            connection, context, topic, since=start, until=end, relevant=waiting, stories=len(found)
        )
    digest = compose(
        topic=topic,
        issue=1 if last is None else last.number + 1,
        since=start,
        until=end,
        now=context.now,
        candidates=found,
        coverage=accounts,
        base_url=context.settings.digest.base_url,
        quiet=_threads(told, everything, {c.follows for c in found}),
    )
    if last is not None and not digest.coverage.shown and end - last.until < SOON:
        log.info("digest.nothing_new", topic=topic.id, issue=last.number)
        return Outcome(kind="repeat", digest=from_json(last.digest), rendered=last.rendered, issue=last)
    rendered = render(digest, templates=_templates(context))
    if kind == "preview":
        return Outcome(kind="preview", digest=digest, rendered=rendered)
    return Outcome(
        kind="issue", digest=digest, rendered=rendered, issue=_freeze(context, topic, digest, rendered)
    )


def write(
    context: Context,
    topic: TopicSettings,
    outcome: Outcome,
    *,
    folder: Path | None = None,
    formats: tuple[str, ...] | None = None,
) -> tuple[Path, ...]:
    """Write an outcome's files and return their paths."""
    digest = outcome.digest
    stem = f"{topic.id}-{digest.until:%Y-%m-%d}-{'preview' if outcome.kind == 'preview' else f'issue-{digest.issue}'}"
    parts = {
        ENDINGS[name]: _part(context, topic, outcome, name)
        for name in formats or context.settings.digest.formats
    }
    dates = calendar(digest)
    if dates:
        parts["ics"] = dates
    return write_files(folder or Path(context.settings.digest.out), stem, parts)


def _waiting(
    connection: Connection, topic: TopicSettings, *, start: datetime, end: datetime, is_first: bool
) -> tuple[Scored, ...]:
    """Return the relevant articles of the period no issue has considered; later issues take late arrivals too."""
    oldest = start if is_first else start - LATE
    return tuple(
        s for s in scores_store.waiting(connection, topic.id, since=oldest) if s.article.published <= end
    )


def _by_story(
    connection: Connection, topic: TopicSettings, waiting: tuple[Scored, ...], told: tuple[Reported, ...]
) -> dict[int, tuple[Scored, ...]]:
    """Return all members of the stories of this period and of those told in recent issues."""
    recent = max((t.issue for t in told), default=0) - RECENT_ISSUES
    ids = {s.score.story_id for s in waiting if s.score.story_id is not None}
    ids |= {t.story_id for t in told if t.issue > recent}
    groups: dict[int, list[Scored]] = {}
    for scored in scores_store.of_stories(connection, topic.id, ids):
        if scored.score.story_id is not None:
            groups.setdefault(scored.score.story_id, []).append(scored)
    return {story: tuple(members) for story, members in groups.items()}


def _threads(
    told: tuple[Reported, ...], everything: Mapping[int, tuple[Scored, ...]], followed: Container[int | None]
) -> list[QuietThread]:
    """Return the stories told lately that nothing goes on with, each with its newest article."""
    threads = []
    for each in told:
        members = everything.get(each.story_id, ())
        if members and each.story_id not in followed:
            newest = max((m.article for m in members), key=lambda a: (a.published, a.id))
            threads.append(
                QuietThread(
                    story_id=each.story_id,
                    headline=each.headline,
                    issue=each.issue,
                    last_at=newest.published,
                    url=newest.url,
                )
            )
    return threads


def _freeze(context: Context, topic: TopicSettings, digest: Digest, rendered: RenderedDigest) -> Issue:
    """Write the issue down and close its period, in one transaction."""
    with context.store.begin() as connection:
        issue = issues_store.freeze(
            connection,
            topic=topic.id,
            number=digest.issue,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=rendered,
            told=[(c.story_id, c.headline, _sentences(c)) for c in (*digest.top, *digest.also)],
        )
        scores_store.mark_considered(connection, topic.id, until=digest.until, issue_id=issue.id)
    log.info("issue.frozen", topic=topic.id, issue=issue.number, stories=digest.coverage.shown)
    return issue


def _sentences(candidate: Candidate) -> tuple[str, ...]:
    """Everything a story told, headline first."""
    said = (candidate.headline, *(q.text for q in (*candidate.whats_new, *candidate.quotes)))
    return tuple(dict.fromkeys(said))


def _part(context: Context, topic: TopicSettings, outcome: Outcome, name: str) -> bytes:
    rendered = outcome.rendered
    if name == "eml":
        return _eml(context, topic, outcome)
    return {
        "html": rendered.html,
        "text": rendered.text,
        "md": rendered.markdown,
        "json": rendered.json,
    }[name].encode()


def _eml(context: Context, topic: TopicSettings, outcome: Outcome) -> bytes:
    """The message as it would be sent, addressed to its own sender."""
    sender = context.settings.smtp.sender or NOBODY
    recipient = topic.recipients[0] if topic.recipients else address(sender).domain and sender
    return build_message(
        outcome.rendered,
        digest=outcome.digest,
        sender=sender,
        recipient=recipient,
        message_id=message_id(f"{topic.id}/{outcome.digest.issue}", recipient, address(sender).domain),
        date=outcome.digest.composed_at,
    )


def _templates(context: Context) -> Path | None:
    return Path(context.settings.digest.templates) if context.settings.digest.templates else None
