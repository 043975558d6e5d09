"""A known encoder -> a model folder: fetched file by file, each held against its digest, then exported on this machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from monitor.encode import Card, export
from monitor.errors import MonitorError
from monitor.model import FetchRequest
from monitor.pipeline.ports import Fetching
from monitor.settings import ModelSettings

log = structlog.get_logger()
MAX_BYTES = 2**30  # of one file
DEADLINE_S = 3600.0


def get(model: ModelSettings, out: Path, fetcher: Fetching) -> Card:
    """Fetch `model` and write its folder `out`; the card of what was written.

    Raises MonitorError when a file cannot be fetched or is not the one named; then nothing is written.
    """
    with TemporaryDirectory(prefix="monitor-model-") as folder:
        for name, body in _files(model, fetcher):
            (Path(folder) / name).write_bytes(body)
        return export(Path(folder), out, name=model.name)


def _files(model: ModelSettings, fetcher: Fetching) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file."""
    names = {model.url + name: name for name in model.files}
    requests = (FetchRequest(url=url) for url in names)
    for request, result in fetcher.fetch_all(requests, deadline_s=DEADLINE_S):
        name = names[request.url]
        if not result.ok:
            what = result.error or f"status {result.status}"
            raise MonitorError(
                f"{request.url} could not be fetched: {what} {result.detail}".rstrip(),
                advice="Try again, or bring the files here yourself and use `monitor models export`.",
            )
        if hashlib.sha256(result.body).hexdigest() != model.files[name]:
            raise MonitorError(
                f"{request.url} is not the file models.toml names: its SHA-256 differs",
                advice="Nothing of it was kept. Do not use it, unless you know why it changed.",
            )
        log.info("model.fetched", file=name, bytes=len(result.body))
        yield name, result.body
