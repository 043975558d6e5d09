"""Migrations with data in every table, on both databases: up, down, up; refused when something is lost; killed in the middle."""

from __future__ import annotations

import os
import signal
from textwrap import dedent

import pytest
from sqlalchemy import inspect, select, text

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store, backup, migrate
from monitor.store.schema import deliveries, issues, metadata
from tests.store.rows import COUNT, counts, everything, fill

# Rebuilds two tables others refer to with ON DELETE CASCADE, and one that refers to others.
GOOD = """
    def upgrade():
        with op.batch_alter_table("articles") as table:
            table.add_column(sa.Column("grade", sa.Integer(), nullable=False, server_default="3"))
            table.alter_column("note", new_column_name="remark")
        with op.batch_alter_table("issues") as table:
            table.alter_column("subject", existing_type=sa.Text(), type_=sa.String(5000))
        with op.batch_alter_table("scores") as table:
            table.drop_index("ix_scores_waiting")
        {then}

    def downgrade():
        with op.batch_alter_table("scores") as table:
            table.create_index("ix_scores_waiting", ["topic", "is_relevant", "issue_id"])
        with op.batch_alter_table("issues") as table:
            table.alter_column("subject", existing_type=sa.String(5000), type_=sa.Text())
        with op.batch_alter_table("articles") as table:
            table.alter_column("remark", new_column_name="note")
            table.drop_column("grade")
"""
LOSSY = "op.execute('DELETE FROM revisions WHERE id = 3')"
ORPHANING = "op.execute('UPDATE sightings SET article_id = 9999 WHERE article_id = 3')"
DEADLY = "os.kill(os.getpid(), signal.SIGKILL)"


@pytest.fixture
def second(tmp_path):
    """Write a revision that comes after the shipped one; gives the folders to look in."""

    def write(then="pass"):
        folder = tmp_path / "versions"
        folder.mkdir(exist_ok=True)
        head = (
            "import os\nimport signal\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = '9999'\n"
        )
        head += f"down_revision = '{migrate.HEAD}'\n"
        (folder / "9999_further.py").write_text(head + dedent(GOOD).format(then=then))
        return [folder]

    return write


@pytest.fixture(params=["sqlite", "postgresql"])
def opened(request, tmp_path):
    """Open a database of one's own, again and again: its schema is going to change."""
    url = request.getfixturevalue("database_url") if request.param == "postgresql" else ""
    return lambda: Store.open(StoreSettings(), tmp_path / "data", url=url)


def test_a_migration_keeps_every_row_down_and_up_again(opened, second):
    folders = second()
    with opened() as store:
        fill(store)
        before = everything(store)
        for _ in range(2):
            migrate.upgrade(store.engine, further=folders)
            assert migrate.current(store.engine) == "9999"
            assert counts(store.engine) == dict.fromkeys(metadata.tables, COUNT)
            with store.engine.connect() as connection:
                assert connection.execute(text("SELECT sum(grade) FROM articles")).scalar() == 3 * COUNT
            migrate.downgrade(store.engine, migrate.HEAD, further=folders)
            assert everything(store) == before


def test_the_second_revision_dates_the_deliveries_of_the_first(opened):
    with opened() as store:
        fill(store)
        migrate.downgrade(store.engine, "0001")
        before = counts(store.engine)
        assert "alarms" not in before
        migrate.upgrade(store.engine)
        assert counts(store.engine) == before | {"alarms": 0, "told_facts": 0, "readers": 0}
        with store.begin() as connection:
            rows = connection.execute(
                select(deliveries.c.entered_at, deliveries.c.channel, issues.c.composed_at).join(issues)
            ).all()
        assert len(rows) == COUNT
        assert [row for row in rows if row.entered_at != row.composed_at or row.channel != "mail"] == []


def test_down_to_nothing_and_up_again_is_the_whole_schema(opened):
    with opened() as store:
        fill(store)
        migrate.downgrade(store.engine, "base")
        assert set(inspect(store.engine).get_table_names()) == {"alembic_version"}
        migrate.upgrade(store.engine)
        assert counts(store.engine) == dict.fromkeys(metadata.tables, 0)
        fill(store)


@pytest.mark.parametrize("then", [LOSSY, ORPHANING])
def test_a_migration_that_loses_something_is_undone(opened, second, then):
    with opened() as store:
        fill(store)
        before = everything(store)
        # PostgreSQL itself refuses the orphan.
        with pytest.raises(Exception, match=r"lost rows|broke 1 references|ForeignKeyViolation"):
            migrate.upgrade(store.engine, further=second(then))
        assert migrate.current(store.engine) == migrate.HEAD
        assert everything(store) == before


def test_a_migration_killed_in_the_middle_never_happened(opened, second):
    with opened() as store:
        fill(store)
        before = everything(store)
    folders = second(DEADLY)
    child = os.fork()
    if child == 0:
        try:
            migrate.upgrade(opened().engine, further=folders)
        finally:
            os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    with opened() as store:
        assert migrate.current(store.engine) == migrate.HEAD
        assert everything(store) == before
        migrate.upgrade(store.engine, further=second())
        assert counts(store.engine) == dict.fromkeys(metadata.tables, COUNT)


def test_with_foreign_keys_on_the_same_rebuild_deletes_children(file_store):
    """The control: this is what switching them off in migrations is for."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from sqlalchemy import Column, Integer

    fill(file_store)
    with file_store.begin() as connection:
        operations = Operations(MigrationContext.configure(connection, opts={"render_as_batch": True}))
        with operations.batch_alter_table("articles", recreate="always") as table:
            table.add_column(Column("grade", Integer))
    left = counts(file_store.engine)
    assert left["articles"] == COUNT
    assert left["sightings"] == left["revisions"] == left["feedback"] == 0


def test_an_existing_sqlite_database_is_copied_before_it_changes(file_store, second):
    fill(file_store)
    before = everything(file_store)
    copies = backup.folder_of(file_store.file)
    seen = []

    def copy(revision):
        seen.append(revision)
        backup.make_automatic(file_store.file, now=backup.datetime(2026, 3, 9, tzinfo=backup.UTC))

    migrate.upgrade(file_store.engine, before=copy, further=second())
    assert seen == [migrate.HEAD]
    (copied,) = backup.found(copies)
    with Store.open(StoreSettings(url=f"sqlite:///{copied.file}"), copies) as old:
        assert everything(old) == before


def test_opening_copies_a_database_of_an_earlier_revision(data, monkeypatch):
    """What Store.open does of its own accord, with a revision that is invented."""
    seen = []

    def upgrade(_engine, *, before):
        before("0000")
        seen.append(len(backup.found(data / "backups")))

    monkeypatch.setattr("monitor.store.database.upgrade", upgrade)
    Store.open(StoreSettings(), data).close()
    assert seen == [1]


def test_a_new_database_is_not_copied(tmp_path):
    Store.open(StoreSettings(), tmp_path).close()
    assert not (tmp_path / "backups").exists()


def test_a_database_of_a_newer_monitor_is_refused(opened):
    with opened() as store, store.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="revision 9999") as refused:
        opened()
    assert "A newer monitor made it" in str(refused.value)
