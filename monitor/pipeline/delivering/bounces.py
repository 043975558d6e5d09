"""Mail that comes back -> the ledger: what was returned has not arrived, who does not exist or asks to leave gets no more.

A report is only as good as the Message-ID in it: one we never gave changes nothing, whomever it names. Without any, the newest mail to
the recipient is meant. An answer takes nobody off but who wrote it, and tells only of articles that issue showed or asked about.
Reading a report again changes nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from monitor.deliver.channels.registry import personal
from monitor.deliver.message import slug
from monitor.deliver.refusals import whose
from monitor.deliver.replies import Reply, reply
from monitor.deliver.reports import Report, messages, reports_of
from monitor.digests import keys
from monitor.digests.frozen import from_json
from monitor.pipeline.delivering.deliver import is_common
from monitor.pipeline.judging import feedback
from monitor.pipeline.ports import Context
from monitor.store import Connection
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import readers as readers_store
from monitor.store import suppressed as suppressed_store
from monitor.store.deliveries import Delivery
from monitor.store.transactions import SENDING

log = structlog.get_logger()
_NEWEST = 50  # mails to one address among which a topic is looked for


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What became of one report."""

    outcome: str  # bounced | suppressed | unsubscribed | answered | noted | unknown | no report
    recipient: str = ""
    detail: str = ""

    def line(self) -> str:
        """Return it for people."""
        return " ".join(
            filter(
                None, (f"{self.outcome}:" if self.recipient else self.outcome, self.recipient, self.detail)
            )
        )


def take_bounces(context: Context, content: bytes) -> tuple[Bounce, ...]:
    """Take note of every report and every wish to leave in `content`, a message or an mbox of them."""
    done: list[Bounce] = []
    for raw in messages(content):
        found = reports_of(raw)
        done += [_one(context, report) for report in found] or [_answered(context, raw)]
    for each in done:
        log.info("bounce", outcome=each.outcome, recipient=each.recipient, detail=each.detail)
    return tuple(done)


def _answered(context: Context, raw: bytes) -> Bounce:
    """A reader's answer: the word unsubscribe takes them off, by the address they wrote from; "yes 79" tells of an article."""
    found = reply(raw)
    if found is not None and found.answers and not found.wants_to_leave:
        return _told_of_articles(context, found)
    if found is None or not found.wants_to_leave:
        what = (
            "a message that is no delivery report"
            if found is None
            else "an answer that does not ask to leave"
        )
        return Bounce(outcome="no report", detail=f"{what}: nothing changed")
    with context.store.begin(SENDING) as connection:
        row = _answered_row(connection, found)
        if row is None:
            return Bounce(
                outcome="unknown",
                recipient=found.sender,
                detail="they ask to leave, but we sent that address no such message: nothing changed",
            )
        topic = ledger.topic_of(connection, row)
        suppressed_store.add(connection, topic, row.recipient, at=context.now, reason="unsubscribed")
    return Bounce(outcome="unsubscribed", recipient=row.recipient, detail=f"gets no more mail of {topic}")


def _told_of_articles(context: Context, found: Reply) -> Bounce:
    """Keep what a reader says of articles, as their links would: only of what the answered mail showed or asked, one vote a reader."""
    mark = keys.mark_of(keys.token_for(context.link_key, found.sender)) if context.link_key else ""
    # Without a secret a mark that no token has, for a token could then be made by anybody.
    mark = mark or keys.key_for(b"by mail", found.sender)
    with context.store.begin(SENDING) as connection:
        row = _answered_row(connection, found) if found.message_ids else None
        issue = None if row is None else issues_store.by_id(connection, row.issue_id)
        if row is None or issue is None:
            return Bounce(
                outcome="unknown",
                recipient=found.sender,
                detail="they tell of articles, but not as an answer to a mail we sent them: nothing changed",
            )
        known = {each.mark: each.answers_after for each in readers_store.of(connection, row.recipient)}
        taken_back = known.get(mark)
        if taken_back is None:
            readers_store.note(connection, {mark: row.recipient})
    digest = from_json(issue.digest)
    topic = next((each for each in context.settings.topics if each.id == digest.topic), None)
    shown = {story.article_ids[0] for entry in (*digest.top, *digest.also) for story in entry.shown}
    allowed = shown | {probe.article_id for probe in digest.probes}
    answers = [(article, verdict) for article, verdict in found.answers if article in allowed]
    is_closed = taken_back is not None and issue.composed_at <= taken_back
    if topic is None or is_closed or not answers:
        why = "that mail asked about no such article" if not answers else "their answers are taken no more"
        return Bounce(outcome="unknown", recipient=row.recipient, detail=f"{why}: nothing changed")
    for article, verdict in answers:
        feedback.take_answer(context, topic, article, verdict, reader=mark)
    said = ", ".join(f"{article} {verdict.replace('_', '-')}" for article, verdict in answers)
    return Bounce(outcome="answered", recipient=row.recipient, detail=f"{digest.topic}: {said}")


def _answered_row(connection: Connection, found: Reply) -> Delivery | None:
    """The mail an answer is about: the one it names, else the newest of the topic its subject names, else the newest.

    One that names messages of others is about those, whoever wrote it.
    """
    named = (ledger.by_message_id(connection, identity) for identity in found.message_ids)
    rows = [row for row in named if row is not None and row.channel in personal()]
    if not found.message_ids:
        rows = [
            row
            for row in ledger.newest_to(connection, found.sender, limit=_NEWEST, channels=personal())
            if row.attempts
        ]
        rows.sort(key=lambda row: slug(ledger.topic_of(connection, row)) not in found.subject.split())
    return next((row for row in rows if row.recipient.casefold() == found.sender), None)


def _one(context: Context, report: Report) -> Bounce:
    named = ", ".join(report.recipients)
    with context.store.begin(SENDING) as connection:
        row = _meant(connection, report)
        if row is None:
            why = "a message we never sent" if report.message_ids else "an address we sent nothing to"
            return Bounce(
                outcome="unknown", recipient=named, detail=f"the report is about {why}: nothing changed"
            )
        if not report.is_final:
            if report.action == "delayed":
                ledger.note(connection, row, f"delayed: {report.detail}")
            return Bounce(
                outcome="noted", recipient=row.recipient, detail=f"{report.action}, {report.detail}"
            )
        return _failed(connection, context, row, report)


def _meant(connection: Connection, report: Report) -> Delivery | None:
    """The delivery a report is about."""
    for identity in report.message_ids:
        row = ledger.by_message_id(connection, identity)
        if row is not None and row.channel in personal():
            return row
    if report.message_ids:
        return None
    newest = (
        row
        for name in report.recipients
        for row in ledger.newest_to(connection, name, limit=1, channels=personal())
    )
    return next((row for row in newest if row.attempts), None)


def _failed(connection: Connection, context: Context, row: Delivery, report: Report) -> Bounce:
    """It did not arrive. Only what is the reader's own fault takes them off; a server that gave up (4.x.x) names none."""
    fault = whose(report.detail, status=report.status) if report.status.startswith("5") else "later"
    reason = "bounced" if fault == "reader" else "given_up" if fault == "later" else "rejected"
    ledger.fail(connection, row, reason=reason, detail=f"bounced: {report.detail}")
    topic = ledger.topic_of(connection, row)
    rows = ledger.of_issue(connection, row.issue_id)
    if fault != "reader" or is_common(rows):
        _let_back(connection, topic, rows)
        return Bounce(outcome="bounced", recipient=row.recipient, detail=report.detail)
    suppressed_store.add(connection, topic, row.recipient, at=context.now, reason=f"bounced: {report.detail}")
    return Bounce(
        outcome="suppressed", recipient=row.recipient, detail=f"gets no more mail of {topic}: {report.detail}"
    )


def _let_back(connection: Connection, topic: str, rows: tuple[Delivery, ...]) -> None:
    """When most of an issue came back with the like words, those whom its first reports took off are readers again."""
    if not is_common(rows):
        return
    off = suppressed_store.of(connection, topic)
    for row in rows:
        if off.get(row.recipient.casefold()) == row.detail:
            suppressed_store.forget(connection, row.recipient, topic=topic)
            log.warning("reader.let_back", topic=topic, recipient=row.recipient)
