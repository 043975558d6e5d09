"""What is wrong with a configuration file, said so that it can be put right: file, line, key, and what is allowed.

In: pydantic's ValidationError, the model and the text of the file. Out: one SettingsError for the first problem in the file.
What a key allows is read from the model's JSON schema, so the sentence can never disagree with the check.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import SettingsError
from monitor.settings.lines import Key, key_lines, nearest
from monitor.settings.tables import Section
from monitor.settings.values import did_you_mean

# Keys that people look for in the wrong place, and where the thing is said.
_ELSEWHERE = {
    "password": "Secrets are not read from these files: set MONITOR_SMTP_PASSWORD or MONITOR_SMTP_PASSWORD_FILE.",
    "data": "The data folder is named by --data or the environment variable MONITOR_DATA.",
    "feed": "Feeds are listed in feeds.toml beside monitor.toml.",
    "topics": "Each topic is a file of its own in the folder topics/ beside monitor.toml.",
}
_UNITS = {"_s": " of seconds", "_bytes": " of bytes"}
_NUMBERS = {"integer": "a whole number", "number": "a number"}


def problem(
    error: ValidationError, *, model: type[Section], text: str, file: Path, block: Key = ()
) -> SettingsError:
    """The error to raise: of the first problem in the file, with the number of the others.

    `model` is of the whole file, or of one `block` in it, such as ("channel", 2), whose `secret` stands in no file.
    """
    lines = key_lines(text)
    found = [each for each in error.errors() if each["type"] != "default_factory_not_called"]  # of another
    found = [each for each in found if not (block and each["loc"] == ("secret",))]
    for each in found:
        each["loc"] = (*block, *each["loc"])
    details = sorted(found, key=lambda detail: nearest(lines, detail["loc"]))
    first = details[0]
    schema = model.model_json_schema()
    if block:
        schema = {"properties": {block[0]: {"items": schema}}, "$defs": schema.get("$defs", {})}
    message, advice = _SAY.get(first["type"], _bad_value)(first, schema)
    if len(details) > 1:
        advice = f"{advice} The file has {len(details) - 1} more to put right.".lstrip()
    return SettingsError(
        message, file=str(file), line=nearest(lines, first["loc"]), key=_dotted(first["loc"]), advice=advice
    )


def _dotted(loc: Key) -> str:
    """("facets", 1, "aliases", 0) is the key `facets.aliases`."""
    return ".".join(part for part in loc if isinstance(part, str))


def _where(loc: Key) -> str:
    """` in [schedule]`, ` in [[facets]]`, or "" at the top of the file."""
    last = max(index for index, part in enumerate(loc) if isinstance(part, str))
    table = _dotted(loc[:last])
    is_array = bool(table) and isinstance(loc[last - 1], int)
    return f" in [[{table}]]" if is_array else f" in [{table}]" if table else ""


def _name(loc: Key) -> str:
    return [part for part in loc if isinstance(part, str)][-1]


# --------------------------------------------------------------------------- one sentence per kind of problem


def _unknown_key(detail: ErrorDetails, schema: dict[str, Any]) -> tuple[str, str]:
    loc = detail["loc"]
    key, known = _name(loc), tuple(_at(schema, loc[:-1]).get("properties", {}))
    message = f"unknown key {key!r}{_where(loc)}{did_you_mean(key, known)}"
    homes = [table for table, name in _tables(schema) if name == key]
    if key in _ELSEWHERE:
        return message, _ELSEWHERE[key]
    if homes:
        return message, f"{key!r} belongs to {' or '.join(homes)}."
    return message, f"Known keys: {', '.join(known)}."


def _missing_key(detail: ErrorDetails, schema: dict[str, Any]) -> tuple[str, str]:
    loc = detail["loc"]
    return f"the key {_name(loc)!r} is missing{_where(loc)}", _allowed(schema, loc)


def _refused(detail: ErrorDetails, _schema: dict[str, Any]) -> tuple[str, str]:
    loc = detail["loc"]
    return f"{_name(loc)!r}{_where(loc)}: {detail['ctx']['error']}", ""


def _bad_value(detail: ErrorDetails, schema: dict[str, Any]) -> tuple[str, str]:
    loc, value = detail["loc"], detail["input"]
    shown = _toml(value)
    near = did_you_mean(value, tuple(_at(schema, loc).get("enum", ()))) if isinstance(value, str) else ""
    return f"{_name(loc)!r}{_where(loc)} cannot be {shown}{near}", _allowed(schema, loc)


_SAY: dict[str, Callable[[ErrorDetails, dict[str, Any]], tuple[str, str]]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing_key,
    "value_error": _refused,
}


# --------------------------------------------------------------------------- reading the schema


def _resolved(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """`node`, with a reference to a model replaced by that model."""
    if "$ref" not in node:
        return node
    target: dict[str, Any] = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def _at(schema: dict[str, Any], loc: Key) -> dict[str, Any]:
    """The part of the schema that describes `loc`; {} where it describes nothing."""
    node = schema
    for part in loc:
        inside = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part)
        node = _resolved(schema, inside or node.get("additionalProperties") or {})
    return node


def _tables(schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """("[schedule]", "time_zone") for every key of every table one level down."""
    for table, node in schema.get("properties", {}).items():
        header = f"[[{table}]]" if "items" in node else f"[{table}]"
        inner = _resolved(schema, node.get("items", node))
        yield from ((header, key) for key in inner.get("properties", {}))


def _allowed(schema: dict[str, Any], loc: Key) -> str:
    """What a key may be, such as `Allowed: a whole number from 1 to 256 (default 16).` with unit and default."""
    node = _at(schema, loc)
    default = f" (default {_toml(node['default'])})" if _is_plain(node.get("default")) else ""
    return f"Allowed: {_kind(schema, node, _unit(_name(loc)))}{default}."


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int | float) and value != ""


def _unit(key: str) -> str:
    return next((unit for suffix, unit in _UNITS.items() if key.endswith(suffix)), "")


def _kind(schema: dict[str, Any], node: dict[str, Any], unit: str = "") -> str:
    node = _resolved(schema, node)
    kind = node.get("type")
    if "enum" in node:
        return "one of " + ", ".join(_toml(value) for value in node["enum"])
    if kind in _NUMBERS:
        return f"{_NUMBERS[kind]}{unit}{_range(node)}"
    if kind == "array":
        least = " with at least one item" if node.get("minItems") else ""
        return f"a list in [ ]{least}, each {_kind(schema, node.get('items', {}))}"
    return {"boolean": "true or false", "object": "a table"}.get(str(kind), "text in quotes")


def _range(node: dict[str, Any]) -> str:
    low, above, high = node.get("minimum"), node.get("exclusiveMinimum"), node.get("maximum")
    if high is not None:
        return f" from {low} to {high}"
    if above is not None:
        return f" above {above}"
    return f", {low} or more" if low is not None else ""


def _toml(value: Any) -> str:
    """A value as it is written in a file, shortened."""
    if isinstance(value, dict):
        return "a table"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:57]}..."
