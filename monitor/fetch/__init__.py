"""Owns asking other people's servers: manners, limits and the address guard. Requests in, `FetchResult`s out.

It decides nothing about feeds or pages: what a status, a Retry-After or a Cache-Control means for the next poll is read
from `FetchResult` in feeds/polling. The words of `FetchResult.error` are listed in failures.py. Why it is built as it
is: docs/notes/fetch.md.
"""

from __future__ import annotations

from monitor.fetch.fetcher import Fetcher

__all__ = ["Fetcher"]
