"""The harness of the checklist, with a real worker process: what is hostile here is meant to hang or to swell."""

from __future__ import annotations

import pytest

from monitor.work import Worker
from tests.checklist.watch import Watch
from tests.fetch.fixtures import server

__all__ = ["server", "watch", "worker"]

TIMEOUT_S = 4.0


@pytest.fixture(scope="module")
def worker():
    with Worker(timeout_s=TIMEOUT_S, memory_bytes=2 * 2**30) as opened:
        yield opened


@pytest.fixture
def watch(server, data, worker):
    with Watch(server, data) as opened:
        opened.worker = worker
        yield opened
