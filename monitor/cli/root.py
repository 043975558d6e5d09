"""The command tree and the options that every command shares."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor import __version__
from monitor.cli import (
    bounces,
    daemon,
    demo,
    feedback,
    feeds,
    filters,
    health,
    issues,
    look,
    models,
    search,
    steps,
    storage,
    topic,
    web,
)
from monitor.cli.opening import Root
from monitor.errors import InputError

app = typer.Typer(
    name="monitor",
    help="Reads your feeds, scores what is relevant and new, and writes a weekly digest that says why.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"monitor {__version__}")
        raise typer.Exit


@app.callback()
def root(
    context: typer.Context,
    config: Annotated[
        Path | None, typer.Option(help="Folder with monitor.toml, feeds.toml and topics/. [default: config/]")
    ] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for the database. [default: data/]")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every event on standard error.")
    ] = False,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Remember what all commands share."""
    try:
        Path.cwd()
    except FileNotFoundError:
        raise InputError("the working folder is gone", advice="Go to another one with `cd`.") from None
    if context.invoked_subcommand != "health":  # asked every half minute, and it logs nothing
        import monitor.cli.lean  # noqa: F401 - before all that imports structlog
    context.obj = Root(config=config, data=data, verbose=verbose)


steps.register(app)
look.register(app)
search.register(app)
feedback.register(app)
filters.register(app)
daemon.register(app)
health.register(app)
bounces.register(app)
storage.register(app)
web.register(app)
demo.register(app)
app.add_typer(feeds.app, name="feeds")
app.add_typer(topic.app, name="topic")
app.add_typer(models.app, name="models")
app.add_typer(look.profile, name="profile")
app.add_typer(issues.app, name="issues")
app.command()(issues.replay)
