"""The demo's own bookkeeping: its configuration loads, its folder is its own. The whole run is tested end to end elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.demo import month
from monitor.demo.config import write_config
from monitor.demo.month import _clear
from monitor.demo.site import serve
from monitor.demo.week import NOW, SOURCES
from monitor.errors import InputError
from monitor.settings import load, load_feeds
from tests import command


def test_the_configuration_loads_and_names_every_feed(tmp_path: Path) -> None:
    with serve(NOW) as site:
        write_config(tmp_path / "config", site)
    settings = load(tmp_path / "config", data=tmp_path / "data")
    assert settings.fetch.allow_networks == ("127.0.0.1/32",)
    assert settings.fetch.min_gap_s == settings.fetch.min_interval_s == 0
    assert [topic.id for topic in settings.topics] == ["us-china-trade"]
    assert [feed.id for feed in load_feeds(tmp_path / "config")] == [source.id for source in SOURCES]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text("# precious\n", "utf-8")
    with pytest.raises(InputError, match="holds something else"):
        month.play_month(tmp_path, say=print)
    assert (tmp_path / "config" / "monitor.toml").read_text("utf-8") == "# precious\n"


def test_the_command_says_so_and_names_another_way(monkeypatch, capsys, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    refused = command.run(monkeypatch, capsys, "demo", tmp_path)
    assert refused.code == 2
    assert "holds something else" in refused.err
    assert "Name a new or an empty folder" in refused.err


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        month.play_month(tmp_path / "notes", say=print)


def test_the_demos_own_folder_is_emptied_for_the_next_run(tmp_path: Path) -> None:
    _clear(tmp_path / "demo")
    (tmp_path / "demo" / "data").mkdir()
    (tmp_path / "demo" / "notes.txt").write_text("mine", "utf-8")
    _clear(tmp_path / "demo")
    assert not (tmp_path / "demo" / "data").exists()
    assert (tmp_path / "demo" / "notes.txt").exists()
