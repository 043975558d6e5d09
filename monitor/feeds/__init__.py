"""Feeds: what a feed document says, when to ask for it again, where feeds are found and how lists of them are written."""

from __future__ import annotations

from monitor.feeds.discover import discover
from monitor.feeds.opml import read_opml, slug, write_opml
from monitor.feeds.parse import parse
from monitor.feeds.polling import host_pause_s, is_due, next_state
from monitor.feeds.verdicts import verdict

__all__ = [
    "discover",
    "host_pause_s",
    "is_due",
    "next_state",
    "parse",
    "read_opml",
    "slug",
    "verdict",
    "write_opml",
]
