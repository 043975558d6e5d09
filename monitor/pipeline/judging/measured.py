"""What was measured of a topic's line, in words. Apart from explaining, whose imports who only looks does without."""

from __future__ import annotations

from monitor.settings import TopicSettings


def expected(topic: TopicSettings, kind: str = "") -> tuple[str, ...]:
    """How good the topic's line was measured to be, for people: for one kind of text, or for all."""
    other = "" if topic.mode == "balanced" else f'; measured at mode "balanced", not "{topic.mode}"'
    return tuple(each.sentence() + other for each in topic.measured if kind in ("", each.kind))
