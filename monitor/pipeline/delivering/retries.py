"""What becomes of a delivery after an attempt: pure decisions, from a receipt to the ledger's next row.

After trouble the wait is 60 s, doubled each time up to 4,000 s (Postfix: 300 to 4,000 s), or what the server asked for; after five days
it is over. Nothing is read or written here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Receipt
from monitor.settings import DeliverySettings
from monitor.store.deliveries import Delivery

FIRST_RETRY_S = 60.0
LAST_RETRY_S = 4000.0
TRIES_MIN = 8  # before a message is given up: four hours of waiting by our own clock
SPREAD = 0.2  # of a wait, taken off by chance: many rows do not come back at one moment
OURS = "ours"  # why a message waits: the server refuses us, not the reader
PACE = "pace"  # why a message waits: the server asked for fewer, or later
STORM = 3  # crashes after which a message waits before it goes out again: they may have one cause


_WAITING = {"sender": OURS, "pace": PACE}  # reason by cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Next:
    """How the row goes on."""

    state: str
    detail: str
    reason: str = ""
    next_attempt_at: datetime | None = None


def after(
    receipt: Receipt,
    row: Delivery,
    settings: DeliverySettings,
    *,
    now: datetime,
    jitter: float,
    pauses: int = 0,
) -> Next:
    """Return what an attempt makes of `row`, which counts it already. `jitter` is 0..1.

    `pauses` is how often the server has asked for a pause before, by whatever message: the next one is longer.
    """
    if receipt.state == "sent":
        return Next(state="sent", detail=receipt.detail)
    if receipt.state == "failed":
        reason = "refused" if receipt.cause == "recipient" else "rejected"
        return Next(state="failed", reason=reason, detail=receipt.detail)
    if receipt.state == "uncertain" and settings.on_uncertain == "hold":
        return Next(state="uncertain", detail=receipt.detail)
    if is_over(row, settings, now):
        return Next(
            state="failed",
            reason="given_up",
            detail=f"given up after {settings.give_up_days:g} days: {receipt.detail}",
        )
    state = "uncertain" if receipt.state == "uncertain" else "pending"
    attempts = max(row.attempts, pauses) if receipt.cause == PACE else row.attempts
    wait_s = retry_s(attempts, asked_s=receipt.retry_s, jitter=jitter)
    return Next(
        state=state,
        reason=_WAITING.get(receipt.cause, ""),
        detail=receipt.detail,
        next_attempt_at=now + timedelta(seconds=wait_s),
    )


def is_over(row: Delivery, settings: DeliverySettings, now: datetime) -> bool:
    """Return whether a message was tried for long enough: days and attempts, for days alone may be a wrong clock's."""
    days = timedelta(days=settings.give_up_days)
    return row.attempts >= TRIES_MIN and row.entered_at is not None and now - row.entered_at >= days


def retry_s(attempts: int, *, asked_s: float = 0.0, jitter: float = 0.0) -> float:
    """Return the seconds to wait after so many attempts, 48 to 4,000; never less than the server asked for, within these.

    >>> [retry_s(attempts) for attempts in (1, 2, 3, 7, 8, 100)]
    [60.0, 120.0, 240.0, 3840.0, 4000.0, 4000.0]
    """
    if asked_s > 0:
        wait_s = min(max(asked_s, FIRST_RETRY_S), LAST_RETRY_S)
        return min(wait_s * (1 + SPREAD * jitter), LAST_RETRY_S)
    wait_s = min(FIRST_RETRY_S * 2.0 ** min(max(attempts, 1) - 1, 10), LAST_RETRY_S)
    return wait_s * (1 - SPREAD * jitter)


def after_crash(row: Delivery, *, now: datetime, jitter: float) -> datetime | None:
    """Return when a message that a dead process left behind goes out again: at once, unless that has happened too often."""
    if not row.dot or row.attempts <= STORM:
        return None
    return now + timedelta(seconds=retry_s(row.attempts - STORM, jitter=jitter))
