"""What was counted since the process began: for `/metrics`, whose readers know that such numbers begin again at zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from threading import Lock

# Told from the start, so that a first event is seen as one more and not as the beginning of a series.
PLAIN = ("monitor_deliveries_uncertain_total", "monitor_parse_killed_total", "monitor_ssrf_refused_total")


class Tally:
    """Counters that only grow. Filled by the tick, read by the web server's threads."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()  # by name, label, the label's value
        self._seconds: dict[str, float] = {}
        self._lock = Lock()

    def add(self, name: str, *, label: str = "", value: str = "", n: int = 1) -> None:
        """Count `n` more of something."""
        with self._lock:
            self._counts[name, label, value] += n

    def measure(self, name: str, seconds: float) -> None:
        """Count one more duration."""
        with self._lock:
            self._counts[f"{name}_count", "", ""] += 1
            self._seconds[name] = self._seconds.get(name, 0.0) + seconds

    def items(self) -> Iterator[tuple[str, dict[str, str], float]]:
        """Give everything as (name, labels, value), in the order of names."""
        with self._lock:
            counts = dict(self._counts)
            seconds = dict(self._seconds)
        rows = [(name, label, value, float(n)) for (name, label, value), n in counts.items()]
        rows += [(name, "", "", 0.0) for name in PLAIN if (name, "", "") not in counts]
        rows += [(f"{name}_sum", "", "", total) for name, total in seconds.items()]
        for name, label, value, number in sorted(rows):
            yield name, {label: value} if label else {}, number
