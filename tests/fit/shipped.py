"""The numbers as they ship: read from the source, compared to the digits they are printed with, and written back."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime

from tests.fit.numbers import PAGE, ROOT


def printed(module, name, root=ROOT):
    """How one number is written in `module`; `name` is "NAME.part", given to a call by that keyword."""
    source = (root / "monitor" / module).read_text("utf-8")
    return ast.get_source_segment(source, _node(source, name))


def digits(text):
    """Behind the point of a number as it is printed."""
    return len(text.partition(".")[2])


def rounded(value, text):
    """A value with as many digits behind the point as `text` has; no minus before a zero."""
    found = f"{value:.{digits(text)}f}"
    return found.removeprefix("-") if float(found) == 0 else found


def differing(fitted, root=ROOT):
    """(module, name) -> (as it ships, as it was fitted) of what is not the same to the printed digits."""
    told = {key: printed(*key, root) for key in fitted}
    found = {key: (told[key], rounded(value, told[key])) for key, value in fitted.items()}
    return {key: pair for key, pair in found.items() if float(pair[0]) != float(pair[1])}


def write(changes, root=ROOT, *, today=None):
    """Put what was fitted in the place of what ships, in the source and on the page, with the day."""
    today = today or datetime.now(UTC).date()
    for (module, name), (old, new) in changes.items():
        file, page = root / "monitor" / module, root / PAGE.relative_to(ROOT)
        source = file.read_text("utf-8")
        file.write_text(_replaced(source, _node(source, name), new), "utf-8")
        page.write_text(_row_replaced(page.read_text("utf-8"), (module, name), old, new, today), "utf-8")


def _node(source, name):
    """The number that is given to `part` of `NAME = Kind(part=number)`."""
    whole, _, part = name.partition(".")
    for each in ast.parse(source).body:
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == whole:
            for keyword in each.value.keywords:
                if keyword.arg == part:
                    return keyword.value
    raise KeyError(name)


def _replaced(source, node, new):
    lines = source.splitlines(keepends=True)
    line = lines[node.lineno - 1].encode()
    lines[node.lineno - 1] = (line[: node.col_offset] + new.encode() + line[node.end_col_offset :]).decode()
    return "".join(lines)


def _row_replaced(page, key, old, new, today):
    """The page with the value and the day of one row changed."""
    module, name = key
    before, heading, after = page.partition(f"### `{module}`\n")
    row = re.compile(
        rf"^(\| `{re.escape(name)}` \| )`{re.escape(old)}`(.*\| )\d{{4}}-\d\d-\d\d \|$", re.MULTILINE
    )
    after, count = row.subn(rf"\g<1>`{new}`\g<2>{today} |", after, count=1)
    if not heading or not count:
        raise KeyError(f"{module} {name}: no row of {old} in {PAGE.name}")
    return before + heading + after
