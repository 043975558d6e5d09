"""The daemon: APScheduler ticks, and each tick does what is due by the database. The scheduler owns no schedule.

One daemon leads; a second one on the same database waits as standby and takes over when the first has ended, however it ended.

Measured why (docs/notes/schedule.md): a weekly cron job restarted two minutes late waits seven more days.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from select import select
from time import monotonic
from types import FrameType
from typing import Self

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from monitor import app
from monitor.errors import MonitorError, StoreError
from monitor.pipeline import due, heartbeat
from monitor.pipeline.ports import Context
from monitor.settings import load
from monitor.store import retention
from monitor.store.lock import Lock, leader_locks

log = structlog.get_logger()
BEAT_S = 10.0
STANDBY_S = 1.0  # between two looks whether the other daemon has ended
TIDY_EVERY_S = 3600.0  # what is old is forgotten, and a backup made when one is due
TICK_LIMIT_S = (
    3600.0  # a tick that takes longer hangs: the heartbeat stops, and the container is found unhealthy
)
STOP_S = 4.0  # a tick in flight has this long to end; every step may be killed at any instant


def once(*, config: Path | None = None, data: Path | None = None, now: datetime | None = None) -> None:
    """Do what is due now."""
    with app.opened(config=config, data=data, now=now) as context:
        context.store.check()
        app.learn_all(context)
        due.run(context)


def run(
    *, config: Path | None = None, data: Path | None = None, tick_s: float = 30.0, now: datetime | None = None
) -> None:
    """Tick until SIGTERM or SIGINT. `now` is where the clock starts for a replay."""
    settings = load(config, data=data)
    with ExitStack() as stack:
        stop = stack.enter_context(_Stop(signal.SIGTERM, signal.SIGINT))
        locks = [stack.enter_context(lock) for lock in leader_locks(settings.store, settings.data)]
        if _leads(locks, stop, beat=partial(_write_beat, settings.heartbeat)):
            _lead(locks, stop, config=config, data=data, tick_s=tick_s, clock=_clock(now))
    log.info("daemon.stopped", signal=stop.signal)


def _leads(locks: Sequence[Lock], stop: _Stop, *, beat: Callable[[], None]) -> bool:
    """Take all locks, waiting as standby while another daemon has one; False when told to stop before."""
    for earlier, lock in enumerate(locks):
        if not lock.take():
            log.info("daemon.standby", detail="another daemon leads; this one takes over when it ends")
            while not lock.take():
                if earlier:
                    beat()  # the folder is ours alone: its heartbeat says that the standby is well
                if stop.wait(STANDBY_S):
                    return False
    return True


def _lead(
    locks: Sequence[Lock],
    stop: _Stop,
    *,
    config: Path | None,
    data: Path | None,
    tick_s: float,
    clock: app.Clock,
) -> None:
    """Tick until told to stop. Raises StoreError when a lock is lost: another daemon may lead by then."""
    with app.opened(config=config, data=data, now=clock()) as context, app.served(context, clock):
        context.store.check()
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
        is_ours = True
        while is_ours and not stop.wait(BEAT_S):
            is_ours = all(lock.is_held() for lock in locks)
            _beat(context.settings.heartbeat, tick)
        _end(scheduler)
    if not is_ours:
        raise StoreError("the lock on the database was lost", advice="Another daemon may lead: start again.")


class _Stop:
    """Set by signals. A pipe and not a threading.Event: a handler that wants a lock which the main thread holds waits for ever."""

    def __init__(self, *signals: signal.Signals) -> None:
        self.signal = ""
        self._out, self._in = os.pipe()
        for number in signals:
            signal.signal(number, self._set)

    def wait(self, timeout_s: float) -> bool:
        """Return True as soon as it is set, False after this time."""
        return bool(select([self._out], [], [], timeout_s)[0])

    def _set(self, number: int, _frame: FrameType | None) -> None:
        if not self.signal:
            self.signal = signal.Signals(number).name
            with suppress(OSError):  # closed: it has ended already
                os.write(self._in, b".")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._out)
        os.close(self._in)


class _Tick:
    """One look at what is due; knows since when it has been at it."""

    def __init__(self, context: Context, clock: app.Clock) -> None:
        self._context = context
        self._clock = clock
        self.since = monotonic()
        self.is_busy = False
        self._tidied = -TIDY_EVERY_S

    def __call__(self) -> None:
        self.since, self.is_busy = monotonic(), True
        try:
            due.run(app.at(self._context, self._clock()))
            if monotonic() - self._tidied >= TIDY_EVERY_S:
                self._tidied = monotonic()
                _tidy(app.at(self._context, self._clock()))
        except MonitorError as error:
            log.error("tick.failed", error=str(error))  # noqa: TRY400 - our own errors need no traceback
        except Exception:  # the one place for what nobody foresaw: log it, and try again at the next tick
            log.exception("tick.crashed")
        finally:
            self.is_busy = False


def _tidy(context: Context) -> None:
    """Forget what is old, and keep a backup that is not."""
    with context.store.begin() as connection:
        gone = retention.prune(connection, context.settings.retention, now=context.now)
    log.info("retention.pruned", texts=gone.texts, polls=gone.polls, sightings=gone.sightings)
    every = timedelta(hours=context.settings.store.backup_every_h)
    made = context.store.keep_backup(every=every, now=context.now)
    if made is not None:
        log.info("backup.made", file=str(made.file))


def _beat(file: Path, tick: _Tick) -> None:
    if tick.is_busy and monotonic() - tick.since > TICK_LIMIT_S:
        log.error("tick.hangs", since_s=round(monotonic() - tick.since))
        return
    _write_beat(file)


def _write_beat(file: Path) -> None:
    heartbeat.write(file, datetime.now(UTC))


def _end(scheduler: BackgroundScheduler) -> None:
    """Give a tick in flight a moment, then leave: what it has committed is safe, what it has not is done again."""
    waiter = threading.Thread(target=scheduler.shutdown, daemon=True)
    waiter.start()
    waiter.join(STOP_S)
    if waiter.is_alive():
        log.warning("daemon.stopped", detail="a step was left unfinished; it is repeated at the next start")
        os._exit(0)


def _clock(start: datetime | None) -> app.Clock:
    if start is None:
        return lambda: datetime.now(UTC)
    begun = datetime.now(UTC)
    return lambda: start + (datetime.now(UTC) - begun)
