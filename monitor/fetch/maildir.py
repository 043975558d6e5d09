"""A folder of messages, as a server would answer for it: the newest messages, or that nothing changed.

In: the folder (a Maildir, else one of `.eml` files) and the mark given last time. Out: a `FetchResult` without a body, 304 where names,
sizes and times of all files are what they were, and the beginnings of the newest files. Nothing is written, moved, marked as read or
deleted. Subfolders are not entered, of a Maildir but `cur` and `new`: what lies in `tmp` is still being delivered.
Standard: Maildir as its inventor describes it, https://cr.yp.to/proto/maildir.html.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from monitor.model import FetchRequest, FetchResult, MessageFile

MESSAGE_BYTES = 2**20  # of a message that are read: the text comes first, then what is attached
FOLDER_BYTES = 32 * 2**20  # of all messages together
_MAILDIR = ("cur", "new")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    size: int
    changed_ns: int


def read_folder(
    folder: Path, request: FetchRequest, *, most: int
) -> tuple[FetchResult, tuple[MessageFile, ...]]:
    """Return the answer and at most `most` messages, the newest first. A folder that cannot be listed is the error `folder`.

    A file that cannot be read is a message with its trouble, and stops no other.
    """
    try:
        files = sorted(_files(folder), key=lambda file: (-file.changed_ns, file.path.name))
    except OSError as error:
        detail = f"{folder}: {error.strerror or error}"
        return FetchResult(url=request.url, error="folder", detail=detail), ()
    mark = sha256()
    for file in files:
        mark.update(f"{file.path.name}\0{file.size}\0{file.changed_ns}\n".encode("utf-8", "surrogateescape"))
    mark.update(f"{most} {MESSAGE_BYTES} {FOLDER_BYTES}".encode())
    headers = {"etag": f'"{mark.hexdigest()}"'}
    status = 304 if headers["etag"] == request.etag else 200
    result = FetchResult(url=request.url, final_url=request.url, status=status, headers=headers)
    return result, () if status == 304 else tuple(_messages(files[:most]))


def count_messages(folder: Path) -> tuple[int, str]:
    """Return (how many messages lie in a folder, why it cannot be listed); "" when it can."""
    try:
        return sum(1 for _ in _files(folder)), ""
    except OSError as error:
        return 0, f"{folder}: {error.strerror or error}"


def _files(folder: Path) -> Iterator[_File]:
    """The messages of a folder. Raises OSError for one that cannot be listed."""
    inner = [folder / name for name in _MAILDIR]
    is_maildir = all(each.is_dir() for each in inner)
    for place in inner if is_maildir else [folder]:
        with os.scandir(place) as entries:
            for entry in entries:
                is_message = is_maildir or entry.name.lower().endswith(".eml")
                found = None if entry.name.startswith(".") or not is_message else _file(entry)
                if found is not None:
                    yield found


def _file(entry: os.DirEntry[str]) -> _File | None:
    """A regular file, or a link to one; None for what is neither, or gone by now."""
    try:
        state = entry.stat()
    except OSError:
        return None
    if not stat.S_ISREG(state.st_mode):
        return None
    return _File(Path(entry.path), state.st_size, state.st_mtime_ns)


def _messages(files: list[_File]) -> Iterator[MessageFile]:
    left = FOLDER_BYTES
    for file in files:
        if left <= 0:
            return
        name = file.path.name.encode("utf-8", "replace").decode()
        try:
            with file.path.open("rb") as stream:
                content = stream.read(min(MESSAGE_BYTES, left))
        except FileNotFoundError:  # moved from new to cur, or deleted: its new name is there next time
            continue
        except OSError as error:
            yield MessageFile(name, b"", error.strerror or str(error))
            continue
        left -= len(content)
        yield MessageFile(name, content)
