"""The demo's own bookkeeping: its configuration loads, its folder is its own. The whole run is tested end to end elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.settings import load, load_feeds
from tests.demo.__main__ import _clear, main
from tests.demo.config import write_config
from tests.demo.server import serve
from tests.demo.week import NOW, SOURCES


def test_the_configuration_loads_and_names_every_feed(tmp_path: Path) -> None:
    with serve(NOW) as site:
        write_config(tmp_path / "config", site)
    settings = load(tmp_path / "config", data=tmp_path / "data")
    assert settings.fetch.allow_networks == ("127.0.0.1/32",)
    assert settings.fetch.min_gap_s == settings.fetch.min_interval_s == 0
    assert [topic.id for topic in settings.topics] == ["us-china-trade"]
    assert [feed.id for feed in load_feeds(tmp_path / "config")] == [source.id for source in SOURCES]


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "monitor.toml").write_text("# precious\n", "utf-8")
    assert main(["--out", str(tmp_path)]) == 2
    assert "something else" in capsys.readouterr().out
    assert (tmp_path / "config" / "monitor.toml").read_text("utf-8") == "# precious\n"


def test_the_demos_own_folder_is_emptied_for_the_next_run(tmp_path: Path) -> None:
    assert _clear(tmp_path / "demo")
    (tmp_path / "demo" / "data").mkdir()
    (tmp_path / "demo" / "notes.txt").write_text("mine", "utf-8")
    assert _clear(tmp_path / "demo")
    assert not (tmp_path / "demo" / "data").exists()
    assert (tmp_path / "demo" / "notes.txt").exists()
