"""What was counted since the process began: for `/metrics`, whose readers know that such numbers begin again at zero."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import accumulate
from threading import Lock

# Told from the start, so that a first event is seen as one more and not as the beginning of a series.
PLAIN = ("monitor_deliveries_uncertain_total", "monitor_parse_killed_total", "monitor_ssrf_refused_total")
STEPS = ("poll", "read", "score", "issue", "alert", "send")
STEP_S = "monitor_step_duration_seconds"
BOUNDS_S = (0.1, 0.5, 1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, float("inf"))  # of its histogram
TICKED = "monitor_tick_last_success_timestamp_seconds"


class Tally:
    """Counters that only grow, and when the last tick succeeded. Filled by the tick, read by the web server's threads."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[str, str, str]] = Counter()  # by name, label, the label's value
        self._seconds: dict[str, float] = {}
        self._steps = {
            step: [0] * len(BOUNDS_S) for step in STEPS
        }  # how many took up to each bound, and over the one before
        self._step_seconds = dict.fromkeys(STEPS, 0.0)
        self._ticked: float | None = None
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

    def took(self, step: str, seconds: float) -> None:
        """Count one more run of a step, one of `STEPS`, that had something to do."""
        place = next(n for n, bound in enumerate(BOUNDS_S) if seconds <= bound)
        with self._lock:
            self._steps[step][place] += 1
            self._step_seconds[step] += seconds

    def ticked(self, at: float) -> None:
        """Keep when the last tick succeeded, in Unix seconds."""
        with self._lock:
            self._ticked = at

    def items(self) -> Iterator[tuple[str, dict[str, str], float]]:
        """Give everything as (name, labels, value), in the order of names."""
        with self._lock:
            counts = dict(self._counts)
            seconds = dict(self._seconds)
            steps = {step: list(accumulate(counted)) for step, counted in self._steps.items()}
            step_seconds = dict(self._step_seconds)
            ticked = self._ticked
        rows = [(name, label, value, float(n)) for (name, label, value), n in counts.items()]
        rows += [(name, "", "", 0.0) for name in PLAIN if (name, "", "") not in counts]
        rows += [(f"{name}_sum", "", "", total) for name, total in seconds.items()]
        for name, label, value, number in sorted(rows):
            yield name, {label: value} if label else {}, number
        for step, counted in steps.items():
            for bound, number in zip(BOUNDS_S, counted, strict=True):
                yield f"{STEP_S}_bucket", {"step": step, "le": f"{bound:g}".replace("inf", "+Inf")}, number
            yield f"{STEP_S}_sum", {"step": step}, step_seconds[step]
            yield f"{STEP_S}_count", {"step": step}, counted[-1]
        if ticked is not None:
            yield TICKED, {}, ticked
