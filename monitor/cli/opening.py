"""What commands have in common: opening the house, the moment they run at, which topics they mean."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli import streams
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.pipeline.ports import Context
    from monitor.settings import Settings, TopicSettings

FIRST_YEAR, LAST_YEAR = 1970, 2200
Now = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Act as if it were this moment (ISO 8601, UTC unless it says otherwise)."
    ),
]
Topic = Annotated[str | None, typer.Option(help="One topic's id. [default: all]")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@dataclass(frozen=True, slots=True)
class Root:
    """Where configuration and data are, and how much to tell."""

    config: Path | None
    data: Path | None
    verbose: bool


@contextmanager
def opened(typer_context: typer.Context, *, now: str | None = None) -> Iterator[Context]:
    """Give the steps their context, with progress bars when somebody watches."""
    from monitor import app
    from monitor.cli.logs import configure
    from monitor.cli.show import progress_bars

    root: Root = typer_context.obj
    configure(level="debug" if root.verbose else "error", style="auto")
    with (
        progress_bars() as progress,
        app.opened(
            config=root.config, data=root.data, now=moment(now), progress=progress, pause=_pause
        ) as context,
    ):
        tell_config(context.settings)
        if context.store.is_new:
            print(f"data: {context.store.file} (new)", file=sys.stderr)  # noqa: T201
        _tell_broken(context.settings)
        yield context


def _pause(seconds: float) -> bool:
    """Wait, and say so: the pace of a mail server may take minutes."""
    print(f"monitor: waiting {seconds:.0f} s to keep the pace of [smtp]", file=sys.stderr)  # noqa: T201
    sleep(seconds)
    return True


_FOUND = {
    "environment": "named by MONITOR_CONFIG",
    "shipped": "the shipped one: there is no config/ in the working folder",
}


def why_config(settings: Settings) -> str:
    """Return why this configuration was taken; "" when it was named on the command line or lies in the working folder."""
    return _FOUND.get(settings.origin, "")


def tell_config(settings: Settings) -> None:
    """Say on standard error which configuration was taken, when it is not the one that somebody sees."""
    if why := why_config(settings):
        print(f"config: {settings.config} ({why})", file=sys.stderr)  # noqa: T201


def _tell_broken(settings: Settings) -> None:
    for each in settings.broken:
        print(f"monitor: the topic {each.id} is skipped: {each.why}", file=sys.stderr)  # noqa: T201


def settings_of(typer_context: typer.Context) -> Settings:
    """Return the settings without opening anything else, and say where they come from."""
    from monitor.deliver.channels.registry import kinds
    from monitor.settings import load

    root: Root = typer_context.obj
    settings = load(root.config, data=root.data, kinds=kinds)
    tell_config(settings)
    return settings


def moment(text: str | None, *, option: str = "--now") -> datetime | None:
    """Return the moment an option names; None when it was not given.

    Raises InputError when it is no ISO 8601 date or time.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            f"{option} {text!r} is not a date or time",
            advice="Write it like 2025-05-12 or 2025-05-12T08:00:00Z.",
        ) from None
    if (
        not FIRST_YEAR <= found.year <= LAST_YEAR
    ):  # near the ends of the calendar a week before or after does not exist
        raise InputError(f"{option} {text!r}: only the years {FIRST_YEAR} to {LAST_YEAR} are understood")
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def chosen(settings: Settings, topic: str | None) -> tuple[TopicSettings, ...]:
    """Return the topics a command means.

    Raises InputError for one that is not there.
    """
    found = tuple(t for t in settings.topics if topic is None or t.id == topic)
    broken = [each for each in settings.broken if each.id == topic]
    if broken and not found:
        raise InputError(f"topic {topic} is broken: {broken[0].why}")
    if not found:
        names = ", ".join(t.id for t in settings.topics) or "none"
        raise InputError(
            f"no topic {topic!r}" if topic else "no topic is configured",
            advice=f"There are: {names}. A topic is a file in config/topics/; `monitor init` writes one.",
        )
    return found


def standard_input() -> Iterator[str]:
    """Yield the lines of standard input, whatever bytes they hold, until nobody reads what is printed."""
    for raw in sys.stdin.buffer:
        if streams.is_lost():
            return
        line = raw.decode("utf-8", "replace")
        if not re.fullmatch(r"\s*", line):
            yield line
