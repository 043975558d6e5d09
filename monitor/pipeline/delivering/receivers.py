"""Whom an issue of a topic, or what one of its alerts told, may go to now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from monitor.deliver.channels import registry
from monitor.pipeline.issuing import identity
from monitor.pipeline.ports import Context
from monitor.settings import TopicSettings
from monitor.store import Connection
from monitor.store import issues as issues_store

Places = Mapping[tuple[str, str], Any]  # by kind, and name in small letters


def has_receivers(topic: TopicSettings) -> bool:
    """Return whether an issue of the topic is for anybody."""
    return bool(topic.recipients or topic.webhooks or topic.channels)


def is_nobody_left(connection: Connection, context: Context, topic: TopicSettings) -> bool:
    """Return whether every reader of a topic that has some was taken off."""
    return bool(topic.recipients) and readers_left(connection, context, topic) == 0


def readers_left(connection: Connection, context: Context, topic: TopicSettings) -> int:
    """Return how many of a topic's readers were not taken off."""
    off = identity.off(connection, context, topic)
    return sum(reader.casefold() not in off for reader in topic.recipients)


def places_by_issue(context: Context, topic: TopicSettings) -> Callable[[int], Places]:
    """Return what gives the places of an issue, each asked for once: there may be thousands."""

    @cache
    def found(issue_id: int) -> Places:
        with context.store.look() as connection:
            return places_of(connection, context, topic, issue_id)

    return found


def places_of(connection: Connection, context: Context, topic: TopicSettings, issue_id: int) -> Places:
    """Return the places an issue may go to now, or what an alert told: none for an alert the topic file does not have any more."""
    name = issues_store.alerts_of(connection, [issue_id]).get(issue_id)
    if name is None:
        return _places(context, topic)
    alert = topic.alert(name)
    return {} if alert is None else _places(context, topic.receiving(alert))


def _places(context: Context, topic: TopicSettings) -> Places:
    """A topic's places by kind and name, in small letters."""
    found = dict[tuple[str, str], Any]()
    for kind, channel in registry.channels().items():
        for name, place in channel.places(context.settings, topic).items():
            found[kind, name.casefold()] = place
    return found
