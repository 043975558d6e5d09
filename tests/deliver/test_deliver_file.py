"""An issue as files."""

import pytest

from monitor.deliver.file import write
from monitor.errors import DeliveryError

PARTS = {"html": b"<p>a</p>", "txt": b"a\n", "eml": b"X: y\r\n\r\n"}


def test_every_part_is_written_into_a_new_folder(tmp_path):
    folder = tmp_path / "out" / "2026"
    paths = write(folder, "us-china-trade-037", PARTS)
    assert [path.name for path in paths] == [f"us-china-trade-037.{ending}" for ending in PARTS]
    assert [path.read_bytes() for path in paths] == list(PARTS.values())
    assert sorted(folder.iterdir()) == sorted(paths)


def test_writing_again_replaces_and_leaves_nothing_behind(tmp_path):
    write(tmp_path, "issue", {"txt": b"old and longer"})
    write(tmp_path, "issue", {"txt": b"new"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("issue.txt", b"new")]


def test_files_can_be_read_by_others(tmp_path):
    (path,) = write(tmp_path, "issue", {"txt": b""})
    assert path.stat().st_mode & 0o777 == 0o644


def test_no_parts_write_nothing(tmp_path):
    assert write(tmp_path / "out", "issue", {}) == ()


def test_a_folder_that_is_a_file_is_named_in_the_error(tmp_path):
    (tmp_path / "out").write_text("in the way")
    with pytest.raises(DeliveryError, match=r"cannot write the digest to .*out"):
        write(tmp_path / "out", "issue", PARTS)


def test_a_file_that_cannot_be_replaced_leaves_no_temporary_file(tmp_path):
    (tmp_path / "issue.txt").mkdir()
    with pytest.raises(DeliveryError, match="cannot write"):
        write(tmp_path, "issue", {"txt": b"x"})
    assert [path.name for path in tmp_path.iterdir()] == ["issue.txt"]


@pytest.mark.parametrize("stem", ["../issue", "a/b", ".hidden", "a\x00b", "/etc/issue", ""])
def test_a_stem_is_never_a_path(tmp_path, stem):
    with pytest.raises(DeliveryError, match="not a file name"):
        write(tmp_path / "out", stem, PARTS)
    assert list(tmp_path.iterdir()) == []
