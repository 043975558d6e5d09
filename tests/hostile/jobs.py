"""What the fuzzing runs in a worker: the command line's own filters, on a document as standard input."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path

from monitor.cli import filters
from monitor.errors import InputError


def parsed(body: bytes) -> bytes:
    """What `monitor parse -` prints."""
    return _printed(lambda: filters.parse(Path("-"), url="http://example.org/feed"), body)


def extracted(body: bytes) -> bytes:
    """What `monitor extract -` prints."""
    return _printed(lambda: filters.extract(Path("-"), jsonl=False, url="http://example.org/page"), body)


def _printed(command, body):
    raw = io.BytesIO()
    said = io.TextIOWrapper(raw, encoding="utf-8", errors="strict")
    sys.stdin = io.TextIOWrapper(io.BytesIO(body))
    with redirect_stdout(said), suppress(InputError):  # "no feed" is an answer
        command()
    said.flush()
    return raw.getvalue()
