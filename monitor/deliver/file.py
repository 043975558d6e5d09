"""Files: the renderings of one issue into a folder, each whole or not there at all.

In: a folder, a stem, bytes by file ending; out: the paths. Writing the same issue again gives the same files.
Decides nothing about names or formats, and removes nothing but its own temporary files.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from monitor.errors import DeliveryError


def write(folder: Path, stem: str, parts: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write `parts` ({"html": ..., "txt": ...}) as `folder/stem.html` ...; the folder is made when missing.

    Raises:
        DeliveryError: the folder or a file in it cannot be written.
    """
    names = {ending: _name(stem, ending) for ending in parts}
    paths, troubles = list[Path](), list[OSError]()
    for ending, content in parts.items():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            paths.append(_replace(folder / names[ending], content))
        except OSError as error:  # the others may be written all the same
            troubles.append(error)
    if troubles:
        raise DeliveryError(
            f"cannot write the digest to {folder}: {troubles[0].strerror or troubles[0]}",
            advice="check that the folder exists, that its disk has space and that you may write there.",
        ) from troubles[0]
    return tuple(paths)


def _name(stem: str, ending: str) -> str:
    name = f"{stem}.{ending}"
    if Path(name).name != name or "\0" in name or name.startswith("."):
        raise DeliveryError(f"not a file name: {name!r}", is_permanent=True)
    return name


def _replace(path: Path, content: bytes) -> Path:
    """Write beside, sync, rename: a reader sees the old file or the new one, never half of one."""
    handle, temporary = tempfile.mkstemp(prefix=f".{path.stem}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)  # mkstemp keeps it to the owner; an issue is for readers
        Path(temporary).replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
    return path
