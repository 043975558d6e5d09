"""Feeds: what a feed document says, when to ask for it again, where feeds are found and how lists of them are written."""

from __future__ import annotations

from monitor.feeds.causes import Cause, common_cause, trouble_of
from monitor.feeds.clocks import skew_s
from monitor.feeds.discover import discover
from monitor.feeds.messages import packed, parse_messages
from monitor.feeds.opml import free_id, read_opml, slug, write_opml
from monitor.feeds.parse import parse
from monitor.feeds.polling import host_of, host_rests_until, is_due, next_state, rests
from monitor.feeds.silence import dead, quiet
from monitor.feeds.sitemap import listed
from monitor.feeds.sources import current
from monitor.feeds.verdicts import verdict
from monitor.feeds.zones import UNLEARNT, Zone, learnt, remembered, shifted

__all__ = [
    "UNLEARNT",
    "Cause",
    "Zone",
    "common_cause",
    "current",
    "dead",
    "discover",
    "free_id",
    "host_of",
    "host_rests_until",
    "is_due",
    "learnt",
    "listed",
    "next_state",
    "packed",
    "parse",
    "parse_messages",
    "quiet",
    "read_opml",
    "remembered",
    "rests",
    "shifted",
    "skew_s",
    "slug",
    "trouble_of",
    "verdict",
    "write_opml",
]
