"""A monitor whose clock the test sets, and the recording server it asks: whole steps over real sockets and a real database."""

from __future__ import annotations

import pytest

from tests.checklist.watch import Watch
from tests.fetch.fixtures import fetch, open_fetcher, self_signed, server, trusted

__all__ = ["fetch", "open_fetcher", "self_signed", "server", "trusted", "watch"]


@pytest.fixture
def watch(server, data):
    with Watch(server, data) as opened:
        yield opened
