"""The daemon: APScheduler ticks, and each tick does what is due by the database. The scheduler owns no schedule.

Measured why (docs/notes/schedule.md): a weekly cron job restarted two minutes late waits seven more days.
"""

from __future__ import annotations

import os
import signal
import threading
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import FrameType

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor import app
from monitor.errors import MonitorError
from monitor.pipeline import due
from monitor.pipeline.ports import Context

log = structlog.get_logger()
BEAT_S = 10.0
TICK_LIMIT_S = (
    3600.0  # a tick that takes longer hangs: the heartbeat stops, and the container is found unhealthy
)
STOP_S = 4.0  # a tick in flight has this long to end; every step may be killed at any instant


def once(*, config: Path | None = None, data: Path | None = None, now: datetime | None = None) -> None:
    """Do what is due now."""
    with app.opened(config=config, data=data, now=now) as context:
        app.learn_all(context)
        due.run(context)


def run(
    *, config: Path | None = None, data: Path | None = None, tick_s: float = 30.0, now: datetime | None = None
) -> None:
    """Tick until SIGTERM or SIGINT. `now` is where the clock starts for a replay."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *args: _stop(stop, *args))
    clock = _clock(now)
    with app.opened(config=config, data=data, now=clock()) as context:
        app.learn_all(context)  # a topic file edited since the last start takes effect now
        tick = _Tick(context, clock)
        scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        scheduler.add_job(
            tick,
            "interval",
            seconds=tick_s,
            next_run_time=datetime.now(UTC),
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        scheduler.start()
        _beat(context.settings.heartbeat, tick)
        log.info("daemon.started", tick_s=tick_s, topics=[t.id for t in context.settings.topics])
        while not stop.wait(BEAT_S):
            _beat(context.settings.heartbeat, tick)
        _end(scheduler)
    log.info("daemon.stopped")


class _Tick:
    """One look at what is due; knows since when it has been at it."""

    def __init__(self, context: Context, clock: app.Clock) -> None:
        self._context = context
        self._clock = clock
        self.since = monotonic()
        self.is_busy = False

    def __call__(self) -> None:
        self.since, self.is_busy = monotonic(), True
        try:
            due.run(app.at(self._context, self._clock()))
        except MonitorError as error:
            log.error("tick.failed", error=str(error))  # noqa: TRY400 - our own errors need no traceback
        except Exception:  # the one place for what nobody foresaw: log it, and try again at the next tick
            log.exception("tick.crashed")
        finally:
            self.is_busy = False


def _beat(file: Path, tick: _Tick) -> None:
    if tick.is_busy and monotonic() - tick.since > TICK_LIMIT_S:
        log.error("tick.hangs", since_s=round(monotonic() - tick.since))
        return
    part = file.with_suffix(".part")
    part.write_text(datetime.now(UTC).isoformat(), "ascii")
    part.replace(file)


def _end(scheduler: BackgroundScheduler) -> None:
    """Give a tick in flight a moment, then leave: what it has committed is safe, what it has not is done again."""
    waiter = threading.Thread(target=scheduler.shutdown, daemon=True)
    waiter.start()
    waiter.join(STOP_S)
    if waiter.is_alive():
        log.warning("daemon.stopped", detail="a step was left unfinished; it is repeated at the next start")
        os._exit(0)


def _stop(stop: threading.Event, number: int, _frame: FrameType | None) -> None:
    log.info("daemon.stopping", signal=signal.Signals(number).name)
    stop.set()


def _clock(start: datetime | None) -> app.Clock:
    if start is None:
        return lambda: datetime.now(UTC)
    begun = datetime.now(UTC)
    return lambda: start + (datetime.now(UTC) - begun)
