"""`monitor init`: the commented defaults, written where nothing stands."""

from __future__ import annotations

import pytest

from monitor.errors import SettingsError
from monitor.settings import (
    load,
    load_feeds,
    shipped,
    write_defaults,
)

# --------------------------------------------------------------------------- writing the defaults


def test_the_written_defaults_load_to_the_shipped_settings(home, tmp_path):
    folder = tmp_path / "new" / "monitor"
    written = write_defaults(folder)
    assert {path.relative_to(folder).as_posix() for path in written} >= {
        "config/monitor.toml",
        "config/feeds.toml",
        "config/topics/us-china-trade.toml",
    }
    assert any(path.parent == folder / "seeds" for path in written)
    assert load_feeds(folder / "config") == load_feeds(shipped("config"))
    settings, original = load(folder / "config"), load(shipped("config"))
    assert settings.fetch == original.fetch
    assert [topic.facets for topic in settings.topics] == [topic.facets for topic in original.topics]


def test_writing_the_defaults_again_changes_nothing(home, tmp_path):
    folder = tmp_path / "new"
    write_defaults(folder)
    mine = folder / "config" / "feeds.toml"
    mine.write_text("# mine\n")
    assert write_defaults(folder) == ()
    assert mine.read_text() == "# mine\n"


def test_a_missing_file_is_written_beside_the_ones_that_exist(home, tmp_path):
    folder = tmp_path / "new"
    write_defaults(folder)
    lost = folder / "config" / "feeds.toml"
    lost.unlink()
    assert write_defaults(folder) == (lost,)


def test_writing_the_defaults_leaves_no_half_files(home, tmp_path):
    written = write_defaults(tmp_path / "new")
    assert sorted(written) == sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())


def test_defaults_that_cannot_be_written_are_told(home, tmp_path):
    (tmp_path / "new").write_text("a file where a folder should be")
    with pytest.raises(SettingsError, match=r"cannot write .*Not a directory"):
        write_defaults(tmp_path / "new")
