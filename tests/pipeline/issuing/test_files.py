"""Files of an issue: none of them, and no address in them, stands between readers and their mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.errors import MonitorError, SettingsError
from monitor.pipeline.issuing import digest
from monitor.settings import DigestSettings
from tests.daemon import due_house

MONDAY = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(file_store):
    return file_store


@pytest.fixture
def week(house, tmp_path):
    return due_house.week(house, tmp_path).at(MONDAY.replace(day=4)).tick()


def with_out(week, **values):
    settings = week.context.settings
    changed = settings.digest.model_copy(update=values)
    return due_house.Week(
        due_house.replace(week.context, settings=settings.model_copy(update={"digest": changed}))
    )


def test_a_folder_nobody_can_write_to_keeps_neither_mail_nor_the_next_issue_back(week, tmp_path):
    (tmp_path / "blocked").write_text("a file, not a folder")
    blocked = with_out(week, out=str(tmp_path / "blocked"))
    for at in (MONDAY, MONDAY.replace(day=16)):
        with pytest.raises(MonitorError, match="cannot write"):
            blocked.at(at).tick()
    assert len(blocked.issues()) == 2
    assert {state for _, state in blocked.sent()} == {"sent"}


def test_a_format_that_cannot_be_made_keeps_no_other_back(week, tmp_path, monkeypatch):
    def broken(*_):
        raise SettingsError("no such format today")

    whole = with_out(week, out=str(tmp_path / "out"), formats=("eml", "html", "text"))
    monkeypatch.setattr(digest, "_eml", broken)
    with pytest.raises(SettingsError, match="no such format"):
        whole.at(MONDAY).tick()
    assert {path.suffix for path in (tmp_path / "out").iterdir()} >= {".html", ".txt"}
    assert {state for _, state in whole.sent()} == {"sent"}


def test_no_readers_address_is_in_the_folder_of_files(week, tmp_path):
    whole = with_out(week, out=str(tmp_path / "out"), formats=DigestSettings.model_fields["formats"].default)
    whole.at(MONDAY).tick()
    written = b"".join(path.read_bytes() for path in (tmp_path / "out").iterdir())
    (topic,) = whole.context.settings.topics
    assert topic.recipients
    assert b"monitor@example.org" in written
    assert [r for r in topic.recipients if r.encode() in written] == []
