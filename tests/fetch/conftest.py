"""The fixtures of fixtures.py, under their names."""

from __future__ import annotations

from tests.fetch.fixtures import fetch, open_fetcher, self_signed, server, trusted

__all__ = ["fetch", "open_fetcher", "self_signed", "server", "trusted"]
