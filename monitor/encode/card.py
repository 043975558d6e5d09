"""The card of a model folder: model.json says what the other files must be. A folder in, a checked `Card` out.

Nothing is loaded from a folder whose files are not the ones the card was written for. It does not load them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import InputError

CARD, MODEL, TOKENIZER = "model.json", "model.onnx", "tokenizer.json"
_FORMAT = 1
_AGAIN = "Make the folder again with `monitor models export`."


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands in model.json."""

    name: str
    dimension: int  # of the vectors
    max_tokens: int  # longer texts are cut
    sha256: tuple[tuple[str, str], ...]  # file name, digest in hex

    @property
    def identity(self) -> str:
        """Which model this is, in 12 hex digits: vectors of two models cannot be compared."""
        joined = " ".join(f"{name}:{digest}" for name, digest in sorted(self.sha256))
        return hashlib.sha256(joined.encode()).hexdigest()[:12]


def written(folder: Path, *, name: str, dimension: int, max_tokens: int) -> Card:
    """Write the card of the files in `folder`; the card."""
    digests = tuple((file, sha256(folder / file)) for file in (MODEL, TOKENIZER))
    made = Card(name=name, dimension=dimension, max_tokens=max_tokens, sha256=digests)
    values = {
        "format": _FORMAT,
        "name": name,
        "dimension": dimension,
        "max_tokens": max_tokens,
        "sha256": dict(digests),
    }
    (folder / CARD).write_text(json.dumps(values, indent=2) + "\n", "utf-8")
    return made


def check(folder: Path) -> Card:
    """The card of `folder`, once every file is found to be the one it names.

    Raises InputError when the folder is no model folder, or a file is missing or another one.
    """
    found = card(folder)
    for name, digest in found.sha256:
        if sha256(folder / name) != digest:
            raise InputError(f"{folder / name} is not the file {CARD} was written for", advice=_AGAIN)
    return found


def card(folder: Path) -> Card:
    """What stands on the card of `folder`, unchecked. Raises InputError when there is none."""
    file = folder / CARD
    try:
        return _of_json(json.loads(file.read_text("utf-8")))
    except OSError as error:
        raise InputError(f"no model folder: cannot read {file}: {error.strerror}", advice=_AGAIN) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise InputError(f"{file} is not the card of a model", advice=_AGAIN) from None


def sha256(file: Path) -> str:
    """The digest of a file in hex. Raises InputError when it cannot be read."""
    try:
        with file.open("rb") as body:
            return hashlib.file_digest(body, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"cannot read {file}: {error.strerror}", advice=_AGAIN) from None


def _of_json(values: Mapping[str, Any]) -> Card:
    """Raises KeyError, ValueError or TypeError for what is no card."""
    digests = values["sha256"]
    if values["format"] != _FORMAT or set(digests) != {MODEL, TOKENIZER}:
        raise ValueError(values)
    return Card(
        name=str(values["name"]),
        dimension=int(values["dimension"]),
        max_tokens=int(values["max_tokens"]),
        sha256=tuple((str(name), str(digests[name])) for name in (MODEL, TOKENIZER)),
    )
