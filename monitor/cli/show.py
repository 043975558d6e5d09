"""Tables and progress bars with rich; plain text when nobody watches."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from monitor.pipeline.ports import Progress

_UNSEEN = dict.fromkeys((7, 8, 11, 12, 13))  # control characters, as rich leaves them out
LABELS = {"poll": "asking feeds", "read": "reading pages", "score": "scoring articles"}


def out() -> Console:
    """Return standard output: rich on a terminal, plain elsewhere, never cut to a width that is not there."""
    from rich.console import Console

    if sys.stdout.isatty():
        return Console()
    return Console(width=200, no_color=True, highlight=False, soft_wrap=True)


def lines(rows: Iterable[str]) -> None:
    """Print lines as they are, without what rings a bell or moves a cursor."""
    if not sys.stdout.isatty():
        for row in rows:
            print(row.translate(_UNSEEN).expandtabs(8))  # noqa: T201
        return
    from rich.markup import escape

    for row in rows:
        out().print(escape(row), highlight=False)


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; tab-separated lines when standard output is not a terminal."""
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(_cell(value) for value in row))  # noqa: T201
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    drawn = Table(title=title, title_justify="left")
    for column in columns:
        drawn.add_column(column)
    for row in rows:
        drawn.add_row(*(escape(_cell(value)) for value in row))
    Console().print(drawn)


def as_json(value: Any) -> None:
    """Print one JSON document, keys in the order given; in UTF-8, or in ASCII where the terminal has another encoding."""
    is_ascii = codecs.lookup(sys.stdout.encoding or "utf-8").name != "utf-8"
    print(json.dumps(value, ensure_ascii=is_ascii, default=_plain))  # noqa: T201


@contextmanager
def progress_bars() -> Iterator[Progress]:
    """Give a progress that draws bars on a terminal's standard error and is silent elsewhere."""
    if not sys.stderr.isatty():
        from monitor.pipeline.ports import silent

        yield silent
        return
    from rich.console import Console
    from rich.progress import Progress as Bars

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def bar(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bars.add_task(LABELS.get(step, step), total=total)
            bars.update(tasks[step], completed=done, total=total)

        yield bar


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return f"{value:.2f}"
    return " ".join(str(value).split())


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum | Path):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(type(value).__name__)
