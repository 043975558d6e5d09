"""What happened, and what is new about it? Articles become stories, each with a novelty and its receipt."""

from __future__ import annotations

from monitor.stories.cluster import SPAN, story_of
from monitor.stories.features import Features, describe, describe_text, described, document, to_keep
from monitor.stories.items import Item
from monitor.stories.novelty import NEW, novelty
from monitor.stories.threads import followed
from monitor.stories.update import Teller, WhatsNew, seen, whats_new
from monitor.stories.window import KEPT, Window

__all__ = [
    "KEPT", "NEW", "SPAN", "Features", "Item", "Teller", "WhatsNew", "Window", "describe", "describe_text", "described", "document",
    "followed", "novelty", "seen", "story_of", "to_keep", "whats_new",
]  # fmt: skip
