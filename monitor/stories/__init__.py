"""What happened, and what is new about it? Articles become stories, each with a novelty and its receipt."""

from __future__ import annotations

from monitor.stories.cluster import SPAN, story_of
from monitor.stories.features import Features, describe, describe_text, document
from monitor.stories.novelty import NEW, novelty
from monitor.stories.threads import followed
from monitor.stories.update import Teller, WhatsNew, whats_new
from monitor.stories.window import KEPT, Item, Window

__all__ = [
    "KEPT", "NEW", "SPAN", "Features", "Item", "Teller", "WhatsNew", "Window", "describe", "describe_text", "document",
    "followed", "novelty", "story_of", "whats_new",
]  # fmt: skip
