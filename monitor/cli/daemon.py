"""`monitor run`: the daemon in the foreground."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Now, Root, moment, why_config

if TYPE_CHECKING:
    from monitor.settings import LogSettings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(
    context: typer.Context,
    tick_s: Annotated[
        float, typer.Option(min=0.2, max=30, help="Seconds between two looks at what is due.")
    ] = 30.0,
    once: Annotated[bool, typer.Option("--once", help="Do what is due now, then end.")] = False,
    now: Now = None,
) -> None:
    """Poll feeds and send digests when they are due, until stopped (SIGTERM); SIGHUP reads the configuration again."""
    import structlog

    from monitor import daemon
    from monitor.cli.logs import configure
    from monitor.deliver.channels.registry import kinds
    from monitor.settings import load

    root: Root = context.obj

    def log_as(log: LogSettings) -> None:
        configure(level="debug" if root.verbose else log.level, style=log.format)

    settings = load(root.config, data=root.data, kinds=kinds)
    log_as(settings.log)
    if why := why_config(settings):
        structlog.get_logger().info("config.taken", config=str(settings.config), detail=why)
    if once:
        daemon.once(config=root.config, data=root.data, now=moment(now))
    else:
        daemon.run(config=root.config, data=root.data, tick_s=tick_s, now=moment(now), log_as=log_as)
