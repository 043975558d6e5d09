"""On which line of a TOML file does a key stand? tomllib gives no positions, so it is asked statement by statement.

In: the text of a valid TOML document. Out: the line (1-based) of every key, table and list item. Every statement of TOML (a
header, or `key = value` with all its lines) is by itself a TOML document, and no beginning of a statement that stops at a line
end is one. So: take lines until tomllib accepts them, and look what came out. No second parser, no rule of TOML repeated.
Cost: linear in the text, quadratic in the length of one multi-line value; only paid when there is an error to report.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Key = tuple[str | int, ...]  # ("feed", 3, "url"): the url of the fourth [[feed]]


def line_of(text: str, key: Sequence[str | int]) -> int:
    """The line of `key`, or of the nearest table around it that the text names; 0 when there is none."""
    return nearest(key_lines(text), key)


def nearest(lines: Mapping[Key, int], key: Sequence[str | int]) -> int:
    """The same, from lines found before."""
    around = (tuple(key[:length]) for length in range(len(key), 0, -1))
    return next((lines[part] for part in around if part in lines), 0)


def key_lines(text: str) -> dict[Key, int]:
    """Every key of a valid TOML document with the line where its statement begins; a table counts from its header."""
    lines: dict[Key, int] = {}
    counts: dict[Key, int] = {}  # of the [[tables]] seen so far
    table: Key = ()
    for line, statement, value in _statements(text):
        if statement.lstrip().startswith("["):
            table = _table(_header(value), statement.lstrip().startswith("[["), counts)
            for depth in range(1, len(table)):  # [a.b] makes the table a, [[c]] the list c
                lines.setdefault(table[:depth], line)
            lines[table] = line
        else:
            for key in _keys(value):
                lines.setdefault(table + key, line)
    return lines


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(line where it begins, its text, what it means) of every statement; blank lines and comments mean nothing."""
    pending: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        pending.append(line)
        statement = "\n".join(pending)
        try:
            value = tomllib.loads(statement)
        except ValueError:  # not complete yet
            continue
        if value:
            yield number - len(pending) + 1, statement, value
        pending = []


def _header(value: dict[str, Any]) -> list[str]:
    """The parts of a header: {"a": {"b": {}}} is [a.b], {"a": [{}]} is [[a]]."""
    parts: list[str] = []
    node: Any = value
    while isinstance(node, dict) and node:
        (part, node), *_ = node.items()
        parts.append(part)
    return parts


def _table(parts: list[str], is_array: bool, counts: dict[Key, int]) -> Key:  # noqa: FBT001 - a fact, not a switch
    """The full key of a header: below a [[table]] it belongs to the last one."""
    key: Key = ()
    for depth, part in enumerate(parts, start=1):
        key += (part,)
        if is_array and depth == len(parts):
            counts[key] = counts.get(key, 0) + 1
        if key in counts:
            key += (counts[key] - 1,)
    return key


def _keys(value: Any) -> Iterator[Key]:
    """Every key inside a value: of dotted keys, inline tables and list items."""
    items: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    for part, inner in items:
        yield (part,)
        yield from ((part, *key) for key in _keys(inner))
