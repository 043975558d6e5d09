"""Which configuration a command took, and where it keeps data: said whenever the working folder does not show it."""

from __future__ import annotations

import json
import shutil

import pytest

from monitor.settings import paths
from monitor.store import Store


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of its own that is shipped; the working folder is another one, empty."""
    for name in ("config", "seeds"):
        shutil.copytree(paths.shipped(name), tmp_path / "checkout" / name)
    (tmp_path / "checkout" / "config" / "feeds.toml").write_text("")
    monkeypatch.setattr(paths, "_PACKAGE", tmp_path / "checkout" / "monitor")
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    return tmp_path / "checkout"


def contents(folder):
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def typed(monitor, checkout):
    """The command, in the empty folder: `place`, which `monitor` needs, is another one."""
    return monitor


COMMANDS = (
    ("status", "--json"), ("health",), ("doctor", "--offline"), ("feeds", "list"), ("models", "list"), ("learn",),
    ("digest", "--dry-run"), ("score", "--jsonl"), ("backup",), ("issues", "list"), ("suppressed",), ("prune",),
)  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_without_a_configuration_says_once_which_one_it_took(typed, checkout, arguments):
    before = contents(checkout)
    run = typed(*arguments)
    told = [line for line in run.err.splitlines() if line.startswith("config: ")]
    assert told == [
        f"config: {checkout / 'config'} (the shipped one: there is no config/ in the working folder)"
    ]
    assert "config: " not in run.out
    assert contents(checkout) == before


def test_the_daemon_says_it_in_its_log(typed, checkout, tmp_path):
    run = typed("run", "--once")
    first = json.loads(run.err.splitlines()[0])
    assert (first["event"], first["config"]) == ("config.taken", str(checkout / "config"))
    assert (tmp_path / "here" / "data" / "monitor.db").exists()
    assert not (checkout / "data").exists()


def test_a_configuration_named_by_the_environment_is_said_unless_it_is_that_of_the_working_folder(
    typed, checkout, monkeypatch
):
    monkeypatch.setenv("MONITOR_CONFIG", str(checkout / "config"))
    assert f"config: {checkout / 'config'} (named by MONITOR_CONFIG)" in typed("status").err
    monkeypatch.chdir(checkout)
    assert "config: " not in typed("status").err


def test_one_that_was_named_or_lies_here_is_not_said(typed, checkout, monkeypatch):
    assert "config: " not in typed("--config", checkout / "config", "status").err
    monkeypatch.chdir(checkout)
    assert "config: " not in typed("status").err


def test_the_first_command_says_where_the_data_are(typed, checkout, tmp_path):
    assert f"data: {tmp_path / 'here' / 'data' / 'monitor.db'} (new)" in typed("status").err
    assert "data: " not in typed("status").err
    assert not (checkout / "data").exists()


def test_feeds_are_not_added_to_a_shipped_configuration_unasked(typed, checkout, tmp_path):
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="One" xmlUrl="http://127.0.0.1:9/"/></body></opml>'
    )
    before = contents(checkout)
    for arguments in (("feeds", "add", "http://127.0.0.1:9/"), ("feeds", "import", opml)):
        run = typed(*arguments)
        assert run.code == 2
        assert "monitor init" in run.err
    assert contents(checkout) == before
    assert typed("--config", checkout / "config", "feeds", "import", opml).code == 0  # asked for


def test_a_store_knows_whether_it_is_new(tmp_path):
    from monitor.settings import StoreSettings

    for is_new in (True, False):
        with Store.open(StoreSettings(), tmp_path) as store:
            assert store.is_new is is_new
