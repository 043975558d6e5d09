"""Waiting scores -> one frozen issue, or a preview of it. Rendered once; what is frozen is never composed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from monitor.deliver.address import address
from monitor.deliver.file import write as write_files
from monitor.deliver.message import build as build_message
from monitor.deliver.message import message_id
from monitor.digests import personal
from monitor.digests.accounts import is_blind
from monitor.digests.atom import feed
from monitor.digests.frozen import from_json, to_json
from monitor.digests.ics import calendar
from monitor.errors import InputError, MonitorError
from monitor.model import Candidate, Development, Digest, RenderedDigest
from monitor.pipeline.issuing import identity
from monitor.pipeline.issuing.composing import Span, composed
from monitor.pipeline.issuing.rendering import rendered
from monitor.pipeline.judging.knowledge import judging, looking
from monitor.pipeline.ports import Context
from monitor.schedule import slots
from monitor.schedule.slots import Due
from monitor.schedule.weekly import latest_slot
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import decisions as decisions_store
from monitor.store import issues as issues_store
from monitor.store import scores as scores_store
from monitor.store import slots as slots_store
from monitor.store.decisions import Decision
from monitor.store.issues import Issue
from monitor.store.transactions import of_topics

log = structlog.get_logger()
PERIOD = timedelta(days=7)
SOON = timedelta(days=6)  # after so long a quiet issue is due; before, nothing new means no new issue
AHEAD = timedelta(hours=1)  # by which whoever froze the last issue may be ahead of us and its clock right
FEED_ISSUES = 26  # of a topic's Atom feed: half a year of weeks
NOBODY = "monitor <monitor@localhost>"  # sender and reader of an .eml file nobody sends
ENDINGS = {"html": "html", "text": "txt", "md": "md", "json": "json", "eml": "eml"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a run made.

    `kind`: issue (frozen now), preview (nothing frozen), repeat (nothing new: the last issue again), skipped (nothing new, and the
    topic wants no issue then: the next one covers this period too).
    """

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
            "skipped": 'nothing new, and the topic file says quiet = "skip": no issue',
        }[self.kind]


def compose_issue(
    context: Context,
    topic: TopicSettings,
    *,
    kind: str,
    since: datetime | None = None,
    until: datetime | None = None,
    due: Due | None = None,
    only: int | None = None,
) -> Outcome:
    """Compose the topic's next issue from what waits. `kind`: issue freezes it, preview does not.

    `due` is the slot it is made for: bound to what comes of it in the same transaction. `only`: none but the issue of this number, which
    whoever asks has seen; raises InputError where it is not the next one, or there is nothing to tell in it. Raises SettingsError for a topic that looks like
    one of another name.
    """
    refuse_period(since, until, context.now)
    if kind == "issue":
        with context.store.look() as connection:
            identity.refuse_renamed(connection, context, topic)
    judged = judging(context, topic)
    with context.store.look() as connection:
        span = _next(connection, context, topic, since=since, until=until, due=due)
        digest, fates, because = composed(connection, context, topic, judged, span)
    last = span.last
    if only is not None and (span.number != only or not digest.coverage.shown):
        said = "has nothing to tell" if span.number == only else "is not the next one: it was made already"
        raise InputError(f"issue {only} of {topic.id} {said}", advice="Look at the draft again.")
    is_asked_for = since is not None or until is not None or kind == "preview"
    if last is not None and not digest.coverage.shown and span.until - span.since < SOON and not is_asked_for:
        log.info("digest.nothing_new", topic=topic.id, issue=last.number)
        _bind(context, topic, due, state="again", issue_id=last.id)
        return Outcome(kind="repeat", digest=from_json(last.digest), rendered=last.rendered, issue=last)
    digest, shown = rendered(digest, templates=_templates(context))
    if kind == "preview" or _is_skipped(topic, digest):
        made = "preview" if kind == "preview" else "skipped"
        log.info("digest.composed", topic=topic.id, kind=made)
        if made == "skipped":
            _bind(context, topic, due, state="quiet")
        return Outcome(kind=made, digest=digest, rendered=shown)
    issue = _freeze(
        context, topic, digest, shown, fates=fates, because=because, due=due, decided=span.decisions
    )
    if (
        issue is None
    ):  # another process froze this number meanwhile: what it told is known now; or the editor decided something
        return compose_issue(context, topic, kind=kind, since=since, until=until, due=due, only=only)
    return Outcome(kind="issue", digest=digest, rendered=shown, issue=issue)


def draft(context: Context, topic: TopicSettings) -> Digest | None:
    """Return the next issue as it would stand if it were made and rendered now, as a preview has it; nothing at all is stored.

    None while nothing was learnt of the topic. What was not polled, read and scored yet is not in it.
    """
    judged = looking(context, topic)
    if judged is None:
        return None
    if not judged.background_id:  # what is kept from look to look is known by its background's id
        context = replace(context, indexes={})
    with context.store.look() as connection:
        span = _next(connection, context, topic)
        found, _, _ = composed(connection, context, topic, judged, span)
    return rendered(found, templates=_templates(context))[0]


def _next(
    connection: Connection,
    context: Context,
    topic: TopicSettings,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    due: Due | None = None,
) -> Span:
    """What the topic's next issue is made of. Raises InputError for a period that ends before it begins."""
    last = issues_store.newest(connection, topic.id)
    end = until or _end(last, context.now)
    start = since or _start(connection, topic, last, end)
    if start > end:
        raise InputError(
            f"the period ends at {end:%Y-%m-%d %H:%M} UTC, before it begins: issue {last.number if last else 0} reaches to "
            f"{start:%Y-%m-%d %H:%M}",
            advice="Name an earlier start with --since, or a later end with --until.",
        )
    number = 1 if last is None else last.number + 1
    return Span(
        number=number,
        since=start,
        until=end,
        waiting=scores_store.waiting(connection, topic.id, until=end, since=since),
        last=last,
        late=due.lateness if due else None,
        closes_until=_closes_until(connection, topic, due, end),
        decisions=decisions_store.standing(connection, topic.id, number),
    )


def refuse_period(since: datetime | None, until: datetime | None, now: datetime) -> None:
    """Raises InputError for a period nobody can tell of: reversed, or not over yet."""
    advice = "Both are moments of the past, --since before --until; --now acts as if it were another moment."
    for name, value in (("--since", since), ("--until", until)):
        if value is not None and value > now:
            raise InputError(f"{name} {value:%Y-%m-%d %H:%M} UTC lies in the future", advice=advice)
    if since is not None and since >= (until or now):
        raise InputError(
            f"--since {since:%Y-%m-%d %H:%M} UTC is not before --until {until or now:%Y-%m-%d %H:%M} UTC",
            advice=advice,
        )


def shown(context: Context, digest: Digest) -> tuple[Digest, RenderedDigest]:
    """Return an issue as it can be shown, and its renderings by the configured templates."""
    return rendered(digest, templates=_templates(context))


def frozen(context: Context, issue_id: int) -> Outcome:
    """Return an issue that was frozen before, to be written and delivered. Raises StoreError when it is damaged."""
    with context.store.look() as connection:
        issue = issues_store.by_id(connection, issue_id)
    return Outcome(kind="issue", digest=from_json(issue.digest), rendered=issue.rendered, issue=issue)


def write(
    context: Context,
    topic: TopicSettings,
    outcome: Outcome,
    *,
    folder: Path | None = None,
    formats: tuple[str, ...] | None = None,
) -> tuple[Path, ...]:
    """Write an outcome's files and return their paths; a skipped issue has none.

    A format that cannot be made keeps no other one back: its error comes when the others are written.
    """
    if outcome.kind == "skipped":
        return ()
    outcome = for_nobody(context, outcome)
    digest = outcome.digest
    stem = f"{topic.id}-{digest.until:%Y-%m-%d}-{'preview' if outcome.kind == 'preview' else f'issue-{digest.issue}'}"
    parts, troubles = dict[str, bytes](), list[MonitorError]()
    for name in formats or context.settings.digest.formats:
        try:
            parts[ENDINGS[name]] = _part(context, topic, outcome, name)
        except MonitorError as error:
            troubles.append(error)
    dates = calendar(digest)
    if dates:
        parts["ics"] = dates
    paths = write_files(folder or Path(context.settings.digest.out), stem, parts)
    if troubles:
        raise troubles[0]
    return paths


def for_nobody(context: Context, outcome: Outcome) -> Outcome:
    """Return the same without links that answer, which only a reader's mail has; as it is where there are none."""
    if not outcome.digest.answer_urls:
        return outcome
    digest, shown = rendered(personal.for_nobody(outcome.digest), templates=_templates(context))
    return replace(outcome, digest=digest, rendered=shown)


def write_feed(context: Context, topic: TopicSettings, file: Path | None = None) -> Path | None:
    """Write the topic's newest issues as an Atom feed and return where; None when there is no issue yet."""
    with context.store.look() as connection:
        found = issues_store.recent(connection, topic.id, limit=FEED_ISSUES)
    if not found:
        return None
    path = file or Path(context.settings.digest.out) / f"{topic.id}.atom"
    issues = [
        for_nobody(context, Outcome(kind="issue", digest=from_json(issue.digest), rendered=issue.rendered))
        for issue in found
    ]
    document = feed([(each.digest, each.rendered) for each in issues])
    return write_files(path.parent, path.stem, {path.suffix.lstrip(".") or "atom": document})[0]


def _is_skipped(topic: TopicSettings, digest: Digest) -> bool:
    """A quiet week is skipped when the topic says so; a week in which no feed answered never is, for that is news to the reader."""
    return topic.quiet == "skip" and not digest.coverage.shown and not is_blind(digest.coverage)


def _end(last: Issue | None, now: datetime) -> datetime:
    """Now, or where the last issue ends when another process froze that while this one was still polling, or by a clock a little ahead.

    Otherwise the same week would be told a second time, as a quiet one.
    """
    return last.until if last is not None and now < last.until <= now + AHEAD else now


def _start(connection: Connection, topic: TopicSettings, last: Issue | None, end: datetime) -> datetime:
    """Where the last issue ended; one that ends in the future was made by a clock that was wrong, and is passed over."""
    if last is None:
        return end - PERIOD
    if last.until <= end:
        return last.until
    before = issues_store.recent(connection, topic.id, limit=FEED_ISSUES)
    return max((issue.until for issue in before if issue.until <= end), default=end - PERIOD)


def _bind(
    context: Context, topic: TopicSettings, due: Due | None, *, state: str, issue_id: int | None = None
) -> None:
    if due is not None:
        with context.store.begin(of_topics(topic.id)) as connection:
            slots.bind(connection, topic, due, state=state, at=context.now, issue_id=issue_id)


def _freeze(
    context: Context,
    topic: TopicSettings,
    digest: Digest,
    shown: RenderedDigest,
    *,
    fates: Mapping[int, str],
    because: Mapping[int, str],
    due: Due | None,
    decided: tuple[Decision, ...],
) -> Issue | None:
    """Write the issue down, close what it took and bind its slot, in one transaction.

    None when its number is taken, or when the editor has not `decided` that any more.
    """
    with context.store.begin(of_topics(topic.id)) as connection:
        if due is not None:
            slots.refuse_taken(connection, topic, due)
        if issues_store.numbered(connection, topic.id, digest.issue) is not None:
            return None
        if decisions_store.standing(connection, topic.id, digest.issue) != decided:
            return None
        issue = issues_store.freeze(
            connection,
            topic=topic.id,
            number=digest.issue,
            since=digest.since,
            until=digest.until,
            composed_at=digest.composed_at,
            digest=to_json(digest),
            rendered=shown,
            told=[
                (story.story_id, story.headline, _sentences(story))
                for entry in (*digest.top, *digest.also)
                for story in entry.shown
            ],
        )
        scores_store.close(
            connection,
            topic.id,
            _as_shown(fates, digest),
            because=because,
            until=digest.until,
            issue_id=issue.id,
        )
        if due is not None:
            slots.bind(connection, topic, due, state="frozen", at=context.now, issue_id=issue.id)
    log.info("issue.frozen", topic=topic.id, issue=issue.number, stories=digest.coverage.shown)
    return issue


def _closes_until(
    connection: Connection, topic: TopicSettings, due: Due | None, end: datetime
) -> datetime | None:
    """Up to when what was first seen is closed though it is not told; None: all of it.

    Where no daemon keeps the schedule, each issue by hand is the week's own. Where one does, what was seen since the last slot is the next one's.
    """
    if due is not None or slots_store.newest(connection, topic.id, until=end) is None:
        return None
    return min(end, latest_slot(topic.schedule, end))


def _as_shown(fates: Mapping[int, str], digest: Digest) -> dict[int, str]:
    """The fates as the issue was rendered: a story that could not be is not told."""
    told = {identity for entry in (*digest.top, *digest.also) for identity in entry.shown_article_ids}
    return {
        identity: scores_store.BELOW if fate == scores_store.TOLD and identity not in told else fate
        for identity, fate in fates.items()
    }


def _sentences(story: Candidate | Development) -> tuple[str, ...]:
    """Everything a story told, headline first."""
    quotes = (*story.whats_new, *story.quotes) if isinstance(story, Candidate) else story.whats_new
    return tuple(dict.fromkeys((story.headline, *(quote.text for quote in quotes))))


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
    """The message as it would be sent, addressed to its own sender: readers' addresses stay out of files."""
    sender = context.settings.smtp.sender or NOBODY
    return build_message(
        outcome.rendered,
        digest=outcome.digest,
        sender=sender,
        recipient=sender,
        message_id=message_id(f"{topic.id}/{outcome.digest.issue}", sender, address(sender).domain),
        date=outcome.digest.composed_at,
    )


def _templates(context: Context) -> Path | None:
    return Path(context.settings.digest.templates) if context.settings.digest.templates else None
