"""What an issue says when it comes later than it was due, or stands for issues that were never made. Facts in, sentences out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from monitor.digests.frame import Frame
from monitor.model.schedule import LATE, Lateness


def lateness(frame: Frame, late: Lateness, *, since: datetime, until: datetime) -> Iterator[str]:
    """The sentences for an issue of the period `since` to `until`; none for one in time."""
    if late.missed and late.down:
        start, end = (frame.full_date(when) for when in late.down)
        yield frame.say("down", n=max(1, round((until - since) / timedelta(weeks=1))), since=start, until=end)
    elif late.missed:
        yield frame.say("missed", n=late.missed)
    elif until - late.due > LATE:
        yield frame.say("late", due=frame.full_date(late.due))
