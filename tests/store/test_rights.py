"""Readers' addresses are nobody else's on the machine: the database, its log and its copies are their owner's alone."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta

import pytest

from monitor.settings import StoreSettings
from monitor.store import Store, suppressed

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)
ADDRESS = b"somebody.quite.rare@example.org"


@pytest.fixture
def _open_to_all():
    """The usual umask of a server."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def holding(folder):
    """The files with the address in them, each with its rights."""
    files = [file for file in folder.rglob("*") if file.is_file() and ADDRESS in file.read_bytes()]
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in files}


def used(folder):
    with Store.open(StoreSettings(), folder) as store:
        with store.begin() as connection:
            suppressed.add(connection, "trade", ADDRESS.decode(), at=NOW, reason="unsubscribed")
        store.keep_backup(every=timedelta(days=1), now=NOW)
        return holding(folder)


@pytest.mark.usefixtures("_open_to_all")
def test_every_file_with_an_address_is_its_owners_alone(tmp_path):
    found = used(tmp_path / "data")
    assert len(found) >= 2, "the database or its log, and the copy"
    assert set(found.values()) == {0o600}


@pytest.mark.usefixtures("_open_to_all")
def test_a_database_of_an_older_version_is_closed_to_others_when_it_is_opened(tmp_path):
    used(tmp_path)
    (tmp_path / "monitor.db").chmod(0o644)
    with Store.open(StoreSettings(), tmp_path):
        assert stat.S_IMODE((tmp_path / "monitor.db").stat().st_mode) == 0o600


@pytest.mark.usefixtures("_open_to_all")
def test_the_control_without_that_everybody_may_read_them(tmp_path, monkeypatch):
    for room in ("database", "backup"):
        monkeypatch.setattr(f"monitor.store.{room}.keep_to_owner", lambda _: None)
    assert 0o644 in used(tmp_path / "data").values()
