"""The draft of an issue: what a preview and the issue itself hold, and nothing stored for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from monitor.pipeline.issuing import digest
from monitor.store.schema import metadata
from tests.pipeline.judging.northland import TOPIC
from tests.web.desk.conftest import context_on, live


def everything(store):
    """All rows of all tables."""
    with store.look() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
            for table in metadata.sorted_tables
        }


@pytest.fixture
def lived_in(store, tmp_path, now):
    return live(context_on(store, tmp_path, at=now - timedelta(days=7)), now)


def test_the_draft_is_the_preview_and_the_issue(lived_in):
    drafted = digest.draft(lived_in, TOPIC)
    assert drafted.top
    assert drafted == digest.compose_issue(lived_in, TOPIC, kind="preview").digest
    assert drafted == digest.compose_issue(lived_in, TOPIC, kind="issue").digest


def test_a_background_too_old_to_be_used_is_made_anew_and_not_stored(lived_in):
    later = replace(lived_in, now=lived_in.now + timedelta(days=2), indexes={})
    before = everything(later.store)
    first = digest.draft(later, TOPIC)
    assert digest.draft(later, TOPIC) == first
    assert everything(later.store) == before
    assert digest.compose_issue(later, TOPIC, kind="preview").digest == first
    assert everything(later.store) != before  # the control: a preview stores its background


def test_a_topic_of_which_nothing_was_learnt_has_none(store, tmp_path, now):
    context = context_on(store, tmp_path, at=now)
    before = everything(store)
    assert digest.draft(context, TOPIC) is None
    assert everything(store) == before
