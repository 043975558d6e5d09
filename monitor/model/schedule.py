"""How late an issue is: one value between the ledger of slots and the sentences of a digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = timedelta(hours=2)  # before, nobody minds; from here on the alarm says so as well


@dataclass(frozen=True, slots=True, kw_only=True)
class Lateness:
    """When an issue was due, how many due moments before it passed without one, and the time nobody looked, if known."""

    due: datetime
    missed: int = 0
    down: tuple[datetime, datetime] | None = None
