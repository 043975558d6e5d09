"""What is asked for one article, one feed or one period reads no table whole, however much is stored."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import event

from monitor.model import Stage
from monitor.store import articles as articles_store
from monitor.store import feeds as feeds_store
from monitor.store import lookback, scores, visits
from tests.make import AT

WEEK = timedelta(days=7)
BIG = ("articles", "sightings", "scores", "features", "stories", "told_facts", "polls")
ASKED = {
    "explain": lambda c: scores.of_article(c, 7),
    "an article": lambda c: articles_store.find(c, article_id=7),
    "an address": lambda c: articles_store.find(c, key="k7"),
    "shown before": lambda c: articles_store.seen_as(c, [("f", "7"), ("g", "8")]),
    "seen between": lambda c: articles_store.seen_between(c, since=AT - WEEK, until=AT),
    "feeds asked": lambda c: feeds_store.answered(c, since=AT - WEEK, until=AT),
    "clocks": lambda c: feeds_store.skews(c, since=AT - WEEK, until=AT),
    "at a stage": lambda c: articles_store.ids_at_stage(c, Stage.READ),
    "some states": lambda c: feeds_store.states(c, {"f", "g"}),
    "a story": lambda c: scores.of_stories(c, "trade", [3]),
    "waiting": lambda c: scores.waiting(c, "trade", until=AT),
    "the window": lambda c: scores.window(c, "trade", since=AT - WEEK),
    "the last story": lambda c: scores.last_story_id(c, "trade"),
    "settled": lambda c: lookback.settled(c, [7, 8]),
    "visits": lambda c: visits.of(c, [7, 8]),
}


def scanned(store, ask):
    """The steps of the plans in which a big table is read from end to end, without an index."""
    plans = []

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if statement.startswith("SELECT"):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.extend(row[3] for row in rows)

    with store.look() as connection:
        event.listen(connection, "before_cursor_execute", explain)
        ask(connection)
    assert plans
    return [step for step in plans if step.startswith(tuple(f"SCAN {name}" for name in (*BIG, "feeds")))]


def test_no_big_table_is_read_whole(file_store):
    found = {what: scanned(file_store, ask) for what, ask in ASKED.items()}
    assert {what: steps for what, steps in found.items() if steps} == {}
    # The control: a question without an index.
    assert scanned(file_store, feeds_store.states) == ["SCAN feeds"]
