"""`monitor topic preview`: what an edited file would change, before it is saved; the database stays as it is."""

from __future__ import annotations

import shutil
from hashlib import sha256

import pytest

from tests.cli.test_feedback_command import AT, read_week, week

__all__ = ["read_week", "week"]
NEVER = ("topic", "preview")


@pytest.fixture
def topic_file(read_week):
    return next((read_week / "config" / "topics").glob("*.toml"))


def database(place):
    return sha256((place / "data" / "monitor.db").read_bytes()).hexdigest()


def test_without_an_edit_nothing_comes_and_nothing_goes(monitor, read_week, topic_file):
    before = database(read_week)
    run = monitor(*NEVER, topic_file, "--now", AT)
    assert run.code == 0, run.err
    assert ": 0 in, 0 out, " in run.lines[0]
    assert database(read_week) == before


def test_an_edit_anywhere_is_held_against_the_file_in_force(monitor, read_week, topic_file):
    copy = read_week / topic_file.name
    shutil.copy(topic_file, copy)
    copy.write_text(
        copy.read_text().replace("title =", 'never = ["soybean*"]\ntitle =', 1).replace("never = []", "")
    )
    before = database(read_week)
    found = monitor(*NEVER, copy, "--json", "--now", AT).json
    assert found["came"] == []
    assert found["went"]
    assert all("oybean" in each["title"] or each["after"] == 0 for each in found["went"])
    told = monitor(*NEVER, copy, "-n", "1", "--now", AT)
    assert f"0 in, {len(found['went'])} out" in told.lines[0]
    assert sum(line.startswith("- 0.") for line in told.lines) == 1
    assert database(read_week) == before


def test_another_name_needs_the_topic(monitor, read_week, topic_file):
    copy = read_week / "edit.toml"
    shutil.copy(topic_file, copy)
    run = monitor(*NEVER, copy, "--now", AT)
    assert run.code == 2
    assert "--topic" in run.err
    assert monitor(*NEVER, copy, "--topic", topic_file.stem, "--now", AT).code == 0


def test_a_file_that_cannot_be_read_is_named_with_its_line(monitor, read_week, topic_file):
    copy = read_week / topic_file.name
    copy.write_text(topic_file.read_text() + "\n[[facets]]\nname = 3\n")
    run = monitor(*NEVER, copy, "--now", AT)
    assert run.code == 2
    assert "facets" in run.err
    assert monitor(*NEVER, "nowhere.toml").code == 2
