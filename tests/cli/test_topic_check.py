"""`monitor topic check`: what a topic's words find, as a user reads it."""

from __future__ import annotations

from tests.cli.test_feedback_command import AT, read_week, week

__all__ = ["read_week", "week"]


def test_words_that_find_nothing_are_named(monitor, read_week):
    file = next((read_week / "config" / "topics").glob("*.toml"))
    file.write_text(file.read_text().replace('"soybean*"', '"soybean*", "moonstone"', 1))
    run = monitor("topic", "check", "--now", AT)
    assert run.code == 0, run.err
    assert "stored articles are on topic" in run.lines[0]
    assert "moonstone" in next(line for line in run.lines if "find nothing" in line and "moonstone" in line)
    every = monitor("topic", "check", file.stem, "--all", "--now", AT)
    assert "moonstone 0" in every.out
    found = monitor("topic", "check", "--json", "--now", AT).json
    assert any(["moonstone", 0] in each["hits"] for each in found[0]["lists"])


def test_a_topic_that_is_not_there_is_refused(monitor, read_week):
    assert monitor("topic", "check", "nobody").code == 2
