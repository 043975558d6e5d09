"""Owns the optional sentence encoder: a folder with model.onnx, tokenizer.json and model.json; texts in, unit vectors out.

It also makes such a folder, from safetensors of a MiniLM-type encoder. It asks no network and decides nothing about articles.
What it needs is the extra `embeddings`, imported when asked for: nobody else pays for it, and who lacks it is told.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from monitor.encode.card import Card, card, check
from monitor.errors import InputError

if TYPE_CHECKING:
    from monitor.encode.encoder import Encoder
    from monitor.encode.folder import export

__all__ = ["Card", "Encoder", "check", "export", "opener"]

_HOMES = {"Encoder": "monitor.encode.encoder", "export": "monitor.encode.folder"}
_INSTALL = "Install the extra: pip install 'monitor-digest[embeddings]'. Or do without: leave `model_path` in [score] empty."


_NEEDED = ("numpy", "onnxruntime", "tokenizers")


def opener(folder: Path) -> Callable[[], Encoder]:
    """What opens the encoder in `folder` when it is first needed.

    Raises InputError at once when the extra is not installed or the folder has no card: not in the night, at the first use.
    """
    missing = next((name for name in _NEEDED if find_spec(name) is None), "")
    if missing:
        raise _not_installed(missing)
    card(folder)
    return cache(partial(_opened, folder))


def _opened(folder: Path) -> Encoder:
    from monitor.encode.encoder import Encoder  # noqa: PLC0415 -- half a second, for those who need it

    return Encoder.open(folder)


def _not_installed(name: str) -> InputError:
    return InputError(f"embeddings need the package {name}, which is not installed", advice=_INSTALL)


def __getattr__(name: str) -> Any:
    """Import what needs the extra when it is asked for (PEP 562). Raises InputError when the extra is not installed."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        raise _not_installed(error.name or name) from None
