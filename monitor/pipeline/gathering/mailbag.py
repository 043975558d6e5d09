"""Folders of messages among the feeds: asked beside the servers, and read as any document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from monitor.feeds import packed
from monitor.fetch.maildir import count_messages, read_folder
from monitor.model import Feed, FetchRequest, FetchResult
from monitor.pipeline.ports import Context


def ask(context: Context, feed: Feed, request: FetchRequest) -> FetchResult:
    """Return what a folder answers: its newest messages as one body, 304 when nothing in it changed."""
    most = min(feed.max_items, context.settings.fetch.max_entries)
    result, files = read_folder(Path(feed.folder), request, most=most)
    return replace(result, body=packed(files))


def look(feed: Feed) -> tuple[int, str]:
    """Return (how many messages lie in a feed's folder, why it cannot be listed); "" when it can."""
    return count_messages(Path(feed.folder))
