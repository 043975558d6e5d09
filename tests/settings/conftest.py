"""A folder of one's own for each test, and an environment without MONITOR_ variables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.errors import SettingsError
from monitor.settings import load, load_feeds


class Home:
    """A root folder with a config/ in it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = root / "config"
        self.write("monitor.toml", "")

    def write(self, name: str, text: str | bytes) -> Path:
        file = self.config / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    def error(self, name: str, text: str | bytes) -> SettingsError:
        """The error that a file with this text gives."""
        self.write(name, text)
        with pytest.raises(SettingsError) as caught:
            load_feeds(self.config) if name == "feeds.toml" else load(self.config)
        return caught.value


@pytest.fixture
def home(tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("MONITOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return Home(tmp_path)
