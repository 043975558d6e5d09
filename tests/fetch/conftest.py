"""A recording server, and fetchers that may talk to it."""

from __future__ import annotations

import pytest

from monitor.fetch import Fetcher
from monitor.model import FetchRequest
from monitor.settings import FetchSettings
from tests.fetch.server import serving


@pytest.fixture
def server():
    with serving() as opened:
        yield opened


@pytest.fixture
def open_fetcher():
    """A fetcher that may talk to this machine, without waiting between requests; any setting may be given."""
    opened = []

    def open_one(*, resolver=None, **settings):
        values = {
            "min_gap_s": 0.0,
            "timeout_s": 5.0,
            "deadline_s": 20.0,
            "allow_networks": ("127.0.0.0/8", "::1/128"),
        }
        fetcher = Fetcher(FetchSettings(**(values | settings)), resolver=resolver)
        opened.append(fetcher)
        return fetcher

    yield open_one
    for fetcher in opened:
        fetcher.close()


@pytest.fixture
def fetch(open_fetcher):
    """Fetch one request with a fresh fetcher."""

    def fetch_one(url, *, resolver=None, settings=None, **request):
        fetcher = open_fetcher(resolver=resolver, **(settings or {}))
        [(_, result)] = fetcher.fetch_all([FetchRequest(url=url, **request)])
        return result

    return fetch_one
