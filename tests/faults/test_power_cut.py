"""The power is cut in the middle of a tick with an issue: no image of the disk forgets a mail whose final dot went out.

400 images of each run are opened. Alone, a program closes its database after each transaction, which writes the log back and
syncs more than SQLite promises; beside another program that reads (`monitor status`) only the promise holds: both are cut.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing, nullcontext

import pytest

from tests.faults import disk
from tests.faults.test_system_calls import needs_strace, prepared

IMAGES = 400
STARTED_AGAIN = 8  # images the house goes on from

pytestmark = [needs_strace, pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def house(memory):
    one = prepared(memory)
    yield one
    one.__exit__()


def recorded(house, *, variant="", is_alone):
    """Run the tick; gives the files before it and its operations."""
    house.give_back()
    file = house.data / "monitor.db"
    before = {str(file): file.read_bytes()}
    log = house.folder / "calls"
    with nullcontext() if is_alone else closing(sqlite3.connect(file)) as other:
        if other is not None:
            other.execute("SELECT count(*) FROM issues").fetchone()
        ticked = house.tick(strace=(*disk.OPTIONS, "-o", log), variant=variant)
    assert ticked.code == 0, ticked.log
    done = disk.operations(log, file)
    assert disk.dots(done) == len(house.recipients) == len(house.sink.taken())
    return before, done


def images(before, done):
    """Cut the power at random moments; yields what had happened and the files."""
    dice = random.Random(5)  # noqa: S311
    for _ in range(IMAGES):
        so_far = done[: dice.randint(1, len(done))]
        yield so_far, disk.cut(before, so_far, dice)


def laid(folder, files):
    """Put an image into a folder of its own; gives the database."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for path, content in files.items():
        (folder / path.rpartition("/")[2]).write_bytes(content)
    return folder / "monitor.db"


def examined(house, before, done):
    """Open every image and count what is wrong with it."""
    found = Counter()
    for so_far, files in images(before, done):
        found["images"] += 1
        found["with a dot out"] += disk.dots(so_far) > 0
        with closing(sqlite3.connect(laid(house.folder / "image", files))) as connection:
            found["corrupt"] += connection.execute("PRAGMA integrity_check").fetchone() != ("ok",)
            known = connection.execute(
                "SELECT count(*) FROM deliveries WHERE dot OR state = 'sent'"
            ).fetchone()[0]
        found["forgets a mail"] += disk.dots(so_far) > known
    return found


@pytest.mark.parametrize("is_alone", [True, False], ids=["alone", "beside a reader"])
def test_no_image_forgets_a_mail_the_server_may_have_taken(house, is_alone):
    before, done = recorded(house, is_alone=is_alone)
    found = examined(house, before, done)
    print(dict(found))  # noqa: T201
    assert found["images"] == IMAGES
    assert found["with a dot out"] > 10
    assert found["corrupt"] == 0
    assert found["forgets a mail"] == 0


def test_a_database_that_does_not_wait_for_its_disk_forgets_mails(house):
    """The control: SQLite with synchronous=NORMAL, as most programs open it."""
    before, done = recorded(house, variant="synchronous=NORMAL", is_alone=False)
    found = examined(house, before, done)
    print(dict(found))  # noqa: T201
    assert found["forgets a mail"] > 10


def test_after_a_cut_the_house_goes_on_and_loses_nothing(house):
    before, done = recorded(house, is_alone=False)
    mails = house.sink.taken()
    for n, (so_far, files) in enumerate(images(before, done)):
        if n == STARTED_AGAIN:
            break
        house.give_back()
        for mail in mails[: disk.dots(so_far)]:  # the server has them, whatever became of the house
            house.sink.keep_again(mail)
            house.uncertain[mail.id] += 1
        laid(house.data, files)
        house.settle()
        assert house.check().wrong == {}, n
