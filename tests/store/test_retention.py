"""What is forgotten after its age, and what never is, on both databases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from monitor.model import Relevance, Stage
from monitor.settings import RetentionSettings
from monitor.store import articles as articles_store
from monitor.store import feedback, feeds, retention, schema
from monitor.store import judged as judged_store
from monitor.store import scores as scores_store
from monitor.store import topics as topics_store
from monitor.store.feeds import Poll
from monitor.store.retention import Pruned
from tests.make import AT, article, score
from tests.store.rows import everything

AGES = RetentionSettings()
NOT_RELEVANT = Relevance(value=0.1, is_relevant=False)


@pytest.fixture
def corpus(store):
    """Articles of 10 and 100 days: scored by one topic, by two, answered, and not scored yet. Gives their ids by name."""
    ids = {}
    with store.begin() as connection:
        background = topics_store.add_background(
            connection, "trade", "{}", profile_version=1, documents=0, at=AT
        )

        def add(name, *, days, topics=(), stage=Stage.SCORED):
            seen = AT - timedelta(days=days)
            made = article(
                text=f"Text of {name}", summary="Short.", published=seen, seen_at=seen, stage=stage
            )
            ids[name] = articles_store.add(connection, made, key=name)
            articles_store.add_sightings(connection, [("ledger", name, ids[name])], at=seen)
            for topic, relevant in topics:
                values = {"article_id": ids[name], "topic": topic}
                if not relevant:
                    values |= {"relevance": NOT_RELEVANT, "story_id": None}
                judged_store.put(
                    connection,
                    [
                        judged_store.Made(
                            score=score(**values),
                            at=seen,
                            published=seen,
                            profile_version=1,
                            background_id=background,
                            features_json="{}" if relevant else None,
                        )
                    ],
                )

        for days in (10, 100, 400):
            add(f"off {days}", days=days, topics=[("trade", False)])
            add(f"on {days}", days=days, topics=[("trade", True)])
            add(f"on one {days}", days=days, topics=[("fish", True), ("trade", False)])
            add(f"unscored {days}", days=days, stage=Stage.READ)
            add(f"answered {days}", days=days, topics=[("trade", False)])
            feedback.put(connection, "trade", ids[f"answered {days}"], verdict="knew_it", at=AT)
            at = AT - timedelta(days=days)
            feeds.add_polls(
                connection,
                [Poll(feed_id="ledger", at=at, ok=True, http_status=200, status="ok", entries=1, new=1)],
            )
    return ids


def prune(store, ages=AGES, **options):
    return retention.prune(store, ages, now=AT, pause=lambda _: None, **options)


def texts(store, ids):
    with store.begin() as connection:
        found = articles_store.get(connection, ids.values())
    return {name for name, identity in ids.items() if found[identity].text}


def test_old_texts_of_irrelevant_articles_go_and_all_others_stay(store, corpus):
    prune(store)
    assert set(corpus) - texts(store, corpus) == {"off 100", "off 400"}
    with store.begin() as connection:
        left = articles_store.get(connection, [corpus["off 100"]])[corpus["off 100"]]
        assert (left.title, left.summary) == ("A headline", "Short.")
        assert scores_store.of_article(connection, left.id)[0].score.relevance == NOT_RELEVANT


def test_old_polls_go(store, corpus):
    prune(store)
    assert len(everything(store)["polls"]) == 1


def test_a_forgotten_sighting_makes_no_new_article(store, corpus):
    prune(store)
    guids = {guid for _, guid, *_ in everything(store)["sightings"]}
    assert set(corpus) - guids == {"off 400", "unscored 400", "answered 400"}
    with store.begin() as connection:
        assert articles_store.ids_of(connection, ["off 400"]) == {"off 400": corpus["off 400"]}


def test_nothing_else_is_touched(store, corpus):
    before = everything(store)
    prune(store)
    after = everything(store)
    touched = {"articles", "polls", "sightings"}
    assert {name for name in before if before[name] != after[name]} == touched
    assert len(after["articles"]) == len(before["articles"])


def test_counting_changes_nothing_and_says_what_pruning_does(store, corpus):
    before = everything(store)
    counted = prune(store, dry_run=True)
    assert everything(store) == before
    assert counted == prune(store)
    assert counted == Pruned(texts=2, text_chars=2 * len("Text of off 100"), polls=2, sightings=3)


def test_pruning_twice_forgets_nothing_more(store, corpus):
    prune(store)
    before = everything(store)
    assert prune(store) == Pruned()
    assert everything(store) == before


def test_zero_days_means_for_ever(store, corpus):
    ages = RetentionSettings(texts_days=0, polls_days=0, sightings_days=0)
    assert prune(store, ages) == Pruned()


ARCHIVE = 100_000
ROW = {
    "articles": "(id, key, url, title, text, summary, published, published_is_approximate, seen_at, authors, language, outlet, feed_id,"
    " country, trust, origin, note, paywall, state_media, robots, stage)"
    " SELECT n, 'k' || n, '', '', 'Text.', '', {at}, 0, {at}, '[]', '', '', '', '', 1, 'feed', '', 0, 0, '', 'scored'",
    "scores": "(topic, article_id, scored_at, relevance, is_relevant, profile_version, background_id, tuning_version, body)"
    " SELECT 'trade', n, {at}, 0.1, n % 10 = 0, 1, 1, 0, '{{}}'",
    "sightings": "(feed_id, guid, article_id, seen_at) SELECT 'ledger', 'g' || n, n, {at}",
    "polls": "(feed_id, at, ok, http_status, status, entries, new) SELECT 'ledger', {at}, 1, 200, 'ok', 1, 1",
}


@pytest.fixture
def archive(file_store):
    """100,000 old articles, every tenth relevant, each with a sighting and a poll of its minute."""
    at = "strftime('%Y-%m-%d %H:%M:%S.000000', '2010-01-01', '+' || n || ' minutes')"
    with file_store.begin() as connection:
        topics_store.add_background(connection, "trade", "{}", profile_version=1, documents=0, at=AT)
        for table, row in ROW.items():
            connection.exec_driver_sql(
                f"WITH RECURSIVE m(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM m WHERE n < {ARCHIVE})"  # noqa: S608
                f" INSERT INTO {table} {row.format(at=at)} FROM m"
            )
    return file_store


def test_a_large_archive_is_pruned_in_short_steps_that_read_no_table_whole(archive):
    """The law of the steps: each looks at a bounded number of rows, and between two of them another writer has its turn."""
    plans, steps = set(), [0]

    def explain(_connection, cursor, statement, parameters, _context, _many):
        if statement.startswith(("SELECT", "UPDATE", "DELETE")):
            rows = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
            plans.update(row[3] for row in rows)

    def pause(seconds):
        assert seconds > 0.1, "SQLite's waiters look every tenth of a second"
        with closing(sqlite3.connect(archive.file, timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
            steps[0] += 1

    event.listen(archive.engine, "before_cursor_execute", explain)
    found = retention.prune(archive, AGES, now=AT, pause=pause)
    assert (found.texts, found.polls, found.sightings) == (ARCHIVE * 9 // 10, ARCHIVE, ARCHIVE * 9 // 10)
    assert steps == [2 * ARCHIVE // retention.ROWS + ARCHIVE // retention.TEXT_ROWS]
    assert plans
    by_number = "SCAN word_index VIRTUAL TABLE INDEX 0:="  # what SQLite calls a look-up by rowid in FTS5
    assert [plan for plan in plans if plan.startswith("SCAN") and plan != by_number] == []
    with archive.begin() as connection:
        before = (
            "SELECT * FROM articles WHERE NOT EXISTS (SELECT * FROM scores WHERE +article_id = articles.id)"
        )
        control = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {before}").all()
    assert any(row[3].startswith("SCAN") for row in control), "what is looked for can be found"


@given(at=st.lists(st.integers(-3, 3), max_size=12), rows=st.integers(1, 5))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_steps_of_any_size_forget_the_same(file_store, at, rows):
    """Many rows of one moment, and moments on both sides of the age, whatever the size of a step."""
    moments = [AT - timedelta(days=AGES.polls_days, minutes=minutes) for minutes in at]
    with file_store.begin() as connection:
        connection.execute(schema.polls.delete())
        feeds.add_polls(
            connection,
            [
                Poll(feed_id=f"f{n}", at=moment, ok=True, http_status=200, status="ok", entries=1, new=1)
                for n, moment in enumerate(moments)
            ],
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(retention, "ROWS", rows)
        found = prune(file_store)
    old = [minutes for minutes in at if minutes > 0]
    assert found.polls == len(old)
    assert len(everything(file_store)["polls"]) == len(at) - len(old)
