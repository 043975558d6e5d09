"""Topics that are the same under another name: what the database knows of an id nobody configures any more.

A topic's id is the name of its file unless the file says `id`. Renaming the file would begin at number 1 again, tell everything a second
time, forget answers and mail those who unsubscribed. So a topic that looks like one that is gone makes no issue until its file says
which of the two it is. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from monitor.digests.frozen import from_json
from monitor.errors import SettingsError
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import suppressed as suppressed_store
from monitor.store import topics as topics_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """A topic with issues that no file configures."""

    id: str
    waiting: int  # messages that would still go out
    since: datetime | None  # the oldest of them waits from then on


def removed(connection: Connection, context: Context) -> tuple[Removed, ...]:
    """Return the topics that have issues and no file any more."""
    configured = {topic.id for topic in context.settings.topics}
    found = []
    for gone in sorted(issues_store.spans(connection).keys() - configured):
        waiting, since = ledger.waiting(connection, gone)
        found.append(Removed(id=gone, waiting=waiting, since=since))
    return tuple(found)


def refuse_renamed(connection: Connection, context: Context, topic: TopicSettings) -> None:
    """Raise SettingsError when a topic that has no issue yet looks like one that is gone, and its file does not say which it is."""
    former = looks_like(connection, context, topic)
    if former:
        raise SettingsError(
            f"topic {topic.id} looks like {former} under another name, and no file configures {former} any more",
            key="id",
            advice=(
                f'Put id = "{former}" at the top of its file and the issues, answers and opt-outs go on;'
                f' or id = "{topic.id}" when it is another topic. Until then no issue of it is made.'
            ),
        )


def looks_like(connection: Connection, context: Context, topic: TopicSettings) -> str:
    """Return the id of the topic that is gone and that `topic` looks like, "" when there is none: by title, sentence or most readers."""
    if topic.is_id_given or topic.id in issues_store.spans(connection):
        return ""
    readers = {reader.casefold() for reader in topic.recipients}
    for gone in removed(connection, context):
        last = issues_store.newest(connection, gone.id)
        profile = topics_store.profile_of(connection, gone.id)
        assert last is not None
        known = {each.casefold() for each in ledger.recipients(connection, last.id)}
        is_alike = (
            from_json(last.digest).title == topic.title
            or (profile is not None and profile.sentence == topic.sentence)
            or 2 * len(readers & known) > max(len(readers), len(known))
        )
        if is_alike:
            return gone.id
    return ""


def off(connection: Connection, context: Context, topic: TopicSettings) -> Mapping[str, str]:
    """Return who gets no mail of a topic, in small letters, each with the reason.

    Who left a topic that is gone is not mailed by one begun since then either: an opt-out is a person's word, not a file's.
    """
    found = suppressed_store.of(connection, topic.id)
    for former in _before(connection, context, topic):
        for reader, reason in suppressed_store.of(connection, former).items():
            found.setdefault(reader, f"{reason} (of {former}, which is gone)")
    return found


def _before(connection: Connection, context: Context, topic: TopicSettings) -> Iterator[str]:
    """Yield the topics that are gone and whose last issue is older than the first one of `topic`."""
    spans = issues_store.spans(connection)
    gone = spans.keys() - {each.id for each in context.settings.topics} - {topic.id}
    for former in sorted(gone):
        if topic.id not in spans or spans[former][1] < spans[topic.id][0]:
            yield former
