"""`monitor demo`: a folder as a month of use leaves it, without network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(demo)


def demo(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to work: a new folder, or that of an earlier demo.")
    ],
) -> None:
    """Fill a folder with a month of invented news and two issues, read from feeds served on this machine."""
    from monitor.cli.show import lines
    from monitor.demo import month

    place = folder.expanduser().absolute()
    if code := month.play_month(place, say=lambda line: lines([line])):
        raise typer.Exit(code)
    lines(
        [
            f"\n{place} holds config/, seeds/, data/ and two issues in out/. Go on there: cd {place} && monitor status",
            "Its feeds ended with this command: from now on `monitor feeds check` finds nobody there.",
        ]
    )
