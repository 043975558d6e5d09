"""`monitor backup`, `restore`, `prune` as a user types them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

RELEASED = Path(__file__).parents[1] / "store" / "released"
AT = "2026-03-09T12:00:00Z"


def test_a_backup_is_made_and_restored(monitor, place):
    assert monitor("learn", "--now", AT).code == 0
    made = monitor("backup", "--now", AT)
    assert made.code == 0
    copy = place / "data" / "backups" / "monitor-20260309T120000Z.db"
    assert made.lines[0].startswith(f"wrote {copy} (")
    assert (place / "data" / "monitor.db").write_bytes(b"gone") == 4
    assert monitor("status").code == 1
    restored = monitor("restore", copy, "--now", AT)
    assert restored.code == 0
    assert "monitor-replaced-20260309T120000Z.db" in restored.out
    assert monitor("status").code == 0
    assert monitor("profile", "show", "--json").code == 0


def test_a_damaged_database_is_refused_with_the_command_that_helps(monitor, place):
    assert monitor("learn", "--now", AT).code == 0
    assert monitor("backup", "--now", AT).code == 0
    (place / "data" / "monitor.db").write_bytes(b"this is no database, " * 500)
    refused = monitor("run", "--once", "--now", AT)
    assert refused.code == 1
    assert "is damaged" in refused.err
    command = refused.err.split("Restore it: monitor ")[1].split()
    assert monitor(*command).code == 0
    assert monitor("run", "--once", "--now", AT).code == 0


def test_run_refuses_a_database_damaged_where_no_command_looks(monitor, place):
    assert monitor("learn", "--now", AT).code == 0
    database = place / "data" / "monitor.db"
    whole = bytearray(database.read_bytes())
    assert len(whole) > 30 * 4096
    whole[-4096 : -4096 + 512] = b"\xff" * 512
    database.write_bytes(whole)
    refused = monitor("run", "--once", "--now", AT)
    assert refused.code == 1
    assert "is damaged" in refused.err
    assert "There is no good backup" in refused.err


def test_a_backup_of_nothing_says_so(monitor):
    refused = monitor("backup")
    assert refused.code == 1
    assert "there is no database" in refused.err


def test_what_is_no_backup_is_not_restored(monitor, place):
    refused = monitor("restore", place / "config" / "monitor.toml")
    assert refused.code == 1
    assert "cannot be restored" in refused.err
    assert not (place / "data" / "monitor.db").exists()


def _sql(*statements):
    def make(file, _live):
        with closing(sqlite3.connect(file)) as connection:
            connection.executescript(";".join(statements))

    return make


def _changed(statement):
    def make(file, live):
        file.write_bytes(live)
        _sql(statement)(file, live)

    return make


GARBAGE = {
    "nothing": lambda file, _live: file.write_bytes(b""),
    "text": lambda file, _live: file.write_bytes(b"Dear all, " * 900),
    "cut off": lambda file, live: file.write_bytes(live[: len(live) // 2]),
    "another program's": _sql("CREATE TABLE songs (id)"),
    "another program's with Alembic": _sql(
        "CREATE TABLE alembic_version (version_num)", "INSERT INTO alembic_version VALUES ('0001')"
    ),
    "newer": _changed("UPDATE alembic_version SET version_num = '9999'"),
    "a table short": _changed("DROP TABLE alarms"),
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_garbage_is_not_restored_and_nobody_is_told_to_move_the_sound_database(monitor, place, kind):
    assert monitor("learn", "--now", AT).code == 0
    live = place / "data" / "monitor.db"
    before = live.read_bytes()
    GARBAGE[kind](place / "garbage.db", before)
    refused = monitor("restore", place / "garbage.db", "--now", AT)
    assert refused.code == 1
    assert "garbage.db cannot be restored: " in refused.err
    assert f"{live} is sound and was not touched" in " ".join(refused.err.split())
    assert "move" not in refused.err
    assert live.read_bytes() == before
    assert not [each for each in live.parent.iterdir() if "restoring" in each.name or "replaced" in each.name]
    assert monitor("status").code == 0


def test_a_copy_of_an_earlier_release_is_restored_and_brought_up_to_date(monitor, place):
    with closing(sqlite3.connect(place / "old.db")) as connection:
        connection.executescript((RELEASED / "e3cffa4.sql").read_text("utf-8"))
    assert monitor("restore", place / "old.db", "--now", AT).code == 0
    assert monitor("status", "--json").code == 0
    with closing(sqlite3.connect(place / "data" / "monitor.db")) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (3,)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("backup",), "pg_dump --format=custom --file=monitor.dump 'postgresql://ann:***@db/news'"),
        (("restore", "x"), "--dbname='postgresql://ann:***@db/news'"),
    ],
)
def test_on_postgresql_its_own_commands_are_named(monitor, monkeypatch, command, said):
    monkeypatch.setenv("MONITOR_DATABASE_URL", "postgresql://ann:hunter2@db/news")
    refused = monitor(*command)
    assert refused.code == 2
    assert said in refused.err
    assert "hunter2" not in refused.err


def test_pruning_counts_and_forgets(monitor):
    assert monitor("prune", "--dry-run", "--json", "--now", AT).json == {
        "texts": 0,
        "text_chars": 0,
        "polls": 0,
        "sightings": 0,
        "dry_run": True,
    }
    assert monitor("prune", "--now", AT).lines == [
        "forgot 0 texts of irrelevant articles (0 characters), 0 polls, 0 sightings"
    ]
