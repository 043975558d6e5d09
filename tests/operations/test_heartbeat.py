"""One small file says when the daemon was last well."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.operations import heartbeat


def test_what_was_written_is_read_as_an_age(tmp_path, now):
    file = tmp_path / "heartbeat"
    heartbeat.write(file, now)
    assert heartbeat.age_s(file, now + timedelta(seconds=91)) == 91
    assert [each.name for each in tmp_path.iterdir()] == ["heartbeat"]


@pytest.mark.parametrize("said", [b"", b"soon", b"\xff\xfe"])
def test_what_is_no_moment_is_no_heartbeat(tmp_path, now, said):
    (tmp_path / "heartbeat").write_bytes(said)
    assert heartbeat.age_s(tmp_path / "heartbeat", now) is None
    assert heartbeat.age_s(tmp_path / "never", now) is None


def test_notes_are_kept_and_turn_nothing_red(tmp_path, now):
    file = tmp_path / "heartbeat"
    red = [heartbeat.Red(now + timedelta(hours=1), "overdue")]
    heartbeat.write(file, now, red=red, notes=["the topic tea\nis skipped"])
    beat = heartbeat.read(file)
    assert (beat.notes, beat.red, beat.wrong(now)) == (("the topic tea is skipped",), tuple(red), ())
