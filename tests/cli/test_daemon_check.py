"""A damaged database ends the daemon: at once where reading it takes a moment, beside the first ticks where it is big."""

from __future__ import annotations

import subprocess
import sys
import threading

import pytest

from monitor.daemon import checking
from monitor.daemon.checking import Checking
from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store import articles as articles_store
from tests.make import article

RUN = """
import sys
from monitor.cli import main
from monitor.daemon import checking, leading
checking.AT_ONCE_BYTES, leading.BEAT_S = int(sys.argv.pop(1)), 0.2
sys.exit(main())
"""


def damaged(data):
    """Fill a database, and write over a page that no start looks at: one of the articles' texts."""
    with Store.open(StoreSettings(), data) as store:
        with store.begin() as connection:
            made = {f"k{n}": article(title=f"{n}", text=f"{n} zebra " * 2000) for n in range(40)}
            articles_store.add_many(connection, made)
        file = store.file
    raw = bytearray(file.read_bytes())
    at = raw.rindex(b"zebra") // 4096 * 4096
    raw[at : at + 12] = b"\xff" * 12
    file.write_bytes(raw)
    return file


@pytest.mark.parametrize("is_big", [False, True])
def test_a_damaged_database_is_noticed_at_once_or_beside_the_work(tmp_path, monkeypatch, is_big):
    damaged(tmp_path)
    monkeypatch.setattr(checking, "AT_ONCE_BYTES", 0 if is_big else 2**40)
    with Store.open(StoreSettings(), tmp_path) as store:
        if not is_big:
            with pytest.raises(StoreError, match="is damaged"):
                Checking(store)
            return
        found = Checking(store)
        for thread in threading.enumerate():
            if thread.name == "check":
                thread.join(60)
        assert "is damaged" in str(found.trouble())


def test_a_sound_one_is_no_trouble(tmp_path):
    with Store.open(StoreSettings(), tmp_path) as store:
        assert Checking(store).trouble() is None


@pytest.mark.parametrize(("at_once_bytes", "is_started"), [(0, True), (2**40, False)])
def test_the_daemon_ends_for_it(place, at_once_bytes, is_started):
    damaged(place / "data")
    command = [sys.executable, "-c", RUN, str(at_once_bytes), "run", "--tick-s", "0.5"]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert ("daemon.started" in done.stderr) == is_started
