"""What a disk may hold after its power was cut: the writes and syncs of a real run, and images of the moments between them.

In: a log of strace (-y -xx) and the files as they were before. Out: operations, and by `cut` the files as they might be found.
What was synced is there. Of what was not, any part: a write may be missing, whole, or torn at a sector; names follow the order they
were made and taken away in, and any sync makes them last (the journal of ext4). An idea of ALICE and of SQLite's own crash tests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SECTOR = 512
TRACED = "pwrite64,ftruncate,fdatasync,fsync,unlink,sendto"
OPTIONS = ("-y", "-xx", "-s", "1000000", "-e", f"trace={TRACED}")
DOT = b".\r\n"
_CALL = re.compile(r"(\w+)\((.*)\)\s+= (-?\d+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_PLACE = re.compile(r"^\d+<([^>]*)>")


@dataclass(frozen=True)
class Operation:
    """One system call. `kind`: write, truncate, sync, unlink, send."""

    kind: str
    path: str = ""
    at: int = 0
    content: bytes = b""


@dataclass
class _File:
    lasting: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)


def operations(log, database):
    """Read what happened to the database and what was said to the mail server."""
    found = []
    for line in log.read_text().splitlines():
        call = _CALL.search(line)
        if call and int(call[3]) >= 0:
            found += _operation(call[1], call[2], str(database))
    return found


def _operation(name, arguments, database):
    if name == "sendto":
        return [Operation("send", content=_bytes(_TEXT.search(arguments)[1]))]
    path = _path(name, arguments)
    if not path.startswith(database) or path.endswith("-shm"):  # shared memory is made anew after a crash
        return []
    if name == "pwrite64":
        return [
            Operation("write", path, int(arguments.rsplit(", ", 1)[1]), _bytes(_TEXT.search(arguments)[1]))
        ]
    if name == "ftruncate":
        return [Operation("truncate", path, int(arguments.rsplit(", ", 1)[1]))]
    return [Operation("unlink" if name == "unlink" else "sync", path)]


def _path(name, arguments):
    found = (_TEXT.search(arguments) if name == "unlink" else _PLACE.search(arguments))[1]
    return _bytes(found).decode() if found.startswith("\\x") else found


def _bytes(text):
    return bytes.fromhex(text.replace("\\x", ""))


def cut(before, done, dice):
    """Return path -> bytes as they may be found when the power goes after the operations `done`. `before`: path -> bytes at the start."""
    files = {path: _File(bytearray(content)) for path, content in before.items()}
    names, lasting, waiting = dict(files), dict(files), []
    for one in (o for o in done if o.kind != "send"):
        if one.kind == "unlink":
            waiting.append((one.path, names.pop(one.path, None), False))
            continue
        if one.path not in names:
            names[one.path] = _File()
            waiting.append((one.path, names[one.path], True))
        file = names[one.path]
        if one.kind == "sync":
            for earlier in file.pending:
                _apply(file.lasting, earlier)
            file.pending.clear()
            lasting, waiting = dict(names), []
        else:
            file.pending.append(one)
    for path, file, is_made in waiting[: dice.randint(0, len(waiting))]:
        lasting.pop(path, None)
        if is_made:
            lasting[path] = file
    return {path: bytes(_torn(file, dice)) for path, file in lasting.items()}


def _torn(file, dice):
    content = bytearray(file.lasting)
    for one in file.pending:
        luck = dice.random()
        if luck < 0.4:
            continue  # it never came to the disk
        if luck < 0.55 and len(one.content) > SECTOR:
            sectors = dice.randrange(1, len(one.content) // SECTOR + 1)
            _apply(content, Operation("write", one.path, one.at, one.content[: sectors * SECTOR]))
        else:
            _apply(content, one)
    return content


def _apply(content, one):
    if one.kind == "truncate":
        del content[one.at :]
        content.extend(bytes(one.at - len(content)))
    else:
        content.extend(bytes(max(0, one.at - len(content))))
        content[one.at : one.at + len(one.content)] = one.content


def dots(done):
    """Count the final dots that went out."""
    return sum(o.kind == "send" and o.content == DOT for o in done)


__all__ = ["OPTIONS", "cut", "dots", "operations"]
