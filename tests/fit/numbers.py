"""Every number that scoring uses, and where docs/notes/parameters.md says it comes from.

Walked are the rooms below and what a topic file says about weights. A number needs an origin, but for these, which say nothing that
could be measured:
  in a function   0, 1, 2 and one half, and a plain index ("row[3]"; the end of a slice needs an origin)
  in a class      0 and 1 as what a field is when nobody says
  anywhere        what stands inside a string or a pattern
What a name is given at the top of a module needs an origin whatever it is. docs/notes/parameters.md names each number by module and
name; one inside a function by the function and its value.
"""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "notes" / "parameters.md"
ROOMS = ("stories", "topics", "text", "pipeline/judging", "pipeline/issuing")
# These read bytes and dates, and judge nothing.
NO_SCORING = ("text/charset.py", "text/moments.py", "text/months.py")
# Of the settings: what ranks and what limits an issue.
SETTINGS, RANKING = (
    "settings/sections.py",
    ("FacetSettings", "WeightSettings", "LimitSettings", "FeedSettings"),
)
IN_A_FUNCTION = (0, 1, 2, 0.5)
IN_A_CLASS = (0, 1)
LONG = 48  # characters of a value as it is written; a longer one is told by how many numbers it holds, and their sum


class Number(NamedTuple):
    """One number, or a few that have one name."""

    module: str  # "stories/pairs.py"
    name: str  # "_TEXTS.text", "JOIN", "Window._shared()"
    value: str  # as it is written
    line: int


class Origin(NamedTuple):
    """What the page says of a number."""

    value: str
    unit: str
    kind: str  # fitted, chosen, judged, bound, defined
    where: str  # a short name of what it was chosen on
    date: str


def numbers(root=ROOT):
    """All numbers that need an origin, in their order."""
    found = []
    for room in ROOMS:
        for file in sorted((root / "monitor" / room).rglob("*.py")):
            module = file.relative_to(root / "monitor").as_posix()
            if module not in NO_SCORING:
                found += of_source(file.read_text("utf-8"), module)
    return [*found, *of_settings(root), *of_topics(root)]


def of_source(source, module):
    """The numbers of one module."""
    found = []
    _walk(ast.parse(source).body, "", found)
    return [*dict.fromkeys(Number(module, name, value, line) for name, value, line in found)]


def of_settings(root):
    """What a topic, a facet or a feed weighs when its file says nothing, and how much an issue shows."""
    found = []
    for node in ast.parse((root / "monitor" / SETTINGS).read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef) and node.name in RANKING:
            for each in node.body:
                default = _default(each)
                if default is not None:
                    name = f"{node.name}.{each.target.id}"
                    found.append(Number(SETTINGS, name, ast.unparse(default), each.lineno))
    return found


def of_topics(root):
    """What the shipped topic and feed files say of weights; `measured` tells its own collection and day."""
    found = []
    for file in sorted((root / "config" / "topics").glob("*.toml")):
        told = tomllib.loads(file.read_text("utf-8"))
        name = f"config/topics/{file.name}"
        facets = told.get("facets", ())
        found += [Number(name, f"facets.{each['name']}.weight", str(each["weight"]), 0) for each in facets]
        for table in ("weights", "limits"):
            found += [
                Number(name, f"{table}.{key}", str(value), 0) for key, value in told.get(table, {}).items()
            ]
    feeds = tomllib.loads((root / "config" / "feeds.toml").read_text("utf-8"))["feed"]
    trust = sorted({feed["trust"] for feed in feeds if "trust" in feed})
    return [*found, Number("config/feeds.toml", "feed.trust", ", ".join(map(str, trust)), 0)]


def _default(node):
    """What a numeric field of a settings section is when nobody says; None for other lines."""
    if not isinstance(node, ast.AnnAssign) or not isinstance(node.value, ast.Call):
        return None
    for keyword in node.value.keywords:
        if keyword.arg == "default" and _numbers_in(keyword.value):
            return keyword.value
    return None


def _walk(body, within, found):
    for node in body:
        if isinstance(node, ast.ClassDef):
            _walk(node.body, f"{within}{node.name}.", found)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for constant in _numbers_in(node):
                if constant.value not in IN_A_FUNCTION:
                    found.append((f"{within}{node.name}()", _written(constant), constant.lineno))
        elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for name, value in _named(targets[0], node.value):
                told = _numbers_in(value)
                if told and not (within and all(each.value in IN_A_CLASS for each in told)):
                    found.append((f"{within}{name}", _written(value), value.lineno))
        else:
            for constant in _numbers_in(node):
                found.append((f"{within}line", _written(constant), constant.lineno))


def _named(target, value):
    """Each name with what it is given; of `NAME = Kind(a=1, b=2)` each part by itself."""
    is_pair = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
    if is_pair and len(target.elts) == len(value.elts):
        for each, given in zip(target.elts, value.elts, strict=True):
            yield from _named(each, given)
    elif isinstance(value, ast.Call) and len(value.keywords) > 1 and not value.args:
        for keyword in value.keywords:
            yield f"{ast.unparse(target)}.{keyword.arg}", keyword.value
    else:
        yield ast.unparse(target).strip("()"), value


def _numbers_in(node):
    """The numbers inside, but for plain indexes, from the end too."""
    places = [each.slice for each in ast.walk(node) if isinstance(each, ast.Subscript)]
    indexes = {id(each.operand if isinstance(each, ast.UnaryOp) else each) for each in places}
    found = [
        each
        for each in ast.walk(node)
        if isinstance(each, ast.Constant) and type(each.value) in (int, float) and id(each) not in indexes
    ]
    return sorted(found, key=lambda each: (each.lineno, each.col_offset))


def _written(node):
    text = ast.unparse(node)
    if len(text) <= LONG:
        return text
    told = [each.value for each in _numbers_in(node)]
    return f"{len(told)} numbers, crc32 {crc32(repr(told).encode()):08x}"


def origins(page=None):
    """(module, name, value) -> what the page says."""
    found, module = {}, ""
    for line in (page or PAGE.read_text("utf-8")).splitlines():
        if heading := re.fullmatch(r"### `(.+)`", line):
            module = heading[1]
        elif module and line.startswith("| `"):
            name, value, *rest = _cells(line)
            found[module, name, value] = Origin(value, *rest)
        elif line.startswith("## "):
            module = ""
    return found


def places(page=None):
    """Short name of what numbers were chosen on -> (what it is, the command that measures it)."""
    found, is_there = {}, False
    for line in (page or PAGE.read_text("utf-8")).splitlines():
        if line.startswith("## "):
            is_there = line == "## Measured on"
        elif is_there and line.startswith("| `"):
            name, *rest = _cells(line)
            found[name] = tuple(rest)
    return found


def _cells(line):
    """The cells of a row, without the marks of code."""
    return [cell.strip().strip("`").replace("&#124;", "|") for cell in line.strip("|").split(" | ")]


def without_origin(root=ROOT, page=None):
    """What the page does not know as it is written now, each as the row it would take."""
    known = origins(page)
    return [
        f"{each.module}:{each.line}  | `{each.name}` | `{each.value}` | unit | chosen | where | date |"
        for each in numbers(root)
        if (each.module, each.name, each.value) not in known
    ]
