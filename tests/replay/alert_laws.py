"""What must hold of all alerts and issues of a database, whoever made it: each law gives the breaches it finds, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from monitor.digests.frozen import from_json
from monitor.model import Digest
from monitor.pipeline.ports import Context
from monitor.schedule.alert_times import is_quiet
from monitor.settings import TopicSettings
from monitor.store.schema import issues, scores


@dataclass(frozen=True, slots=True)
class Past:
    """Everything a topic's readers were sent, oldest first, and what became of each article on topic."""

    topic: TopicSettings
    frozen: tuple[Digest, ...]
    fates: dict[int, tuple[int, str]]  # article -> number of the issue that took it, fate

    @property
    def alerts(self) -> list[Digest]:
        return [each for each in self.frozen if each.alert]

    @property
    def weekly(self) -> list[Digest]:
        return [each for each in self.frozen if not each.alert]


def past(context: Context, topic: TopicSettings) -> Past:
    """Read it."""
    with context.store.look() as connection:
        digests = connection.execute(
            select(issues.c.digest).where(issues.c.topic == topic.id).order_by(issues.c.id)
        ).scalars()
        rows = connection.execute(
            select(scores.c.article_id, issues.c.number, scores.c.fate)
            .join(issues, issues.c.id == scores.c.issue_id)
            .where(scores.c.topic == topic.id, scores.c.is_relevant)
        )
        return Past(topic, tuple(map(from_json, digests)), {row[0]: (row.number, row.fate) for row in rows})


def too_many(found: Past) -> Iterator[str]:
    """More messages of an alert on one day than wanted."""
    zone = ZoneInfo(found.topic.schedule.time_zone)
    days = Counter((each.alert, each.composed_at.astimezone(zone).date()) for each in found.alerts)
    for (name, day), count in days.items():
        alert = found.topic.alert(name)
        most = 1 if alert is None or alert.is_daily else alert.at_most
        if count > most:
            yield f"{name} told {count} times on {day}, {most} allowed"


def twice(found: Past) -> Iterator[str]:
    """An article told by two alerts, or first by an issue; a story told again that is no update."""
    articles: set[int] = set()
    stories: set[int] = set()
    for digest in found.frozen:
        for entry in digest.top if digest.alert else (*digest.top, *digest.also):
            for story in (entry,) if digest.alert else entry.shown:
                if digest.alert and articles & set(story.article_ids):
                    yield f"{digest.alert} told an article again: {story.headline}"
                if digest.alert and story.story_id in stories and story.status != "updated":
                    yield f"{digest.alert} told a story again as {story.status}: {story.headline}"
                articles.update(story.article_ids)
                stories.add(story.story_id)


def new_again(found: Past) -> Iterator[str]:
    """A story an issue calls new, or drops as known, though an alert told it before."""
    alerted: set[int] = set()
    for digest in found.frozen:
        if digest.alert:
            alerted.update(i for entry in digest.top for i in entry.article_ids)
            continue
        for entry in (*digest.top, *digest.also):
            for story in entry.shown:
                if story.status == "new" and alerted & set(story.article_ids):
                    yield f"issue {digest.issue} calls new: {story.headline}"
    for article in alerted:
        number, fate = found.fates.get(article, (0, "told"))
        if fate not in ("told", "sent"):
            yield f"issue {number} says of article {article}, which an alert told: {fate}"


def in_quiet_hours(found: Past) -> Iterator[str]:
    """An alert in hours in which it must be silent."""
    for digest in found.alerts:
        alert = found.topic.alert(digest.alert)
        if alert is not None and is_quiet(alert, found.topic, digest.composed_at):
            yield f"{digest.alert} told something at {digest.composed_at:%Y-%m-%d %H:%M}"


def off_account(found: Past) -> Iterator[str]:
    """An issue whose accounts are not what its articles came to."""
    for digest in found.weekly:
        fates = Counter(fate for number, fate in found.fates.values() if number == digest.issue)
        said = {
            name: getattr(digest.coverage, name)
            for name in ("told", "below", "known", "sent", "backlog", "ruled")
        }
        if fates != Counter({name: count for name, count in said.items() if count}):
            yield f"issue {digest.issue} says {said}, its articles {dict(fates)}"


LAWS = (too_many, twice, new_again, in_quiet_hours, off_account)


def breaches(found: Past) -> list[str]:
    """Everything that breaks a law."""
    return [each for law in LAWS for each in law(found)]
