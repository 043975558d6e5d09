"""A law: a command that only reads opens no transaction to write, changes no row, and waits for nobody who writes."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, event

from monitor.settings import StoreSettings
from monitor.store import Store
from monitor.store import alarms as alarms_store
from monitor.store.alarms import Alarm
from monitor.store.transactions import READING
from tests.command import run
from tests.store.rows import everything

READS = {
    ("status",): 0,
    ("search", "soybean"): 0,
    ("explain", "17"): 0,
    ("explain", "--verify"): 0,
    ("suppressed",): 0,
    ("feeds", "list", "--json"): 0,
    ("feeds", "export"): 0,
    ("profile", "show"): 0,
    ("issues", "list"): 0,
    ("issues", "show", "1"): 0,
    ("issues", "diff", "1", "2"): 0,
    ("issues", "feed"): 0,
    ("prune", "--dry-run"): 0,
    ("revoke", "nobody@example.org", "--dry-run"): 2,
}  # a command and how it ends
PROVES = (
    "doctor",
    "--offline",
)  # begins to write, for it says whether that can be done; but waits for nobody


@pytest.fixture
def demo(tmp_path, monkeypatch, capsys):
    """The folder of the demo, with its issues; the working directory."""
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, capsys, "demo", "month").code == 0
    monkeypatch.chdir(tmp_path / "month")
    return tmp_path / "month"


def test_what_only_reads_writes_nothing_and_is_done_while_another_writes(demo, monkeypatch, capsys, now):
    begun = []

    def note(connection):
        if not connection.get_execution_options().get(READING, False):
            begun.append(connection)

    with Store.open(StoreSettings(), demo / "data") as writer:
        before = everything(writer)
        with writer.begin() as writing:
            alarms_store.put(writing, Alarm(name="held", since=now, detail=""))
            event.listen(Engine, "begin", note)
            try:
                ended = {words: run(monkeypatch, capsys, *words) for words in READS}
                assert [words for words, done in ended.items() if done.code != READS[words]] == []
                assert begun == []
                looked_over = run(monkeypatch, capsys, *PROVES)
                assert "ok    database" in looked_over.out
                assert begun, "the control: what begins to write is seen"
            finally:
                event.remove(Engine, "begin", note)
            alarms_store.end(writing, "held")
        assert everything(writer) == before
