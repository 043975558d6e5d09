"""A folder asked as a server would be: what lies there, the newest first, and nothing in it touched."""

from __future__ import annotations

import os

import pytest

from monitor.fetch import maildir as reading
from monitor.fetch.maildir import count_messages, read_folder
from monitor.model import FetchRequest


def put(file, content=b"Subject: a\n\nb", *, at=0):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    os.utime(file, (10**9 + at, 10**9 + at))
    return file


def ask(folder, *, etag="", most=100):
    return read_folder(folder, FetchRequest(url=folder.as_uri(), etag=etag), most=most)


def names(folder, **more):
    return [file.name for file in ask(folder, **more)[1]]


def test_eml_files_come_newest_first_and_nothing_else(tmp_path):
    put(tmp_path / "b.eml", at=1)
    put(tmp_path / "a.EML", at=2)
    put(tmp_path / "notes.txt")
    put(tmp_path / ".hidden.eml")
    put(tmp_path / "below" / "c.eml")
    (tmp_path / "folder.eml").mkdir()
    os.mkfifo(tmp_path / "pipe.eml")
    (tmp_path / "gone.eml").symlink_to(tmp_path / "nowhere")
    assert names(tmp_path) == ["a.EML", "b.eml"]
    assert names(tmp_path, most=1) == ["a.EML"]
    assert count_messages(tmp_path) == (2, "")


def test_of_a_maildir_cur_and_new_are_read(tmp_path):
    put(tmp_path / "cur" / "1.host:2,S", at=1)
    put(tmp_path / "new" / "2.host", at=2)
    put(tmp_path / "tmp" / "3.host", at=3)
    put(tmp_path / "loose.eml", at=4)
    assert names(tmp_path) == ["2.host", "1.host:2,S"]


def test_nothing_is_changed(tmp_path):
    put(tmp_path / "new" / "1.host")
    (tmp_path / "cur").mkdir()
    before = {path: (path.stat().st_mtime_ns, path.stat().st_mode) for path in tmp_path.rglob("*")}
    for _ in range(2):
        ask(tmp_path)
    assert {p: (p.stat().st_mtime_ns, p.stat().st_mode) for p in tmp_path.rglob("*")} == before


def test_an_unchanged_folder_is_not_read_again(tmp_path):
    put(tmp_path / "a.eml")
    etag = ask(tmp_path)[0].headers["etag"]
    again, files = ask(tmp_path, etag=etag)
    assert (again.status, files) == (304, ())
    put(tmp_path / "b.eml")
    changed, files = ask(tmp_path, etag=etag)
    assert (changed.status, len(files)) == (200, 2)
    put(tmp_path / "a.eml", b"Subject: longer\n\nb")
    assert ask(tmp_path, etag=changed.headers["etag"])[0].status == 200


def test_sizes_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MESSAGE_BYTES", 100)
    monkeypatch.setattr(reading, "FOLDER_BYTES", 250)
    for number in range(5):
        put(tmp_path / f"{number}.eml", b"x" * 1000, at=-number)
    assert [len(file.content) for file in ask(tmp_path)[1]] == [100, 100, 50]


@pytest.mark.parametrize("kind", ["missing", "a file", "shut"])
def test_a_folder_that_cannot_be_listed_says_why(tmp_path, kind):
    place = tmp_path / "mail"
    if kind == "a file":
        place.write_bytes(b"")
    if kind == "shut":
        put(place / "a.eml")
        place.chmod(0)
        if os.access(place, os.R_OK):
            pytest.skip("root may read everything")
    result, files = ask(place)
    assert (result.ok, result.error, files) == (False, "folder", ())
    assert str(place) in result.detail
    assert count_messages(place) == (0, result.detail)
    if kind == "shut":
        place.chmod(0o700)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    put(tmp_path / "good.eml")
    shut = put(tmp_path / "shut.eml")
    shut.chmod(0)
    if os.access(shut, os.R_OK):
        pytest.skip("root may read everything")
    found = {file.name: file.trouble for file in ask(tmp_path)[1]}
    assert found == {"good.eml": "", "shut.eml": "Permission denied"}
