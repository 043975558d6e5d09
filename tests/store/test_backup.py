"""Copies: made under load, checked, kept few, restored; damage is noticed and the newest good copy named."""

from __future__ import annotations

import random
import shutil
import sqlite3
import threading
from contextlib import closing, contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from monitor.errors import StoreError
from monitor.model import RenderedDigest
from monitor.settings import StoreSettings
from monitor.store import Store, backup, issues
from monitor.store.schema import metadata, polls, revisions
from tests.make import AT
from tests.store.rows import COUNT, everything, fill

PAGE = 4096
DAMAGED = 100


@pytest.fixture
def filled(data):
    """The file of a closed database with rows in every table."""
    with Store.open(StoreSettings(), data) as store:
        fill(store)
    return data / "monitor.db"


def opened(file):
    return Store.open(StoreSettings(url=f"sqlite:///{file}"), file.parent)


@contextmanager
def held(file):
    """Another connection, so that the log is not folded into the file when the store closes."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("SELECT count(*) FROM polls").fetchone()
        yield


def rows(file):
    with opened(file) as store:
        return everything(store)


def test_a_copy_holds_every_row_and_its_sum_lies_beside_it(filled):
    made = backup.make(filled, now=AT)
    assert made.file == filled.parent / "backups" / "monitor-20260305T120000Z.db"
    assert made.file.with_name(made.file.name + ".sha256").read_text() == f"{made.sha256}  {made.file.name}\n"
    assert backup.troubles_of(made.file) == ()
    assert rows(made.file) == rows(filled)
    assert sorted(f.name for f in made.file.parent.iterdir()) == [made.file.name, made.file.name + ".sha256"]


def test_a_copy_never_replaces_a_file(filled, tmp_path):
    taken = tmp_path / "mine.db"
    taken.write_text("mine")
    with pytest.raises(StoreError, match="is there already"):
        backup.make(filled, now=AT, out=taken)
    assert taken.read_text() == "mine"
    assert backup.make(filled, now=AT).file != backup.make(filled, now=AT).file


def test_copies_made_while_others_write_are_whole(filled):
    """Every transaction writes a poll and a revision: a copy with one and not the other is torn."""
    stop = threading.Event()
    written = [0]

    def write():
        with opened(filled) as store:
            while not stop.is_set():
                with store.begin() as connection:
                    connection.execute(
                        polls.insert().values(feed_id="load", at=AT, ok=True, http_status=200, status="ok")
                    )
                    connection.execute(
                        revisions.insert().values(
                            article_id=1, at=AT, field="load", old="x" * 3000, new="y" * 3000
                        )
                    )
                written[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    try:
        torn = []
        for n in range(30):
            at_least = written[0]
            made = backup.make(filled, now=AT + timedelta(seconds=n))
            torn.append(_is_torn(made.file, at_least=at_least))
    finally:
        stop.set()
        thread.join()
    assert torn == [False] * 30
    assert written[0] > 0


def _is_torn(file, *, at_least):
    with opened(file) as store, store.begin() as connection:
        counted = [
            connection.execute(select(func.count()).where(column == "load")).scalar_one()
            for column in (polls.c.feed_id, revisions.c.field)
        ]
    return counted[0] != counted[1] or counted[0] < at_least


def test_a_plain_copy_of_the_file_misses_what_its_log_holds(filled, tmp_path):
    """The control: this is what VACUUM INTO is for."""
    with opened(filled) as store, held(filled):
        with store.begin() as connection:
            connection.execute(
                polls.insert().values(feed_id="late", at=AT, ok=True, http_status=0, status="")
            )
        plain = shutil.copy(filled, tmp_path / "plain.db")
        made = backup.make(filled, now=AT)
    assert len(rows(made.file)["polls"]) == COUNT + 1
    assert len(rows(tmp_path / plain)["polls"]) == COUNT


def test_of_automatic_copies_the_newest_three_are_kept_and_those_by_hand_all(filled):
    by_hand = [backup.make(filled, now=AT - timedelta(days=n)).file for n in range(2)]
    automatic = [backup.make_automatic(filled, now=AT + timedelta(days=n)).file for n in range(5)]
    kept = {one.file for one in backup.found(backup.folder_of(filled))}
    assert kept == {*by_hand, *automatic[-3:]}


def test_a_copy_is_made_when_the_last_is_a_day_old(file_store):
    def kept(**age):
        return file_store.keep_backup(every=timedelta(hours=24), now=AT + timedelta(**age)) is not None

    assert [kept(), kept(hours=23), kept(hours=24), kept(hours=25)] == [True, False, True, False]
    assert kept(days=4000)
    assert kept(days=3), "a copy from the future is none"
    assert file_store.keep_backup(every=timedelta(0), now=AT + timedelta(days=99)) is None


def test_restoring_gives_back_every_row_and_keeps_the_old_file(filled):
    before = rows(filled)
    made = backup.make(filled, now=AT)
    with opened(filled) as store, store.begin() as connection:
        connection.execute(polls.delete())
    aside = backup.restore(made.file, filled, now=AT)
    assert rows(filled) == before
    assert aside == filled.with_name("monitor-replaced-20260305T120000Z.db")
    assert rows(aside)["polls"] == []
    assert backup.restore(aside, filled, now=AT) != aside
    assert rows(filled)["polls"] == []


def test_nothing_is_restored_under_a_command_that_is_at_work(filled):
    made = backup.make(filled, now=AT)
    before = rows(filled)
    with held(filled), pytest.raises(StoreError, match="another command is using"):
        backup.restore(made.file, filled, now=AT)
    assert rows(filled) == before


def test_the_log_of_a_damaged_file_never_meets_the_new_one(filled):
    before = rows(filled)
    made = backup.make(filled, now=AT)
    log, kept = filled.with_name("monitor.db-wal"), filled.with_name("kept")
    with opened(filled) as store, held(filled):
        with store.begin() as connection:
            connection.execute(polls.delete())
        shutil.copy(log, kept)  # as a killed process leaves it behind
    filled.write_bytes(b"this is no database, " * 500)
    kept.replace(log)
    aside = backup.restore(made.file, filled, now=AT)
    assert rows(filled) == before
    assert aside.read_bytes().startswith(b"this is no database")
    assert aside.with_name(aside.name + "-wal").stat().st_size > 0


def test_a_copy_with_a_wrong_sum_is_not_restored(filled):
    made = backup.make(filled, now=AT)
    flip(made.file, made.file.stat().st_size // 2)
    before = filled.read_bytes()
    with pytest.raises(StoreError, match="its sha256 is not the one beside it"):
        backup.restore(made.file, filled, now=AT)
    assert filled.read_bytes() == before


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda _: None, "there is no file"),
        (lambda file: file.write_bytes(b"this is no database, " * 500), "not a database"),
        (lambda file: sqlite3.connect(file).execute("CREATE TABLE a (b)").connection.close(), "no database of monitor"),
    ],
    ids=["missing", "text", "somebody else's"],
)  # fmt: skip
def test_what_is_no_backup_is_not_restored(filled, tmp_path, make, reason):
    make(tmp_path / "file.db")
    before = filled.read_bytes()
    with pytest.raises(StoreError, match=reason):
        backup.restore(tmp_path / "file.db", filled, now=AT)
    assert filled.read_bytes() == before


def test_after_an_interrupted_restore_nothing_starts_until_it_is_done_again(filled):
    before = rows(filled)
    made = backup.make(filled, now=AT)
    shutil.copy(made.file, filled.with_name("monitor.db.restoring"))
    with pytest.raises(StoreError, match="was interrupted") as refused:
        opened(filled)
    assert f"monitor restore {made.file}" in str(refused.value)
    backup.restore(made.file, filled, now=AT)
    assert rows(filled) == before


def flip(file, at, *, bit=1):
    with file.open("r+b") as stream:
        stream.seek(at)
        byte = stream.read(1)[0]
        stream.seek(at)
        stream.write(bytes([byte ^ bit]))


def test_a_hundred_damaged_pages_are_all_noticed_and_the_good_copy_named(filled):
    """Each time 512 random bytes at the beginning of a page; a second copy, damaged too, is passed over."""
    good = backup.make(filled, now=AT)
    newer = backup.make(filled, now=AT + timedelta(hours=1))
    flip(newer.file, newer.file.stat().st_size // 3)
    whole, dice = good.file.read_bytes(), random.Random(7)  # noqa: S311
    unnoticed = []
    with opened(filled) as store:
        assert backup.check(filled) == ()
        pages = [dice.randrange(len(whole) // PAGE) for _ in range(DAMAGED)]
        for page in pages:
            filled.with_name("monitor.db-wal").unlink(missing_ok=True)
            damaged = bytearray(whole)
            damaged[page * PAGE : page * PAGE + 512] = dice.randbytes(512)
            filled.write_bytes(damaged)
            if not backup.check(filled):
                unnoticed.append(page)
        with pytest.raises(StoreError, match="is damaged") as refused:
            store.check()
    assert unnoticed == []
    assert f"monitor restore {good.file}" in str(refused.value)
    backup.restore(good.file, filled, now=AT)
    assert backup.check(filled) == ()


def test_damage_met_in_the_middle_of_work_names_the_good_copy_too(filled):
    good = backup.make(filled, now=AT)
    whole = bytearray(good.file.read_bytes())
    for page in range(2, len(whole) // PAGE):
        whole[page * PAGE : page * PAGE + 64] = b"\xff" * 64
    filled.write_bytes(whole)
    with pytest.raises(StoreError, match="is damaged") as refused:
        rows(filled)
    assert f"monitor restore {good.file}" in str(refused.value)


def test_a_file_that_is_no_database_names_the_good_copy(filled):
    good = backup.make(filled, now=AT)
    filled.write_bytes(b"this is no database, " * 500)
    with pytest.raises(StoreError, match="not a database") as refused:
        opened(filled)
    assert f"monitor restore {good.file}" in str(refused.value)


def test_a_database_that_is_damaged_is_not_copied_as_if_it_were_good(filled):
    good = backup.make(filled, now=AT)
    whole = bytearray(good.file.read_bytes())
    for page in range(2, len(whole) // PAGE):
        whole[page * PAGE : page * PAGE + 64] = b"\xff" * 64
    filled.write_bytes(whole)
    with pytest.raises(StoreError, match="is damaged"):
        backup.make(filled, now=AT + timedelta(days=1))
    assert [one.file for one in backup.found(backup.folder_of(filled))] == [good.file]


HTML = "<p>Duties of 35 percent on batteries.</p>" * 40


def frozen(store):
    rendered = RenderedDigest(subject="Duties", html=HTML, text="Duties", markdown="Duties", json="{}")
    with store.begin() as connection:
        return issues.freeze(
            connection,
            topic="trade",
            number=1,
            since=AT,
            until=AT,
            composed_at=AT,
            digest="{}",
            rendered=rendered,
            told=(),
        )


def test_a_flipped_bit_in_a_frozen_body_is_refused_every_time(file_store):
    """SQLite sees nothing wrong with the file: only the sum of the body does."""
    issue = frozen(file_store)
    file = file_store.file
    with file_store.begin() as connection:
        assert issues.by_id(connection, issue.id).rendered.html == HTML
    file_store.close()
    with closing(sqlite3.connect(file)) as plain:
        plain.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = file.read_bytes()
    start = whole.index(b"<p>Duties of 35")
    dice = random.Random(3)  # noqa: S311
    seen_by_sqlite = 0
    for _ in range(DAMAGED):
        file.write_bytes(whole)
        flip(file, start + dice.randrange(len(HTML)), bit=1)
        seen_by_sqlite += bool(backup.check(file))
        with opened(file) as store, pytest.raises(StoreError, match="is not what was frozen"), store.begin() as connection:  # fmt: skip
            issues.by_id(connection, issue.id)
    assert seen_by_sqlite == 0


def test_every_table_is_in_the_copies_these_tests_compare(filled):
    assert set(rows(filled)) == set(metadata.tables)


def test_a_copy_may_have_a_name_in_any_script(tmp_path):
    with Store.open(StoreSettings(), tmp_path):
        pass
    made = backup.make(tmp_path / "monitor.db", now=AT, out=tmp_path / "税.db")
    assert backup.check(made.file) == ()
    assert (tmp_path / "税.db.sha256").read_text("utf-8").endswith("  税.db\n")
