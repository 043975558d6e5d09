"""An issue as JSON and back, without loss: what the store freezes and what `--format json` shows.

In: a `Digest`; out: ASCII text with the fields in the order of model.py, so equal issues give equal bytes.
Reads the field types from the dataclasses instead of a second list of fields. Fields added later with a default
are filled in when an old issue is read. Standard: RFC 8259, times as RFC 3339 in UTC.
"""

from __future__ import annotations

import json
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from monitor.errors import InputError
from monitor.model import Digest

FORMAT = 1


def to_json(digest: Digest) -> str:
    """`digest` as indented ASCII JSON. Lone surrogates and every other character survive as escapes."""
    return (
        json.dumps({"format": FORMAT, **_plain(digest)}, ensure_ascii=True, indent=1, allow_nan=False) + "\n"
    )


def from_json(text: str) -> Digest:
    """The issue that `to_json` wrote.

    Raises:
        InputError: not such a text, or one of a newer format.
    """
    try:
        found = json.loads(text)
        if found["format"] != FORMAT:
            raise InputError(f"a frozen issue of format {found['format']!r}; this version reads {FORMAT}")
        return _built(Digest, found)  # type: ignore[no-any-return]  # built from the type itself
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"not a frozen issue: {error}") from error


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value


def _built(kind: Any, value: Any) -> Any:
    """`value` from JSON as the type `kind` of a dataclass field says."""
    if is_dataclass(kind):
        return _dataclass(kind, value)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value)
    if get_origin(kind) in {Union, types.UnionType}:
        return (
            None
            if value is None
            else _built(next(arm for arm in get_args(kind) if arm is not type(None)), value)
        )
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is float:
        return float(value)
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} is not {kind.__name__}")
    return value


def _dataclass(kind: Any, value: Mapping[str, Any]) -> Any:
    return kind(**{name: _built(hint, value[name]) for name, hint in _hints(kind).items() if name in value})


def _tuple(kinds: tuple[Any, ...], value: list[Any]) -> tuple[Any, ...]:
    if kinds[-1] is Ellipsis:
        return tuple(_built(kinds[0], item) for item in value)
    return tuple(_built(kind, item) for kind, item in zip(kinds, value, strict=True))


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
