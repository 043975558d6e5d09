"""Rows for lists: newest first, no more than asked, told by what issues did with them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from monitor.store import Connection, befores, overviews
from monitor.store import deliveries as ledger
from monitor.store import issues as issues_store
from monitor.store import slots as slots_store
from monitor.store.schema import deliveries, scores
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import context_on, live


@pytest.fixture
def connection(store, tmp_path, now) -> Connection:
    live(context_on(store, tmp_path, at=now - timedelta(days=7)), now)
    with store.begin() as opened:
        yield opened


def test_slots_come_newest_first_with_their_issue(connection, now):
    issue = issues_store.newest(connection, TOPIC.id)
    for days, number in ((14, None), (7, issue.id), (0, None)):
        slots_store.put(
            connection, TOPIC.id, now - timedelta(days=days), state="done", at=now, issue_id=number
        )
    found = overviews.slots_of(connection, [TOPIC.id], limit=2)
    assert [(row.slot, row.issue) for row in found] == [(now, None), (now - timedelta(days=7), 1)]
    assert overviews.slots_of(connection, ["other"], limit=2) == ()


def test_messages_are_those_of_the_newest_issues(connection):
    issue = issues_store.newest(connection, TOPIC.id)
    ledger.add(
        connection,
        [
            ledger.Delivery(
                issue_id=issue.id,
                recipient=who,
                state="pending",
                dot=False,
                attempts=0,
                message_id=f"<{who}>",
            )
            for who in ("bo@example.org", "ann@example.org")
        ],
    )
    found = overviews.messages(connection, limit=10)
    assert [(row.topic, row.issue, row.recipient) for row in found] == [
        (TOPIC.id, 1, "ann@example.org"),
        (TOPIC.id, 1, "bo@example.org"),
    ]
    connection.execute(
        update(deliveries).where(deliveries.c.recipient == "ann@example.org").values(state="sent")
    )
    assert [row.recipient for row in overviews.messages(connection, limit=1)] == ["bo@example.org"]


def test_a_story_has_its_articles_outlets_and_what_was_told(connection, now):
    rows = overviews.stories_of(connection, TOPIC.id, since=now - timedelta(days=60), limit=10)
    assert rows
    assert [row.last_at for row in rows] == sorted((row.last_at for row in rows), reverse=True)
    assert overviews.stories_of(connection, TOPIC.id, since=now, limit=10) == ()
    assert len(overviews.stories_of(connection, TOPIC.id, since=now - timedelta(days=60), limit=1)) == 1
    told = overviews.headlines_sent(connection, TOPIC.id, [row.id for row in rows])
    first = next(row for row in rows if row.id in told)
    assert told[first.id][0][0] == 1
    one = overviews.stories_of(connection, TOPIC.id, since=now - timedelta(days=60), limit=1, only=first.id)
    assert [(row.id, row.outlets) for row in one] == [(first.id, 1)]
    assert (1, True) in overviews.considered_by(connection, TOPIC.id, first.id).values()
    assert len(overviews.considered_by(connection, TOPIC.id, first.id)) <= first.articles


def test_rows_of_scores_are_put_back_whole(connection):
    rows = befores.waiting_rows(connection, TOPIC.id)
    assert rows
    connection.execute(update(scores).where(scores.c.issue_id.is_(None)).values(relevance=0.0, body="{}"))
    assert befores.waiting_rows(connection, TOPIC.id) != rows
    assert befores.put_back(connection, TOPIC.id, rows) == len(rows)
    assert befores.waiting_rows(connection, TOPIC.id) == rows
