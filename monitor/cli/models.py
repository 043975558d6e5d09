"""`monitor models`: list, get, export, check. The encoder is optional; nothing is fetched without `get`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.opening import Root, settings_of
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.encode import Card

app = typer.Typer(help="The sentence encoder, which is optional.", no_args_is_help=True)


@app.command(name="list")
def list_(context: typer.Context) -> None:
    """Show the encoders `models get` knows, and the one in use."""
    from monitor.cli import show
    from monitor.encode import check as checked
    from monitor.settings import load_models

    settings = settings_of(context)
    show.table("Encoders", ("name", "address"), [(m.name, m.url) for m in load_models(settings.config)])
    if settings.score.model_path:
        show.lines([f"in use: {_told(checked(Path(settings.score.model_path)))}"])


@app.command()
def get(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name that `monitor models list` shows.")],
    out: Annotated[Path | None, typer.Option(help="Folder to write. [default: models/NAME in data]")] = None,
) -> None:
    """Fetch a known encoder, check it, and turn it into an int8 model."""
    from monitor.cli.logs import configure
    from monitor.fetch import Fetcher
    from monitor.pipeline.judging import models
    from monitor.settings import load_models

    root: Root = context.obj
    configure(level="debug" if root.verbose else "error", style="auto")
    settings = settings_of(context)
    found = {m.name: m for m in load_models(settings.config)}
    if name not in found:
        known = ", ".join(found) or "none"
        raise InputError(f"no encoder {name!r} is known", advice=f"There are: {known} (models.toml).")
    folder = out or settings.data / "models" / name
    patient = {"feed_max_bytes": models.MAX_BYTES, "timeout_s": models.DEADLINE_S}
    with Fetcher(settings.fetch.model_copy(update=patient)) as fetcher:
        _say(models.get(found[name], folder, fetcher), folder)


@app.command()
def export(
    source: Annotated[
        Path, typer.Argument(help="A folder with config.json, tokenizer.json and model.safetensors.")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write.")],
) -> None:
    """Turn a local MiniLM-type encoder into an int8 model with its card."""
    from monitor.encode import export as exported

    _say(exported(source, out), out)


@app.command()
def check(folder: Annotated[Path, typer.Argument(help="A model folder.")]) -> None:
    """Check a model folder's files against its card, load it and run it once."""
    from monitor.cli import show
    from monitor.encode import Encoder

    encoder = Encoder.open(folder)
    encoder.encode(["a headline"])
    show.lines([f"ok: {_told(encoder.card)}"])


def _say(card: Card, folder: Path) -> None:
    from monitor.cli import show

    show.lines(
        [
            f"{folder}: {_told(card)}",
            f'to use it: model_path = "{folder.absolute()}" in [score] of monitor.toml',
        ]
    )


def _told(card: Card) -> str:
    return f"{card.name}, {card.dimension} numbers a text of at most {card.max_tokens} tokens, model {card.identity}"
