"""`monitor web`: the desk in a browser, in the foreground."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Now, Root, moment
from monitor.errors import InputError, MonitorError

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.settings import Settings

HOUR_S = 3600.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(web)


def web(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on. [default: desk_host under \\[web]]")] = "",
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="Port; 0: any free one. [default: desk_port under \\[web]]"),
    ] = None,
    make_hash: Annotated[
        bool,
        typer.Option(
            "--hash", help="Read a password from standard input and print what MONITOR_WEB_PASSWORD may hold."
        ),
    ] = False,
    now: Now = None,
) -> None:
    """Serve the desk until stopped (SIGTERM): read, search and judge in a browser; SIGHUP reads the configuration again."""
    if make_hash:
        _print_hash()
        return
    from monitor import app
    from monitor.cli import show
    from monitor.daemon.signals import END, Signals

    root: Root = context.obj
    with Signals() as signals:
        word = ""
        while word != END:
            _log_as(_settings(root), verbose=root.verbose)
            with (
                app.opened(config=root.config, data=root.data, now=moment(now)) as house,
                app.desk(house, host=host, port=port) as desk,
            ):
                place = host or house.settings.web.desk_host
                shown = f"[{place}]" if ":" in place else place
                show.lines([f"the desk is at http://{shown}:{desk.port}/"])
                sys.stdout.flush()
                word = _next_word(signals.wait, root)


def _next_word(wait: Callable[[float], str], root: Root) -> str:
    """Wait until told to end or to read a configuration that can be used; another one is refused, and all goes on."""
    import structlog

    while True:
        word = wait(HOUR_S)
        if not word:
            continue
        try:
            _settings(root)
        except MonitorError as error:
            if word == "reload":
                structlog.get_logger().error("config.refused", error=str(error))
                continue
        return word


def _settings(root: Root) -> Settings:
    from monitor.deliver.channels.registry import kinds
    from monitor.settings import load

    return load(root.config, data=root.data, kinds=kinds)


def _log_as(settings: Settings, *, verbose: bool) -> None:
    from monitor.cli.logs import configure

    configure(level="debug" if verbose else settings.log.level, style=settings.log.format)


def _print_hash() -> None:
    from monitor.web.desk.guard import Password

    given = sys.stdin.buffer.readline().decode("utf-8", "replace").rstrip("\r\n")
    if not given:
        raise InputError("no password came", advice="Pipe one line: monitor web --hash < FILE")
    print(Password.of(given))  # noqa: T201
