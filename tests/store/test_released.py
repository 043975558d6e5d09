"""Databases as released versions left them: each is brought to the newest schema with its rows, on both kinds of database.

released/COMMIT.sql is what the version of that commit made, three invented rows in every table; each state of the schema that was
ever on the main branch has one. 0001 and 0002 were changed after release, so one revision names several states.
revisions/NNNN.sql is the same of each revision since: what its migrations make of an empty file, with three rows in every table.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import MetaData, create_engine, event, inspect, make_url, select, text
from sqlalchemy.pool import NullPool

from monitor.errors import StoreError
from monitor.settings import StoreSettings
from monitor.store import Store, backup, database, migrate, wordindex
from tests.store.dump import dumped
from tests.store.rows import plain

HERE = Path(__file__).parent
RELEASED = sorted((HERE / "released").glob("*.sql"))
REVISIONS = sorted((HERE / "revisions").glob("*.sql"))
FROZEN = HERE / "revisions.sha256"


def _sqlite(dump, file):
    file.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(dump.read_text("utf-8"))
    return file


@contextmanager
def _engine(address):
    engine = create_engine(address, poolclass=NullPool)
    yield engine
    engine.dispose()


def _drift(file):
    with _engine(f"sqlite:///{file}") as engine:
        return migrate.drift(engine)


def _rows(address):
    """All rows by table, each as a set of its columns' names and values; the revision left out."""
    found = MetaData()
    with _engine(address) as engine, engine.connect() as connection:
        found.reflect(connection)
        return {
            table.name: [
                {(name, repr(value)) for name, value in row.items()}
                for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()
            ]
            for table in found.sorted_tables
            if table.name in plain(found.tables)
        }


def _on_a_server(file, url):
    """Build the same tables and rows on PostgreSQL."""
    tables = MetaData()

    @event.listens_for(tables, "column_reflect")
    def _generic(_inspector, _table, column):
        column["type"] = column["type"].as_generic()
        column["default"] = None  # written as only SQLite takes it

    with (
        _engine(f"sqlite:///{file}") as source,
        source.connect() as connection,
        _engine(url) as engine,
        engine.begin() as target,
    ):
        tables.reflect(connection, only=lambda name, _: not name.startswith(wordindex.NAME))
        tables.create_all(target)
        if inspect(source).has_table(wordindex.NAME):
            wordindex.create(target)
        for table in tables.sorted_tables:
            target.execute(
                table.insert(), [dict(row) for row in connection.execute(select(table)).mappings()]
            )


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    """Make a database of a dump; gives its URL."""

    def make(dump):
        file = _sqlite(dump, tmp_path / "old" / "monitor.db")
        if request.param == "sqlite":
            return f"sqlite:///{file}"
        address = request.getfixturevalue("database_url")
        _on_a_server(file, address)
        return address

    return make


@pytest.mark.parametrize("dump", RELEASED + REVISIONS, ids=lambda dump: dump.stem)
def test_a_database_of_every_release_opens_with_its_rows(dump, url, tmp_path):
    address = url(dump)
    with _engine(address) as engine:
        before = _rows(address)
        assert migrate.drift(engine) or dump.stem == migrate.HEAD
    with Store.open(StoreSettings(url=address), tmp_path) as store:
        assert migrate.drift(store.engine) == ()
        after = _rows(address)
        for table, rows in before.items():
            assert len(rows) == 3
            assert len(after[table]) == 3
            assert all(old <= new for old, new in zip(rows, after[table], strict=True)), table
    with Store.open(StoreSettings(url=address), tmp_path) as store:
        assert migrate.current(store.engine) == migrate.HEAD
        assert _rows(address) == after


def test_a_file_is_copied_before_it_is_changed(tmp_path):
    file = _sqlite(HERE / "released" / "e3cffa4.sql", tmp_path / "old" / "monitor.db")
    Store.open(StoreSettings(url=f"sqlite:///{file}"), tmp_path).close()
    (copy,) = backup.found(backup.folder_of(file))
    assert _drift(file) == ()
    assert "the table told_facts" in _drift(copy.file)


def test_the_released_states_differ_in_more_than_their_revision(tmp_path):
    """The control: the revision alone, all a start looked at before, cannot tell these databases apart."""
    states = {}
    for dump in RELEASED:
        with _engine(f"sqlite:///{_sqlite(dump, tmp_path / dump.stem / 'monitor.db')}") as engine:
            states[dump.stem] = (migrate.current(engine), migrate.drift(engine))
    assert len(set(states.values())) == len(RELEASED)
    assert len({revision for revision, _ in states.values()}) == 2


def test_a_committed_revision_never_changes():
    """A new revision gets a line of its own (`sha256sum 0004_x.py`) and a dump in revisions/; a line that is there stays as it is."""
    stated = dict(reversed(line.split()) for line in FROZEN.read_text("ascii").splitlines())
    actual = {
        file.name: sha256(file.read_bytes()).hexdigest()
        for file in sorted((migrate.SCRIPTS / "versions").glob("[0-9]*.py"))
    }
    assert actual == stated
    assert {name[:4] for name in stated} == migrate.REVISIONS


def _sql(file):
    """Every table and index by name, as SQLite keeps its words, whatever white space is between them."""
    with closing(sqlite3.connect(file)) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        return {name: " ".join(sql.split()) for name, sql in rows}


def _shape(engine):
    """Tables with their columns (name, whether it may be empty), primary keys, indexes and references, on any database."""
    there = inspect(engine)
    found = {}
    for table in plain(there.get_table_names()):
        # PostgreSQL names an index for each unique constraint, SQLite does not.
        indexes = [index for index in there.get_indexes(table) if not index["unique"]]
        keys = there.get_foreign_keys(table)
        found[table] = (
            [(column["name"], column["nullable"]) for column in there.get_columns(table)],
            there.get_pk_constraint(table)["constrained_columns"],
            sorted((index["name"], tuple(index["column_names"])) for index in indexes),
            sorted((key["referred_table"], *key["constrained_columns"]) for key in keys),
        )
    return found


def _migrated(address, revision):
    """The engine of an empty database brought to a revision."""
    engine = database._engine(make_url(address), StoreSettings())
    with engine.connect() as connection:
        command.upgrade(migrate._config(connection, ()), revision)
    return engine


def test_every_revision_has_its_dump():
    assert [dump.stem for dump in REVISIONS] == sorted(migrate.REVISIONS - {"0001", "0002"})


@pytest.mark.parametrize("dump", REVISIONS, ids=lambda dump: dump.stem)
def test_the_schema_of_a_revision_is_the_one_that_was_dumped(dump, tmp_path, request):
    """Word by word on SQLite; on PostgreSQL the same tables, columns, keys, indexes and references."""
    dumped = _sqlite(dump, tmp_path / "old" / "monitor.db")
    made = tmp_path / "new.db"
    _migrated(f"sqlite:///{made}", dump.stem).dispose()
    assert _sql(made) == _sql(dumped)
    server = _migrated(request.getfixturevalue("database_url"), dump.stem)
    try:
        with _engine(f"sqlite:///{dumped}") as engine:
            assert _shape(server) == _shape(engine)
    finally:
        server.dispose()


def test_the_newest_revision_is_dumped_as_its_file_has_it(tmp_path):
    """What CONTRIBUTING.md says to do for the next one, done for this one."""
    (tmp_path / "made.sql").write_text(dumped(tmp_path), "utf-8")
    made = _sqlite(tmp_path / "made.sql", tmp_path / "made" / "monitor.db")
    committed = _sqlite(REVISIONS[-1], tmp_path / "committed" / "monitor.db")
    assert _sql(made) == _sql(committed)
    rows = _rows(f"sqlite:///{made}")
    assert {table: len(found) for table, found in rows.items()} == dict.fromkeys(rows, 3)


def test_two_revisions_are_told_apart(tmp_path):
    """The control: what is compared differs between any two revisions."""
    found = [_sql(_sqlite(dump, tmp_path / dump.stem / "monitor.db")) for dump in REVISIONS]
    assert all(found.count(each) == 1 for each in found)


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ("DROP TABLE alarms", "the table alarms"),
        ("ALTER TABLE feeds DROP COLUMN skips", "the column feeds.skips"),
        ("DROP INDEX ix_scores_article_id", "the index ix_scores_article_id"),
    ],
)
def test_a_schema_that_lacks_something_is_refused_by_name(change, lacks, url, tmp_path):
    address = url(RELEASED[0])
    with Store.open(StoreSettings(url=address), tmp_path) as store, store.begin() as connection:
        connection.execute(text(change))
    with pytest.raises(StoreError, match=f"lacks {lacks}") as refused:
        Store.open(StoreSettings(url=address), tmp_path)
    assert "estore" in str(refused.value)


def test_a_migration_that_cannot_be_made_says_what_and_changes_nothing(tmp_path):
    file = _sqlite(HERE / "released" / "bf4e38c.sql", tmp_path / "old" / "monitor.db")
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE INDEX ix_sightings_seen_at ON sightings (guid)")  # somebody's own
        connection.commit()
    before = _rows(f"sqlite:///{file}")
    with pytest.raises(StoreError, match="cannot be brought from revision 0002 to") as refused:
        Store.open(StoreSettings(url=f"sqlite:///{file}"), tmp_path)
    assert "nothing was changed" in str(refused.value).lower()
    assert _rows(f"sqlite:///{file}") == before
