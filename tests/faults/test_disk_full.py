"""The disk is full, or fails: a tick says so and ends with a failure, no mail goes out without its mark, and with room again all is well."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.faults.house import House
from tests.faults.test_system_calls import needs_strace, prepared

SIZE_KB = 4096  # of the small disk
ROOMS_KB = (*range(0, 264, 12), 900)  # a tick with an issue needs some 200
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: a small disk is mounted")


@contextmanager
def small_disk(folder):
    """A file system in memory that holds four megabytes."""
    folder.mkdir(parents=True)
    subprocess.run(["/bin/mount", "-t", "tmpfs", "-o", f"size={SIZE_KB}k", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["/bin/umount", "--lazy", folder], check=True)


def free_kb(folder):
    return shutil.disk_usage(folder).free // 1024


def fill(folder, *, but_kb):
    """Take all room but that much."""
    with (folder / "filler").open("wb") as file:
        file.write(bytes(max(0, free_kb(folder) - but_kb) * 1024))


def starved(house, room_kb, *, variant=""):
    """A tick with that much room, then ticks with enough; gives the tick, the mails it sent, and what was found in the end."""
    house.give_back()
    fill(house.data.parent, but_kb=room_kb)
    ticked = house.tick(variant=variant)
    mails, marked = len(house.sink.taken()), len(marks(house))
    (house.data.parent / "filler").unlink()
    house.note_uncertain()
    house.settle(variant=variant)
    return ticked, mails, marked, house.check()


def marks(house):
    from monitor.store.schema import deliveries

    found = house.rows(deliveries.c.message_id, deliveries.c.dot, deliveries.c.state)
    return [identity for identity, dot, state in found if dot or state == "sent"]


@pytest.fixture(scope="module")
def cramped(memory):
    """A house whose data lies on a small disk, in the moment before an issue is due."""
    with small_disk(memory / "small") as disk, House(memory / "house", data=disk / "data") as house:
        house.warm_up()
        house.site.publish(2, at=house.now - timedelta(hours=1))
        assert house.tick().code == 0
        house.passes(weeks=1)
        house.site.publish(2, at=house.now - timedelta(hours=1))
        house.keep()
        yield house


@needs_root
@pytest.mark.faults
@pytest.mark.timeout(300)
def test_a_full_disk_is_told_and_nothing_is_lost_or_doubled(cramped):
    """With every amount of room from none to enough, so that it is full at every step of a tick in turn."""
    codes, told = {}, set()
    for room_kb in ROOMS_KB:
        ticked, mails, marked, found = starved(cramped, room_kb)
        codes[room_kb] = ticked.code
        assert found.wrong == {}, (room_kb, found.wrong)
        assert mails <= marked, f"{mails} mails with {marked} marks at {room_kb} KB"
        assert ticked.code in (0, 1), ticked.log
        if ticked.code:
            assert "Traceback" not in ticked.log, ticked.log
            told.add("is full" in ticked.log or "No space left" in ticked.log)
            assert "ree some space" in ticked.log or "has space" in ticked.log, ticked.log
    print(f"{sum(codes.values())} of {len(codes)} ticks met the full disk")  # noqa: T201
    assert told == {True}
    assert sum(codes.values()) >= 5
    assert codes[max(codes)] == 0, "with enough room a tick is done"


@needs_root
@pytest.mark.faults
@pytest.mark.timeout(300)
def test_the_orders_of_others_lose_or_double_on_a_full_disk(cramped):
    """The control: who sends first and marks the batch afterwards has no room for the mark."""
    finer = (room_kb for room_kb in range(300, 20, -4))  # the mark of a batch needs a page or two
    lost = (starved(cramped, room_kb, variant="send then mark the batch")[-1] for room_kb in finer)
    assert any(found.wrong.get("unexplained", 0) for found in lost)


def test_a_limit_on_files_is_told_and_nothing_is_lost(house):
    """What can be done without root: no file may grow beyond its size of now."""
    house.give_back()
    size = (house.data / "monitor.db").stat().st_size
    ticked = house.tick(limits={"RLIMIT_FSIZE": size // 8})
    assert ticked.code == 1, ticked.log
    assert "refused" in ticked.log
    assert "Traceback" not in ticked.log
    assert house.sink.taken() == []
    house.settle()
    assert house.check().wrong == {}


@pytest.fixture(scope="module")
def house(memory):
    one = prepared(memory / "usual")
    yield one
    one.__exit__()


@needs_strace
@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("call", "error", "every"),
    [("fdatasync", "EIO", 12), ("pwrite64", "EIO", 90), ("pwrite64", "ENOSPC", 90), ("fsync", "EIO", 1)],
)
def test_a_disk_that_fails_is_told_and_the_next_tick_is_safe(house, call, error, every):
    """The n-th call fails, and all after it too, as on a disk that dies; then it is a good one again."""
    failed = 0
    for n in range(1, 10_000, every):
        house.give_back()
        ticked = house.tick(
            strace=("-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={n}+", "-o", os.devnull)
        )
        mails, marked = len(house.sink.taken()), len(marks(house))
        if ticked.code == 0:
            assert n > 1
            break
        failed += 1
        assert ticked.code == 1, ticked.log
        assert "Traceback" not in ticked.log, ticked.log
        assert mails <= marked
        house.note_uncertain()
        house.settle()
        assert house.check().wrong == {}, (n, ticked.log)
    print(f"{call} {error}: {failed} ticks failed")  # noqa: T201
    assert failed >= 3
