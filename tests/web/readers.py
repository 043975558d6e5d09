"""What the tests of readers' links share: two readers, what is in their mails, and what is kept of their answers."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

from sqlalchemy import select

from monitor.digests import keys
from monitor.settings import TopicSettings
from monitor.store import deliveries as ledger
from monitor.store import suppressed
from monitor.store.schema import feedback

KEY = b"0123456789abcdef"


BASE = "https://digest.example"


ANN, BO = "Ann@example.org", "bo@example.org"


TOPIC = TopicSettings(
    id="trade",
    title="Trade",
    sentence="Trade.",
    recipients=("Ann@example.org", "bo@example.org"),
    facets=({"name": "Measures", "aliases": ("tariff*",)},),
)


def rows(context):
    with context.store.begin() as connection:
        found = ledger.due(connection, topic="trade", now=context.now + timedelta(days=1))
        return [replace(row, message=ledger.message_of(connection, row)) for row in found]


def links(context):
    """Recipient -> the path of the unsubscribe link in the message."""
    marks = {
        row.recipient: row.message.split(b"List-Unsubscribe: <https://digest.example")[1].split(b">")[0]
        for row in rows(context)
    }
    return {recipient: mark.decode() for recipient, mark in marks.items()}


def left(context):
    with context.store.begin() as connection:
        return set(suppressed.of(connection, "trade"))


def answer_paths(context, who):
    """The paths of the answers in a reader's mail, text and HTML."""
    (row,) = [row for row in rows(context) if row.recipient == who]
    message = message_from_bytes(row.message, policy=policy.default)
    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    found = [re.findall(r"https://digest\.example(/feedback/[A-Za-z0-9/_-]+)", body) for body in bodies]
    assert all("/question/" not in body for body in bodies)
    assert found[0] == found[1]
    return found[0]


def votes(context):
    """Article -> mark -> verdict."""
    with context.store.begin() as connection:
        return {(row.article_id, row.reader): row.verdict for row in connection.execute(select(feedback))}


def mark(who):
    return keys.mark_of(keys.token_for(KEY, who))
